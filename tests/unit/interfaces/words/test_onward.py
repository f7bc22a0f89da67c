"""For each state of each track: who moves it on, and what happens if nobody does."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from config.loader import list_shipped, load_workflow
from interfaces.words.catalogues import languages
from interfaces.words.onward import what_if_nobody_does, who_moves_it_on
from interfaces.words.words import Words
from state_machine.rules import Rules
from tests.unit.state_machine.town import NOW, compiled

SOURCE = "source: {house: d, decided: 2026-11-01, why: w}"
RULES = compiled(f"""
case:
  tracks:
    plan: {{starts: none, states: {{none: {{}}, agreed: {{}}, over: {{final: true}}}}}}
  actions:
    open: {{by: [manager]}}
    agree: {{says: Agree the plan, by: [manager, worker], moves: {{plan: {{from: [none], to: agreed}}}}}}
    begin: {{says: Begin it., by: [manager, worker], moves: {{plan: {{from: [none], to: agreed}}}}}}
    drop: {{says: Drop it, by: [nurse], moves: {{plan: {{from: [none], to: over}}}}}}
    fade: {{says: The plan fades, automatic: true, moves: {{plan: {{from: [agreed], to: none}}}}}}
    end_it: {{says: The plan is over, moves: {{plan: {{from: [agreed], to: over}}}}}}
  deadlines:
    review:
      says: Review the plan
      while: {{track: plan, is: agreed}}
      task_for: manager
      due: {{after: P7D, counts: working_days, {SOURCE}}}
      ladder:
        - {{name: soon, at: -P3D, tell: manager}}
        - {{name: day, at: PT0S, tell: manager}}
        - {{name: late, at: P1D, tell: supervisor, breach: true, again: P5D}}
        - {{name: end, at: P20D, do: end_it}}
""")
WORDS = Words("en", ZoneInfo("UTC"), NOW)


class TestWhoMovesItOn:
    def test_people_come_first_one_sentence_for_each_group_of_roles(self) -> None:
        assert who_moves_it_on(WORDS, RULES, "case", "plan", "none") == (
            "Case manager or case worker: agree the plan; begin it.",
            "Nurse: drop it.",
        )

    def test_then_what_comes_by_itself_and_with_time(self) -> None:
        assert who_moves_it_on(WORDS, RULES, "case", "plan", "agreed") == (
            "By itself: the plan fades.",
            "When its time comes: the plan is over.",
        )

    def test_an_end_says_so(self) -> None:
        assert who_moves_it_on(WORDS, RULES, "case", "plan", "over") == ("Nothing leads on from here.",)


class TestIfNobodyDoes:
    def test_the_ladder_is_told_in_the_order_of_time(self) -> None:
        assert what_if_nobody_does(WORDS, RULES, "case", "plan", "agreed") == (
            "Review the plan. This is for: case manager.",
            "3 working days before the date this role is reminded: case manager.",
            "On the date this role is told: case manager.",
            "1 working day late this role is told: supervisor. It is written down as late."
            " Then again every 5 working days.",
            "20 working days late, by itself: the plan is over.",
        )

    def test_that_nothing_hangs_on_it_is_said(self) -> None:
        assert what_if_nobody_does(WORDS, RULES, "case", "plan", "none") == ("No date hangs on this.",)


@pytest.mark.parametrize("name", sorted(set(list_shipped()) - {"base"}))
def test_every_state_of_the_shipped_workflows_says_both_in_every_language(name: str) -> None:
    loaded = load_workflow(name)
    rules = Rules.compile(loaded.workflow, loaded.hash)
    for language in languages():
        words = Words(language, ZoneInfo("UTC"), NOW)
        for process, declared in rules.processes.items():
            for track, one in declared.model.tracks.items():
                for state in one.states:
                    said = (
                        *who_moves_it_on(words, rules, process, track, state),
                        *what_if_nobody_does(words, rules, process, track, state),
                    )
                    assert len(said) >= 2
                    assert not any("%(" in text or ".." in text for text in said), said
