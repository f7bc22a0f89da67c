"""What people set out to do and bring about: what takes time, children of which one will do, ways of tracks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cases.answers import Answer
from config.loader import Loaded, load_workflow
from interfaces.simulation.plan import Plan
from interfaces.simulation.tally import Tally
from interfaces.simulation.ways import leads_back
from interfaces.simulation.wish import Wish, to_see
from state_machine.decision import Missing, Reason
from state_machine.facts import record
from state_machine.rules import Rules
from state_machine.view import Actor, Instance, TrackAt
from tests.integration.simulation.pier import STAFF, STARTS, WORKFLOW, hands, played

CASE = """
process: case
says: A person in the care of the house
over: {track: case, is: closed}
tracks:
  case: {starts: open, states: {open: {}, closed: {}}}
  plan: {starts: none_yet, states: {none_yet: {}, interim: {}, agreed: {settled: true}, revising: {}}}
guards:
  decided:
    require:
      some: question
      where: {all: [{fact: subject, is: plan}, {fact: about, is: one}, {track: question, is: decided}]}
  called: {require: {none: errand, where: {all: [{track: errand, is: planned}, {fact: called, known: false}]}}}
  planned: {require: {some: errand, where: {track: errand, is: planned}}}
actions:
  open: {by: [nurse]}
  assign: {by: [supervisor]}
  close: {by: [supervisor], moves: {case: {from: [open], to: closed}}}
  begin: {by: [nurse], moves: {plan: {from: [none_yet, revising], to: interim}}}
  agree: {by: [nurse], moves: {plan: {from: [interim, revising], to: agreed}}, guards: [decided, called, planned]}
  revise: {by: [nurse], moves: {plan: {from: [interim, agreed], to: revising}}}
"""
QUESTION = """
process: question
says: One question to the person
parent: case
tracks:
  question: {starts: asked, states: {asked: {}, decided: {settled: true}, laid_aside: {final: true}}}
facts:
  subject: {kind: choice, values: [plan, home, work, money], by: [nurse]}
  about: {kind: choice, values: [one, all], starts: all, by: [nurse]}
  waived: {kind: yes_no, starts: false, by: [nurse]}
guards:
  time_to_think: {require: {any: [{fact: waived, is: true}, {elapsed: P60D, since: {action: open}}]}}
actions:
  open: {by: [nurse], asks: [subject]}
  decide: {by: [nurse], moves: {question: {from: [asked], to: decided}}, guards: [time_to_think]}
  lay_aside: {by: [supervisor], moves: {question: {from: [asked], to: laid_aside}}}
"""
ERRAND = """
process: errand
says: Something to be done
parent: case
tracks: {errand: {starts: planned, states: {planned: {}, done: {final: true}}}}
facts:
  need: {kind: text, by: [nurse]}
  called: {kind: yes_no, by: [nurse]}
guards:
  need_is_named: {require: {fact: need, known: true}}
actions:
  open: {by: [nurse], guards: [need_is_named]}
  finish: {by: [nurse], moves: {errand: {from: [planned], to: done}}}
