"""A trace of the proofs as a scenario: what broke a property, as a file that `homeward scenario run` plays.

A trace says how things stand around its instance, and who acts in which role. A scenario has to bring that about:
parents and linked instances are opened and moved to where the trace has them, people are put into their roles, facts
are recorded by somebody who may. Where that cannot be done, `Unplayable` says why; whether the whole plays is for the
caller to try.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.definition import FactValue
from interfaces.scenarios.trace_cast import Cast, Unplayable
from state_machine.checks.model import Model
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import TraceStep
from state_machine.rules import ProcessRules

DAY = 24 * 60 * 60
SILENCES = ("P100D", "P20D")
"""Longer than any deadline waits before it tells somebody, and shorter than most pauses."""

DEEPEST = 4
"""How far instances that a trace takes as given may need others in turn."""

Said = dict[str, Any]


@dataclass(slots=True)
class Scope:
    """How labels of a trace are called in the scenario; in the story of a given instance they get its name before."""

    names: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    depth: int = 0


class Writer:
    """Turns the steps of a trace into steps of a scenario, one after the other.

    With `again` whoever acts in an assigned role is put into it anew for each step, so that no two steps are one
    person's; else whoever holds the role goes on. With `bare` only facts are taken from what is given, and only of
    instances that are needed anyhow: how the others stand may as well follow from the steps. With
    `outside` what is refused is tried by somebody who holds no role there.
    """

    def __init__(self, model: Model, *, again: bool, bare: bool = False, outside: bool = False) -> None:
        self.model = model
        self.rules = model.rules
        self.bare = bare
        self.cast = Cast(model, again=again, outside=outside)
        self.steps: list[Said] = self.cast.steps
        self.held: dict[str, dict[str, FactValue]] = {}
        self.main = ""

    def write(self, trace: Sequence[TraceStep]) -> None:
        """All steps of a trace, and in the end how things stand then. Raises Unplayable."""
        scope = Scope()
        early = {step.label: step for step in reversed(trace) if self._is_above(step, trace)}
        for step in early.values():
            self._given(step, scope, needed=True)
        for step in trace:
            if step.label not in early or step.kind != "given":
                self._take(step, scope)
        last = next((step for step in reversed(trace) if step.kind != "given"), None)
        if last is not None and not last.refused and last.after:
            self.steps.append({"check": scope.names[last.label], "tracks": dict(last.after)})
            self.main = scope.names[last.label]

    def without_end(self) -> None:
        """The last step sets off what follows for ever: it fails, and nothing is changed."""
        if "check" in self.steps[-1]:
            self.steps.pop()
        self.steps[-1]["expect"] = "failed"

    def silence(self, length: str) -> None:
        """So long nobody is told of the instance of the trace."""
        self.steps.append({"wait": length})
        self.steps.append({"check": self.main, "silent_for": length})

    def _is_above(self, step: TraceStep, trace: Sequence[TraceStep]) -> bool:
        """Whether a step gives an instance above the one that is opened: that must stand so before it is opened."""
        opened = next((one for one in trace if one.kind == "open"), None)
        return step.kind == "given" and opened is not None and step.label in self.rules.processes[opened.process].above

    def _take(self, step: TraceStep, scope: Scope) -> None:
        match step.kind:
            case "given":
                self._given(step, scope)
            case "open":
                self._open(step, scope)
            case "record":
                self._record(_called(step, scope), step.facts, step.says, scope)
            case "act" | "assign" | "unassign":
                self._act(step, scope)
            case "elapse":
                self._wait(self._time_to(step), step.says)
            case "wait":
                self._wait(step.wait, step.says)
            case "migrate":
                raise Unplayable("a scenario plays in one version of its workflow")

    # --- what is given --------------------------------------------------------------------------------------------

    def _given(self, step: TraceStep, scope: Scope, *, needed: bool = False) -> None:
        process = self.rules.processes[step.process]
        if process.model.stands_for is not None:
            self.cast.know(step.label, step.facts)
            return
        name, bare = scope.names.get(step.label), self.bare and not scope.depth
        if bare and name is None and not needed:
            return
        if name is None:
            name = self._bring(process, step.label, step.parent, {} if bare else step.after, scope)
        elif step.before != step.after and not bare:
            raise Unplayable(f"{step.label} would have to move between two steps")
        missing = {fact: value for fact, value in step.facts.items() if self.held.get(name, {}).get(fact) != value}
        self._record(name, missing, step.says, scope)

    def _bring(self, process: ProcessRules, label: str, parent: str, states: Mapping[str, str], scope: Scope) -> str:
        """Open an instance and move it to where it stands in the trace; answers its name."""
        if scope.depth == DEEPEST:
            raise Unplayable(f"{label} needs instances that need others without end")
        explorer = Explorer(self.model.relation(process.name))
        at = {**process.start_states, **states}
        played = explorer.reach(explorer.player.at(at))
        if played is None:
            raise Unplayable(f"no way was found for {label} to stand as the trace takes for given")
        name = self._name(label, scope)
        inner = Scope({process.name: name}, f"{name}_", scope.depth + 1)
        above = self._parent(process, parent, scope)
        if above is not None:
            inner.names |= self._line_of(process, above)
        scope.names[label] = name
        for step in played.steps:
            if step.kind != "given" or step.label not in inner.names:
                self._take(step, inner)
        return name

    def _parent(self, process: ProcessRules, label: str, scope: Scope) -> str | None:
        """The name of the instance under which one is opened; opened itself, if the trace takes it for granted."""
        if not process.above:
            return None
        label = label or process.above[0]
        if label not in scope.names:
            above = self.rules.processes[process.above[0]]
            scope.names[label] = self._bring(above, label, "", {}, scope)
        return scope.names[label]

    def _line_of(self, process: ProcessRules, parent: str) -> dict[str, str]:
        """The instances above a new one by their processes, as its own story calls them."""
        line, name = dict[str, str](), parent
        for above in process.above:
            line[above] = name
            name = self.cast.parents.get(name, "")
        return line

    def _name(self, label: str, scope: Scope) -> str:
        name = scope.prefix + re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
        return name if name not in self.cast.processes else f"{name}_{len(self.cast.processes)}"

    # --- what is done ---------------------------------------------------------------------------------------------

    def _open(self, step: TraceStep, scope: Scope) -> None:
        process = self.rules.processes[step.process]
        parent = self._parent(process, step.parent, scope)
        name = scope.names.setdefault(step.label, self._name(step.label, scope))
        if "open" not in process.actions:
            raise Unplayable(f"nobody can open a {process.name}")
        person = self.cast.opener(step, parent)
        said: Said = {"open": process.name, "name": name, "as": person, "says": step.says}
        if parent is not None:
            said["under"] = parent
        self.cast.entitle(person, process, [fact for fact in step.facts if fact not in self._asked(step)])
        self._attempt(said, step, name, scope)
        self.cast.opened(name, process.name, parent, step.role, person)

    def _act(self, step: TraceStep, scope: Scope) -> None:
        self._wait(step.wait, "")
        name = _called(step, scope)
        person = self.cast.actor(name, step)
        if step.action in ("assign", "unassign") and step.kind != "act":
            raise Unplayable("the trace puts somebody into a role that it does not name")
        self._attempt({"act": step.action, "in": name, "as": person, "says": step.says}, step, name, scope)

    def _attempt(self, said: Said, step: TraceStep, name: str, scope: Scope) -> None:
        """One attempt with what comes along; a second person says yes where the trace needs that."""
        facts = {fact: value for fact, value in step.facts.items() if value is not None}
        if facts:
            said["facts"] = self._values(step.process, facts, scope)
            self.held.setdefault(name, {}).update(facts)
        if step.refused:
            said["expect"] = "refused"
        if step.confirmed:
            attempt = f"attempt_{len(self.steps)}"
            said |= {"name": attempt, "reason": "An exception", "expect": "refused"}
            self.steps.append(said)
            second = self.cast.second_person(name, said["as"])
            self.steps.append({"override": attempt, "as": second, "answer": "yes", "reason": "Agreed"})
            return
        self.steps.append(said)

    def _record(self, name: str, facts: Mapping[str, FactValue | None], says: str, scope: Scope) -> None:
        """Facts recorded, each by somebody who may; what is withdrawn was never recorded."""
        process = self.rules.processes[self.cast.processes[name]]
        held = self.held.setdefault(name, {})
        by_person: dict[str, dict[str, FactValue]] = {}
        for fact, value in facts.items():
            if value is not None:
                by_person.setdefault(self.cast.recorder(name, process, fact), {})[fact] = value
            elif fact in held:
                by_person.setdefault(self.cast.recorder(name, process, fact), {})
                self.steps.append({"correct": [fact], "in": name, "as": self.cast.recorder(name, process, fact)})
                del held[fact]
        for person, values in by_person.items():
            if values:
                said = self._values(process.name, values, scope)
                self.steps.append({"record": said, "in": name, "as": person, "says": says})
                held |= values

    def _values(self, process: str, facts: Mapping[str, FactValue], scope: Scope) -> dict[str, Any]:
        return {fact: self._value(process, fact, value, scope) for fact, value in facts.items()}

    def _value(self, process: str, fact: str, value: FactValue, scope: Scope) -> Any:
        """A value as a scenario writes it: links by the name of the instance, documents by what is in them."""
        declared = self.rules.processes[process].facts[fact].model
        if declared.kind == "document":
            return f"The document {fact.replace('_', ' ')}"
        if declared.kind == "link" and declared.to is not None:
            return self._linked(fact, declared.to, scope)
        return list(value) if isinstance(value, tuple) else value

    def _linked(self, fact: str, process: str, scope: Scope) -> str:
        label = fact.replace("_", " ")
        if self.rules.processes[process].model.stands_for is not None:
            return self.cast.somebody(label)
        if label not in scope.names:
            scope.names[label] = self._bring(self.rules.processes[process], label, "", {}, scope)
        return scope.names[label]

    def _asked(self, step: TraceStep) -> Sequence[str]:
        return self.rules.processes[step.process].actions[step.action or "open"].model.asks

    # --- time -----------------------------------------------------------------------------------------------------

    def _wait(self, seconds: int, says: str) -> None:
        if seconds > 0:
            said: Said = {"wait": f"P{-(-seconds // DAY)}D"}
            self.steps.append(said | ({"says": says} if says else {}))

    def _time_to(self, step: TraceStep) -> int:
        """How long until a rung does the action: the figure, twice for days of rest, and some."""
        for deadline in self.rules.processes[step.process].deadlines.values():
            for rung in deadline.model.ladder:
                if rung.do == step.action:
                    due = deadline.model.due
                    figure = getattr(due.after, "nominal_seconds", None)
                    most = due.at_most.nominal_seconds if due.at_most is not None else 0
                    length = figure if figure is not None else most
                    return int(2 * abs(length) + 2 * max(rung.at.nominal_seconds, 0)) + DAY + step.wait
        raise Unplayable(f"no deadline does {step.action}")


def _called(step: TraceStep, scope: Scope) -> str:
    """What the scenario calls the instance of a step."""
    if step.label not in scope.names:
        raise Unplayable(f"the trace does not say where {step.label} comes from")
    return scope.names[step.label]
