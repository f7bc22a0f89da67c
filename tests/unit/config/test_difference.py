"""Two versions of a workflow are compared in words that somebody can approve or refuse."""

from __future__ import annotations

import pytest

from config.definition import Workflow
from config.difference import Difference, differences
from config.duration_words import in_words
from tests.houses import rules_of

OLD = """
workflow: old
says: A small house
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: director
roles:
  director: {says: Director}
  worker: {says: Worker}
processes:
  - process: case
    tracks:
      case: {starts: open, states: {open: {}, closed: {}}}
      plan: {starts: none_yet, states: {none_yet: {}, agreed: {}}}
    facts:
      care: {kind: choice, values: [given, declined], by: [worker]}
    guards:
      care_first: {require: {fact: care, known: true}, strength: should, refusal: Care first.}
    actions:
      open: {by: [worker]}
      agree: {by: [worker], moves: {plan: {from: [none_yet], to: agreed}}}
      close: {by: [worker], guards: [care_first], moves: {case: {from: [open], to: closed}}}
    deadlines:
      plan_review:
        while: {track: case, is: open}
        due: {after: P30D, counts: working_days, source: {house: d, decided: 2026-11-01, why: often}}
        ladder: [{name: late, at: P1D, tell: director, again: P3D}]
"""


def workflow(text: str) -> Workflow:
    return rules_of(text).workflow


def changed(*pairs: tuple[str, str]) -> tuple[Difference, ...]:
    """What is otherwise after these replacements, each of which is there."""
    text = OLD
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return differences(workflow(OLD), workflow(text))


def said(*pairs: tuple[str, str]) -> list[str]:
    return [one.says for one in changed(*pairs)]


def test_the_same_has_no_differences() -> None:
    assert changed() == ()


def test_a_guard_that_is_added_is_named_with_its_action() -> None:
    with_guard = (
        ("    actions:", "      plan_there: {require: {track: plan, is: agreed}}\n    actions:"),
        ("guards: [care_first]", "guards: [care_first, plan_there]"),
    )
    assert said(*with_guard) == [
        "the guard plan_there was added to case: must",
        "the guard plan_there was added to the action close of case",
    ]


def test_a_guard_that_is_taken_away_is_told_though_it_is_still_defined() -> None:
    (one,) = changed((", guards: [care_first]", ""))
    assert (one.what, one.says) == ("removed", "the guard care_first was taken from the action close of case")


def test_a_figure_is_told_in_words() -> None:
    (one,) = changed(("after: P30D", "after: P21D"))
    assert one.says == "the deadline plan_review of case: 30 → 21 working days"
    assert (one.where, one.before, one.after) == ("case.deadline.plan_review.due.after", "P30D", "P21D")


def test_days_that_become_working_days_are_told() -> None:
    assert said((", counts: working_days", "")) == ["the deadline plan_review of case: 30 working days → 30 days"]


def test_what_holds_where_nothing_is_said_is_told_by_its_name() -> None:
    assert said(("strength: should, ", "")) == ["the guard care_first of case: strength: should → must"]


def test_a_rung_that_goes_is_told() -> None:
    assert said(("name: late, ", "name: later, ")) == [
        "the rung late was taken from the deadline plan_review of case: 1 day; tells director; again every 3 days",
        "the rung later was added to the deadline plan_review of case: 1 day; tells director; again every 3 days",
    ]


def test_a_state_and_the_way_into_it_are_told() -> None:
    assert said(("{none_yet: {}, agreed: {}}", "{none_yet: {}, made: {}}"), ("to: agreed", "to: made")) == [
        "the state agreed was taken from the track plan of case",
        "the state made was added to the track plan of case",
        "the move plan of the action agree of case: to: agreed → made",
    ]


def test_who_may_is_told_one_by_one() -> None:
    assert said(("agree: {by: [worker]", "agree: {by: [director]")) == [
        "the role worker was taken from the action agree of case",
        "the role director was added to the action agree of case",
    ]


def test_what_a_refusal_says_is_spelled_out_before_and_after() -> None:
    (one,) = changed(("refusal: Care first.", "refusal: First care."))
    assert one.says == "the guard care_first of case: its refusal: “Care first.” → “First care.”"
    assert (one.before, one.after) == ("Care first.", "First care.")


