"""The decision: states, answers, guards by strength, and what is told (language §2, §5; semantics 11–13)."""

from __future__ import annotations

from typing import Any

import pytest

from state_machine.decision import Applied, Fixed, NotYet, Outcome, Refused
from tests.unit.state_machine.town import NOW, Town, because, compiled, refused

RULES = compiled(
    """
case:
  tracks:
    case: {starts: open, states: {open: {}, watched: {}, closed: {}}}
    outcome: {starts: none_yet, states: {none_yet: {}, good: {}}}
  facts:
    care: {kind: choice, values: [given, refused], by: [manager]}
    view: {kind: text, by: [manager]}
    prepared: {kind: yes_no, by: [manager], lasts: {until: [{fact: view}]}}
    proof: {kind: text, by: [manager]}
    advice: {kind: text, by: [manager]}
    safety: {kind: yes_no, by: [manager]}
    child: {kind: yes_no, by: [manager]}
    guardian: {kind: yes_no, by: [manager]}
  guards:
    cared: {require: {fact: care, known: true}, clauses: [KH-MS-7.1.6]}
    heard: {require: {fact: view, known: true}}
    all_prepared: {require: {fact: prepared, is: true}}
    proven: {require: {fact: proof, known: true}, strength: should}
    reviewed: {require: {fact: advice, known: true}, strength: should, second_person: [director]}
    safe: {require: {fact: safety, is: true}, strength: may}
    later: {require: {fact: advice, is: nonsense}, strength: "off"}
    guardian_agrees: {when: {fact: child, is: true}, require: {fact: guardian, is: true}}
    of_a_good_worker: {require: {fact: trained, of: assigned, is: true}}
    vetted: {require: {fact: vetted, of: assigned, is: true}}
  actions:
    open: {by: [manager], asks: [care], guards: [guardian_agrees]}
    assign:
      by: [supervisor]
      moves: {outcome: {from: [good], to: none_yet, otherwise: stay}}
      guards: [of_a_good_worker]
    unassign: {by: [supervisor]}
    close:
      by: [manager]
      moves: {case: {from: [open], to: closed}, outcome: {from: any, to: good}}
      guards: [cared, heard]
    leave: {by: [manager], moves: {case: {from: [open], to: closed}}, guards: [guardian_agrees]}
    reopen: {by: [manager], moves: {case: {from: [closed, watched], to: open, otherwise: stay}}}
    watch: {by: [manager], moves: {case: {from: [open], to: watched}, outcome: {from: [good], to: none_yet}}}
    look: {by: [manager]}
    ask: {by: [manager], asks: [view, care], guards: [heard, cared, proven, all_prepared]}
    end: {by: [manager], guards: [cared, proven, reviewed, safe, later]}
    advise: {by: [manager], guards: [safe]}
staff:
  stands_for: person
  facts: {trained: {kind: yes_no}, vetted: {kind: yes_no}}
""",
    roles="""
manager: {says: Case manager, assigned: true}
worker: {says: Case worker, assigned: true, guards: [vetted]}
supervisor: {says: Supervisor}
director: {says: Director}
""",
)


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", holders={"manager": "sok"})
    made.add("staff", "S1", stands_for="nita")
    return made


def applied(decision: object) -> Applied:
    assert isinstance(decision, Applied), decision
    return decision


class TestStates:
    def test_move_together(self, town: Town) -> None:
        town.record("C1", care="given", view="glad")
        assert applied(town.decide("sok", "close")).moves == {
            "case": ("open", "closed"),
            "outcome": ("none_yet", "good"),
        }

    def test_move_all_or_none(self, town: Town) -> None:
        decision = refused(town.decide("sok", "watch"))
        assert because(decision) == [Fixed.NOT_FROM_HERE]
        assert [(one.name, one.found, one.needed) for one in decision.reasons[0].missing] == [
            ("outcome", "none_yet", "good")
        ]

    def test_that_stay_where_they_are_are_not_told(self, town: Town) -> None:
        assert applied(town.decide("sok", "reopen")).moves == {}
        town.moved("C1", "outcome", "good")
        town.record("C1", care="given", view="glad")
        assert applied(town.decide("sok", "close")).moves == {"case": ("open", "closed")}

    def test_need_not_be_moved_at_all(self, town: Town) -> None:
        assert applied(town.decide("sok", "look")).moves == {}

    def test_from_which_it_does_not_go_do_not_keep_the_guards_from_being_told(self, town: Town) -> None:
        town.moved("C1", "case", "closed")
        assert because(town.decide("sok", "close")) == [Fixed.NOT_FROM_HERE, "cared", "heard"]


