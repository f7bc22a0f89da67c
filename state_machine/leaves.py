"""Tests of facts and of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from config.conditions import FactRef, FactTest
from config.definition import FactValue
from state_machine.conditions import Node, Touch
from state_machine.evaluation import Evaluation, Scope, Truth
from state_machine.facts import current
from state_machine.moments import Since
from state_machine.places import Place
from state_machine.roles import standing
from state_machine.values import compare

if TYPE_CHECKING:
    from config.calendars import WorkCalendar
    from state_machine.view import Instance

Given = bool | int | str
TestKind = Literal["is", "includes", "at_least", "at_most", "known"]


@dataclass(frozen=True, slots=True, eq=False)
class Right:
    """One thing on the right side of a test: a plain value, or a fact of the instance in whose file it is written."""

    value: Given | None = None
    fact: str = ""
    place: Place | None = None

    def read(self, scope: Scope) -> tuple[FactValue, ...] | None:
        """The values, one or many (a `choices` fact); None where it is unknown."""
        if self.value is not None:
            return (self.value,)
        at = scope.evaluation
        assert self.place is not None
        source = self.place.find(at, scope.home, scope.trace)
        if source is None:
            return None
        reading = current(at, source, self.fact)
        what = ".".join(part for part in (self.place.label, self.fact) if part)
        scope.trace.note(what, reading.value, source.ref, self.fact, reading.seq)
        if reading.value is None:
            return None
        return reading.value if isinstance(reading.value, tuple) else (reading.value,)


@dataclass(frozen=True, slots=True, eq=False)
class FactNode:
    """`fact`: `is`, `includes`, `at_least`, `at_most` or `known`."""

    place: Place
    source: FactTest
    test: TestKind
    rights: tuple[Right, ...]
    calendar: WorkCalendar
    touches: tuple[Touch, ...]
    parts: tuple[Node, ...] = ()

    def evaluate(self, scope: Scope) -> Truth:
        """Unknown where the fact, the instance or the right side is; `known` alone never is."""
        value = self.left(scope)
        if self.test == "known":
            return _truth((value is not None) is self.source.known)
        if value is None:
            for right in self.rights:
                right.read(scope)
            return Truth.UNKNOWN
        if self.test == "is":
            return self._is(scope, value)
        if self.test == "includes":
            return self._includes(scope, value)
        return self._compares(scope, value)

    def left(self, scope: Scope) -> FactValue | None:
        """The value of the fact looked at, noted as read."""
        at = scope.evaluation
        found = self.place.find(at, scope.here, scope.trace)
        if found is None:
            return None
        fact = self.source.fact
        reading = current(at, found, fact)
        label = self.place.label
        scope.trace.note(
            f"{scope.label}{label}.{fact}" if label else scope.label + fact,
            reading.value,
            found.ref,
            fact,
            reading.seq,
        )
        return reading.value

    def _is(self, scope: Scope, value: FactValue) -> Truth:
        answers = [_equals(value, right.read(scope)) for right in self.rights]
        return max(answers)

    def _includes(self, scope: Scope, value: FactValue) -> Truth:
        held = set(value) if isinstance(value, tuple) else {value}
        answers = []
        for right in self.rights:
            wanted = right.read(scope)
            answers.append(Truth.UNKNOWN if wanted is None else _truth(held.issuperset(wanted)))
        return min(answers)

    def _compares(self, scope: Scope, value: FactValue) -> Truth:
        (right,) = self.rights
        bound = right.read(scope)
        if bound is None:
            return Truth.UNKNOWN
        order = compare(value, bound[0], self.calendar)
        if order is None:
            return Truth.UNKNOWN
        return _truth(order >= 0 if self.test == "at_least" else order <= 0)


@dataclass(frozen=True, slots=True, eq=False)
class ActorNode:
    """`actor`: whether the one who acts is that one."""

    kind: Literal["role", "assigned", "link", "action", "fact"]
    name: str
    since: Since | None
    touches: tuple[Touch, ...]
    parts: tuple[Node, ...] = ()

    def evaluate(self, scope: Scope) -> Truth:
        """Persons and those on whose behalf they act are compared, never accounts (semantics 9)."""
        at = scope.evaluation
        if self.kind == "role":
            rules = at.rules(scope.here)
            return _truth(standing(rules, at, scope.here, (self.name,)).role is not None)
        who = self.persons(scope)
        if not who:
            return Truth.UNKNOWN
        return _truth(bool(who & {at.actor.person, at.actor.on_behalf}))

    def persons(self, scope: Scope) -> frozenset[str]:
        """The persons meant, with those on whose behalf they acted; none where nobody is known."""
        at = scope.evaluation
        if self.kind == "assigned":
            return frozenset({at.assigned} if at.assigned is not None else ())
        if self.kind == "link":
            return self._linked(at, scope)
        assert self.since is not None
        found: frozenset[str] = frozenset()
        latest = None
        for source in self.since.sources(at, scope.here, scope.trace):
            moment, who = self._doer(at, source, scope)
            if moment is not None and (latest is None or moment > latest):
                latest, found = moment, who
        return found

    def _doer(self, at: Evaluation, source: Instance, scope: Scope) -> tuple[int | None, frozenset[str]]:
        assert self.since is not None
        what = f"{scope.label}{self.since.label}"
        if self.kind == "fact":
            reading = current(at, source, self.name)
            by = reading.entry.by if reading.entry is not None else None
            scope.trace.note(f"{what} (by)", by, source.ref, self.name, reading.seq)
            entry = reading.entry
            return (entry.order, _both(entry.by, entry.on_behalf)) if entry is not None else (None, frozenset())
        done = source.done.get(self.name)
        scope.trace.note(f"{what} (by)", done.by if done is not None else None, source.ref)
        return (done.order, _both(done.by, done.on_behalf)) if done is not None else (None, frozenset())

    def _linked(self, at: Evaluation, scope: Scope) -> frozenset[str]:
        reading = current(at, scope.here, self.name)
        scope.trace.note(f"{scope.label}{self.name}", reading.value, scope.here.ref, self.name, reading.seq)
        found = at.instance(reading.value) if isinstance(reading.value, str) else None
        return frozenset({found.stands_for} if found is not None and found.stands_for is not None else ())


def rights(operand: object, read: dict[FactRef, Place]) -> tuple[Right, ...]:
    """The right side of a test as a list; `read` says where each fact on it lies."""
    given = operand if isinstance(operand, tuple) else (operand,)
    return tuple(Right(fact=one.fact, place=read[one]) if isinstance(one, FactRef) else Right(one) for one in given)


def _truth(holds: bool) -> Truth:
    return Truth.YES if holds else Truth.NO


def _equals(value: FactValue, wanted: tuple[FactValue, ...] | None) -> Truth:
    if wanted is None:
        return Truth.UNKNOWN
    if isinstance(value, tuple):
        return _truth(set(value) == set(wanted))
    return _truth(any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in wanted))


def _both(by: str, on_behalf: str | None) -> frozenset[str]:
    return frozenset({by} if on_behalf is None else {by, on_behalf})