def test_other_words_are_told_as_words() -> None:
    assert said(("director: {says: Director}", "director: {says: The director}")) == [
        "the role director: its words (says)"
    ]


def test_what_a_notice_says_is_spelled_out() -> None:
    with_notice = OLD.replace("processes:", 'notices: {late: {says: "{case}: {verb}"}}\nprocesses:')
    (one,) = differences(workflow(with_notice), workflow(with_notice.replace('{verb}"', '{verb}, {due}"')))
    assert one.says == "the notice late: its says: “{case}: {verb}” → “{case}: {verb}, {due}”"


def test_a_fact_that_everybody_may_record_is_told_as_opened_and_not_as_taken_away() -> None:
    (one,) = changed((", by: [worker]}\n    guards", "}\n    guards"))
    assert one.what == "changed"
    assert one.says == ("the fact care of case: whoever may act there may record it; before, only worker may record it")


@pytest.mark.parametrize(("before", "after"), [("", ", seen_by: [worker]"), (", seen_by: [worker]", "")])
def test_who_may_read_a_fact_is_told_in_both_directions(before: str, after: str) -> None:
    was, is_ = (OLD.replace("declined], by: [worker]", f"declined], by: [worker]{one}") for one in (before, after))
    (one,) = differences(workflow(was), workflow(is_))
    opened, closed = "everybody who is assigned there may read it", "only worker may read it"
    said = f"{closed}; before, {opened}" if after else f"{opened}; before, {closed}"
    assert one.says == f"the fact care of case: {said}"


def test_a_deadline_that_comes_says_when_it_is_due_and_for_whom() -> None:
    more = """
      call:
        says: Call the person
        while: {track: case, is: open}
        task_for: worker
        due: {after: P2D, since: {action: open}, source: {house: d, decided: 2026-11-01, why: often}}
        ladder: [{name: late, at: P1D, tell: director, again: P3D}]
"""
    (one,) = differences(workflow(OLD), workflow(OLD.rstrip() + more))
    assert one.says == (
        "the deadline call was added to case: "
        "must; due 2 days after the action open; a task of worker; “Call the person”"
    )


def test_a_process_that_comes_or_goes_is_told_with_everything_in_it() -> None:
    visit = """
  - process: visit
    parent: case
    tracks: {visit: {starts: planned, states: {planned: {}, held: {}}}}
    actions: {open: {by: [worker]}, hold: {by: [worker], moves: {visit: {from: [planned], to: held}}}}
"""
    whole = OLD.rstrip() + visit
    assert [one.says for one in differences(workflow(OLD), workflow(whole))] == [
        "the process visit was added",
        "the process visit: parent: nothing → case",
        "the track visit was added to visit",
        "the action open was added to visit: by worker",
        "the action hold was added to visit: by worker",
    ]
    gone = differences(workflow(whole), workflow(OLD))
    assert ("removed", "the action hold was taken from visit: by worker") in [(one.what, one.says) for one in gone]


def test_the_whole_house_comes_first() -> None:
    told = said(("  worker: {says: Worker}", "  worker: {says: Worker}\n  nurse: {says: Nurse}"), ("P30D", "P3M"))
    assert told == [
        "the role nurse was added to the workflow",
        "the deadline plan_review of case: 30 working days → 3 months",
    ]


def test_the_order_of_a_list_means_nothing() -> None:
    assert changed(("values: [given, declined]", "values: [declined, given]")) == ()


@pytest.mark.parametrize(
    ("figure", "counts", "words"),
    [
        ("P1D", "days", "1 day"),
        ("P2W", "days", "14 days"),
        ("P1Y6M", "days", "1 year 6 months"),
        ("PT4H30M", "days", "4 hours 30 minutes"),
        ("-P3D", "working_days", "3 working days before"),
        ("PT0S", "days", "at once"),
        (None, "days", "at once"),
        ({"fact": "reflection"}, "days", "as long as reflection says"),
        ({"fact": "interval", "of": "case"}, "days", "as long as interval of case says"),
    ],
)
def test_durations_in_words(figure: object, counts: str, words: str) -> None:
    assert in_words(figure, counts) == words
