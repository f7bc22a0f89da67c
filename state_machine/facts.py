"""What a fact reads as at a moment: its value in force, or its `starts` once it has lapsed (language §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.definition import FactValue
from config.durations import Duration
from state_machine.stored import changed
from state_machine.view import Actor, Instance, Recorded

if TYPE_CHECKING:
    from state_machine.evaluation import Evaluation
    from state_machine.rules import FactRules

COMING = 2**53
"""The order of what an attempt brings along: after everything that has happened in its family."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A fact at a moment. `entry` is what is in force, None where the value is `starts` or unknown.

    `seq` is the journal entry that was looked at, also where its value has lapsed; 0 where nothing was recorded.
    """

    value: FactValue | None
    entry: Recorded | None
    seq: int


UNDECLARED = Reading(None, None, 0)
"""A fact that the instance's process does not declare, in the version of its own family (semantics 8)."""


def current(at: Evaluation, instance: Instance, fact: str) -> Reading:
    """What a fact of an instance reads as at the evaluation's moment; nothing is written and no sweep is needed."""
    key = (instance.ref, fact)
    found = at.readings.get(key)
    if found is None:
        found = at.readings[key] = _read(at, instance, fact)
    return found


def lapses_at(at: Evaluation, instance: Instance, fact: str) -> dt.datetime | None:
    """The moment, later than the evaluation's, from which a fact in force reads as its `starts`; else None.

    It counts from when the value was observed (semantics 14), in the zone of the family's calendar.
    """
    rules = at.rules(instance)
    declared = rules.processes[instance.process].facts.get(fact)
    if declared is None or declared.lasts_for is None:
        return None
    entry = current(at, instance, fact).entry
    return None if entry is None else _end(at, instance, declared, entry)


def record(
    instance: Instance,
    facts: Mapping[str, FactValue],
    *,
    actor: Actor,
    observed: dt.datetime | None,
    now: dt.datetime,
    seq: int = 0,
    order: int = COMING,
) -> Instance:
    """The instance with these facts recorded at `now`; `observed` is `now` where it is None, and never later.

    The latest value is that of the greatest (observed, seq): an observation older than the one that is held
    changes nothing but `touched` (semantics 14).
    """
    if not facts:
        return instance
    seen = now if observed is None else min(observed, now)
    recorded: dict[str, Recorded] = {}
    for name, value in facts.items():
        new = Recorded(value, seen, now, actor.person, actor.on_behalf, seq, order, order)
        old = instance.facts.get(name)
        recorded[name] = new if old is None or old.observed <= seen else replace(old, touched=order)
    return replace(instance, facts=changed(instance.facts, recorded))


def _read(at: Evaluation, instance: Instance, fact: str) -> Reading:
    declared = at.rules(instance).processes[instance.process].facts.get(fact)
    if declared is None:
        return UNDECLARED
    entry = instance.facts.get(fact)
    if entry is None:
        return declared.unrecorded
    if declared.lapses and _lapsed(at, instance, declared, entry):
        return Reading(declared.starts, None, entry.seq)
    return Reading(entry.value, entry, entry.seq)


def _lapsed(at: Evaluation, instance: Instance, declared: FactRules, entry: Recorded) -> bool:
    if any(event.came_after(at, instance, entry) for event in declared.ends_with):
        return True
    end = _end(at, instance, declared, entry) if declared.lasts_for is not None else None
    return end is not None and at.now >= end


def _end(at: Evaluation, instance: Instance, declared: FactRules, entry: Recorded) -> dt.datetime | None:
    """When a value ends by the clock; one whose figure is unknown lasts as long as its bound `at_most`, or for ever."""
    figure, lasts = declared.lasts_for, declared.model.lasts
    length = figure if figure is None or isinstance(figure, Duration) else figure.find(at, instance)
    least, most = (lasts.at_least, lasts.at_most) if lasts is not None else (None, None)

    def after(one: Duration) -> dt.datetime:
        return declared.calendar.add(entry.observed, one, "days", sense="latest_by")

    if length is None:
        return after(most) if most is not None else None
    end = after(length)
    end = max(end, after(least)) if least is not None else end
    return min(end, after(most)) if most is not None else end