class TestAnswers:
    def test_have_to_come_along(self, town: Town) -> None:
        decision = refused(town.decide("sok", "ask", facts={"view": "glad"}))
        assert because(decision)[0] == Fixed.ANSWER_MISSING
        assert [one.name for one in decision.reasons[0].missing] == ["care"]

    def test_of_another_time_do_not_count(self, town: Town) -> None:
        town.record("C1", care="given", view="glad")
        assert because(town.decide("sok", "ask"))[0] == Fixed.ANSWER_MISSING

    def test_are_seen_by_the_guards(self, town: Town) -> None:
        given = {"view": "glad", "care": "given", "proof": "letter", "prepared": True}
        assert applied(town.decide("sok", "ask", facts=given)).outcomes["cared"] is Outcome.YES

    def test_that_are_missing_keep_back_the_guards_that_depend_on_them(self, town: Town) -> None:
        decision = refused(town.decide("sok", "ask"))
        assert because(decision) == [Fixed.ANSWER_MISSING, "proven"]
        assert {name for name, outcome in decision.outcomes.items() if outcome is Outcome.NOT_ASKED} == {
            "heard",
            "cared",
            "all_prepared",  # giving `view` would end `prepared`
        }

    def test_can_end_other_facts(self, town: Town) -> None:
        town.record("C1", prepared=True)
        given = {"view": "glad", "care": "given", "proof": "letter"}
        assert because(town.decide("sok", "ask", facts=given)) == ["all_prepared"]

    def test_may_be_observed_earlier_than_what_is_known_which_then_holds(self, town: Town) -> None:
        town.record("C1", care="refused")
        earlier = NOW.replace(day=1)
        facts = {"view": "glad", "care": "given", "proof": "x", "prepared": True}
        decision = applied(town.decide("sok", "ask", facts=facts, observed=earlier))
        assert [read.value for read in decision.reads["cared"]] == ["refused"]

    def test_name_the_entry_that_they_will_be(self, town: Town) -> None:
        facts = {"view": "glad", "care": "given", "proof": "x", "prepared": True}
        decision = applied(town.decide("sok", "ask", facts=facts, seq=7))
        assert [read.seq for read in decision.reads["cared"]] == [7]


class TestGuards:
    def test_are_all_asked_and_all_unmet_ones_told(self, town: Town) -> None:
        decision = refused(town.decide("sok", "close"))
        assert because(decision) == ["cared", "heard"]
        assert decision.reasons[0].clauses == ("KH-MS-7.1.6",)

    def test_are_met_by_yes_alone(self, town: Town) -> None:
        town.record("C1", child=True)
        decision = refused(town.decide("sok", "leave"))
        assert decision.outcomes == {"guardian_agrees": Outcome.UNKNOWN}

    @pytest.mark.parametrize(
        ("facts", "outcome"),
        [
            ({"child": False}, Outcome.NOT_ASKED),
            ({"child": False, "guardian": False}, Outcome.NOT_ASKED),
            ({"child": True, "guardian": True}, Outcome.YES),
            ({"guardian": True}, Outcome.YES),
        ],
    )
    def test_are_asked_when_their_when_is_no_definite_no(
        self, town: Town, facts: dict[str, Any], outcome: Outcome
    ) -> None:
        town.record("C1", **facts)
        assert applied(town.decide("sok", "leave")).outcomes == {"guardian_agrees": outcome}

    @pytest.mark.parametrize("facts", [{}, {"guardian": False}, {"child": True}, {"child": True, "guardian": False}])
    def test_are_asked_in_doubt(self, town: Town, facts: dict[str, Any]) -> None:
        town.record("C1", **facts)
        assert because(town.decide("sok", "leave")) == ["guardian_agrees"]

    def test_tell_what_they_read(self, town: Town) -> None:
        town.record("C1", care="given", view="glad")
        reads = applied(town.decide("sok", "close")).reads
        assert {guard: [(read.what, read.value) for read in values] for guard, values in reads.items()} == {
            "cared": [("care", "given")],
            "heard": [("view", "glad")],
        }


