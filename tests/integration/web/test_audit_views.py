"""An auditor's questions: registers can be narrowed as the trace can, and a question is kept under a name."""

from __future__ import annotations

from html import unescape

from tests.web import WebHouse, hidden_of


class TestAView:
    def test_is_kept_opened_again_and_thrown_away(self, house: WebHouse) -> None:
        house.case()
        lin = house.browser("lin")
        on = "/audit/trace?outcome=refused&since=2027-01-01"
        form = {**hidden_of(unescape(lin.get(on).split('id="views"')[1])), "name": "Interviews"}
        went = lin.client.post("/audit/views", data=form).headers["location"]
        assert went == f"{on}#views"
        page = lin.get("/audit/registers/refusals")
        assert f'<a href="{on.replace("&", "&amp;")}">Interviews</a>' in page
        lin.client.post("/audit/views", data=hidden_of(page.split('id="views"')[1]))
        assert "Interviews" not in lin.get(on)

    def test_leads_nowhere_else(self, house: WebHouse) -> None:
        lin = house.browser("lin")
        form = {
            "csrf": hidden_of(lin.get("/me"))["csrf"],
            "name": "Elsewhere",
            "address": "//elsewhere.example/audit/trace",
        }
        assert lin.client.post("/audit/views", data=form).headers["location"] == "/audit/trace"
        assert not house.served.running.store.screens.desk.views("lin")

    def test_is_for_auditors(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        form = {"csrf": hidden_of(sok.get("/me"))["csrf"], "name": "Mine", "address": "/audit/trace"}
        assert sok.client.post("/audit/views", data=form).status_code == 403


class TestARegister:
    def test_is_narrowed_by_choices(self, house: WebHouse) -> None:
        ref, other = house.case(), house.case()
        for case in (ref, other):
            house.assign(case, "nita", "interviewer")
            house.browser("nita").send(f"/cases/{case}/act/start_interview", {}, status=409)
        lin = house.browser("lin")
        assert other in lin.get("/audit/registers/refusals")
        page = lin.get(f"/audit/registers/refusals?case={ref}")
        assert f"/audit/cases/{ref}" in page
        assert f"/audit/cases/{other}" not in page

    def test_of_how_cases_go_says_what_it_did_not_understand(self, house: WebHouse) -> None:
        lin = house.browser("lin")
        page = lin.get("/audit/map?since=soon&until=2027-13-01&person=AC999&role=king&process=court&show=some")
        assert "Not understood, and not asked: Process, Show, From, To, Role and Who." in page
        assert "Not understood" not in lin.get("/audit/map?since=2027-01-01&process=case&measure=time")
        lin.client.headers["accept-language"] = "vi"
        assert "Từ" in lin.get("/audit/map?since=soon").split('class="late"')[1].split("</p>")[0]

    def test_says_what_it_did_not_understand(self, house: WebHouse) -> None:
        page = house.browser("lin").get("/audit/registers/refusals?since=soon")
        assert "Not understood, and not asked: From." in page
