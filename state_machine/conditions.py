"""The meaning of conditions: a typed tree compiled once, evaluated in Kleene's logic (semantics 12, 13).

Every part is evaluated, also where the answer is already known, so that what was read does not depend on the order
in which a condition is written; not so where nobody asks what was read (`Unnoted`). Tests of facts and people are in
`state_machine.leaves`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from config.conditions import Counts, TrackTest
from config.durations import Duration
from state_machine.evaluation import OPPOSITE, Scope, Trace, Truth, Unnoted
from state_machine.moments import FactFigure, Since
from state_machine.places import Place

if TYPE_CHECKING:
    from config.calendars import WorkCalendar
    from state_machine.evaluation import Evaluation
    from state_machine.view import Instance

Touch = tuple[str | None, Literal["fact", "track", "action", "child", "link", "person", "actor", "assigned"], str]
"""What a condition looks at: the process (None where only the instance itself tells it), the kind, the name.

`person`: it looks at the instance that stands for whoever holds a role.
"""

_TICK = dt.timedelta(microseconds=1)


class Node(Protocol):
    """One compiled condition."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The conditions inside it."""

    @property
    def touches(self) -> tuple[Touch, ...]:
        """What it looks at itself, without its parts."""

    def evaluate(self, scope: Scope) -> Truth:
        """Yes, no or unknown; what was read and when a clock will change it goes to the scope's trace."""


@dataclass(frozen=True, slots=True, eq=False)
class AllNode:
    """`all`: the lowest of its parts."""

    parts: tuple[Node, ...]
    touches: tuple[Touch, ...] = ()

    def evaluate(self, scope: Scope) -> Truth:
        """Yes where all parts hold."""
        if scope.trace.whole:
            return min([part.evaluate(scope) for part in self.parts])
        return _first(self.parts, scope, Truth.NO, min)


@dataclass(frozen=True, slots=True, eq=False)
class AnyNode:
    """`any`: the highest of its parts."""

    parts: tuple[Node, ...]
    touches: tuple[Touch, ...] = ()

    def evaluate(self, scope: Scope) -> Truth:
        """Yes where one part holds."""
        if scope.trace.whole:
            return max([part.evaluate(scope) for part in self.parts])
        return _first(self.parts, scope, Truth.YES, max)