class TestStrengths:
    def test_must_refuses(self, town: Town) -> None:
        town.record("C1", proof="x", advice="y", safety=True)
        decision = refused(town.decide("sok", "end"))
        assert (because(decision), decision.exception) == (["cared"], "none")

    def test_should_refuses_unless_a_second_person_agrees(self, town: Town) -> None:
        town.record("C1", care="given", safety=True)
        decision = refused(town.decide("sok", "end"))
        assert (because(decision), decision.exception) == (["proven", "reviewed"], "second_person")

    def test_should_passes_once_confirmed_and_says_so(self, town: Town) -> None:
        town.record("C1", care="given", safety=True, advice="y")
        decision = applied(town.decide("sok", "end", confirmed=True))
        assert decision.overridden == ("proven",)
        assert decision.outcomes["proven"] is Outcome.NO

    def test_confirming_does_not_open_a_must(self, town: Town) -> None:
        decision = refused(town.decide("sok", "end", confirmed=True))
        assert (because(decision), decision.exception) == (["cared"], "none")

    def test_must_and_should_together_are_no_exception(self, town: Town) -> None:
        decision = refused(town.decide("sok", "end"))
        assert (because(decision), decision.exception) == (["cared", "proven", "reviewed"], "none")

    def test_may_advises(self, town: Town) -> None:
        decision = applied(town.decide("sok", "advise"))
        assert [reason.guard for reason in decision.advice] == ["safe"]

    def test_may_advises_beside_a_refusal(self, town: Town) -> None:
        assert [reason.guard for reason in refused(town.decide("sok", "end")).advice] == ["safe"]

    def test_off_is_not_asked(self, town: Town) -> None:
        assert refused(town.decide("sok", "end")).outcomes["later"] is Outcome.NOT_ASKED

    def test_states_and_answers_know_no_exception(self, town: Town) -> None:
        town.record("C1", care="given", view="glad", prepared=True)
        decision = refused(town.decide("sok", "ask", facts={"view": "glad"}))
        assert decision.exception == "none"


class TestOpening:
    def test_asks_the_guards_and_answers_of_open(self, town: Town) -> None:
        given: dict[str, Any] = {"kind": "open", "process": "case"}
        assert because(town.decide("sok", "open", "C2", **given)) == [Fixed.ANSWER_MISSING, "guardian_agrees"]
        facts = {"care": "given", "child": False}
        assert isinstance(town.decide("sok", "open", "C2", **given, facts=facts), Applied)

    def test_by_an_action_asks_them_too(self, town: Town) -> None:
        given: dict[str, Any] = {"kind": "open", "process": "case", "by_skipped": True}
        assert because(town.decide("maly", "open", "C2", **given, facts={"care": "given"})) == ["guardian_agrees"]


class TestAssigning:
    def test_asks_the_guards_of_the_action_and_of_the_role(self, town: Town) -> None:
        given: dict[str, Any] = {"kind": "assign", "assigned": "nita", "role": "worker"}
        assert because(town.decide("dara", "assign", **given)) == ["of_a_good_worker", "vetted"]
        town.record("S1", trained=True, vetted=True)
        assert isinstance(town.decide("dara", "assign", **given), Applied)

    def test_to_a_role_without_guards_asks_those_of_the_action(self, town: Town) -> None:
        town.people["nita"] = frozenset({"manager"})
        given: dict[str, Any] = {"kind": "assign", "assigned": "nita", "role": "manager"}
        assert because(town.decide("dara", "assign", **given)) == ["of_a_good_worker"]

    def test_can_move_tracks(self, town: Town) -> None:
        town.record("S1", trained=True, vetted=True)
        town.moved("C1", "outcome", "good")
        decision = town.decide("dara", "assign", kind="assign", assigned="nita", role="worker")
        assert applied(decision).moves == {"outcome": ("good", "none_yet")}

    def test_out_of_a_role_asks_no_guard_of_the_role(self, town: Town) -> None:
        town.assigned("C1", worker="nita")
        assert isinstance(town.decide("dara", "unassign", kind="unassign", assigned="nita", role="worker"), Applied)


class TestRecording:
    def test_asks_no_guard_and_moves_nothing(self, town: Town) -> None:
        decision = applied(town.decide("sok", "", kind="record", facts={"care": "given"}))
        assert (decision.moves, decision.outcomes, decision.role) == ({}, {}, "manager")


class TestTheDecision:
    def test_does_not_change_what_it_looks_at(self, town: Town) -> None:
        before = dict(town.instances)
        town.decide("sok", "ask", facts={"view": "glad", "care": "given", "proof": "x", "prepared": True})
        assert town.instances == before

    def test_is_the_same_for_the_same_question(self, town: Town) -> None:
        assert town.decide("sok", "close") == town.decide("sok", "close")

    def test_on_an_unknown_instance_is_a_mistake_of_the_caller(self, town: Town) -> None:
        with pytest.raises(KeyError):
            town.decide("sok", "close", "C9", process="case")

    def test_is_one_of_three(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "close"), Applied | Refused | NotYet)
