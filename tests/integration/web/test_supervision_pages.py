"""Supervision: decisions of a second person, emergency access and its review, handing over."""

from __future__ import annotations

import datetime as dt
import re
from typing import ClassVar

import pytest

from access.members import add_person
from cases.staff import StaffMember
from state_machine.view import SYSTEM
from tests.web import WebHouse, hidden_of

EMERGENCY = {"why": "danger", "words": "somebody stands at the door and shouts", "needed": "contact", "hours": "1"}


class TestEmergencyAccess:
    def test_opens_a_case_for_an_hour_and_is_reviewed(self, house: WebHouse) -> None:
        ref = house.case(safe_contact="call the school", age_group="adult")
        rith = house.browser("rith")
        rith.get(f"/cases/{ref}", 404)
        assert rith.send("/emergency-access", {**EMERGENCY, "ref": ref}) == f"/cases/{ref}"
        page = rith.get(f"/cases/{ref}")
        assert "call the school" in page
        assert "Everything you open is recorded" in page
        dara = house.browser("dara")
        review = re.search(r"/approvals/emergencies/[^\"]+", dara.get("/team"))
        assert review is not None
        assert "somebody stands at the door" in dara.get(review[0])
        dara.send(review[0], {"answer": "justified", "reason": "it had to be done at once"})
        rith.get(f"/cases/{ref}", 404)

    def test_ends_by_itself(self, house: WebHouse) -> None:
        ref = house.case()
        rith = house.browser("rith")
        rith.send("/emergency-access", {**EMERGENCY, "ref": ref})
        house.clock.move_to(house.clock.now() + dt.timedelta(minutes=61))
        rith = house.browser("rith")
        rith.get(f"/cases/{ref}", 404)

    def test_changes_nothing_of_the_case(self, house: WebHouse) -> None:
        ref = house.case()
        rith = house.browser("rith")
        rith.send("/emergency-access", {**EMERGENCY, "ref": ref})
        rith.get(f"/cases/{ref}/act/receive", 403)

    def test_of_a_case_that_is_not_there_says_no_more_than_a_wrong_reference(self, house: WebHouse) -> None:
        rith = house.browser("rith")
        mistyped = rith.send("/emergency-access", {**EMERGENCY, "ref": "7K3M-9XQT-2HDK"}, status=422)
        assert "sign by sign" in mistyped
        missing = rith.send("/emergency-access", {**EMERGENCY, "ref": "7K3M-9XQT-2HDJ"}, status=409)
        assert "sign by sign" in missing


class TestWhatWaits:
    def test_the_author_of_an_exception_does_not_decide_it(self, house: WebHouse) -> None:
        page = house.browser("dara").get("/team")
        assert "Nothing waits for you" in page

    def test_a_late_task_stands_once_with_whom_it_lies(self, house: WebHouse) -> None:
        house.case()
        house.clock.move_to(house.clock.now() + dt.timedelta(days=3))
        house.served.running.sweep()
        page = house.browser("dara").get("/team")
        assert page.count("Ask the person how to take part in planning") == 1
        assert "with Sok" in page

    def test_is_not_open_to_staff_who_do_not_supervise(self, house: WebHouse) -> None:
        house.browser("sok").get("/team", 403)


class TestHandingOver:
    def test_moves_what_was_chosen_and_tells_both(self, house: WebHouse) -> None:
        ref = house.case()
        dara = house.browser("dara")
        holding = re.search(r'name="holding" value="([^"]+)"', dara.get("/team/sok"))
        assert holding is not None
        page = dara.send(
            "/team/sok/hand-over",
            {"holding": holding[1], "taker": "rith", "reason": "Sok is away"},
            on="/team/sok",
            status=200,
        )
        assert "from Sok to Rith" in page
        if "Both were told" in page and "Not passed on" not in page:
            house.browser("rith").get(f"/cases/{ref}")

    def test_lists_working_names_to_those_alone_who_are_assigned(self, house: WebHouse) -> None:
        refs = [house.case() for _ in range(60)]
        desk = house.served.running.store.screens.desk
        for number, ref in enumerate(refs):
            desk.name_case(ref, f"Heron {number}")
        mine, theirs = house.browser("sok").get("/team/sok"), house.browser("dara").get("/team/sok")
        for number, ref in enumerate(refs):
            assert f"Heron {number} · {ref}, case worker" in mine
            assert f"{ref}, case worker" in theirs
        assert "Heron" not in theirs

    def test_of_somebody_else_is_not_open_to_staff(self, house: WebHouse) -> None:
        house.browser("sok").get("/team/rith", 403)
        house.browser("sok").get("/team/sok")


