"""From the condition models of a workflow to the trees that are evaluated. Done once per workflow version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from config.conditions import (
    ActionDoer,
    ActionMoment,
    ActorTest,
    All,
    AnyOf,
    Condition,
    Count,
    Elapsed,
    Every,
    FactMoment,
    FactRecorder,
    FactRef,
    FactTest,
    NoneOf,
    Not,
    Some,
    TrackTest,
    Within,
)
from config.definition import Workflow
from state_machine.conditions import (
    AllNode,
    AnyNode,
    ChildrenNode,
    ClockNode,
    CountNode,
    NameNode,
    Node,
    NotNode,
    Touch,
    TrackNode,
)
from state_machine.leaves import ActorNode, FactNode, TestKind, rights
from state_machine.moments import FactFigure, Since, figure, since
from state_machine.places import Linked, Person, Place, place

if TYPE_CHECKING:
    from config.calendars import WorkCalendar


class Compiler:
    """Compiles the conditions of one workflow. `book` fills up with what its names stand for."""

    def __init__(self, workflow: Workflow, calendar: WorkCalendar) -> None:
        self.workflow = workflow
        self.calendar = calendar
        self.book: dict[tuple[str, str], Node] = {}

    def fill_book(self) -> None:
        """Compile every named condition and guard. Raises ValueError where names go round in a circle."""
        for process, declared in self.workflow.processes.items():
            for name, condition in declared.conditions.items():
                self.book[process, name] = self.node(condition, process)
            for name, guard in declared.guards.items():
                require = self.node(guard.require, process)
                if guard.when is not None:
                    require = AnyNode((NotNode(self.node(guard.when, process)), require))
                self.book[process, name] = require
        for key in self.book:
            self._refuse_circle(key, ())

    def node(self, condition: Condition, home: str, here: str | None = None) -> Node:
        """The tree of a condition written in the file of `home` and read on an instance of `here`, or of `home`."""
        here = home if here is None else here
        match condition:
            case str(name):
                return NameNode(here, name, self.book)
            case All(all=parts):
                return AllNode(tuple(self.node(part, home, here) for part in parts))
            case AnyOf(any=parts):
                return AnyNode(tuple(self.node(part, home, here) for part in parts))
            case Not(not_=part):
                return NotNode(self.node(part, home, here))
        return self._leaf(condition, home, here)

    def _leaf(self, condition: Condition, home: str, here: str) -> Node:
        match condition:
            case FactTest():
                return self._fact(condition, home, here)
            case TrackTest(track=track, of=of):
                found = place(self.workflow, here, of)
                touches = (*_way(found, here), (found.process, "track", track))
                return TrackNode(found, condition, frozenset(condition.states), touches)
            case Elapsed() | Within():
                return self._clock(condition, home, here)
            case ActorTest():
                return self._actor(condition, here)
            case _:
                return self._children(condition, home, here)

    def _fact(self, test: FactTest, home: str, here: str) -> Node:
        found = place(self.workflow, here, test.of)
        operands: dict[TestKind, object] = {
            "is": test.is_,
            "includes": test.includes,
            "at_least": test.at_least,
            "at_most": test.at_most,
            "known": test.known,
        }
        kind, given = next((key, value) for key, value in operands.items() if value is not None)
        listed = given if isinstance(given, tuple) else (given,)
        read = {one: place(self.workflow, home, one.of) for one in listed if isinstance(one, FactRef)}
        touches: list[Touch] = [*_way(found, here), (found.process, "fact", test.fact)]
        for one, where in read.items():
            touches += [*_way(where, home), (where.process, "fact", one.fact)]
        sides = rights(given, read) if kind != "known" else ()
        return FactNode(found, test, kind, sides, self.calendar, tuple(touches))

    def _clock(self, test: Elapsed | Within, home: str, here: str) -> Node:
        moment = since(self.workflow, here, test.since)
        given = test.elapsed if isinstance(test, Elapsed) else test.within
        length = figure(self.workflow, home, given)
        touches = [*self.moment_touches(moment, here)]
        if isinstance(length, FactFigure):
            touches += [*_way(length.place, home), (length.place.process, "fact", length.fact)]
        kind: Literal["elapsed", "within"] = "elapsed" if isinstance(test, Elapsed) else "within"
        return ClockNode(kind, length, moment, test.counts, self.calendar, tuple(touches))

    def _children(self, test: Condition, home: str, here: str) -> Node:
        match test:
            case Some(some=process, of=of, where=where):
                return self._quantified("some", process, of, where, home, here)
            case NoneOf(none=process, of=of, where=where):
                return self._quantified("none", process, of, where, home, here)
            case Every(every=process, of=of, where=where):
                return self._quantified("every", process, of, where, home, here)
            case Count():
                return self._count(test, home, here)
        raise ValueError(f"process {home}: {test!r} is no condition")

    def _quantified(
        self,
        kind: Literal["some", "none", "every"],
        process: str,
        of: str | None,
        where: Condition | None,
        home: str,
        here: str,
    ) -> Node:
        found = place(self.workflow, here, of)
        inner = self.node(where, home, process) if where is not None else None
        touches: tuple[Touch, ...] = (*_way(found, here), (process, "child", process))
        return ChildrenNode(kind, process, found, inner, touches)

    def _count(self, test: Count, home: str, here: str) -> Node:
        found = place(self.workflow, here, test.of)
        inner = self.node(test.where, home, test.count) if test.where is not None else None
        touches: list[Touch] = [*_way(found, here), (test.count, "child", test.count)]
        given = test.at_least if test.at_least is not None else test.at_most
        bound: int | FactFigure
        if isinstance(given, FactRef):
            lies = place(self.workflow, home, given.of)
            touches += [*_way(lies, home), (lies.process, "fact", given.fact)]
            bound = FactFigure(lies, given.fact)
        else:
            assert given is not None
            bound = given
        return CountNode(test.count, found, inner, bound, test.at_least is not None, tuple(touches))

    def _actor(self, test: ActorTest, here: str) -> Node:
        acts: Touch = (None, "actor", "actor")
        match test.actor:
            case "assigned":
                return ActorNode("assigned", "assigned", None, (acts, (None, "assigned", "assigned")))
            case str(name) if name in self.workflow.roles:
                return ActorNode("role", name, None, (acts,))
            case str(name):
                link = place(self.workflow, here, name)
                if not isinstance(link, Linked):
                    raise ValueError(f"process {here}: actor: {name} is no role and no link fact")
                return ActorNode("link", name, None, (acts, (here, "link", name), (here, "fact", name)))
            case ActionDoer(action=name, of=of):
                moment = since(self.workflow, here, ActionMoment(action=name, of=of))
                return ActorNode("action", name, moment, (acts, *self.moment_touches(moment, here)))
            case FactRecorder(fact=name, of=of):
                moment = since(self.workflow, here, FactMoment(fact=name, of=of))
                return ActorNode("fact", name, moment, (acts, *self.moment_touches(moment, here)))

    def moment_touches(self, moment: Since, here: str) -> tuple[Touch, ...]:
        """What is looked at to find a moment, or an event, from an instance of `here`."""
        process = moment.child or moment.place.process
        return (*_way(moment.place, here), (process, moment.kind, moment.name))

    def _refuse_circle(self, key: tuple[str, str], above: tuple[tuple[str, str], ...]) -> None:
        if key in above:
            raise ValueError(f"process {key[0]}: {key[1]} is explained by itself")
        for name in _names(self.book[key]):
            if name not in self.book:
                raise ValueError(f"process {name[0]}: there is no condition or guard {name[1]}")
            self._refuse_circle(name, (*above, key))


def _names(node: Node) -> set[tuple[str, str]]:
    if isinstance(node, NameNode):
        return {(node.process, node.name)}
    return set().union(*(_names(part) for part in node.parts))


def _way(found: Place, base: str) -> tuple[Touch, ...]:
    """What is read on the way to the instance that `of` names."""
    match found:
        case Linked(fact=fact):
            return ((base, "link", fact), (base, "fact", fact))
        case Person(label="assigned"):
            return ((None, "assigned", "assigned"),)
        case Person(label="actor"):
            return ((None, "actor", "actor"),)
        case Person(label=role):
            return ((None, "person", role),)
    return ()
