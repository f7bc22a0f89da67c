"""What conditions and guards read, directly or through the names in them: facts, states, the clock, who acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from config.conditions import (
    ActorTest,
    Condition,
    Count,
    Elapsed,
    FactMoment,
    FactRecorder,
    FactRef,
    FactTest,
    TrackTest,
    Within,
)
from config.crosscheck.context import Context
from config.crosscheck.leaves import Spot, named, spots
from config.crosscheck.places import silent_place_of
from config.yaml_tree import Path


@dataclass(slots=True)
class Reads:
    """What is read, each with the first test that reads it. Facts and states are named with their process."""

    facts: dict[tuple[str, str], Spot] = field(default_factory=dict)
    states: set[tuple[str, str, str]] = field(default_factory=set)
    clock: Spot | None = None
    actor: Spot | None = None
    assigned: Spot | None = None

    def add(self, other: Reads) -> None:
        """Take in what something inside reads."""
        for fact, spot in other.facts.items():
            self.facts.setdefault(fact, spot)
        self.states |= other.states
        self.clock = self.clock or other.clock
        self.actor = self.actor or other.actor
        self.assigned = self.assigned or other.assigned


@dataclass(slots=True)
class Reader:
    """Works out what conditions read; each named one once. The names must be free of circles (`naming`)."""

    ctx: Context
    _named: dict[tuple[str, str], Reads] = field(default_factory=dict)

    def condition(self, condition: Condition, path: Path, process: str) -> Reads:
        """What a condition reads that is written in a process."""
        reads = Reads()
        for spot in spots(self.ctx, condition, path, process, process):
            if not isinstance(spot.part, str):
                reads.add(_own(self.ctx, spot))
            elif spot.here is not None:
                reads.add(self.name(spot.here, spot.part))
        return reads

    def name(self, process: str, name: str) -> Reads:
        """What a named condition or a guard (its `require` and `when`) reads; nothing if there is none."""
        known = self._named.get((process, name))
        if known is None:
            known = Reads()
            for condition, path in named(self.ctx, process, name):
                known.add(self.condition(condition, path, process))
            self._named[process, name] = known
        return known


def _own(ctx: Context, spot: Spot) -> Reads:
    """What one test reads itself."""
    reads = Reads(facts=dict.fromkeys(facts_of(ctx, spot), spot))
    if isinstance(spot.part, TrackTest) and spot.part.of is None and spot.here is not None:
        reads.states = {(spot.here, spot.part.track, state) for state in spot.part.states}
    if isinstance(spot.part, Elapsed | Within):
        reads.clock = spot
    if isinstance(spot.part, ActorTest) or _depends_on(spot, "actor"):
        reads.actor = spot
    if _depends_on(spot, "assigned"):
        reads.assigned = spot
    return reads


def facts_of(ctx: Context, spot: Spot) -> Iterator[tuple[str, str]]:
    """The process and name of every fact that exists and is read by a test: itself, right side, figure, moment.

    Links that `of` follows are read too.
    """
    for fact, of, owner in _references(spot):
        process = silent_place_of(ctx, of, owner) if owner else None
        if process is not None and fact in ctx.workflow.processes[process].facts:
            yield process, fact
    for of, owner in _places(spot):
        if owner is not None and of in ctx.workflow.processes[owner].facts:
            yield owner, of


def _references(spot: Spot) -> Iterator[tuple[str, str | None, str | None]]:
    """Each fact named in a test, with its `of` and the process on which that is read."""
    part = spot.part
    for right in _right_sides(part):
        if isinstance(right, FactRef):
            yield right.fact, right.of, spot.home
    match part:
        case FactTest():
            yield part.fact, part.of, spot.here
        case Elapsed(since=FactMoment() as since) | Within(since=FactMoment() as since):
            yield since.fact, since.of, spot.here
        case ActorTest(actor=FactRecorder() as recorder):
            yield recorder.fact, recorder.of, spot.here
        case ActorTest(actor=str() as link):
            yield link, None, spot.here


def _right_sides(part: object) -> tuple[object, ...]:
    """What a test compares with: values, facts, figures. They belong to the instance of the file."""
    match part:
        case FactTest():
            lists = [side for side in (part.is_, part.includes) if isinstance(side, tuple)]
            return (part.is_, part.includes, part.at_least, part.at_most, *(inner for side in lists for inner in side))
        case Count():
            return (part.at_least, part.at_most)
        case Elapsed():
            return (part.elapsed,)
        case Within():
            return (part.within,)
        case _:
            return ()


def _places(spot: Spot) -> Iterator[tuple[str, str | None]]:
    """Each `of` in a test, with the process on which it is read."""
    part = spot.part
    own = [part, getattr(part, "since", None), getattr(part, "actor", None)]
    for owner, holders in ((spot.here, own), (spot.home, list(_right_sides(part)))):
        for holder in holders:
            of = getattr(holder, "of", None)
            if isinstance(of, str):
                yield of, owner


def _depends_on(spot: Spot, who: str) -> bool:
    tested = isinstance(spot.part, ActorTest) and spot.part.actor == who
    return tested or any(of == who for of, _ in _places(spot))
