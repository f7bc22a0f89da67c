"""Whether a difference asks more or less of staff; what cannot be told from the difference alone is not guessed."""

from __future__ import annotations

import pytest

from config.difference import Difference, What
from config.tendency import tendency


def one(what: What, where: str, before: str | None = None, after: str | None = None, says: str = "") -> Difference:
    return Difference(what, where, says, before, after)


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (one("changed", "case.deadline.plan.due.after", "P30D", "P20D", "plan: 30 → 20 days"), "stricter"),
        (one("changed", "case.deadline.plan.due.after", "P20D", "P30D", "plan: 20 → 30 days"), "looser"),
        (one("changed", "case.deadline.plan.due.after", "P1M", "P30D", "plan: 1 month → 30 days"), "other"),
        (one("changed", "case.deadline.plan.due.after", "P30D", "P25D", "plan: 30 days → 25 working days"), "other"),
        (one("changed", "case.deadline.plan.due.after", "{fact: days}", "P25D", "plan: x → 25 days"), "other"),
        (one("changed", "case.deadline.plan.due.source", "a", "b"), "words"),
        (one("changed", "case.guard.care.strength", "should", "must"), "stricter"),
        (one("changed", "case.guard.care.strength", "must", "may"), "looser"),
        (one("changed", "case.guard.care.require", "a", "b"), "other"),
        (one("changed", "case.guard.care.refusal", "a", "b"), "words"),
        (one("added", "case.action.start.guards", after="care"), "stricter"),
        (one("removed", "case.action.start.guards", before="care"), "looser"),
        (one("added", "case.action.start.asks", after="place"), "stricter"),
        (one("added", "case.action.start.by", after="director"), "looser"),
        (one("removed", "case.fact.health.seen_by", before="director"), "stricter"),
        (one("changed", "case.fact.health.seen_by", "[nurse]", None), "looser"),
        (one("changed", "role.nurse.opens_cases", "own", "all"), "looser"),
        (one("added", "case.guard.safe", after="{}"), "new"),
        (one("removed", "case.guard.safe", before="{}"), "looser"),
        (one("added", "case.deadline.visit", after="{}"), "stricter"),
        (one("removed", "case.deadline.visit.ladder.late", before="{}"), "looser"),
        (one("removed", "case.invariant.care_first", before="{}"), "looser"),
        (one("added", "case.fact.place", after="{}"), "new"),
        (one("removed", "case.track.legal", before="{}"), "gone"),
        (one("changed", "notice.task_due", "a", "b"), "words"),
    ],
    ids=lambda value: value.where if isinstance(value, Difference) else value,
)
def test_a_difference_tends_to(difference: Difference, expected: str) -> None:
    assert tendency(difference) == expected
