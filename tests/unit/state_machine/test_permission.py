"""Who may: titles, assignment, ancestors, local titles, stand-ins, the system (language §1, §2; semantics 9)."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from state_machine.decision import Applied, Fixed
from state_machine.evaluation import Evaluation
from state_machine.permission import beginning
from state_machine.roles import may_see, who_can
from state_machine.view import SYSTEM, Actor
from tests.unit.state_machine.town import NOW, ROLES, Town, because, compiled, refused

HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"
PROCESSES = f"""
case:
  tracks: {{case: {{starts: open, states: {{open: {{}}, closed: {{}}, watched: {{}}}}}}}}
  facts:
    care: {{kind: yes_no, by: [nurse]}}
    age: {{kind: yes_no, by: [manager]}}
    note: {{kind: text}}
    secret: {{kind: text, by: [manager], seen_by: [supervisor]}}
    harm: {{kind: yes_no, by: [nurse]}}
  guards:
    never: {{require: {{fact: note, is: nonsense}}}}
  actions:
    open: {{by: [manager, nurse]}}
    assign: {{by: [supervisor]}}
    unassign: {{by: [supervisor]}}
    close: {{by: [manager], moves: {{case: {{from: [open], to: closed}}}}, guards: [never]}}
    review: {{by: [manager]}}
    look_in: {{by: [worker, supervisor]}}
    report: {{by: [manager], asks: [harm]}}
    watch: {{moves: {{case: {{from: [open], to: watched}}}}}}
    settle: {{automatic: true, moves: {{case: {{from: [watched], to: closed}}}}}}
    house_only: {{}}
  deadlines:
    watching:
      while: {{track: case, is: open}}
      due: {{after: P1D, {HOUSE}}}
      ladder: [{{name: watch, at: PT0S, do: watch}}, {{name: late, at: P1D, tell: director, again: P1D}}]
visit:
  parent: case
  facts:
    finding: {{kind: yes_no, by: [worker]}}
  actions:
    open: {{by: [manager, worker]}}
    hold: {{by: [worker]}}
check:
  parent: visit
  actions:
    finish: {{by: [worker]}}
    unassign: {{by: [supervisor]}}
register:
  actions:
    close: {{by: [director]}}
