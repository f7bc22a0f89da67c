"""The order in which everybody hears reasons: what they can see to themselves, what others can, what only time can."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from state_machine.decision import Missing, Reason
from state_machine.view import Actor

By = Literal["you", "other", "time"]
"""Who can see to it."""

ORDER: tuple[By, ...] = ("you", "other", "time")
NOT_ALONG = "did not come along"
"""What is found of a fact that has to come along with the attempt."""


def ordered(reasons: Iterable[Reason], mine: Collection[str]) -> tuple[Reason, ...]:
    """Reasons in that order for a person and those for whom they stand in; within a group in that of the workflow."""
    return tuple(sorted(reasons, key=lambda one: ORDER.index(by_of(one, mine))))


def persons_of(actor: Actor) -> frozenset[str]:
    """The person who acts, and the one on whose behalf."""
    return frozenset({actor.person, actor.on_behalf or actor.person})


def by_of(reason: Reason, mine: Collection[str]) -> By:
    """Who can see to a reason first. Where nothing is missing: only time, if it says when, else others."""
    found = [by(one, mine) for one in reason.missing]
    if found:
        return min(found, key=ORDER.index)
    return "time" if reason.until is not None else "other"


def by(one: Missing, mine: Collection[str]) -> By:
    """Who can see to one missing thing. What has to come along, whoever attempts it answers."""
    if one.kind == "time":
        return "time"
    return "you" if one.found == NOT_ALONG or set(mine) & set(one.people) else "other"