@dataclass(frozen=True, slots=True, eq=False)
class NotNode:
    """`not`: not unknown is unknown."""

    part: Node
    touches: tuple[Touch, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        """The one condition inside."""
        return (self.part,)

    def evaluate(self, scope: Scope) -> Truth:
        """Yes where its part is a definite no."""
        return OPPOSITE[self.part.evaluate(scope)]


@dataclass(frozen=True, slots=True, eq=False)
class NameNode:
    """The name of a condition or guard of the process on which it is read: its right sides belong there too."""

    process: str
    name: str
    book: Mapping[tuple[str, str], Node]
    touches: tuple[Touch, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        """What the name stands for."""
        return (self.book[self.process, self.name],)

    def evaluate(self, scope: Scope) -> Truth:
        """What the named condition says of the instance looked at; worked out once where nobody asks what was read."""
        inner = Scope(scope.evaluation, scope.here, scope.here, scope.trace, scope.label)
        named = self.book[self.process, self.name]
        if scope.trace.whole:
            return named.evaluate(inner)
        key, said = (scope.here.ref, self.name), scope.evaluation.said
        truth = said.get(key)
        if truth is None:
            truth = said[key] = named.evaluate(inner)
        return truth


@dataclass(frozen=True, slots=True, eq=False)
class TrackNode:
    """`track`: in one of these states."""

    place: Place
    source: TrackTest
    states: frozenset[str]
    touches: tuple[Touch, ...]
    parts: tuple[Node, ...] = ()

    def evaluate(self, scope: Scope) -> Truth:
        """Unknown where there is no such instance, or its process has no such track."""
        found = self.place.find(scope.evaluation, scope.here, scope.trace)
        standing = found.tracks.get(self.source.track) if found is not None else None
        if found is None or standing is None:
            return Truth.UNKNOWN
        what = f"{self.place.label}.{self.source.track}" if self.place.label else self.source.track
        scope.trace.note(scope.label + what, standing.state, found.ref)
        return Truth.YES if standing.state in self.states else Truth.NO


@dataclass(frozen=True, slots=True, eq=False)
class ClockNode:
    """`elapsed` and `within`: so much time has gone by, or no more than so much."""

    kind: Literal["elapsed", "within"]
    figure: Duration | FactFigure
    since: Since
    counts: Counts
    calendar: WorkCalendar
    touches: tuple[Touch, ...]
    parts: tuple[Node, ...] = ()

    def evaluate(self, scope: Scope) -> Truth:
        """Unknown while the moment or the figure is unknown; the later instant at which it changes is noted."""
        start, end = self.span(scope)
        if start is None or end is None:
            return Truth.UNKNOWN
        now = scope.evaluation.now
        if now < end:
            scope.trace.flips.add(end)
        return Truth.YES if (now >= end) == (self.kind == "elapsed") else Truth.NO

    def span(self, scope: Scope) -> tuple[dt.datetime | None, dt.datetime | None]:
        """The moment from which it counts, and the first instant at which the answer is the other one.

        `within` a figure of days or more includes the whole last local day.
        """
        start = self.since.find(scope, waiting=self.kind == "elapsed")
        length = self.length(scope)
        if start is None or length is None:
            return start, None
        if self.kind == "elapsed":
            return start, self.calendar.add(start, length, self.counts, sense="not_before")
        last = self.calendar.add(start, length, self.counts, sense="latest_by")
        if length.is_calendar:
            last = self.calendar.end_of_day(last)
        return start, last + _TICK

    def length(self, scope: Scope) -> Duration | None:
        """The figure as it reads now; it belongs to the instance in whose file the line is written."""
        if isinstance(self.figure, Duration):
            return self.figure
        return self.figure.find(scope.evaluation, scope.home, scope.trace)


@dataclass(frozen=True, slots=True, eq=False)
class ChildrenNode:
    """`some`, `none`, `every`: of the children of one process."""

    kind: Literal["some", "none", "every"]
    process: str
    place: Place
    where: Node | None
    touches: tuple[Touch, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is asked of each child."""
        return (self.where,) if self.where is not None else ()

    def evaluate(self, scope: Scope) -> Truth:
        """Kleene's any or all over the children; `every` over no children is no."""
        truths = children_truths(self, scope)
        if truths is None:
            return Truth.UNKNOWN
        if self.kind == "every":
            return min(truths, default=Truth.NO)
        some = max(truths, default=Truth.NO)
        return some if self.kind == "some" else OPPOSITE[some]


@dataclass(frozen=True, slots=True, eq=False)
class CountNode:
    """`count`: how many children are like that, against a bound."""

    process: str
    place: Place
    where: Node | None
    bound: int | FactFigure
    at_least: bool
    touches: tuple[Touch, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is asked of each child."""
        return (self.where,) if self.where is not None else ()

    def evaluate(self, scope: Scope) -> Truth:
        """Holds where the children that are like that suffice, or all that may be like that stay below the bound."""
        truths = children_truths(self, scope)
        bound = self.limit(scope)
        if truths is None or bound is None:
            return Truth.UNKNOWN
        sure = sum(truth is Truth.YES for truth in truths)
        possible = sum(truth is not Truth.NO for truth in truths)
        enough = Truth.YES if sure >= bound else Truth.UNKNOWN if possible >= bound else Truth.NO
        if self.at_least:
            return enough
        return Truth.YES if possible <= bound else Truth.UNKNOWN if sure <= bound else Truth.NO

    def limit(self, scope: Scope) -> int | None:
        """The bound as it reads now."""
        if isinstance(self.bound, int):
            return self.bound
        return self.bound.number(scope.evaluation, scope.home, scope.trace)


def child_scopes(node: ChildrenNode | CountNode, scope: Scope) -> list[Scope] | None:
    """A scope for each child that a node looks at, in order of opening; right sides stay with the instance of the file.

    None where there is no instance whose children they could be.
    """
    owner = node.place.find(scope.evaluation, scope.here, scope.trace)
    if owner is None:
        return None
    children = scope.evaluation.children(owner.ref, node.process)
    what = f"{scope.label}{node.process}"
    scope.trace.note(f"{what}×{len(children)}", len(children), owner.ref)
    return [
        Scope(scope.evaluation, scope.home, child, scope.trace, f"{what}[{number}].")
        for number, child in enumerate(children, 1)
    ]


def children_truths(node: ChildrenNode | CountNode, scope: Scope) -> list[Truth] | None:
    """What `where` says of each child; None where there is no instance whose children could be looked at."""
    scopes = child_scopes(node, scope)
    if scopes is None:
        return None
    return [node.where.evaluate(inner) if node.where is not None else Truth.YES for inner in scopes]


def _first(parts: tuple[Node, ...], scope: Scope, settles: Truth, join: Callable[[Truth, Truth], Truth]) -> Truth:
    """What parts say together, asked in turn until one of them settles it."""
    said = OPPOSITE[settles]
    for part in parts:
        said = join(said, part.evaluate(scope))
        if said is settles:
            break
    return said


def touched(node: Node) -> frozenset[Touch]:
    """Everything that a condition looks at, with the conditions that it names."""
    found = set(node.touches)
    for part in node.parts:
        found |= touched(part)
    return frozenset(found)


def clocked(node: Node) -> bool:
    """Whether there is an `elapsed` or `within` in a condition, or in one that it names."""
    return isinstance(node, ClockNode) or any(clocked(part) for part in node.parts)


def evaluate(at: Evaluation, instance: Instance, node: Node) -> tuple[Truth, Trace]:
    """What a condition says of an instance in whose process it is written, and what it read."""
    trace = Trace(at.known)
    return node.evaluate(Scope(at, instance, instance, trace)), trace


def holds(at: Evaluation, instance: Instance, node: Node) -> bool:
    """Whether a condition is a definite yes, where nobody asks what was read."""
    return node.evaluate(Scope(at, instance, instance, Unnoted())) is Truth.YES
