"""Plain input of any size and shape is answered in words, and never by a page that broke."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from cases.open_document import open_document
from interfaces.documents.media import safe_media
from interfaces.web.days import beginning_of, day_of
from interfaces.web.sent import Sent
from tests.web import ADDRESS, WebHouse, hidden_of

HUGE = ("9" * 15, "9" * 5000)
DOCUMENT = "learning_review"
EDGES = ("9999-12-31", "0001-01-01", "1899-12-31")


class TestDays:
    @pytest.mark.parametrize("day", EDGES)
    @pytest.mark.parametrize(
        ("who", "page"), [("sok", "/cases"), ("lin", "/audit/trace"), ("lin", "/audit/export"), ("lin", "/audit/map")]
    )
    def test_that_no_calendar_counts_are_told_or_left_out(self, house: WebHouse, who: str, page: str, day: str) -> None:
        client = house.browser(who).client
        for name in ("since", "until"):
            assert client.get(f"{page}?{name}={day}").status_code in (200, 422)

    @pytest.mark.parametrize("day", EDGES)
    def test_make_no_leave(self, house: WebHouse, day: str) -> None:
        vanna = house.browser("vanna")
        vanna.send("/administration/people/new", {"name": "bopha", "titles": "counsellor"})
        way = "/administration/people/bopha"
        leave = {"begins": day, "ends": day, "stand_in": "sok"}
        assert "first and the last day" in vanna.send(f"{way}/leave", leave, on=way, status=422)

    def test_are_read_one_way(self) -> None:
        assert str(day_of("2027-03-01")) == "2027-03-01"
        assert [day_of(text) for text in (*EDGES, "soon", "")] == [None] * 5
        assert beginning_of("9999-12-31", dt.UTC, 1) is None


class TestNumbers:
    @pytest.mark.parametrize("number", HUGE)
    def test_of_any_length_are_no_number(self, number: str) -> None:
        assert Sent({"n": [number]}).number("n") is None
        assert Sent({"n": ["999999999"]}).number("n") == 999_999_999

    @pytest.mark.parametrize("number", [*HUGE, "999999999"])
    def test_make_no_emergency_and_no_grant_of_that_length(self, house: WebHouse, number: str) -> None:
        ref = house.case("rith")
        words = {"words": "she is in danger tonight, and alone", "reason": "a complaint was made about this case"}
        asked = {"ref": ref, "why": "danger", "needed": "all", "hours": number, "case": ref, "days": number, **words}
        for who, page in (("maly", "/emergency-access"), ("lin", "/audit/grants/new")):
            browser = house.browser(who)
            sent = {**hidden_of(browser.get(page)), **asked}
            assert browser.client.post(page, data=sent).status_code == 422
        staff = house.served.running.house.store.staff
        assert [*staff.loans("emergency"), *staff.loans("grant")] == []


class TestADocument:
    @pytest.mark.parametrize("media", ["text/x\x00y", "text/html; charset=x", "", "a" * 500, "te xt/plain"])
    def test_has_a_type_that_a_header_can_hold(self, media: str) -> None:
        assert re.fullmatch(r"[a-z]+/[a-z\-]+", safe_media(media))

    def test_that_was_sent_with_an_impossible_type_can_be_opened(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        sok = house.browser("sok")
        boundary = "b"
        given = hidden_of(sok.get(f"/cases/{ref}/record"))
        fields = [f'name="{name}"\r\n\r\n{value}' for name, value in given.items()]
        parts = [*fields, f'name="{DOCUMENT}"; filename="x"\r\nContent-Type: text/x\x00y\r\n\r\nthe content']
        body = "".join(f"--{boundary}\r\nContent-Disposition: form-data; {one}\r\n" for one in parts)
        kind = f"multipart/form-data; boundary={boundary}"
        sent = sok.client.post(
            f"/cases/{ref}/record", content=f"{body}--{boundary}--\r\n", headers={"content-type": kind}
        )
        assert sent.status_code == 303, sent.text
        running = house.served.running.house
        found = open_document(running, running.actor("sok"), ref, DOCUMENT, house.served.now())
        assert found is not None
        assert (found.media, found.content) == ("application/octet-stream", b"the content")


class TestAWorkingName:
    def test_is_no_oracle_over_what_somebody_may_not_see(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        sok = house.browser("sok")
        for word in ("adult", "child", "positive", "negative"):
            sok.send(f"/cases/{ref}/name", {"own": word})

    def test_is_kept_short_whatever_space_is_sent(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        house.browser("sok").send(f"/cases/{ref}/name", {"own": f"Quiet{' ' * 300_000}Harbour"})
        assert house.served.running.store.screens.desk.case_names([ref]) == {ref: "Quiet Harbour"}

    def test_is_not_tried_without_end(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        sok = house.browser("sok")
        for number in range(20):
            sok.send(f"/cases/{ref}/name", {"own": f"Lotus {'a' * number}"})
        assert "Too many tries" in sok.send(f"/cases/{ref}/name", {"own": "Meadow"}, status=422)


class TestAnotherSite:
    def test_does_not_choose_the_address_of_a_secret_by_the_host_it_sends(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        way = "/administration/people/rith"
        sent = hidden_of(vanna.get(way))
        made = vanna.client.post(f"{way}/invite", data=sent, headers={"host": "elsewhere.example"})
        assert f"{ADDRESS}/welcome/" in made.text
        assert "elsewhere.example" not in made.text

    def test_takes_no_export_with_the_cookie_of_whoever_follows_its_link(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        house.case()
        for path in ("/api/v1/exports/cases", "/api/v1/exports/cases?format=jsonl"):
            assert dara.client.get(path).status_code == 403
            assert dara.client.get(path, headers={"X-CSRF-Token": "made up"}).status_code == 403
            mark = hidden_of(dara.get("/me"))["csrf"]
            assert dara.client.get(path, headers={"X-CSRF-Token": mark}).status_code == 200
        assert dara.client.get("/api/v1/cases").status_code == 200

    def test_is_told_nothing_and_a_browser_without_the_newest_headers_names_us(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        assert sok.client.get("/me").headers["referrer-policy"] == "same-origin"
        assert 'content="same-origin"' in sok.get("/me")
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        way = f"/cases/{ref}/name"
        sent = {**hidden_of(sok.get(way)), "own": "Harbour"}
        for origin, status in ((ADDRESS, 303), ("null", 403), ("https://elsewhere.example", 403)):
            answer = sok.client.post(way, data=sent, headers={"origin": origin})
            assert answer.status_code == status, origin
