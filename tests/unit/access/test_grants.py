"""The narrative for an auditor: asked with a reason, granted by a second person for a time, journaled, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from access.decide import Relation, decide_access
from access.grants import LONGEST, Granting, answer_grant, ask_grant, end_grant, opened_by
from access.relation import relation
from cases.errors import BadInput, UnknownName, UnknownReference
from cases.read_history import read_history
from tests.staffed_house import StaffedHouse

REASON = "A complaint says that the refusal was never explained."


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse()


@pytest.fixture
def case(at: StaffedHouse) -> str:
    """A case of sok with a contact rule."""
    ref = at.open("sok")
    at.assign(ref, "case_manager", "sok")
    answer = at.ask("record", "sok", ref, facts={"safe_contact": "canary by the river"}, reason="canary of a reason")
    assert answer.decision == "applied", answer.reasons
    return ref


def ask(at: StaffedHouse, ref: str, who: str = "lin", reason: str = REASON, days: float = 2) -> Granting:
    return ask_grant(at.house, at.viewer(who), ref, reason, at.now + dt.timedelta(days=days), at.now)


def say(at: StaffedHouse, asked: Granting, yes: bool = True, who: str = "dara", reason: str = "It is due.") -> Granting:
    assert asked.loan is not None
    return answer_grant(at.house, at.house.actor(who), asked.loan.id, yes, reason, at.now)


def sees(at: StaffedHouse, ref: str, who: str = "lin") -> Relation:
    return relation(at.house, at.viewer(who), ref, at.now)


def codes(done: Granting) -> list[str]:
    return [one.code for one in done.objections]


class TestAGrant:
    def test_opens_nothing_while_it_is_only_asked(self, at: StaffedHouse, case: str) -> None:
        asked = ask(at, case)
        assert asked.outcome == "asked"
        assert sees(at, case) is Relation.NONE
        assert not decide_access(at.viewer("lin"), "narrative", sees(at, case)).allowed

    def test_opens_the_narrative_until_it_ends_by_itself(self, at: StaffedHouse, case: str) -> None:
        say(at, ask(at, case))
        assert sees(at, case) is Relation.GRANT
        assert decide_access(at.viewer("lin"), "narrative", sees(at, case)).allowed
        assert not decide_access(at.viewer("lin"), "case", sees(at, case)).allowed
        at.wait(days=2)
        assert sees(at, case) is Relation.NONE

    def test_that_is_declined_opens_nothing(self, at: StaffedHouse, case: str) -> None:
        assert say(at, ask(at, case), yes=False).outcome == "declined"
        assert sees(at, case) is Relation.NONE

    def test_stands_in_the_journal_of_the_case(self, at: StaffedHouse, case: str) -> None:
        before = at.revision(case)
        say(at, ask(at, case))
        entries = at.journal(case, "case:grant:")
        assert [(one["kind"], one["actor"]) for one in entries] == [
            ("case:grant:asked", "lin"),
            ("case:grant:given", "dara"),
        ]
        assert REASON not in str(entries)
        assert at.revision(case) == before

    def test_gives_supervision_a_task_that_is_done_with_the_answer(self, at: StaffedHouse, case: str) -> None:
        asked = ask(at, case)
        with at.store.look() as tx:
            assert [one.name for one in tx.due_of(asked.request)] == ["answer_by_supervisor"]
        say(at, asked)
        with at.store.look() as tx:
            assert tx.due_of(asked.request) == []

    def test_shows_every_sealed_part_and_journals_that(self, at: StaffedHouse, case: str) -> None:
        actor = at.house.actor("lin")
        assert "canary" not in repr([one.facts for one in read_history(at.house, actor, case, at.now)])
        say(at, ask(at, case))
        around = at.store.staff.around(case, "lin", at.now)
        seen = read_history(at.house, actor, case, at.now, opened_by(at.house, around, at.now))
        assert any(one.facts.get("safe_contact") for one in seen)
        assert "canary of a reason" in [one.reason for one in seen]
        assert [(one["actor"], one["by"]) for one in at.journal(case, "case:fact:seen")] == [("lin", "grant")]


class TestAsking:
    @pytest.mark.parametrize("who", ["sok", "dara", "vanna"])
    def test_is_for_auditors(self, at: StaffedHouse, case: str, who: str) -> None:
        assert codes(ask(at, case, who)) == ["not_your_post"]

    def test_needs_a_reason_and_a_moment_within_bounds(self, at: StaffedHouse, case: str) -> None:
        for wrong in ({"reason": "because"}, {"days": 0}, {"days": LONGEST.days + 1}):
            with pytest.raises(BadInput):
                ask(at, case, **wrong)

    def test_is_once_at_a_time(self, at: StaffedHouse, case: str) -> None:
        first = ask(at, case)
        assert codes(ask(at, case)) == ["asked_already"]
        say(at, first, yes=False)
        assert ask(at, case).outcome == "asked"

    def test_of_nothing_is_an_error(self, at: StaffedHouse) -> None:
        with pytest.raises(UnknownReference):
            ask(at, "7K3M-9XQT-2HDJ")


class TestAnswering:
    @pytest.mark.parametrize(("who", "why"), [("nita", "not_your_role"), ("vanna", "not_your_role")])
    def test_is_for_supervision(self, at: StaffedHouse, case: str, who: str, why: str) -> None:
        assert codes(say(at, ask(at, case), who=who)) == [why]
        assert sees(at, case) is Relation.NONE

    def test_is_not_for_the_one_who_asked(self, at: StaffedHouse, case: str) -> None:
        asked = ask(at, case)
        assert codes(say(at, asked, who="lin")) == ["same_person"]

    def test_needs_a_reason_and_something_that_waits(self, at: StaffedHouse, case: str) -> None:
        asked = ask(at, case)
        with pytest.raises(BadInput):
            say(at, asked, reason="")
        say(at, asked)
        with pytest.raises(BadInput):
            say(at, asked, yes=False)

    def test_yes_comes_too_late_when_the_time_is_over(self, at: StaffedHouse, case: str) -> None:
        asked = ask(at, case)
        at.wait(days=2)
        with pytest.raises(BadInput):
            say(at, asked)
        assert say(at, asked, yes=False).outcome == "declined"


class TestTakingItBack:
    @pytest.mark.parametrize("who", ["dara", "lin"])
    def test_ends_it(self, at: StaffedHouse, case: str, who: str) -> None:
        granted: Any = say(at, ask(at, case)).loan
        assert end_grant(at.house, at.viewer(who), granted.id, at.now).outcome == "ended"
        assert sees(at, case) is Relation.NONE
        assert [one["actor"] for one in at.journal(case, "case:grant:ended")] == [who]

    def test_is_not_for_others(self, at: StaffedHouse, case: str) -> None:
        granted: Any = say(at, ask(at, case)).loan
        with pytest.raises(UnknownName):
            end_grant(at.house, at.viewer("sok"), granted.id, at.now)
