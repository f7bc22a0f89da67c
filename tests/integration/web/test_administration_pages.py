"""Administration: health, people and their keys, texts, settings; and no case content anywhere."""

from __future__ import annotations

import re

from access.screens import Beat
from flows.turns import deliver, seal_journal, sweep
from interfaces.web.audit.integrity import Check
from tests.web import WebHouse

PAGES = (
    "/administration/health",
    "/administration/workflows",
    "/administration/people",
    "/administration/people/sok",
    "/administration/notices",
    "/administration/settings",
)


class TestAnAdministrator:
    def test_sees_no_case_content_anywhere(self, house: WebHouse) -> None:
        ref = house.case(safe_contact="canary-5512", age_group="adult")
        vanna = house.browser("vanna")
        for path in PAGES:
            assert "canary-5512" not in vanna.get(path)
        vanna.get(f"/cases/{ref}", 404)
        vanna.get("/work", 403)
        vanna.get("/team", 403)

    def test_adds_somebody_who_can_then_be_given_a_case(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        vanna.send("/administration/people/new", {"name": "bopha", "display": "Bopha", "titles": "counsellor"})
        assert "Bopha" in vanna.get("/administration/people")
        house.browser("bopha").get("/work")

    def test_invites_by_a_link_that_is_shown_once(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        page = vanna.send("/administration/people/sok/invite", {}, on="/administration/people/sok", status=200)
        link = re.search(r"/welcome/[^<\s]+", page)
        assert link is not None
        assert house.anonymous().get(link[0]).status_code == 200

    def test_gives_themselves_no_title_that_opens_cases(self, house: WebHouse) -> None:
        ref, vanna = house.case(), house.browser("vanna")
        vanna.send("/administration/people/new", {"name": "adam", "titles": "administrator"})
        adam = house.browser("adam")
        wanted = {"titles": ["administrator", "supervisor"]}
        adam.send("/administration/people/adam", wanted, status=409)
        vanna.send("/administration/people/adam", wanted, status=409)
        adam.get(f"/cases/{ref}", 404)
        adam.get("/team", 403)

    def test_makes_nobody_a_director_alone(self, house: WebHouse) -> None:
        ref, vanna, dara = house.case(), house.browser("vanna"), house.browser("dara")
        page = vanna.send("/administration/people/new", {"name": "eve", "titles": "director"}, status=200)
        assert "once somebody who supervises has agreed" in page
        house.browser("eve").get(f"/cases/{ref}", 404)
        asked = re.search(r"/approvals/people/[^\"]+", dara.get("/team"))
        assert asked is not None
        vanna.get(asked[0], 403)
        dara.send(asked[0], {"answer": "yes", "reason": "short"}, status=422)
        assert dara.send(asked[0], {"answer": "yes", "reason": "the board has chosen her"}) == "/team"
        assert asked[0] not in dara.get("/team")
        assert "decided" in dara.get(asked[0])
        house.browser("eve").get(f"/cases/{ref}")

    def test_makes_no_link_alone_for_somebody_who_can_sign_in(self, house: WebHouse) -> None:
        links, vanna, dara = house.served.accounts.links, house.browser("vanna"), house.browser("dara")
        first = links.make("rith", house.served.now(), None)
        house.served.accounts.by_link(first.token, "a boat on the hill", house.served.now())
        way = "/administration/people/rith"
        page = vanna.send(f"{way}/invite", {"forget": "yes"}, on=way, status=200)
        assert "/welcome/" not in page
        assert "has been asked" in page
        asked = re.search(r"/approvals/people/[^\"]+", dara.get("/team"))
        assert asked is not None
        dara.send(asked[0], {"answer": "yes", "reason": "he has lost his telephone"})
        assert "/welcome/" in vanna.send(f"{way}/invite", {"forget": "yes"}, on=way, status=200)
        assert "/welcome/" not in vanna.send(f"{way}/invite", {"forget": "yes"}, on=way, status=200)

    def test_disables_somebody_at_once(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        vanna.send("/administration/people/new", {"name": "bopha", "titles": "counsellor"})
        bopha = house.browser("bopha")
        bopha.get("/work")
        vanna.send(
            "/administration/people/bopha/disable",
            {"reason": "left the house for good"},
            on="/administration/people/bopha",
        )
        assert bopha.client.get("/work").status_code == 303

    def test_of_whom_there_is_one_only_is_not_disabled(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        page = vanna.client.get("/administration/people/vanna").text
        assert "people.yaml" in page


class TestHealth:
    def test_says_what_stands_still_and_what_to_do(self, house: WebHouse) -> None:
        page = house.browser("vanna").get("/administration/health")
        assert "stands still" in page
        assert "Start the ticker" in page

    def test_names_the_oldest_overdue_by_its_reference(self, house: WebHouse) -> None:
        assert "Survives a power cut" in house.browser("vanna").get("/administration/health")


class TestWhoWorks:
    def signs(self, house: WebHouse) -> None:
        """Every kind of work has given a sign, and the journal was checked."""
        running, now = house.served.running, house.clock.now()
        for work in (sweep, deliver, seal_journal):
            running.store.screens.beat(Beat(work.__name__, "ticker", now, 0, work(running)))
        running.store.screens.beat(Beat("follow_up", "worker", now, 3, "OperationalError"))
        house.browser("lin").send("/audit/integrity", {}, status=200)

    def test_is_told_in_counts(self, house: WebHouse) -> None:
        self.signs(house)
        page = house.browser("vanna").get("/administration/health")
        for said in ("Taken: 0. Put off: 0.", "Sent: 0. Put off: 0. Given up: 0.", "Entries put in order: "):
            assert said in page
        assert "Whole. Instances checked: " in page
        assert "OperationalError" in page

    def test_is_told_in_the_language_of_whoever_reads(self, house: WebHouse) -> None:
        self.signs(house)
        vanna = house.browser("vanna")
        for language in ("km", "vi"):
            vanna.client.headers["accept-language"] = language
            page = vanna.get("/administration/health")
            for english in ("instances", "taken ", "Taken", "put off", "sealed", "broken"):
                assert english not in page.split("<main")[1]

    def test_names_where_the_journal_breaks_and_how_late_work_was(self, house: WebHouse) -> None:
        screens, now = house.served.running.store.screens, house.clock.now()
        said = Check(12, 1, "7K3M-9XQT-2HDJ #4", ended=True).said
        screens.beat(Beat("check_journal", "AC1", now, 0, said))
        screens.beat(Beat("sweep", "ticker", now, 0, "taken 3, postponed 1, latest by 7200 s"))
        screens.beat(Beat("seal_journal", "ticker", now, 0, "somebody else is sealing"))
        page = house.browser("vanna").get("/administration/health")
        assert "Broken at 7K3M-9XQT-2HDJ #4. Instances checked: 12." in page
        assert "Taken: 3. Put off: 1. Latest by 2 hours." in page
        assert "Somebody else is doing it." in page