"""
PLAN = Plan(20, 300, 1, STARTS, hands(2))
WAIVED = "{any: [{fact: waived, is: true}, {elapsed: P60D, since: {action: open}}]}"


def house(folder: Path, think: str = WAIVED) -> Loaded:
    folder = folder / "pier"
    folder.mkdir()
    workflow = WORKFLOW.replace(", guards: [vetted, manager_suits]", "")
    texts = {"workflow": workflow, "case": CASE, "question": QUESTION, "errand": ERRAND, "staff_member": STAFF}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text.replace(WAIVED, think), "utf-8")
    return load_workflow(folder)


def tally_of(loaded: Loaded, plan: Plan = PLAN) -> Tally:
    return played(loaded, plan).tally


class TestWhatTakesTime:
    def test_is_not_waited_for_where_something_said_makes_an_end_of_waiting(self, tmp_path: Path) -> None:
        agreed = tally_of(house(tmp_path)).times_to_milestones["plan.agreed"]
        assert agreed[0] >= 7
        assert agreed[1] < 50

    def test_is_put_aside_and_taken_up_again_when_it_may_be(self, tmp_path: Path) -> None:
        think = "{elapsed: P20D, since: {action: open}}"
        tally = tally_of(house(tmp_path, think))
        agreed = tally.times_to_milestones["plan.agreed"]
        assert agreed[0] >= 7
        assert 20 <= agreed[1] < 50
        assert tally.refusals["question.time_to_think"] <= 2 * tally.opened


class TestWhatIsEnough:
    def test_ends_the_seeing_to_it(self, tmp_path: Path) -> None:
        """Whoever is called about an errand need not also finish it, so that there is one left to plan with."""
        tally = tally_of(house(tmp_path))
        assert tally.refusals["errand.need_is_named"] <= tally.opened
        assert tally.refusals["case.planned"] <= tally.opened


class TestAChild:
    @pytest.fixture
    def rules(self, tmp_path: Path) -> Rules:
        loaded = house(tmp_path)
        return Rules.compile(loaded.workflow, loaded.hash)

    def wishes(self, rules: Rules, *parts: Missing, state: str = "asked", **facts: str) -> list[Wish]:
        """What is to be seen to for the lack of these parts, where question Q stands so and says that."""
        tracks = {"question": TrackAt(state, STARTS, 1)}
        child = Instance("Q", "C", "C", "question", rules.hash, 1, STARTS, "nurse_1", tracks)
        child = record(child, facts, actor=Actor("nurse_1"), observed=None, now=STARTS, seq=1, order=1)
        answer = Answer("C", "refused", "", 1, 1, reasons=(Reason("decided", "must", "", missing=parts),))
        asked = to_see(rules, {"Q": child}.get, answer).wishes
        assert all(guards == {"decided"} for _, guards in asked)
        return [wish for wish, _ in asked]

    another = Missing("C", "child", "question", "1", "one more")
    decide = Missing("Q", "action", "decide", "question: asked", "question: decided")

    def test_that_is_something_else_stays_so_and_is_not_brought_on(self, rules: Rules) -> None:
        other = Missing("Q", "fact", "subject", "home", "plan")
        assert self.wishes(rules, other, self.decide, self.another, subject="home") == [
            Wish("C", "child", "question", "", (("subject", "plan"),))
        ]

    def test_of_which_nobody_has_said_yet_what_it_is_may_become_it(self, rules: Rules) -> None:
        starting = Missing("Q", "fact", "about", "all", "one")
        asked = self.wishes(rules, starting, self.decide, self.another, subject="plan")
        assert [(one.kind, one.name) for one in asked] == [
            ("fact", "about"),
            ("action", "decide"),
            ("child", "question"),
        ]

    def test_that_can_go_there_no_more_is_left(self, rules: Rules) -> None:
        gone = Missing("Q", "track", "question", "laid_aside", "question: decided")
        unsaid = Missing("Q", "fact", "about", "all", "one")
        asked = self.wishes(rules, gone, unsaid, self.another, state="laid_aside")
        assert [one.kind for one in asked] == ["child"]


@pytest.mark.parametrize(
    ("origin", "to", "back"),
    [
        ("interim", "agreed", False),
        ("revising", "agreed", False),
        ("interim", "revising", True),
        ("agreed", "revising", True),
        ("revising", "interim", True),
        ("none_yet", "interim", False),
    ],
)
def test_a_plan_that_is_agreed_is_a_step_on_wherever_it_stood(tmp_path: Path, origin: str, to: str, back: bool) -> None:
    loaded = house(tmp_path)
    case = Rules.compile(loaded.workflow, loaded.hash).processes["case"]
    assert leads_back(case, {"plan": (origin, to)}) is back


def test_nobody_sets_out_to_unsettle_what_was_agreed(tmp_path: Path) -> None:
    """It happens by chance."""
    reached = tally_of(house(tmp_path), replace(PLAN, cases=40)).times_to_milestones
    assert reached.get("plan.revising", (0,))[0] < reached["plan.agreed"][0] / 2
