"""What the checks say of small workflows: each verdict of each kind, and the steps that come with it."""

from __future__ import annotations

from state_machine.checks.liberty import check_liberty
from state_machine.checks.model import Model
from state_machine.checks.oversight import check_oversight
from state_machine.checks.safety import check_safety
from state_machine.checks.structure import check_structure
from state_machine.checks.verdict import Proof, Verdict
from tests.unit.state_machine.town import compiled

CASE = """
case:
  tracks:
    care: {starts: none, states: {none: {}, given: {}}}
    talk: {starts: none, states: {none: {}, going_on: {}, over: {}}}
  facts:
    answer: {kind: yes_no, by: [nurse]}
    age: {kind: number, by: [nurse]}
    seal: {kind: yes_no, by: []}
  guards:
    cared_for: {require: {track: care, is: given}, strength: STRENGTH}
    of_age: {require: {fact: age, at_least: 18}}
  actions:
    open: {by: [supervisor]}
    care: {by: [nurse], moves: {care: {from: [none], to: given}}}
    talk: {by: [supervisor], moves: {talk: {from: [none], to: going_on}}, guards: [cared_for]}
    end: {by: [supervisor], moves: {talk: {from: [going_on], to: over}}, guards: [of_age]}
    seal: {by: [supervisor], asks: [seal], moves: {care: {from: any, to: given}}}
    leave: {by: [supervisor], guards: [GUARDS]}
  deadlines:
    look:
      while: {track: talk, is: WHILE}
      due: {after: P1D, source: {house: director, decided: 2026-11-01, why: tested}}
      ladder: [{name: due, at: PT0S, tell: supervisor, again: P1D}]
  invariants:
    care_first: {never: {process: case, enters: {talk: going_on}, unless: {track: care, is: given}}}
    adults_only: {never: {process: case, enters: {talk: over}, unless: {fact: age, at_least: AGE}}}
    sealed: {never: {process: case, rests: {all: [{fact: seal, is: true}, {track: care, is: none}]}}}
    may_leave: {never_refused: {process: case, action: leave, when: {fact: answer, is: true}}}
    watched: {always_watched: {process: case, except: {track: talk, is: over}}}
"""
SOUND = {"STRENGTH": "must", "GUARDS": "", "WHILE": "[none, going_on]", "AGE": "18"}


def proofs(**changed: str) -> dict[str, Proof]:
    """All proofs of the case with some of its words changed, by name."""
    text = CASE
    for word, value in (SOUND | changed).items():
        text = text.replace(word, value)
    model = Model(compiled(text))
    checks = (check_safety, check_liberty, check_oversight, check_structure)
    return {proof.invariant.removeprefix("case."): proof for check in checks for proof in check(model)}


def actions(proof: Proof) -> list[str]:
    return [step.action for step in proof.counterexample if step.action]


class TestSafety:
    def test_holds_where_must_guards_imply_the_condition(self) -> None:
        proof = proofs()["care_first"]
        assert (proof.verdict, proof.counterexample) == (Verdict.HOLDS, ())
        assert proof.configurations == 4  # care is none with no talk; given with each state of it

    def test_a_should_guard_counts_for_nothing(self) -> None:
        proof = proofs(STRENGTH="should")["care_first"]
        assert proof.verdict is Verdict.VIOLATED
        assert actions(proof) == ["open", "talk"]
        assert proof.counterexample[-1].confirmed
        assert "Talk from none to going on" in proof.counterexample[-1].says

    def test_numbers_are_told_apart_at_the_figures_that_are_mentioned(self) -> None:
        assert proofs(AGE="18")["adults_only"].verdict is Verdict.HOLDS
        assert proofs(AGE="17")["adults_only"].verdict is Verdict.HOLDS
        broken = proofs(AGE="19")["adults_only"]
        assert broken.verdict is Verdict.VIOLATED
        assert {step.facts.get("age") for step in broken.counterexample} >= {18}

    def test_what_no_trace_reaches_is_not_decided(self) -> None:
        # That the seal is set by its own action alone is more than the search knows; nobody may record it otherwise.
        assert proofs()["sealed"].verdict is Verdict.NOT_DECIDED


class TestLiberty:
    def test_holds_where_nothing_can_stand_in_the_way(self) -> None:
        assert proofs()["may_leave"].verdict is Verdict.HOLDS

    def test_a_must_guard_stands_in_the_way(self) -> None:
        proof = proofs(GUARDS="cared_for")["may_leave"]
        assert proof.verdict is Verdict.VIOLATED
        assert actions(proof) == ["open", "leave"]
        assert proof.counterexample[-1].refused

    def test_so_does_a_should_guard_and_not_one_that_advises(self) -> None:
        assert proofs(GUARDS="cared_for", STRENGTH="should")["may_leave"].verdict is Verdict.VIOLATED
        assert proofs(GUARDS="cared_for", STRENGTH="may")["may_leave"].verdict is Verdict.HOLDS


class TestOversight:
    def test_holds_where_a_deadline_runs_everywhere(self) -> None:
        assert proofs()["watched"].verdict is Verdict.HOLDS

    def test_shows_where_nobody_looks(self) -> None:
        proof = proofs(WHILE="[none]")["watched"]
        assert proof.verdict is Verdict.VIOLATED
        assert actions(proof) == ["open", "care", "talk"]


class TestStructure:
    def test_shows_how_each_state_is_reached(self) -> None:
        proof = proofs()["reachable:talk.over"]
        assert proof.verdict is Verdict.HOLDS
        assert [step.action for step in proof.witness if step.action] == ["open", "care", "talk", "end"]

    def test_finds_an_action_that_nobody_can_take(self) -> None:
        found = proofs(
            GUARDS="cared_for, never_so",
            STRENGTH="must}\n    never_so: {require: {all: [{fact: age, at_most: 1}, of_age]}",
        )
        assert found["possible:leave"].verdict is Verdict.VIOLATED

    def test_shows_that_a_deadline_ends(self) -> None:
        assert proofs()["deadline:look"].verdict is Verdict.HOLDS
