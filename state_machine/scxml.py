"""A process as a state chart in SCXML (W3C Recommendation of 2015), to be looked at and run by other hands.

Each track is a region of one `parallel`. An action is an event `do.ACTION`; every region that it moves carries all its
guards and asks that the other tracks stand where the action goes from, so that either all tracks move or none does.
Automatic actions are transitions without an event, each only where no earlier one is enabled that it could disturb.

What a chart cannot know comes from outside, under the names of its data: a value that was recorded (`record.FACT`) or
no longer holds (`lapse.FACT`), and everything at once (`known`), with what the conditions say that look at
time, people or other instances. What was not told is null, and null is *unknown*: a guard holds by a definite yes
alone (Kleene's logic).
Left out: who may do an action, deadlines, and what opening and assigning ask.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from config.conditions import All, AnyOf, Not
from config.definition import RESERVED_ACTIONS
from state_machine.conditions import AllNode, AnyNode, NameNode, Node, NotNode, TrackNode
from state_machine.leaves import FactNode
from state_machine.places import Here
from state_machine.words import sentence

if TYPE_CHECKING:
    from config.definition import FactValue
    from state_machine.guards import GuardRules
    from state_machine.rules import ActionRules, FactRules, ProcessRules, Rules
    from state_machine.track_machine import Arrows

_CONSTANTS = {"unknown": "", "yes": "1 == 1", "no": "1 == 0"}
"""Data that never changes: engines agree on these, and not on words for null, true and false as values."""
NAMESPACE = "http://www.w3.org/2005/07/scxml"
LEDGER = "what_is_known"


@dataclass(frozen=True, slots=True)
class Input:
    """A condition that a chart has to be told: in words, and as it is compiled."""

    says: str
    node: Node


@dataclass(frozen=True, slots=True)
class Chart:
    """A process as SCXML, with the facts that it holds, and by name what has to be told from outside."""

    text: str
    facts: tuple[str, ...]
    inputs: Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class _Said:
    """When a condition is a definite yes and when a definite no, as expressions; and the opposite of each.

    Opposites are written out, so that no chart needs a sign for *not*: engines differ in it.
    """

    yes: str
    not_yes: str
    no: str
    not_no: str

    @classmethod
    def sure(cls, yes: str, no: str) -> _Said:
        """A condition that is never unknown."""
        return cls(yes, no, no, yes)

    @property
    def opposite(self) -> _Said:
        """Its `not`."""
        return _Said(self.no, self.not_no, self.yes, self.not_yes)


def chart(rules: Rules, process: str) -> Chart:
    """The chart of a process of a compiled workflow. Raises KeyError for an unknown process."""
    return _Writer(rules, rules.processes[process]).write()


def data_of(fact: FactRules, value: FactValue | None) -> dict[str, FactValue | None]:
    """How a value of a fact stands in the data of a chart; a fact of kind `choices` has one name for each choice."""
    if fact.model.kind != "choices":
        return {f"fact_{fact.name}": value}
    held = value if isinstance(value, tuple) else None
    return {_choice(fact.name, one): None if held is None else one in held for one in fact.model.values}


@dataclass
class _Writer:
    """Writes one process."""

    rules: Rules
    process: ProcessRules
    facts: dict[str, None] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)

    def write(self) -> Chart:
        """The chart; what is asked anywhere decides which data there is."""
        self._gather()
        root = ET.Element(
            "scxml",
            initial=f"process.{self.process.name}",
            xmlns=NAMESPACE,
            version="1.0",
            name=self.process.name,
            datamodel="ecmascript",
        )
        root.append(ET.Comment(f" {self.rules.workflow.workflow} {self.rules.hash}: process {self.process.name} "))
        root.append(self._datamodel())
        whole = ET.SubElement(root, "parallel", id=f"process.{self.process.name}")
        whole.extend([*(self._region(track) for track in self.process.machines), self._ledger()])
        ET.indent(root)
        return Chart(ET.tostring(root, encoding="unicode") + "\n", tuple(self.facts), dict(self.inputs))

    @property
    def _actions(self) -> tuple[ActionRules, ...]:
        return tuple(one for one in self.process.actions.values() if one.name not in RESERVED_ACTIONS)

    def _datamodel(self) -> ET.Element:
        model = ET.Element("datamodel")
        for name, expression in _CONSTANTS.items():
            ET.SubElement(model, "data", {"id": name, **({"expr": expression} if expression else {})})
        ET.SubElement(model, "data", id="done", expr="unknown")
        for name in self.facts:
            fact = self.process.facts[name]
            for place, value in data_of(fact, fact.starts).items():
                ET.SubElement(model, "data", id=place, expr=_value(value))
        for name, told in self.inputs.items():
            model.append(ET.Comment(f" {told.says.replace('--', '- -')} "))
            ET.SubElement(model, "data", id=name, expr="unknown")
        return model

    def _region(self, track: str) -> ET.Element:
        machine = self.process.machines[track]
        region = ET.Element("state", id=track, initial=_state(track, machine.starts))
        for state in machine.states:
            inner = ET.SubElement(region, "state", id=_state(track, state))
            for action in self._actions:
                for arrows in action.arrows:
                    to = arrows.follow(state) if arrows.track == track else None
                    if to is not None and to != state:
                        self._transition(inner, action, target=_state(track, to))
        return region

    def _gather(self) -> None:
        """The facts and inputs that guards ask about, and the facts whose recording ends one of them."""
        for action in self._actions:
            self._enabled(action)
        for name in self.process.facts:
            if any(self._ends(held, "fact", name) for held in tuple(self.facts)):
                self.facts[name] = None

    def _ledger(self) -> ET.Element:
        """A region of one state that keeps the data: what was done, recorded, lapsed or told."""
        region = ET.Element("state", id=LEDGER, initial=_state(LEDGER, "kept"))
        inner = ET.SubElement(region, "state", id=_state(LEDGER, "kept"))
        for action in self._actions:
            taken = self._transition(inner, action)
            _assign(taken, "done", _value(action.name))
            self._end(taken, "action", action.name)
        for name in self.facts:
            fact = self.process.facts[name]
            recorded = ET.SubElement(inner, "transition", event=f"record.{name}")
            for place in data_of(fact, None):
                _assign(recorded, place, f"_event.data.{place}")
            self._end(recorded, "fact", name)
            self._lapse(ET.SubElement(inner, "transition", event=f"lapse.{name}"), fact)
        known = ET.SubElement(inner, "transition", event="known")
        for place in [
            *(place for name in self.facts for place in data_of(self.process.facts[name], None)),
            *self.inputs,
        ]:
            _assign(known, place, f"_event.data.{place}")
        return region

    def _end(self, transition: ET.Element, kind: str, event: str) -> None:
        """The facts that read as their start from now on, because this was done or recorded."""
        for name in self.facts:
            fact = self.process.facts[name]
            if self._ends(name, kind, event):
                self._lapse(transition, fact)

    def _ends(self, fact: str, kind: str, event: str) -> bool:
        endings = self.process.facts[fact].ends_with
        return any((end.source.kind, end.source.name) == (kind, event) for end in endings if _own(end.source))

    def _lapse(self, transition: ET.Element, fact: FactRules) -> None:
        for place, value in data_of(fact, fact.starts).items():
            _assign(transition, place, _value(value))

    def _transition(self, parent: ET.Element, action: ActionRules, **to: str) -> ET.Element:
        event = {} if action.model.automatic else {"event": f"do.{action.name}"}
        enabled = self._enabled(action)
        if action.model.automatic:
            earlier = self.process.automatic[: self.process.automatic.index(action)]
            enabled = _all([enabled, *(self._enabled(one).opposite for one in earlier if self._meet(one, action))])
        return ET.SubElement(parent, "transition", {**event, "cond": enabled.yes, **to})

    def _meet(self, one: ActionRules, other: ActionRules) -> bool:
        """Whether one of two actions changes what the other one looks at or moves: then they go one after the other."""
        return bool(self._changes(one) & self._looks_at(other) or self._changes(other) & self._looks_at(one))

    def _changes(self, action: ActionRules) -> frozenset[str]:
        moved = {arrows.track for arrows in action.arrows}
        return frozenset(moved | {name for name in self.process.facts if self._ends(name, "action", action.name)})

    def _looks_at(self, action: ActionRules) -> frozenset[str]:
        read = {name for guard in action.guards for _, kind, name in guard.touches if kind in ("track", "fact")}
        return frozenset(read | {arrows.track for arrows in action.arrows})

    def _enabled(self, action: ActionRules) -> _Said:
        """Whether an action is possible now: its tracks, and every guard that refuses. Never unknown."""
        asked = [self._standing(one.track, one.sources) for one in action.arrows if not one.stays]
        if action.model.automatic:
            asked.append(_any([self._leaving(one) for one in action.arrows]))
        asked += [self._met(guard) for guard in action.guards if guard.refuses]
        return _all(asked)

    def _leaving(self, arrows: Arrows) -> _Said:
        """Whether a track really moves."""
        states = self.process.machines[arrows.track].states
        return self._standing(arrows.track, frozenset(one for one in states if arrows.follow(one) not in (None, one)))

    def _standing(self, track: str, states: frozenset[str] | None) -> _Said:
        if states is None:
            return _ALWAYS
        known = self.process.machines[track].states
        inside, outside = ([one for one in known if (one in states) is wanted] for wanted in (True, False))
        return _Said.sure(_in(track, inside), _in(track, outside))

    def _met(self, guard: GuardRules) -> _Said:
        """Met by a definite yes, or not asked because `when` is a definite no."""
        require = self._say(guard.require, guard.model.require)
        met = _Said.sure(require.yes, require.not_yes)
        if guard.when is None:
            return met
        when = self._say(guard.when, guard.model.when)
        return _any([_Said.sure(when.no, when.not_no), met])

    def _say(self, node: Node, source: object) -> _Said:
        """What a condition says; `source` is the same condition as it is written."""
        match node, source:
            case AllNode(), All():
                return _all([self._say(*pair) for pair in zip(node.parts, source.all, strict=True)])
            case AnyNode(), AnyOf():
                return _any([self._say(*pair) for pair in zip(node.parts, source.any, strict=True)])
            case NotNode(), Not():
                return self._say(node.part, source.not_).opposite
            case NameNode(), str():
                model = self.process.model
                named = model.guards[source].require if source in model.guards else model.conditions[source]
                return self._say(node.parts[0], named)
            case TrackNode(place=Here()), _ if node.source.track in self.process.machines:
                return self._standing(node.source.track, node.states)
            case FactNode(place=Here()), _ if node.source.fact in self.process.facts:
                return self._fact(node) or self._input(node, source)
        return self._input(node, source)

    def _input(self, node: Node, source: Any) -> _Said:
        known = (name for name, told in self.inputs.items() if told.node is node)
        name = next(known, f"input_{len(self.inputs) + 1}")
        self.inputs[name] = Input(sentence(self.rules.workflow, self.process.name, source), node)
        return _flag(name)

    def _fact(self, node: FactNode) -> _Said | None:
        """A test of a fact of the instance itself against plain values; None for any other."""
        fact = self.process.facts[node.source.fact]
        values = [right.value for right in node.rights]
        if None in values:
            return None
        said = _choices(fact, node, values) if fact.model.kind == "choices" else _scalar(fact, node, values)
        if said is not None:
            self.facts[fact.name] = None
        return said


def _scalar(fact: FactRules, node: FactNode, values: list[bool | int | str | None]) -> _Said | None:
    """A test of a fact that holds one value."""
    (name,) = data_of(fact, None)
    known, unknown = f"{name} != null", f"{name} == null"
    if node.test == "known":
        return _known(known, unknown, node)
    if node.test == "is" or (node.test == "includes" and len(values) == 1):
        yes = _joined([f"{name} == {_literal(value)}" for value in values], "||", "false")
        not_yes = _joined([f"{name} != {_literal(value)}" for value in values], "&&", "true")
    elif fact.model.kind == "number" and node.test in ("at_least", "at_most"):
        bound = _literal(values[0])
        signs = (">=", "<") if node.test == "at_least" else ("<=", ">")
        yes = _joined([known, f"{name} {signs[0]} {bound}"], "&&", "true")
        not_yes = _joined([unknown, f"{name} {signs[1]} {bound}"], "||", "false")
    else:
        return None
    return _Said(yes, not_yes, _joined([known, not_yes], "&&", "true"), _joined([unknown, yes], "||", "false"))


def _choices(fact: FactRules, node: FactNode, values: list[bool | int | str | None]) -> _Said | None:
    """A test of a fact that holds several values, each with a name of its own in the data."""
    if node.test == "known":
        first = next(iter(data_of(fact, None)))
        return _known(f"{first} != null", f"{first} == null", node)
    if node.test != "includes":
        return None
    return _all([_flag(_choice(fact.name, str(value))) for value in values])


def _known(known: str, unknown: str, node: FactNode) -> _Said:
    return _Said.sure(known, unknown) if node.source.known else _Said.sure(unknown, known)


def _flag(name: str) -> _Said:
    return _Said(f"{name} == true", f"{name} != true", f"{name} == false", f"{name} != false")


def _own(source: object) -> bool:
    """Whether an event happens on the instance itself."""
    return isinstance(getattr(source, "place", None), Here) and getattr(source, "child", None) is None


def _choice(fact: str, value: str) -> str:
    return f"fact_{fact}_has_{value}"


def _state(track: str, state: str) -> str:
    return f"{track}.{state}"


def _in(track: str, states: list[str]) -> str:
    return _joined([f"In('{_state(track, state)}')" for state in states], "||", "false")


def _assign(parent: ET.Element, location: str, expression: str) -> None:
    ET.SubElement(parent, "assign", location=location, expr=expression)


def _value(value: FactValue | None) -> str:
    """A value to put into the data."""
    if value is None:
        return "unknown"
    return ("yes" if value else "no") if isinstance(value, bool) else _literal(value)


def _literal(value: FactValue | None) -> str:
    """A value to compare with."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _all(parts: list[_Said]) -> _Said:
    return _Said(
        _joined([part.yes for part in parts], "&&", "true"),
        _joined([part.not_yes for part in parts], "||", "false"),
        _joined([part.no for part in parts], "||", "false"),
        _joined([part.not_no for part in parts], "&&", "true"),
    )


def _any(parts: list[_Said]) -> _Said:
    return _all([part.opposite for part in parts]).opposite


def _joined(parts: list[str], sign: str, neutral: str) -> str:
    """Parts with one sign between them. `neutral` is what changes nothing; its opposite settles everything."""
    settling = {"true": "false", "false": "true"}[neutral]
    kept = [part for part in dict.fromkeys(parts) if part != neutral]
    if settling in kept:
        return settling
    return f" {sign} ".join(kept if len(kept) == 1 else [f"({part})" for part in kept]) or neutral


_ALWAYS = _Said.sure("true", "false")
