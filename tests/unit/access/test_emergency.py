"""Emergency access: for a reason and an hour, told at once, journaled sight by sight, and always reviewed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from access.decide import Relation, decide_access
from access.emergency import (
    MOST_TRIES,
    Lent,
    Wanted,
    end_emergency,
    facts_for,
    open_emergencies,
    opened_by,
    read_by,
    review_emergency,
    take_emergency,
)
from access.relation import relation
from cases.errors import BadInput, UnknownName
from cases.look import look
from cases.read_history import read_history
from cases.staff import HouseWrites
from tests.staffed_house import StaffedHouse, member

MISSING = "7K3M-9XQT-2HDJ"
WORDS = "She fainted, and nobody of the team answers the telephone."


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse()


@pytest.fixture
def case(at: StaffedHouse) -> str:
    """A case of sok, with a contact rule and a fact of health."""
    ref = at.open("sok")
    at.assign(ref, "case_manager", "sok")
    return ref


def take(at: StaffedHouse, ref: str, who: str = "rith", **other: Any) -> Lent:
    wanted = Wanted(**({"ref": ref, "why": "medical", "words": WORDS, "needed": "all"} | other))
    return take_emergency(at.house, at.viewer(who), wanted, at.now)


def codes(done: Lent) -> list[str]:
    return [one.code for one in done.objections]


def sees(at: StaffedHouse, ref: str, who: str = "rith") -> Relation:
    return relation(at.house, at.viewer(who), ref, at.now)


def notices(at: StaffedHouse) -> list[tuple[str, str, bool]]:
    rows = at.store.outbox.rows(("waiting",))
    return [(row.notice.role, row.notice.deadline, row.notice.urgent) for row in rows]


class TestTakingIt:
    def test_opens_the_case_to_be_read_and_to_nothing_else(self, at: StaffedHouse, case: str) -> None:
        assert sees(at, case) is Relation.NONE
        assert take(at, case).outcome == "open"
        assert sees(at, case) is Relation.EMERGENCY
        assert decide_access(at.viewer("rith"), "case", sees(at, case)).allowed
        assert not decide_access(at.viewer("rith"), "case_act", sees(at, case)).allowed

    def test_ends_by_itself(self, at: StaffedHouse, case: str) -> None:
        take(at, case)
        at.wait(minutes=59)
        assert sees(at, case) is Relation.EMERGENCY
        at.wait(minutes=1)
        assert sees(at, case) is Relation.NONE
        assert open_emergencies(at.house, "rith", at.now) == []

    def test_is_for_this_case_and_this_person_alone(self, at: StaffedHouse, case: str) -> None:
        other = at.open("sok")
        at.assign(other, "case_manager", "sok")
        take(at, case)
        assert sees(at, other) is Relation.NONE
        assert sees(at, case, "nita") is Relation.NONE

    def test_stands_in_the_journal_of_the_case_without_touching_its_revision(self, at: StaffedHouse, case: str) -> None:
        before = at.revision(case)
        loan = take(at, case).loan
        assert loan is not None
        (entry,) = at.journal(case, "case:emergency:")
        assert (entry["actor"], entry["loan"], entry["because"]) == ("rith", loan.id, ["medical"])
        assert WORDS not in str(entry)
        assert at.revision(case) == before

    def test_tells_supervision_at_once_and_gives_it_a_task(self, at: StaffedHouse, case: str) -> None:
        done = take(at, case)
        assert done.request is not None
        assert notices(at) == [("supervisor", "tell_of_emergency", True)], "before any sweep"
        with at.store.look() as tx:
            assert {one.name for one in tx.due_of(done.request)} == {"tell_of_emergency", "review_emergency"}

    def test_that_nobody_reviews_escalates(self, at: StaffedHouse, case: str) -> None:
        take(at, case)
        at.wait(days=2, hours=1)
        assert ("director", "review_emergency", False) in notices(at)

    def test_owes_the_request_even_where_nothing_comes_after_it(self, at: StaffedHouse, case: str) -> None:
        """The row is written together with the loan, and the sweep finds the request opened already: there is one."""
        done = take(at, case)
        with at.store.look() as tx:
            assert [one.name for one in tx.due_of(case) if one.kind == "request"] == [f"emergency.{done.loan.id}"]  # type: ignore[union-attr]  # it is open
        at.wait(seconds=0)
        with at.store.look() as tx:
            assert not [one for one in tx.due_of(case) if one.kind == "request"]
            assert len(tx.list_instances("house_request")) == 1


class TestItIsRefused:
    def test_for_a_reference_that_is_not_there_as_for_a_family_that_is_no_case(self, at: StaffedHouse) -> None:
        with at.store.look() as tx:
            no_case = tx.person_ref("dara")
        missing, other = take(at, MISSING), take(at, no_case)
        assert (missing.outcome, missing.objections) == (other.outcome, other.objections)
        assert codes(missing) == ["no_such_case"]

    def test_after_too_many_tries(self, at: StaffedHouse, case: str) -> None:
        for _ in range(MOST_TRIES):
            take(at, MISSING)
        assert codes(take(at, case)) == ["too_many_tries"]
        at.wait(hours=2)
        assert take(at, case).outcome == "open"

    def test_and_journaled_for_whoever_tried(self, at: StaffedHouse) -> None:
        take(at, MISSING)
        (entry,) = at.journal_of("rith", "house:emergency:")
        assert entry["because"] == ["no_such_case"]
        assert MISSING not in str(entry)

    @pytest.mark.parametrize("who", ["vanna", "lin"])
    def test_to_posts_of_the_house(self, at: StaffedHouse, case: str, who: str) -> None:
        assert codes(take(at, case, who)) == ["not_your_post"]
        assert sees(at, case, who) is Relation.NONE

    @pytest.mark.parametrize("who", ["sok", "dara"])
    def test_to_whoever_may_open_the_case_anyway(self, at: StaffedHouse, case: str, who: str) -> None:
        assert codes(take(at, case, who)) == ["open_already"]

    def test_while_one_is_running(self, at: StaffedHouse, case: str) -> None:
        take(at, case)
        assert codes(take(at, case)) == ["running_already"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"words": "x" * 19},
            {"words": "x " * 15},
            {"why": "curious"},
            {"needed": "story"},
            {"length": dt.timedelta(hours=5)},
            {"length": dt.timedelta(0)},
        ],
    )
    def test_by_an_error_where_something_is_left_out(self, at: StaffedHouse, case: str, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            take(at, case, **wrong)


class TestReading:
    @pytest.fixture
    def told(self, at: StaffedHouse, case: str) -> str:
        """The case, with a contact rule that few may see."""
        answer = at.ask("record", "sok", case, facts={"safe_contact": "canary by the river"})
        assert answer.decision == "applied", answer.reasons
        return case

    def opened(self, at: StaffedHouse, ref: str) -> Any:
        around = at.store.staff.around(ref, "rith", at.now)
        return opened_by(at.house, around, at.now)

    def test_shows_what_is_needed_and_journals_it(self, at: StaffedHouse, told: str) -> None:
        actor = at.house.actor("rith")
        assert "safe_contact" not in look(at.house, actor, told, at.now).facts
        loan = take(at, told, needed="contact").loan
        revision = at.revision(told)
        sight = look(at.house, actor, told, at.now, self.opened(at, told))
        assert sight.facts["safe_contact"].value == "canary by the river"
        (entry,) = at.journal(told, "case:fact:seen")
        assert (entry["actor"], entry["by"], entry["loan"]) == ("rith", "emergency", loan.id)  # type: ignore[union-attr]  # it is open
        assert at.revision(told) == revision
        assert [(one.instance, one.seq) for one in read_by(at.house, loan)] == [(told, entry["seq"])]  # type: ignore[arg-type]  # it is open

    def test_hides_what_is_not_needed(self, at: StaffedHouse, told: str) -> None:
        take(at, told, needed="health")
        sight = look(at.house, at.house.actor("rith"), told, at.now, self.opened(at, told))
        assert "safe_contact" not in sight.facts
        assert "canary" not in repr(sight)

    def test_of_the_history_is_journaled_too(self, at: StaffedHouse, told: str) -> None:
        take(at, told)
        seen = read_history(at.house, at.house.actor("rith"), told, at.now, self.opened(at, told))
        assert any(one.facts.get("safe_contact") for one in seen)
        assert [one["by"] for one in at.journal(told, "case:fact:seen")] == ["emergency"]

    def test_is_over_with_the_loan(self, at: StaffedHouse, told: str) -> None:
        take(at, told)
        at.wait(hours=1)
        assert self.opened(at, told) is None

    def test_the_facts_for_a_need_are_those_of_the_workflow(self, at: StaffedHouse) -> None:
        workflow = at.rules.workflow
        assert facts_for(workflow, "all") is None
        assert ("case", "safe_contact") in (facts_for(workflow, "contact") or ())
        assert ("case", "safe_contact") not in (facts_for(workflow, "health") or ())


class TestEndingIt:
    def test_before_its_time(self, at: StaffedHouse, case: str) -> None:
        loan = take(at, case).loan
        assert loan is not None
        assert end_emergency(at.house, at.viewer("rith"), loan.id, at.now).outcome == "ended"
        assert sees(at, case) is Relation.NONE

    def test_is_for_the_person_and_supervision(self, at: StaffedHouse, case: str) -> None:
        loan = take(at, case).loan
        assert loan is not None
        with pytest.raises(UnknownName):
            end_emergency(at.house, at.viewer("nita"), loan.id, at.now)
        assert end_emergency(at.house, at.viewer("dara"), loan.id, at.now).outcome == "ended"

    def test_twice_is_once(self, at: StaffedHouse, case: str) -> None:
        loan = take(at, case).loan
        assert loan is not None
        for _ in range(2):
            assert end_emergency(at.house, at.viewer("rith"), loan.id, at.now).outcome == "ended"
        assert len(at.journal(case, "case:emergency:ended")) == 1


class TestReviewingIt:
    def review(self, at: StaffedHouse, done: Lent, who: str = "dara", reason: str = "Her life was at risk.") -> Lent:
        assert done.loan is not None
        return review_emergency(at.house, at.house.actor(who), done.loan.id, "justified", reason, at.now)

    def test_stands_in_the_journal_and_answers_the_request(self, at: StaffedHouse, case: str) -> None:
        done = take(at, case)
        at.wait(hours=3)
        reviewed = self.review(at, done)
        assert reviewed.outcome == "reviewed"
        assert reviewed.loan is not None
        assert (reviewed.loan.verdict, reviewed.loan.answered_by) == ("justified", "dara")
        assert reviewed.loan.ended_at == reviewed.loan.until
        assert [one["verdict"] for one in at.journal(case, "case:emergency:reviewed")] == ["justified"]
        with at.store.look() as tx:
            request = tx.load(done.request).instances[0]
        assert request.tracks["request"].state == "answered"

    def test_ends_what_still_runs(self, at: StaffedHouse, case: str) -> None:
        self.review(at, take(at, case))
        assert sees(at, case) is Relation.NONE

    def test_is_not_for_whoever_has_no_such_role(self, at: StaffedHouse, case: str) -> None:
        done = take(at, case)
        assert self.review(at, done, "nita").outcome == "refused"
        assert at.store.staff.loan(done.loan.id).state == "open"  # type: ignore[union-attr]  # it is open

    def test_is_not_for_whoever_took_it(self, at: StaffedHouse, case: str) -> None:
        """The workflow refuses it: somebody may have become a supervisor meanwhile."""
        done = take(at, case)
        with at.store.step() as tx:
            now_supervises = member("rith", "supervisor")
            tx.administer(HouseWrites(at.now, {}, members=(now_supervises,), revision=at.store.staff.revision()))
        at.people.look_again(at.now)
        refused = self.review(at, done, "rith")
        assert (refused.outcome, codes(refused)) == ("refused", ["reviewed_by_another"])

    def test_needs_a_reason(self, at: StaffedHouse, case: str) -> None:
        done = take(at, case)
        with pytest.raises(BadInput):
            self.review(at, done, reason=" ")

    def test_twice_is_once(self, at: StaffedHouse, case: str) -> None:
        done = take(at, case)
        self.review(at, done)
        self.review(at, done)
        assert len(at.journal(case, "case:emergency:reviewed")) == 1

    def test_waits_in_the_list_until_then(self, at: StaffedHouse, case: str) -> None:
        done = take(at, case)
        at.wait(days=1)
        assert [one.id for one in at.store.staff.loans("emergency", unanswered=True)] == [done.loan.id]  # type: ignore[union-attr]  # it is open
        self.review(at, done)
        assert at.store.staff.loans("emergency", unanswered=True) == []
