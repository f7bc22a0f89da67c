"""How a deadline is answered: by which action, record or child, worked out from what ends it. Pure.

What a workflow says in `done_by` comes first. Where it says nothing, the deadline ends when its `while` no longer
holds: then what brings that about is the way, the nearest first. That something is wanting asks to have it made good;
a state asks for an action that leaves it; a value asks to be recorded anew; that the instance is open comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from config.conditions import ActionMoment
from state_machine.conditions import AllNode, AnyNode, ChildrenNode, CountNode, NameNode, Node, NotNode, TrackNode
from state_machine.leaves import FactNode
from state_machine.places import Ancestor, Here, Person, Place
from state_machine.shelf import main_track

if TYPE_CHECKING:
    from state_machine.dating import DeadlineRules
    from state_machine.rules import ActionRules, ProcessRules, Rules

Kind = Literal["act", "record", "open", "below", "assign"]
"""Do an action; record a fact; open a child; look through the children; put somebody into a role."""
WANTING, OPENED, MOVED, CHANGED, ELSEWHERE, TO_THE_END = (100 * one for one in range(6))
"""How near a way is, the nearest first. Among tracks, the one of which fewer states are named is nearer."""
OF_ITSELF = frozenset({"open", "unassign"})
"""Actions that are no answer: they are not done on what is there."""


@dataclass(frozen=True, slots=True)
class WayToAnswer:
    """One way to answer a deadline: what is done (`name` is an action, a fact, a process or a role), and where.

    `at` is the process of the instance above on which it is done, empty for the instance itself. `able`: the role that
    has the task may do it; else it has to ask somebody who may.
    """

    kind: Kind
    name: str
    at: str = ""
    able: bool = True


@dataclass(frozen=True, slots=True)
class _Ranked:
    rank: int
    way: WayToAnswer


def ways_to_answer(
    rules: Rules, process: ProcessRules, deadline: str, standing: Mapping[str, str] | None = None
) -> tuple[WayToAnswer, ...]:
    """The ways in which whoever has the task of a deadline can end it, the nearest kind alone, in canonical order.

    `standing` has the present state of each track of the instance; without it any state in which the deadline runs
    counts. Raises KeyError for a deadline that is not there.
    """
    one = process.deadlines[deadline]
    search = _Search(rules, process, one, standing)
    found = list(dict.fromkeys(search.declared())) or list(dict.fromkeys(search.ends(one.runs_while, False, False)))
    able = [each for each in found if each.rank < TO_THE_END and search.can(each)]
    able = able or ([] if any(each.rank < TO_THE_END for each in found) else list(filter(search.can, found)))
    nearest = min((each.rank for each in able or found), default=WANTING)
    ways = (each.way for each in able or found if each.rank == nearest)
    return tuple(one_way if able else replace(one_way, able=False) for one_way in ways)


@dataclass(frozen=True, slots=True)
class _Search:
    rules: Rules
    process: ProcessRules
    deadline: DeadlineRules
    standing: Mapping[str, str] | None

    def declared(self) -> Iterator[_Ranked]:
        """What `done_by` says."""
        event = self.deadline.model.done_by
        if event is None:
            return
        at, below = self._whose(event.of)
        if below is not None:
            opens = isinstance(event, ActionMoment) and event.action == "open"
            yield _Ranked(WANTING, WayToAnswer("open" if opens else "below", below, at))
        elif isinstance(event, ActionMoment):
            yield _Ranked(WANTING, WayToAnswer("act", event.action, at))
        else:
            yield from self._recorded(event.fact, at, WANTING)

    def ends(self, node: Node, wanted: bool, named: bool) -> Iterator[_Ranked]:
        """What makes a condition of the instance come out as `wanted`. `named`: it is read under a name of its own."""
        match node:
            case NotNode(part=part):
                yield from self.ends(part, not wanted, named)
            case AllNode() | AnyNode() | NameNode():
                for part in node.parts:
                    yield from self.ends(part, wanted, named or isinstance(node, NameNode))
            case TrackNode():
                yield from self._moved(node, wanted, named)
            case FactNode():
                yield from self._changed(node, wanted)
            case ChildrenNode() | CountNode():
                yield from self._children(node, wanted)

    def is_able(self, way: WayToAnswer) -> bool:
        """Whether the role that has the task may go this way."""
        role = self.deadline.model.task_for
        at = self.rules.processes.get(way.at) if way.at else self.process
        if role is None or at is None:
            return at is not None
        match way.kind:
            case "act":
                return self._may(role, at.actions[way.name].model.by)
            case "open":
                return self._may(role, self.rules.processes[way.name].actions["open"].model.by)
            case "record":
                return self._may(role, at.facts[way.name].recorders)
        return True

    def can(self, one: _Ranked) -> bool:
        """Whether the role that has the task may go a way that was found."""
        return self.is_able(one.way)

    def _may(self, role: str, by: tuple[str, ...]) -> bool:
        return any(role == other or role in self.rules.titles_for[other] for other in by)

    def _whose(self, of: str | None) -> tuple[str, str | None]:
        """Of what `of` speaks: an instance above (its process), or a process under this one."""
        if of is None or of == self.process.name:
            return "", None
        return (of, None) if of in self.process.above else ("", _first_below(self.rules, self.process, of))

    def _moved(self, node: TrackNode, wanted: bool, named: bool) -> Iterator[_Ranked]:
        """The actions that bring a track out of these states, or into one of them."""
        if isinstance(node.place, Person):
            yield _Ranked(WANTING, WayToAnswer("assign", node.place.label))
            return
        at, owner = self._owner(node.place)
        track = node.source.track
        if owner is None or track not in owner.machines:
            return
        rank = ELSEWHERE if at else self._rank(track, ending=wanted or named) + len(node.states)
        leading = [one for one in owner.actions.values() if self._leads(owner, one, track, node, wanted)]
        by_people = [one.name for one in leading if one.model.by and one.name not in OF_ITSELF]
        for name in by_people:
            yield _Ranked(rank, WayToAnswer("assign", "", at) if name == "assign" else WayToAnswer("act", name, at))
        if by_people or at:
            return
        for guard in (guard for one in leading if one.model.automatic for guard in one.guards):
            yield from (replace(one, rank=rank) for one in self.ends(guard.require, True, True))

    def _rank(self, track: str, *, ending: bool) -> int:
        """How near moving a track is; that its main track is not over yet is asked of most deadlines, and no task."""
        only = len(self.process.machines) == 1
        return TO_THE_END if ending and track == main_track(self.process.model) and not only else MOVED

    def _leads(self, owner: ProcessRules, action: ActionRules, track: str, node: TrackNode, wanted: bool) -> bool:
        states = set(owner.model.tracks[track].states)
        origins = states - node.states if wanted else set(node.states)
        standing = self.standing if owner is self.process else None
        if standing is not None:
            origins &= {standing[track]}
            if any(arrows.follow(standing[arrows.track]) is None for arrows in action.arrows):
                return False
        targets = node.states if wanted else states - node.states
        moves = (arrows for arrows in action.arrows if arrows.track == track)
        return any(arrows.follow(origin) in targets for arrows in moves for origin in origins)

    def _changed(self, node: FactNode, wanted: bool) -> Iterator[_Ranked]:
        """Where a fact is recorded, so that a test of it comes out otherwise."""
        if isinstance(node.place, Person):
            yield _Ranked(WANTING, WayToAnswer("assign", node.place.label))
            return
        at, owner = self._owner(node.place)
        if owner is None or node.source.fact not in owner.facts:
            return
        missing = wanted if node.test != "known" else bool(node.source.known) is wanted
        opening = owner.actions["open"].model
        said = node.source.fact in (*opening.asks, *opening.offers)
        # What is known, or was said when it was opened, is mostly why there is a task, and not the task.
        if node.test == "known":
            rank = WANTING if missing else ELSEWHERE
        else:
            rank = CHANGED if not missing else ELSEWHERE if said else WANTING
        yield from self._recorded(node.source.fact, at, ELSEWHERE if at else rank)

    def _recorded(self, fact: str, at: str, rank: int) -> Iterator[_Ranked]:
        """Recording a fact by itself, or by the actions that ask it."""
        yield _Ranked(rank, WayToAnswer("record", fact, at))
        owner, role = self.rules.processes.get(at) if at else self.process, self.deadline.model.task_for
        if owner is None or role is None or self._may(role, owner.facts[fact].recorders):
            return
        for action in owner.actions.values():
            if fact in action.model.asks and action.name not in OF_ITSELF:
                yield _Ranked(rank, WayToAnswer("act", action.name, at))

    def _children(self, node: ChildrenNode | CountNode, wanted: bool) -> Iterator[_Ranked]:
        """A child is wanting: open one, where it is enough that there is one; else see to those that are there."""
        at, owner = self._owner(node.place)
        if owner is None:
            return
        more = node.at_least is wanted if isinstance(node, CountNode) else (node.kind != "none") is wanted
        first = _first_below(self.rules, owner, node.process)
        if first is None:
            return
        kind: Kind = "open" if more and first == node.process and _is_there_at_once(self.rules, node) else "below"
        yield _Ranked(OPENED if more else CHANGED, WayToAnswer(kind, first, at))

    def _owner(self, place: Place) -> tuple[str, ProcessRules | None]:
        match place:
            case Here(process=of) if of in (None, self.process.name):
                return "", self.process
            case Ancestor(process=of):
                return ("", self.process) if of == self.process.name else (of, self.rules.processes.get(of))
        return "", None


def _is_there_at_once(rules: Rules, node: ChildrenNode | CountNode) -> bool:
    """Whether a child that was just opened is as the test asks, as far as its tracks tell."""
    return node.where is None or _may_start(rules.processes[node.process], node.where, True)


def _may_start(process: ProcessRules, node: Node, wanted: bool) -> bool:
    """Whether a condition can be yes (or no) of an instance whose tracks stand where they begin."""
    match node:
        case NotNode(part=part):
            return _may_start(process, part, not wanted)
        case AllNode() | AnyNode() | NameNode():
            parts = [_may_start(process, part, wanted) for part in node.parts]
            return all(parts) if isinstance(node, AllNode) is wanted else any(parts)
        case TrackNode(place=Here() | Ancestor(), source=source) if source.track in process.machines:
            return (process.start_states[source.track] in node.states) is wanted
    return True


def _first_below(rules: Rules, process: ProcessRules, sought: str) -> str | None:
    """The process directly under this one that is the one sought, or stands above it."""
    if sought in process.below:
        return sought
    above = rules.processes[sought].above if sought in rules.processes else ()
    return next((one for one in above if one in process.below), None)