"""
RULES = compiled(PROCESSES)
ROLE, OPEN_TO = [Fixed.NOT_YOUR_ROLE.value], [Fixed.NOT_OPEN_TO_YOU.value]


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", holders={"manager": "sok"})
    made.add("visit", "V1", "C1")
    made.add("check", "K1", "V1")
    return made


class TestTheRoleOfAnAction:
    def test_is_one_of_its_by(self, town: Town) -> None:
        decision = town.decide("sok", "review")
        assert isinstance(decision, Applied)
        assert decision.role == "manager"

    def test_lets_by_title_where_the_role_is_not_assigned(self, town: Town) -> None:
        decision = town.decide("dara", "look_in")
        assert isinstance(decision, Applied)
        assert decision.role == "supervisor"

    def test_refuses_whoever_has_none_of_the_titles(self, town: Town) -> None:
        assert because(town.decide("maly", "review")) == ROLE

    def test_is_not_open_to_one_who_has_the_title_and_is_not_assigned_here(self, town: Town) -> None:
        town.people["other"] = frozenset({"manager"})
        assert because(town.decide("other", "review")) == OPEN_TO

    def test_is_not_open_where_nobody_is_assigned(self, town: Town) -> None:
        assert because(town.decide("nita", "look_in")) == OPEN_TO

    def test_needs_the_title_too(self, town: Town) -> None:
        town.assigned("C1", worker="maly")
        assert because(town.decide("maly", "look_in")) == ROLE

    def test_is_held_on_everything_below(self, town: Town) -> None:
        town.assigned("C1", worker="nita")
        assert isinstance(town.decide("nita", "hold", "V1"), Applied)
        assert isinstance(town.decide("nita", "finish", "K1"), Applied)

    def test_is_held_by_the_nearest_holder_alone(self, town: Town) -> None:
        town.people["other"] = frozenset({"worker"})
        town.assigned("C1", worker="nita")
        town.assigned("V1", worker="other")
        assert because(town.decide("nita", "hold", "V1")) == OPEN_TO
        assert isinstance(town.decide("other", "finish", "K1"), Applied)

    def test_is_not_held_above(self, town: Town) -> None:
        town.assigned("V1", worker="nita")
        assert because(town.decide("nita", "look_in")) == OPEN_TO

    def test_can_be_narrowed_to_one_title(self, town: Town) -> None:
        town.people["sok"] = frozenset({"manager", "supervisor"})
        assert isinstance(town.decide("sok", "look_in"), Applied)
        assert because(town.decide(town.actor("sok", role="manager"), "look_in")) == ROLE

    def test_with_nobody_in_by_is_for_the_house_alone(self, town: Town) -> None:
        assert because(town.decide("vanna", "house_only")) == ROLE
        assert because(town.decide("sok", "settle")) == ROLE

    def test_refusal_tells_who_could(self, town: Town) -> None:
        (reason,) = refused(town.decide("maly", "review")).reasons
        assert reason.missing[0].roles == ("manager",)
        assert reason.missing[0].people == ("sok",)

    def test_refusal_tells_nothing_else(self, town: Town) -> None:
        decision = refused(town.decide("maly", "close"))
        assert because(decision) == ROLE
        assert (dict(decision.outcomes), dict(decision.reads), decision.advice) == ({}, {}, ())


class TestLocalTitles:
    RULES = compiled(
        PROCESSES,
        roles=ROLES
        + "leader: {says: Leader, counts_as: [manager]}\n"
        + "head: {says: Head, counts_as: [leader]}\n"
        + "shelter_nurse: {says: Nurse of the shelter, assigned: true, counts_as: [nurse]}\n",
    )
    PEOPLE: ClassVar = {"lim": {"leader"}, "heng": {"head"}, "ros": {"shelter_nurse"}}

    def town(self, **holders: str) -> Town:
        made = Town(self.RULES, self.PEOPLE)
        made.add("case", "C1", holders=holders)
        return made

    @pytest.mark.parametrize("person", ["lim", "heng"])
    def test_act_as_the_role_that_they_count_as(self, person: str) -> None:
        decision = self.town(manager=person).decide(person, "review")
        assert isinstance(decision, Applied)
        assert decision.role == "manager"

    def test_may_be_held_under_their_own_name(self) -> None:
        assert isinstance(self.town(leader="lim").decide("lim", "review"), Applied)

    def test_still_need_the_assignment_of_the_role(self) -> None:
        assert because(self.town().decide("lim", "review")) == OPEN_TO

    def test_that_are_assigned_need_their_own_assignment(self) -> None:
        town = self.town()
        assert because(town.decide("ros", "", kind="record", facts={"care": True})) == OPEN_TO
        town.assigned("C1", shelter_nurse="ros")
        assert isinstance(town.decide("ros", "", kind="record", facts={"care": True}), Applied)

    def test_count_among_those_who_could(self) -> None:
        town = self.town()
        assert who_can(self.RULES, Evaluation(town, NOW, town.actor("lim")), None, ("manager",)) == ("lim", "heng")


class TestAStandIn:
    def test_holds_what_the_other_holds(self, town: Town) -> None:
        assert isinstance(town.decide(town.actor("maly", on_behalf="sok"), "review"), Applied)

    def test_does_not_hold_what_the_other_does_not(self, town: Town) -> None:
        town.people["other"] = frozenset({"manager"})
        assert because(town.decide(town.actor("maly", on_behalf="other"), "review")) == OPEN_TO


class TestTheSystem:
    HOUSE = Actor(SYSTEM)

    def test_does_what_is_automatic(self, town: Town) -> None:
        town.moved("C1", "case", "watched")
        decision = town.decide(self.HOUSE, "settle")
        assert isinstance(decision, Applied)
        assert decision.role == ""

    def test_does_what_a_rung_does(self, town: Town) -> None:
        assert isinstance(town.decide(self.HOUSE, "watch"), Applied)

    @pytest.mark.parametrize("action", ["review", "house_only", "close"])
    def test_does_nothing_else(self, town: Town, action: str) -> None:
        assert because(town.decide(self.HOUSE, action)) == ROLE

    def test_records_and_assigns_nothing(self, town: Town) -> None:
        assert because(town.decide(self.HOUSE, "", kind="record", facts={"note": "x"})) == ROLE
        given: dict[str, Any] = {"assigned": "nita", "role": "worker"}
        assert because(town.decide(self.HOUSE, "assign", kind="assign", **given)) == ROLE

    def test_opens_instances_with_their_facts(self, town: Town) -> None:
        opening: dict[str, Any] = {"kind": "open", "process": "case", "facts": {"care": True}}
        assert isinstance(town.decide(self.HOUSE, "open", "C2", **opening), Applied)


class TestRecording:
    def test_is_open_to_the_recorders_of_the_fact(self, town: Town) -> None:
        decision = town.decide("maly", "", kind="record", facts={"care": True})
        assert isinstance(decision, Applied)
        assert decision.role == "nurse"

    def test_is_refused_to_others_by_the_name_of_the_fact(self, town: Town) -> None:
        (reason,) = refused(town.decide("sok", "", kind="record", facts={"care": True})).reasons
        assert reason.guard == Fixed.NOT_YOUR_ROLE
        assert "care" in reason.message

    def test_asks_for_every_fact(self, town: Town) -> None:
        assert because(town.decide("maly", "", kind="record", facts={"care": True, "age": True})) == ROLE

    def test_of_an_assigned_role_needs_the_assignment(self, town: Town) -> None:
        town.people["other"] = frozenset({"manager"})
        assert because(town.decide("other", "", kind="record", facts={"age": True})) == OPEN_TO

    @pytest.mark.parametrize(("person", "may"), [("sok", True), ("dara", True), ("maly", True), ("vanna", False)])
    def test_without_by_is_open_to_whoever_may_act_here(self, town: Town, person: str, may: bool) -> None:
        assert isinstance(town.decide(person, "", kind="record", facts={"note": "x"}), Applied) is may


class TestFactsThatComeAlong:
    def test_may_be_what_the_action_asks_whoever_records_them(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "report", facts={"harm": True}), Applied)

    def test_may_be_what_the_actor_may_record(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "review", facts={"age": True, "note": "x"}), Applied)

    def test_may_be_nothing_else(self, town: Town) -> None:
        (reason,) = refused(town.decide("sok", "review", facts={"care": True})).reasons
        assert reason.guard == Fixed.NOT_YOUR_ROLE
        assert "care" in reason.message


class TestOpening:
    def test_without_a_parent_needs_the_title(self, town: Town) -> None:
        town.people["other"] = frozenset({"manager"})
        decision = town.decide("other", "open", "C2", kind="open", process="case")
        assert isinstance(decision, Applied)
        assert decision.role == "manager"
        assert because(town.decide("nita", "open", "C2", kind="open", process="case")) == ROLE

    def test_a_child_needs_the_role_on_its_parent(self, town: Town) -> None:
        opening: dict[str, Any] = {"kind": "open", "process": "visit", "parent": "C1"}
        assert isinstance(town.decide("sok", "open", "V2", **opening), Applied)
        assert because(town.decide("nita", "open", "V2", **opening)) == OPEN_TO

    def test_assigns_the_one_who_opens_in_the_role_that_let_them(self, town: Town) -> None:
        facts = {"age": True}
        assert isinstance(town.decide("sok", "open", "C2", kind="open", process="case", facts=facts), Applied)
        attempt = town.attempt("sok", "open", "C2", kind="open", process="case")
        made = beginning(RULES, Evaluation(town, NOW, attempt.actor), attempt)
        assert made.holders == {"manager": "sok"}

    def test_assigns_nobody_in_a_role_that_is_held_by_title(self, town: Town) -> None:
        attempt = town.attempt("maly", "open", "C2", kind="open", process="case")
        assert beginning(RULES, Evaluation(town, NOW, attempt.actor), attempt).holders == {}

    def test_by_an_action_of_the_parent_asks_for_no_role(self, town: Town) -> None:
        opening: dict[str, Any] = {"kind": "open", "process": "visit", "parent": "C1", "by_skipped": True}
        assert isinstance(town.decide("maly", "open", "V2", **opening, facts={"finding": True}), Applied)

    def test_of_what_nobody_may_open_is_for_the_house(self, town: Town) -> None:
        assert because(town.decide("vanna", "open", "R1", kind="open", process="register")) == ROLE

    def test_under_an_unknown_parent_is_a_mistake_of_the_caller(self, town: Town) -> None:
        with pytest.raises(KeyError):
            town.decide("sok", "open", "V2", kind="open", process="visit", parent="C9")


class TestAssigning:
    def test_needs_the_role_of_the_action(self, town: Town) -> None:
        given: dict[str, Any] = {"kind": "assign", "assigned": "nita", "role": "worker"}
        assert isinstance(town.decide("dara", "assign", **given), Applied)
        assert because(town.decide("sok", "assign", **given)) == ROLE

    def test_needs_a_person_with_the_title(self, town: Town) -> None:
        (reason,) = refused(town.decide("dara", "assign", kind="assign", assigned="maly", role="worker")).reasons
        assert reason.guard == Fixed.NOT_YOUR_ROLE
        assert "maly" in reason.message
        assert reason.missing[0].people == ("nita",)

    def test_needs_a_role_that_is_assigned(self, town: Town) -> None:
        (reason,) = refused(town.decide("dara", "assign", kind="assign", assigned="maly", role="nurse")).reasons
        assert reason.guard == Fixed.NOT_YOUR_ROLE
        assert "by title" in reason.message

    def test_is_not_possible_where_the_process_has_no_such_action(self, town: Town) -> None:
        given: dict[str, Any] = {"kind": "assign", "assigned": "nita", "role": "worker"}
        assert because(town.decide("dara", "assign", "V1", **given)) == ROLE

    def test_can_be_undone(self, town: Town) -> None:
        town.assigned("C1", manager="sok")
        assert isinstance(town.decide("dara", "unassign", kind="unassign", role="manager", assigned="sok"), Applied)

    def test_cannot_be_undone_where_nobody_holds_the_role(self, town: Town) -> None:
        (reason,) = refused(town.decide("dara", "unassign", kind="unassign", role="worker")).reasons
        assert reason.guard == Fixed.NOT_HELD
        assert "nothing to take back" in reason.message
        assert (reason.missing[0].name, reason.missing[0].found, reason.remedy) == ("worker", "nobody", "")

    def test_is_undone_where_it_was_done(self, town: Town) -> None:
        """A role that counts here because it is held above is taken back above."""
        town.assigned("C1", manager="sok")
        (reason,) = refused(town.decide("dara", "unassign", "K1", kind="unassign", role="manager")).reasons
        assert reason.guard == Fixed.NOT_HELD
        assert reason.remedy.startswith("sok is manager on C1")


class TestSeeing:
    @pytest.mark.parametrize(
        ("person", "fact", "may"),
        [
            ("sok", "care", True),
            ("nita", "care", False),
            ("maly", "care", False),
            ("sok", "secret", False),
            ("dara", "secret", True),
        ],
    )
    def test_is_for_seen_by_else_for_everybody_assigned_here(
        self, town: Town, person: str, fact: str, may: bool
    ) -> None:
        at = Evaluation(town, NOW, town.actor(person))
        assert may_see(RULES, at, town.instances["C1"], at.actor, fact) is may

    def test_below_is_for_those_assigned_above(self, town: Town) -> None:
        at = Evaluation(town, NOW, town.actor("sok"))
        assert may_see(RULES, at, town.instances["K1"], at.actor, "anything")
        assert may_see(RULES, at, town.instances["V1"], at.actor, "finding")
