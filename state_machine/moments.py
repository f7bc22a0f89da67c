"""Moments, events and figures: since when, until what, and how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from config.conditions import ActionMoment, Event, FactMoment, FactRef, Moment, TrackMoment
from config.definition import Workflow
from config.durations import Duration
from state_machine.evaluation import Evaluation, Scope, Trace
from state_machine.facts import current
from state_machine.places import Place, place
from state_machine.values import duration, starts_at

if TYPE_CHECKING:
    from state_machine.view import Instance, Recorded


@dataclass(frozen=True, slots=True)
class Since:
    """A moment: a fact recorded (a `date` fact: its value), an action last done, a track's present state entered."""

    place: Place
    child: str | None
    kind: Literal["fact", "action", "track"]
    name: str

    @property
    def label(self) -> str:
        """The name by which people know what is waited for."""
        return ".".join(part for part in (self.child or self.place.label, self.name) if part)

    def sources(self, at: Evaluation, base: Instance, trace: Trace | None = None) -> Iterator[Instance]:
        """The instances where it can have happened: one, or all children of a process."""
        found = self.place.find(at, base, trace)
        if found is not None:
            yield from at.children(found.ref, self.child) if self.child else (found,)

    def find(self, scope: Scope, *, waiting: bool) -> dt.datetime | None:
        """The moment in UTC, None where it never came; what was read is noted.

        A fact counts from when it was observed; `waiting` counts it from the later of observed and recorded, so
        that nobody shortens a wait by dating a fact back (semantics 14). A bare day counts from its start.
        """
        at = scope.evaluation
        moments = [self._in(at, source, scope, waiting=waiting) for source in self.sources(at, scope.here, scope.trace)]
        return max((moment for moment in moments if moment is not None), default=None)

    def _in(self, at: Evaluation, source: Instance, scope: Scope, *, waiting: bool) -> dt.datetime | None:
        what = f"{scope.label}{self.label}"
        if self.kind == "fact":
            return self._recorded(at, source, scope, waiting=waiting)
        if self.kind == "track":
            standing = source.tracks.get(self.name)
            scope.trace.note(f"{what} (since)", _text(standing.since if standing is not None else None), source.ref)
            return standing.since if standing is not None else None
        done = source.done.get(self.name)
        scope.trace.note(f"{what} (done)", _text(done.at if done is not None else None), source.ref)
        return done.at if done is not None else None

    def _recorded(self, at: Evaluation, source: Instance, scope: Scope, *, waiting: bool) -> dt.datetime | None:
        reading = current(at, source, self.name)
        rules = at.rules(source)
        declared = rules.processes[source.process].facts.get(self.name)
        entry = reading.entry
        if declared is not None and declared.model.kind == "date":
            scope.trace.note(f"{scope.label}{self.label}", reading.value, source.ref, self.name, reading.seq)
            return starts_at(reading.value, rules.calendar) if isinstance(reading.value, str) else None
        found = None if entry is None else max(entry.observed, entry.recorded) if waiting else entry.observed
        what = f"{scope.label}{self.label} (recorded)"
        scope.trace.note(what, _text(found), source.ref, self.name, reading.seq)
        return found


@dataclass(frozen=True, slots=True)
class Ending:
    """An event of `lasts.until`: a fact recorded or an action done."""

    source: Since

    def came_after(self, at: Evaluation, instance: Instance, entry: Recorded) -> bool:
        """Whether it happened after the entry was recorded: by order within a family, by time across families."""
        for source in self.source.sources(at, instance):
            if self.source.kind == "fact":
                fact = source.facts.get(self.source.name)
                order, moment = (fact.touched, fact.recorded) if fact is not None else (-1, None)
            else:
                done = source.done.get(self.source.name)
                order, moment = (done.order, done.at) if done is not None else (-1, None)
            if moment is None:
                continue
            if order > entry.order if source.family == instance.family else moment > entry.recorded:
                return True
        return False


@dataclass(frozen=True, slots=True)
class FactFigure:
    """A figure that a fact holds: a period, or a number."""

    place: Place
    fact: str

    def find(self, at: Evaluation, home: Instance, trace: Trace | None = None) -> Duration | None:
        """The period as it reads now, None where it is unknown."""
        value = self._value(at, home, trace)
        return duration(value) if isinstance(value, str) else None

    def number(self, at: Evaluation, home: Instance, trace: Trace | None = None) -> int | None:
        """The number as it reads now, None where it is unknown."""
        value = self._value(at, home, trace)
        return value if isinstance(value, int) else None

    def _value(self, at: Evaluation, home: Instance, trace: Trace | None) -> object:
        source = self.place.find(at, home, trace)
        if source is None:
            return None
        reading = current(at, source, self.fact)
        if trace is not None:
            what = ".".join(part for part in (self.place.label, self.fact) if part)
            trace.note(what, reading.value, source.ref, self.fact, reading.seq)
        return reading.value


def since(workflow: Workflow, process: str, moment: Moment | Event) -> Since:
    """What a moment or event means where it is read on an instance of `process`.

    Raises ValueError for an unknown `of`.
    """
    kind, name = _kind_and_name(moment)
    child = moment.of if moment.of is not None and _is_child(workflow, process, moment.of) else None
    return Since(place(workflow, process, None if child else moment.of), child, kind, name)


def figure(workflow: Workflow, process: str, given: Duration | FactRef) -> Duration | FactFigure:
    """A duration, or where the fact that holds it lies, read from an instance of `process`."""
    if isinstance(given, Duration):
        return given
    return FactFigure(place(workflow, process, given.of), given.fact)


def _is_child(workflow: Workflow, process: str, name: str) -> bool:
    declared = workflow.processes.get(name)
    return declared is not None and declared.parent == process


def _kind_and_name(moment: Moment | Event) -> tuple[Literal["fact", "action", "track"], str]:
    match moment:
        case FactMoment(fact=name):
            return "fact", name
        case ActionMoment(action=name):
            return "action", name
        case TrackMoment(track=name):
            return "track", name


def _text(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
