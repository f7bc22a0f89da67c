"""Who moves a track on from a state, and what happens if nobody does. Pure: from the rules alone, of no case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from state_machine.shelf import runs_in

if TYPE_CHECKING:
    from config.conditions import Counts
    from config.definition import Rung
    from state_machine.rules import ProcessRules

By = Literal["people", "itself", "time"]


@dataclass(frozen=True, slots=True)
class Way:
    """An action that leads out of a state: to which state, who does it, and how it comes (by people, itself, time)."""

    action: str
    to: str
    by: By
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """A deadline that runs in a state: whose task it is, and its rungs in the order of time.

    The durations of the rungs count from the due time, in `counts`.
    """

    deadline: str
    task_for: str | None
    counts: Counts
    rungs: tuple[Rung, ...]


def ways_on(process: ProcessRules, track: str, state: str) -> tuple[Way, ...]:
    """Every action that leads from a state of a track to another one, in canonical order. Raises KeyError."""
    leaving = {arrow.action: arrow.to for arrow in process.machines[track].leaving[state] if arrow.to != state}
    return tuple(
        Way(name, leaving[name], _by(process, name), action.model.by)
        for name, action in process.actions.items()
        if name in leaving
    )


@lru_cache(maxsize=4096)
def if_nobody_does(process: ProcessRules, track: str, state: str) -> tuple[Reminder, ...]:
    """The deadlines of a track that may run while it stands in a state, in canonical order. Raises KeyError."""
    if state not in process.model.tracks[track].states:
        raise KeyError(state)
    return tuple(
        Reminder(name, one.model.task_for, one.counts, one.model.ladder)
        for name, one in process.deadlines.items()
        if one.model.strength != "off" and runs_in(process, one, track, state)
    )


def _by(process: ProcessRules, action: str) -> By:
    declared = process.actions[action]
    if declared.model.automatic:
        return "itself"
    return "people" if declared.model.by else "time"
