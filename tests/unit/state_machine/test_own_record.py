"""A role of one's own record: everybody holds it on the record that stands for them, and nobody anywhere else."""

from __future__ import annotations

import pytest

from state_machine.decision import Applied, Fixed
from state_machine.evaluation import Evaluation
from state_machine.roles import holder_of, may_see, who_can
from tests.unit.state_machine.town import NOW, ROLES, Town, because, compiled

PROCESSES = """
case:
  actions:
    open: {by: [manager]}
staff_member:
  stands_for: person
  facts:
    diary: {kind: text, by: [colleague], seen_by: [colleague]}
  actions:
    open: {by: [director]}
    look_at_oneself: {by: [colleague]}
    ask_for_help: {by: [colleague, supervisor]}
talk:
  parent: staff_member
  actions:
    open: {by: [colleague, supervisor]}
    end: {by: [colleague]}
"""
RULES = compiled(PROCESSES, roles=ROLES + "colleague: {says: Whoever works here, own_record: true}\n")


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    for person in ("sok", "dara"):
        made.add("staff_member", f"of {person}", stands_for=person)
    made.add("talk", "a talk", "of sok")
    return made


class TestTheirOwnRecord:
    def test_is_for_them_alone(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "look_at_oneself", "of sok"), Applied)
        assert because(town.decide("dara", "look_at_oneself", "of sok")) == [Fixed.NOT_YOUR_ROLE]
        assert because(town.decide("sok", "look_at_oneself", "of dara")) == [Fixed.NOT_YOUR_ROLE]

    def test_is_for_others_where_another_role_lets_them(self, town: Town) -> None:
        assert isinstance(town.decide("dara", "ask_for_help", "of sok"), Applied)
        assert because(town.decide("maly", "ask_for_help", "of sok")) == [Fixed.NOT_YOUR_ROLE]

    def test_reaches_what_lies_below(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "end", "a talk"), Applied)
        assert because(town.decide("dara", "end", "a talk")) == [Fixed.NOT_YOUR_ROLE]

    def test_is_not_for_whoever_stands_in(self, town: Town) -> None:
        stand_in = town.actor("dara", on_behalf="sok")
        assert because(town.decide(stand_in, "look_at_oneself", "of sok")) == [Fixed.NOT_YOUR_ROLE]

    def test_is_theirs_in_whichever_title_they_act(self, town: Town) -> None:
        assert isinstance(town.decide(town.actor("sok", role="manager"), "look_at_oneself", "of sok"), Applied)

    def test_is_no_title(self, town: Town) -> None:
        town.people["thief"] = frozenset({"colleague"})
        assert because(town.decide("thief", "look_at_oneself", "of sok")) == [Fixed.NOT_YOUR_ROLE]
        assert RULES.workflow.titles == ("manager", "worker", "nurse", "supervisor", "director")


class TestWhatOnlyTheySee:
    @pytest.mark.parametrize(("person", "may"), [("sok", True), ("dara", False), ("vanna", False)])
    def test_stays_theirs(self, town: Town, person: str, may: bool) -> None:
        at = Evaluation(town, NOW, town.actor(person))
        assert may_see(RULES, at, town.instances["of sok"], at.actor, "diary") is may


def test_whoever_can_is_the_person(town: Town) -> None:
    at = Evaluation(town, NOW, town.actor("dara"))
    assert who_can(RULES, at, town.instances["a talk"], ("colleague",)) == ("sok",)
    assert holder_of(RULES, town.instance, town.instances["a talk"], "colleague") == "sok"


def test_where_no_record_is_at_hand_it_is_nobodys(town: Town) -> None:
    case = town.add("case", "C1")
    assert holder_of(RULES, town.instance, case, "colleague") is None
