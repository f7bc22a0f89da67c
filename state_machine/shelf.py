"""Where each track of an instance stands, in kinds that a picture shows, and what it asks for. Pure.

Two things that are never merged: *where it is* (`Kind`, from the workflow and what is possible now) and *what it asks
for* (`Call`, from the deadlines that run). A plan may be agreed, and its review late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from config.conditions import ActionMoment
from state_machine.conditions import AllNode, AnyNode, NameNode, Node, NotNode, TrackNode
from state_machine.explain import ActionAnswer
from state_machine.places import Ancestor, Here

if TYPE_CHECKING:
    from config.definition import Process
    from state_machine.dating import DeadlineRules
    from state_machine.rules import ProcessRules
    from state_machine.view import Instance

SOON = dt.timedelta(days=7)
"""What is due within this time asks for somebody; until then it is only a date."""


class Kind(StrEnum):
    """Where a track is."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    WAITING = "waiting"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Row:
    """One track: its state, of which kind, which of its deadlines run, and the actions that could move it on.

    `deadlines` and `actions` are names in canonical order; automatic actions are not among them.
    """

    track: str
    state: str
    kind: Kind
    deadlines: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A deadline that runs, with who holds its task. `due` is aware, UTC, or None while it is paused."""

    deadline: str
    due: dt.datetime | None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """What a track asks for: `you`, somebody `other`, a `date` before which nothing is to be done, or `nothing`.

    `late` is how long it is overdue, zero where it is not.
    """

    who: Literal["you", "other", "date", "nothing"]
    asked: Asked | None = None
    late: dt.timedelta = dt.timedelta()

    @property
    def needs_you(self) -> bool:
        """Whether the reader is asked for something now."""
        return self.who == "you"


def shelf(
    process: ProcessRules, instance: Instance, answers: Sequence[ActionAnswer], tracks: Collection[str]
) -> tuple[Row, ...]:
    """The tracks among `tracks` in canonical order. `answers` are those of `explain` for whoever looks."""
    said = {one.action: one for one in answers}
    return tuple(_row(process, instance, name, said.get) for name in process.model.tracks if name in tracks)


def _row(process: ProcessRules, instance: Instance, track: str, said: Callable[[str], ActionAnswer | None]) -> Row:
    state = instance.tracks[track].state
    leaving = {arrow.action: arrow for arrow in process.machines[track].leaving[state] if arrow.to != state}
    actions = tuple(
        name for name, action in process.actions.items() if name in leaving and action.model.by and not action.by_house
    )
    running = tuple(
        name
        for name, one in instance.deadlines.items()
        if one.state != "done" and belongs_to(process, process.deadlines[name]) == track
    )
    paused = any(instance.deadlines[name].state == "paused" for name in running)
    next_ = [answer for answer in map(said, actions) if answer is not None]
    not_yet = any(one.decision == "not_yet" for one in next_) and not any(
        one.decision == "applied" or one.only_answers for one in next_
    )
    return Row(track, state, kind_of(process.model, track, state, held_up=paused or not_yet), running, actions)


def kind_of(process: Process, track: str, state: str, *, held_up: bool = False) -> Kind:
    """Of which kind a state is. `held_up`: a deadline is paused, or what comes next is not possible yet.

    The track for which a process is there (its only one, or the first if it bears its name) has begun with the opening.
    """
    declared = process.tracks[track].states[state]
    if declared.final or declared.settled:
        return Kind.SETTLED
    if declared.waits:
        return Kind.WAITING
    if state == process.tracks[track].starts and track != main_track(process):
        return Kind.NOT_BEGUN
    return Kind.WAITING if held_up else Kind.UNDER_WAY


def main_track(process: Process) -> str | None:
    """The track for which a process is there: its only one, or the first if it bears its name; else None."""
    first = next(iter(process.tracks), None)
    return first if len(process.tracks) == 1 or first == process.process else None


def call(asked: Sequence[Asked], person: str, now: dt.datetime, soon: dt.timedelta = SOON) -> Call:
    """What a track asks of `person` at `now` (aware): their own first, then others', the oldest due first."""
    dated = sorted(((one.due, one) for one in asked if one.due is not None), key=lambda pair: pair[0])
    if not dated:
        return Call("nothing")
    near = [pair for pair in dated if pair[0] - now <= soon]
    mine = [pair for pair in near if person in pair[1].people]
    for who, pairs in (("you", mine), ("other", near)):
        for due, one in pairs:
            return Call("you" if who == "you" else "other", one, max(now - due, dt.timedelta()))
    return Call("date", dated[0][1])


@lru_cache(maxsize=4096)
def belongs_to(process: ProcessRules, deadline: DeadlineRules) -> str | None:
    """The track of which a deadline speaks: the first that its `while` names here, or that what ends it moves.

    The main track comes last: that the case is open is asked of most deadlines, and says nothing about them.
    None where the process has no track at all.
    """
    main = main_track(process.model)
    tested = [node.source.track for node in track_tests(process.name, deadline.runs_while)]
    ends = deadline.model.done_by
    action = process.actions.get(ends.action) if isinstance(ends, ActionMoment) and ends.of is None else None
    moved = [arrows.track for arrows in action.arrows] if action is not None else []
    first = next(iter(process.model.tracks), None)
    return next((track for track in (*tested, *moved) if track != main), main or first)


def is_over(process: ProcessRules, instance: Instance) -> bool:
    """Whether an instance is over, as far as its own tracks tell; what else its `over` asks is taken as met."""
    standing = {name: at.state for name, at in instance.tracks.items()}
    return process.over is not None and _may_be(process.over, process.name, standing, True)


def runs_in(process: ProcessRules, deadline: DeadlineRules, track: str, state: str) -> bool:
    """Whether a deadline belongs to a track and may run while the track is in this state."""
    if belongs_to(process, deadline) != track:
        return False
    return _may_be(deadline.runs_while, process.name, {track: state}, True)


def _may_be(node: Node, process: str, standing: Mapping[str, str], wanted: bool) -> bool:
    """Whether a condition can be yes (or no) while these tracks stand so, whatever else there is."""
    match node:
        case TrackNode() if _is_own(node, process) and node.source.track in standing:
            return (standing[node.source.track] in node.states) is wanted
        case NotNode(part=part):
            return _may_be(part, process, standing, not wanted)
        case AllNode() | AnyNode() | NameNode():
            parts = (_may_be(part, process, standing, wanted) for part in node.parts)
            return all(parts) if isinstance(node, AllNode) is wanted or isinstance(node, NameNode) else any(parts)
    return True


def track_tests(process: str, node: Node) -> Iterator[TrackNode]:
    """The tests of the tracks of the instance itself in a condition, in their order."""
    match node:
        case TrackNode():
            if _is_own(node, process):
                yield node
        case NotNode() | AllNode() | AnyNode() | NameNode():
            for part in node.parts:
                yield from track_tests(process, part)


def _is_own(node: TrackNode, process: str) -> bool:
    place = node.place
    return isinstance(place, Here) or (isinstance(place, Ancestor) and place.process == process)
