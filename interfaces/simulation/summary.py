"""The figures of an outcome, as they are printed, compared and written as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from interfaces.simulation.run import Outcome


def summary(outcome: Outcome) -> dict[str, Any]:
    """Everything that is reported of one simulation."""
    tally, plan = outcome.tally, outcome.plan
    return {
        "workflow": outcome.workflow,
        "hash": outcome.version,
        "cases": plan.cases,
        "days": plan.days,
        "seed": plan.seed,
        "staff": {role: hands.model_dump() for role, hands in plan.staff.items()},
        "opened": tally.opened,
        "over": tally.over,
        "steps": tally.steps,
        "refused": tally.refused,
        "work": {role: weeks(counts, plan.days) for role, counts in sorted(tally.work.items())},
        "notices": {role: weeks(counts, plan.days) for role, counts in sorted(tally.notices.items())},
        "steps_of_a_person_and_day": spread(tally.steps_of_a_day),
        "tasks_of_a_person_and_day": spread(tally.tasks_of_a_day),
        "notices_of_a_person_and_day": spread(tally.notices_of_a_day),
        "breached": {
            name: {"rounds": rounds, "breached": breached, "share": round(breached / rounds, 3)}
            for name, (breached, rounds) in tally.breach_shares.items()
        },
        "waited_for": dict(tally.waits.most_common()),
        "failed": dict(tally.failed.most_common()),
        "refused_by": dict(tally.refusals.most_common()),
        "days_in": {name: round(days, 1) for name, days in sorted(tally.stays.items(), key=lambda one: -one[1])},
        "milestones": {
            name: {"cases": count, "median_days": middle, "p90_days": late}
            for name, (count, middle, late) in tally.times_to_milestones.items()
        },
    }


def weeks(counts: Counter[int], days: int) -> list[int]:
    """One number for each week, from the first."""
    return [counts[week] for week in range((days + 6) // 7)]


def spread(counts: Counter[int]) -> dict[str, float]:
    """Of how many a person has on a day: the average, the median, the ninth decile, and the most."""
    total = sum(counts.values())
    if not total:
        return {"average": 0.0, "median": 0, "p90": 0, "most": 0}
    average = sum(many * days for many, days in counts.items()) / total
    return {
        "average": round(average, 2),
        "median": _at(counts, total * 0.5),
        "p90": _at(counts, total * 0.9),
        "most": max(counts),
    }


def _at(counts: Counter[int], place: float) -> int:
    passed = 0
    for many in sorted(counts):
        passed += counts[many]
        if passed >= place:
            return many
    return max(counts)
