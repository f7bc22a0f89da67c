"""What would have to change for an unmet guard to hold, by its tree: where, what, and who can see to it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from config.definition import FactValue
from config.durations import Duration
from state_machine.conditions import (
    AllNode,
    AnyNode,
    ChildrenNode,
    ClockNode,
    CountNode,
    NameNode,
    Node,
    NotNode,
    TrackNode,
    child_scopes,
)
from state_machine.decision import Missing, MissingKind
from state_machine.evaluation import OPPOSITE, Evaluation, Scope, Truth, Unnoted
from state_machine.facts import Reading, current
from state_machine.leaves import ActorNode, FactNode
from state_machine.moments import FactFigure
from state_machine.places import Here, Linked, Person, Place
from state_machine.roles import may_see, who_can
from state_machine.words import with_article

if TYPE_CHECKING:
    from state_machine.guards import GuardRules
    from state_machine.view import Instance

HIDDEN = "not yours to see"
"""What stands for a value that the actor may not read."""


def missing(at: Evaluation, instance: Instance, guard: GuardRules) -> tuple[Missing, ...]:
    """The parts of an unmet guard that are not as they should be; of `any`, each way out is listed."""
    search = _Search(at, instance, guard)
    search.under(guard.require, Scope(at, instance, instance, Unnoted()), Truth.YES)
    return tuple(dict.fromkeys(search.found))


def ways_out(at: Evaluation, instance: Instance, condition: Node) -> tuple[Missing, ...]:
    """The parts of a condition that holds on an instance, each of which could make that it holds no more."""
    search = _Search(at, instance, None)
    search.under(condition, Scope(at, instance, instance, Unnoted()), Truth.NO)
    return tuple(dict.fromkeys(search.found))


def shown(at: Evaluation, instance: Instance, fact: str, value: FactValue | None) -> FactValue | None:
    """A value as this actor may see it: facts under `seen_by` are hidden from those who are not named there."""
    rules = at.rules(instance)
    declared = rules.processes[instance.process].facts.get(fact)
    if declared is None or declared.model.seen_by is None or may_see(rules, at, instance, at.actor, fact):
        return value
    return HIDDEN


class _Search:
    """Walks a tree and lists its unmet leaves. Each node is evaluated again, so that only what matters is told."""

    def __init__(self, at: Evaluation, instance: Instance, guard: GuardRules | None) -> None:
        self.at = at
        self.instance = instance
        self.guard = guard
        self.found: list[Missing] = []

    def under(self, node: Node, scope: Scope, want: Truth) -> None:
        """Find what keeps a node, which is not `want`, from being it."""
        match node:
            case AllNode() | AnyNode():
                for part in node.parts:
                    if part.evaluate(scope) is not want:
                        self.under(part, scope, want)
            case NotNode(part=part):
                self.under(part, scope, OPPOSITE[want])
            case NameNode():
                inner = Scope(self.at, scope.here, scope.here, scope.trace, scope.label)
                self.under(node.parts[0], inner, want)
            case ChildrenNode() | CountNode():
                self._children(node, scope, want)
            case _:
                self._leaf(node, scope, want)

    def _leaf(self, node: Node, scope: Scope, want: Truth) -> None:
        match node:
            case FactNode():
                self._fact(node, scope, want)
            case TrackNode():
                self._track(node, scope, want)
            case ClockNode():
                self._clock(node, scope)
            case ActorNode():
                self._actor(node, scope, want)

    def _children(self, node: ChildrenNode | CountNode, scope: Scope, want: Truth) -> None:
        fewer = node.kind == "none" if isinstance(node, ChildrenNode) else not node.at_least
        each = OPPOSITE[want] if fewer else want
        inside = child_scopes(node, scope) or []
        if node.where is not None:
            for inner in inside:
                if node.where.evaluate(inner) is not each:
                    self.under(node.where, inner, each)
        owner = node.place.find(self.at, scope.here)
        if owner is None:
            self._way(node.place, scope.here)
        elif each is Truth.YES and not (isinstance(node, ChildrenNode) and node.kind == "every" and inside):
            self._child(node, owner, len(inside))

    def _child(self, node: ChildrenNode | CountNode, owner: Instance, there: int) -> None:
        rules = self.at.rules(owner)
        opens = rules.processes[node.process].actions.get("open")
        roles = opens.model.by if opens is not None else ()
        needed = "one more" if there else "one"
        self._missing(owner, "child", node.process, str(there or "none"), needed, roles)

    def _fact(self, node: FactNode, scope: Scope, want: Truth) -> None:
        found = node.place.find(self.at, scope.here)
        if found is None:
            self._way(node.place, scope.here)
            return
        fact = node.source.fact
        self._of_fact(found, fact, _needed(self.at, node, scope, want))
        for right in node.rights:
            if right.place is not None and right.read(scope) is None:
                self._unknown(right.place, scope.home, right.fact)

    def _unknown(self, place: Place, base: Instance, fact: str) -> None:
        """A fact that has to be known before a test can be answered."""
        found = place.find(self.at, base)
        if found is None:
            self._way(place, base)
        else:
            self._of_fact(found, fact, "known")

    def _of_fact(self, instance: Instance, fact: str, needed: str) -> None:
        reading = current(self.at, instance, fact)
        declared = self.at.rules(instance).processes[instance.process].facts.get(fact)
        found = _said(shown(self.at, instance, fact, reading.value), reading)
        recorders = declared.recorders if declared is not None else ()
        self._missing(instance, "fact", fact, found, needed, recorders)

    def _way(self, place: Place, base: Instance) -> None:
        """What keeps `of` from naming an instance: an empty link, or a role that nobody holds."""
        if isinstance(place, Linked):
            self._of_fact(base, place.fact, "known")
        elif isinstance(place, Person) and place.label not in ("actor", "assigned"):
            assign = self.at.rules(base).processes[base.process].actions.get("assign")
            roles = assign.model.by if assign is not None else ()
            self._missing(base, "role", place.label, "held by nobody", "held by somebody", roles)
        elif not isinstance(place, Here):
            self._missing(base, "role", place.label, "nobody known here", "somebody known here", ())

    def _track(self, node: TrackNode, scope: Scope, want: Truth) -> None:
        found = node.place.find(self.at, scope.here)
        if found is None or node.source.track not in found.tracks:
            self._way(node.place, scope.here)
            return
        track = node.source.track
        state = found.tracks[track].state
        process = self.at.rules(found).processes[found.process]
        wanted = node.states if want is Truth.YES else frozenset(process.model.tracks[track].states) - node.states
        needed = f"{track}: {' or '.join(s for s in process.model.tracks[track].states if s in wanted)}"
        machine = process.machines[track]
        steps = [arrow.action for arrow in machine.leaving[state] if arrow.to in wanted]
        for action in steps:
            roles = process.actions[action].model.by
            self._missing(found, "action", action, f"{track}: {state}", needed, roles)
        if not steps:
            into = [arrow.action for arrow in machine.arrows if arrow.to in wanted]
            roles = tuple(dict.fromkeys(role for action in into for role in process.actions[action].model.by))
            self._missing(found, "track", track, state, needed, roles)

    def _clock(self, node: ClockNode, scope: Scope) -> None:
        start, end = node.span(scope)
        if start is None:
            for source in node.since.sources(self.at, scope.here):
                if node.since.kind == "fact":
                    self._of_fact(source, node.since.name, "known")
                elif node.since.kind == "action":
                    self._of_action(source, node.since.name)
        if isinstance(node.figure, FactFigure) and node.length(scope) is None:
            self._unknown(node.figure.place, scope.home, node.figure.fact)
        if start is not None and end is not None:
            zone = node.calendar.zone
            needed = f"{'from' if self.at.now < end else 'before'} {_time(end, zone)}"
            self._missing(scope.here, "time", node.since.label, f"since {_time(start, zone)}", needed, ())

    def _of_action(self, instance: Instance, action: str) -> None:
        declared = self.at.rules(instance).processes[instance.process].actions.get(action)
        roles = declared.model.by if declared is not None else ()
        self._missing(instance, "action", action, "never done", "done", roles)

    def _actor(self, node: ActorNode, scope: Scope, want: Truth) -> None:
        actor = self.at.actor.person
        if node.kind == "role" and want is Truth.YES:
            self._missing(scope.here, "role", node.name, actor, with_article(node.name), (node.name,))
            return
        who = sorted(node.persons(scope))
        persons = " or ".join(who) or "somebody known"
        if want is Truth.YES:
            self.found.append(Missing(scope.here.ref, "role", node.name, actor, persons, (), tuple(who)))
            return
        process = self.at.rules(scope.here).processes[scope.here.process]
        using = [action for action in process.actions.values() if self.guard in action.guards]
        roles = tuple(dict.fromkeys(role for action in using for role in action.model.by))
        others = who_can(self.at.rules(scope.here), self.at, scope.here, roles)
        needed = f"somebody other than {persons if node.kind != 'role' else with_article(node.name)}"
        people = tuple(person for person in others if person not in who and person != actor)
        self.found.append(Missing(scope.here.ref, "role", node.name, actor, needed, roles, people))

    def _missing(
        self, instance: Instance, kind: MissingKind, name: str, found: str, needed: str, roles: tuple[str, ...]
    ) -> None:
        people = who_can(self.at.rules(instance), self.at, instance, roles)
        self.found.append(Missing(instance.ref, kind, name, found, needed, roles, people))


def _needed(at: Evaluation, node: FactNode, scope: Scope, want: Truth) -> str:
    """The right side of a test in the words in which it is recorded."""
    if node.test == "known":
        return "known" if node.source.known is (want is Truth.YES) else "not known"
    values = [_right(at, right.place, right.fact, right.value, scope) for right in node.rights]
    words = {"is": " or ", "includes": " and "}.get(node.test, "")
    said = words.join(values)
    before = {"at_least": "at least ", "at_most": "at most ", "includes": "including "}.get(node.test, "")
    return f"{'' if want is Truth.YES else 'not '}{before}{said}"


def _right(at: Evaluation, place: Place | None, fact: str, value: FactValue | None, scope: Scope) -> str:
    if place is None:
        return _said(value, None)
    source = place.find(at, scope.home)
    if source is None:
        return f"the same as {fact}"
    reading = current(at, source, fact)
    if reading.value is None:
        return f"the same as {fact}"
    return _said(shown(at, source, fact, reading.value), reading)


def _said(value: FactValue | None, reading: Reading | None) -> str:
    if value is None:
        return "no longer holds" if reading is not None and reading.seq else "not recorded"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value) or "none of them"
    return value.text if isinstance(value, Duration) else str(value)


def _time(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """A moment as the clock of the house shows it, with its distance from UTC."""
    return moment.astimezone(zone).isoformat(timespec="minutes")
