"""An administrator gets no case content by any way of reading, and an auditor none without a grant."""

from __future__ import annotations

import pytest

from cases.look import look
from cases.read_history import read_history
from cases.why import why
from tests.staffed_house import StaffedHouse

CANARY = "zqcanary"


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse()


@pytest.fixture
def case(at: StaffedHouse) -> str:
    """A case whose every text holds a word that must be found nowhere."""
    ref = at.open("sok")
    at.assign(ref, "case_manager", "sok")
    declared = at.rules.workflow.processes["case"].facts
    texts = [name for name, fact in declared.items() if fact.kind == "text" and at_may(at, name)]
    answer = at.ask("record", "sok", ref, facts=dict.fromkeys(texts, CANARY), reason=CANARY)
    assert answer.decision == "applied", answer.reasons
    return ref


def at_may(at: StaffedHouse, name: str) -> bool:
    by = at.rules.workflow.processes["case"].facts[name].by
    return by is None or "case_manager" in by


@pytest.mark.parametrize("who", ["vanna", "lin", "heng"])
def test_looking_shows_neither_facts_nor_which_there_are(at: StaffedHouse, case: str, who: str) -> None:
    sight = look(at.house, at.house.actor(who), case, at.now)
    assert (dict(sight.facts), sight.hidden, dict(sight.instance.facts)) == ({}, (), {})
    assert CANARY not in repr(sight)


@pytest.mark.parametrize("who", ["vanna", "lin", "heng"])
def test_the_history_shows_clear_parts_alone(at: StaffedHouse, case: str, who: str) -> None:
    seen = read_history(at.house, at.house.actor(who), case, at.now)
    shown = [(one.facts, one.withdrawn, one.lapsed, one.hidden, one.reason) for one in seen]
    assert shown == [({}, {}, (), (), None)] * len(seen)
    assert CANARY not in repr([one.clear for one in seen])


@pytest.mark.parametrize("who", ["vanna", "lin"])
def test_asking_why_reads_nothing(at: StaffedHouse, case: str, who: str) -> None:
    answers = why(at.house, at.house.actor(who), case, at.now)
    assert {reason.guard for one in answers for reason in one.reasons} == {"not_your_role"}
    assert not [reason.read for one in answers for reason in (*one.reasons, *one.advice) if reason.read]


def test_none_of_these_leaves_a_sight(at: StaffedHouse, case: str) -> None:
    for who in ("vanna", "lin"):
        look(at.house, at.house.actor(who), case, at.now)
        read_history(at.house, at.house.actor(who), case, at.now)
        why(at.house, at.house.actor(who), case, at.now)
    assert at.journal(case, "case:fact:seen") == []


def test_whoever_may_sees_it(at: StaffedHouse, case: str) -> None:
    """The tests above would prove nothing of a case that holds nothing."""
    assert CANARY in repr(look(at.house, at.house.actor("sok"), case, at.now).facts)
    assert CANARY in [one.reason for one in read_history(at.house, at.house.actor("sok"), case, at.now)]