class TestAVersion:
    DRAFT: ClassVar[str] = (
        "process: case\ndeadlines:\n  plan_review:\n"
        "    due: {after: P20D, source: {house: director, decided: 2026-11-01, why: county audit}}\n"
    )

    def test_is_written_proved_asked_for_and_approved_by_another_person(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = vanna.send("/administration/workflows", {"name": "our-house", "extends": "kh-2009"})
        vanna.send(draft, {"new_file": "case.yaml"})
        on = f"{draft}?file=case.yaml"
        broken = self.DRAFT.replace("P20D", "P20X")
        vanna.send(draft, {"file": "case.yaml", "text": broken, "new_file": ""}, on=on)
        assert "`P20X`" in vanna.get(on)
        vanna.send(draft, {"file": "case.yaml", "text": self.DRAFT, "new_file": ""}, on=on)
        assert "30 → 20 working days" in vanna.get(f"{draft}/diff")
        assert vanna.send(f"{draft}/propose", {}, on=draft) == "/administration/workflows"
        dara = house.browser("dara")
        assert "asks to publish a version of our-house" in dara.get("/team")
        form = hidden_of(dara.get("/approvals/workflows/our-house"))
        answer = dara.client.post("/approvals/workflows/our-house", data={**form, "answer": "yes"})
        assert answer.status_code == 303
        assert house.served.running.house.store.newest_workflow("our-house") is not None

    def test_that_is_unsafe_is_not_asked_for_and_says_how_it_breaks(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = vanna.send("/administration/workflows", {"name": "our-house", "extends": "kh-2009"})
        vanna.send(draft, {"new_file": "case.yaml"})
        unsafe = (
            "process: case\nactions:\n  go_on:\n    says: Begin the interview at once\n    by: [duty_worker]\n"
            "    moves: {identification: {from: [presumed], to: interviewing}}\n"
        )
        vanna.send(draft, {"file": "case.yaml", "text": unsafe, "new_file": ""}, on=f"{draft}?file=case.yaml")
        page = vanna.send(f"{draft}/check", {}, on=draft, status=200)
        assert "How it breaks" in page
        refused = vanna.send(f"{draft}/propose", {}, on=draft, status=409)
        assert "Not asked for yet" in refused


@pytest.fixture
def kept(house: WebHouse) -> WebHouse:
    """The house, in which the store keeps pheap; the others are written in the file."""
    member = StaffMember("pheap", "Pheap", frozenset({"case_manager"}))
    done = add_person(house.served.running.house, SYSTEM, member, house.served.now())
    assert done.outcome == "changed"
    return house


class TestAStandIn:
    def test_is_named_by_supervision_and_acts_until_somebody_else_is_named(self, kept: WebHouse) -> None:
        ref = kept.step("pheap", "open", None, "case").ref
        kept.browser("pheap").get(f"/cases/{ref}")
        kept.browser("rith").get(f"/cases/{ref}", 404)
        dara = kept.browser("dara")
        assert dara.send("/team/pheap/stand-in", {"always": "rith"}, on="/team/pheap") == "/team/pheap"
        assert '<option value="rith" selected>' in dara.get("/team/pheap").split('id="stand-in"')[1]
        kept.browser("rith").get(f"/cases/{ref}")
        dara.send("/team/pheap/stand-in", {"always": ""}, on="/team/pheap")
        kept.browser("rith").get(f"/cases/{ref}", 404)

    def test_is_named_by_no_administrator(self, kept: WebHouse) -> None:
        vanna = kept.browser("vanna")
        page = vanna.get("/administration/people/pheap")
        assert 'name="stand_in"' not in page
        assert "whoever supervises, says when they are away and who stands in" in page
        days = {"begins": "2030-01-04", "ends": "2030-01-05", "stand_in": "rith"}
        changed = {"display": "Pheap", "titles": "case_manager", "stand_in": "rith"}
        for path, sent in (("", changed), ("/leave", days)):
            address = "/administration/people/pheap"
            said = vanna.send(f"{address}{path}", sent, status=409, on=address)
            assert "Who stands in for pheap is said by pheap, or by somebody who supervises" in said

    def test_is_nobody_who_is_not_there(self, kept: WebHouse) -> None:
        said = kept.browser("dara").send("/team/pheap/stand-in", {"always": "nobody"}, status=422, on="/team/pheap")
        assert "can stand in" in said

    def test_is_not_named_for_a_colleague(self, kept: WebHouse) -> None:
        rith = kept.browser("rith")
        rith.get("/team/pheap", 403)
        form = hidden_of(rith.get("/team/rith"))
        assert rith.client.post("/team/pheap/stand-in", data={**form, "always": "rith"}).status_code == 403

    def test_is_named_with_ones_own_leave_whose_last_day_stands_as_it_was_given(self, kept: WebHouse) -> None:
        pheap = kept.browser("pheap")
        days = {"begins": "2030-01-04", "ends": "2030-01-05", "stand_in": "rith"}
        pheap.send("/team/pheap/leave", days, on="/team/pheap")
        page = pheap.get("/team/pheap")
        assert ('value="2030-01-04"' in page, 'value="2030-01-05"' in page) == (True, True)
