"""What is read, by which way, and what lies behind it: who reads a fact in the end, also where nobody sees it.

A guard reads what its tree looks at, through the names in it and on relatives. Behind a track lie the guards of the
actions that move it without a person (automatic ones, and those that time does), with the conditions of the deadlines
that do them; behind a copied fact lies the fact that it was copied from; behind a fact that an event ends, that event.
What a person decides is not followed: a person answers for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from state_machine.conditions import NameNode, Node, Touch
from state_machine.moments import FactFigure

if TYPE_CHECKING:
    from state_machine.guards import GuardRules
    from state_machine.rules import ActionRules, ProcessRules, Rules

Path = tuple[str, ...]
"""The way to what is read, each step in words; empty where it is read directly."""


@dataclass(slots=True)
class Influences:
    """Works out for conditions of one workflow what they read, and what stands behind that."""

    rules: Rules
    _named: dict[tuple[str, str], dict[Touch, Path]] = field(default_factory=dict)
    _behind: dict[Touch, dict[Touch, Path]] = field(default_factory=dict)

    def read(self, node: Node) -> dict[Touch, Path]:
        """Everything that a condition looks at, each with the names through which it does."""
        found: dict[Touch, Path] = dict.fromkeys(node.touches, ())
        for part in node.parts:
            inner = self._name(node) if isinstance(node, NameNode) else self.read(part)
            for touch, path in inner.items():
                found.setdefault(touch, path)
        return found

    def _name(self, node: NameNode) -> dict[Touch, Path]:
        key = node.process, node.name
        known = self._named.get(key)
        if known is None:
            step = f"`{node.name}` of {node.process}"
            read = self.read(node.parts[0])
            known = self._named[key] = {touch: (step, *path) for touch, path in read.items()}
        return known

    def read_by(self, guard: GuardRules) -> dict[Touch, Path]:
        """Everything that a guard looks at, to find out whether it is asked and what it says."""
        found = self.read(guard.require)
        for touch, path in (self.read(guard.when) if guard.when is not None else {}).items():
            found.setdefault(touch, path)
        return found

    def reached(self, first: Mapping[Touch, Path]) -> dict[Touch, Path]:
        """All that lies behind what is read, to any depth, that which is read included; shortest ways."""
        found = dict(first)
        waiting = list(first)
        while waiting:
            touch = waiting.pop(0)
            for other, path in self.behind(touch).items():
                if other not in found:
                    found[other] = (*found[touch], *path)
                    waiting.append(other)
        return found

    def behind(self, touch: Touch) -> dict[Touch, Path]:
        """What directly decides, without a person, how this reads."""
        known = self._behind.get(touch)
        if known is None:
            known = self._behind[touch] = {}
            for other, path in self._find_behind(touch):
                known.setdefault(other, path)
        return known

    def _find_behind(self, touch: Touch) -> Iterator[tuple[Touch, Path]]:
        process, kind, name = touch
        rules = self.rules.processes.get(process) if process is not None else None
        if rules is None:
            return
        match kind:
            case "track":
                step = f"the track {name} of {rules.name}"
                for action in rules.actions.values():
                    if action.by_house and name in action.model.moves:
                        yield from self._decides(rules, action, step)
            case "action":
                action = rules.actions[name]
                if action.by_house:
                    yield from self._decides(rules, action, f"the action {name} of {rules.name}")
            case "child":
                yield from self._opens(rules)
            case "fact":
                yield from self._behind_fact(rules, name)

    def _decides(self, process: ProcessRules, action: ActionRules, step: str) -> Iterator[tuple[Touch, Path]]:
        """What decides that the house does an action: its guards, and the conditions of deadlines that do it."""
        way = f"{step}, by `{action.name}`"
        for guard in action.guards:
            if guard.model.strength != "off":
                for touch, path in self.read_by(guard).items():
                    yield touch, (way, f"`{guard.name}` of {process.name}", *path)
        for deadline in process.deadlines.values():
            if any(rung.do == action.name for rung in deadline.model.ladder):
                nodes = (deadline.runs_while, deadline.pauses_while)
                for node in nodes:
                    for touch, path in (self.read(node) if node is not None else {}).items():
                        yield touch, (way, f"the deadline {deadline.name} of {process.name}", *path)

    def _opens(self, child: ProcessRules) -> Iterator[tuple[Touch, Path]]:
        """What decides that there is a child which no person opened."""
        parent = self.rules.processes.get(child.above[0]) if child.above else None
        for action in parent.actions.values() if parent is not None else ():
            if parent is not None and action.by_house and child.name in (one.process for one in action.model.opens):
                yield from self._decides(parent, action, f"a {child.name}")

    def _behind_fact(self, process: ProcessRules, name: str) -> Iterator[tuple[Touch, Path]]:
        fact = process.facts.get(name)
        if fact is None:
            return
        step = f"the fact {name} of {process.name}"
        if isinstance(fact.lasts_for, FactFigure):
            yield (fact.lasts_for.place.process, "fact", fact.lasts_for.fact), (f"how long {name} lasts",)
        for ending in fact.ends_with:
            source = ending.source
            if source.kind == "action":
                event: Touch = (source.child or source.place.process, "action", source.name)
                for touch, path in self.behind(event).items():
                    yield touch, (f"{step}, which ends with {source.name}", *path)
        parent = self.rules.processes.get(process.above[0]) if process.above else None
        for action in parent.actions.values() if parent is not None else ():
            copies = {fact for one in action.model.opens if one.process == process.name for fact in one.copies}
            if parent is not None and name in copies:
                yield (parent.name, "fact", name), (f"{step}, copied by `{action.name}` of {parent.name}",)
