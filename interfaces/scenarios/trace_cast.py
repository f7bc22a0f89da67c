"""The people of a scenario that is made from a trace: who acts, who holds which role, who may record what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.definition import FactValue
from interfaces.scenarios.trace_roles import fitting
from state_machine.checks.model import Model
from state_machine.checks.verdict import TraceStep
from state_machine.rules import ProcessRules


class Unplayable(Exception):
    """A trace that cannot be made into a scenario, and why."""


@dataclass(slots=True)
class Person:
    """Somebody of the scenario, with roles and facts."""

    roles: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


class Cast:
    """Everybody in a scenario. It adds steps to `steps` that put people into roles as they are needed.

    `again`: each who needs a role is somebody new; `outside`: what is refused is tried by somebody who is not assigned.
    """

    def __init__(self, model: Model, *, again: bool, outside: bool = False) -> None:
        self.model = model
        self.rules = model.rules
        self.again = again
        self.outside = outside
        self.steps: list[dict[str, Any]] = []
        self.people: dict[str, Person] = {}
        self.processes: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.holders: dict[tuple[str, str], str] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._used: set[str] = set()

    # --- who somebody is ------------------------------------------------------------------------------------------

    def know(self, label: str, facts: Mapping[str, FactValue | None]) -> None:
        """Facts about a person, whom the trace calls `nurse 3 (person)`; they hold from the beginning."""
        name = _name(label.removesuffix("(person)"))
        said = {fact: _plain(value) for fact, value in facts.items() if value is not None}
        self._known.setdefault(name, {}).update(said)
        if name in self.people:
            self.people[name].facts |= said

    def somebody(self, label: str, *roles: str) -> str:
        """A person by the name in the trace; there from the beginning, with these roles among others."""
        name = _name(label)
        person = self.people.setdefault(name, Person(facts=dict(self._known.get(name, {}))))
        person.roles += [role for role in roles if role not in person.roles]
        return name

    def said(self) -> dict[str, Any]:
        """The people as a scenario file has them."""
        return {
            name: {"roles": one.roles, "facts": one.facts} if one.facts else one.roles
            for name, one in self.people.items()
        }

    # --- who acts -------------------------------------------------------------------------------------------------

    def opener(self, step: TraceStep, parent: str | None) -> str:
        """Whoever opens an instance: by title in the house, or holding the role on the parent."""
        if not step.role:
            raise Unplayable(f"{step.label} is opened by nobody")
        if parent is None or not self._is_assigned(step.role) or (self.outside and step.refused):
            return self.somebody(step.person or step.role, step.role)
        return self._holding(parent, step.role, step.person or step.role)

    def opened(self, name: str, process: str, parent: str | None, role: str, person: str) -> None:
        """Who opens an instance is assigned to it in the role that let them, if that is one which is assigned."""
        self.processes[name] = process
        if parent is not None:
            self.parents[name] = parent
        if role and self._is_assigned(role):
            self.holders[name, role] = person

    def actor(self, name: str, step: TraceStep) -> str:
        """Whoever does an action: a person with the title, or one who holds the role on the instance."""
        if not step.role:
            return self.somebody("somebody")
        if not self._is_assigned(step.role) or (self.outside and step.refused):
            return self.somebody(step.person or step.role, step.role)
        return self._holding(name, step.role, step.person or step.role)

    def recorder(self, name: str, process: ProcessRules, fact: str) -> str:
        """Somebody who may record a fact: by title if possible, else whoever holds such a role, else somebody new."""
        roles = process.facts[fact].recorders
        for role in roles:
            if not self._is_assigned(role):
                return self.somebody(f"{role} who records", role)
        for role in roles:
            held = self._holder(name, role)
            if held is not None:
                return held
        for role in roles:
            return self._holding(name, role, f"{role} who records")
        raise Unplayable(f"nobody may record {fact}")

    def entitle(self, person: str, process: ProcessRules, facts: Iterable[str]) -> None:
        """What comes along with an opening without being asked is recorded by the opener, who needs a title for it."""
        for fact in facts:
            roles = process.facts[fact].recorders
            if not set(roles) & set(self.people[person].roles):
                free = [role for role in roles if not self._is_assigned(role)]
                self.somebody(person, *free[:1])

    def second_person(self, name: str, first: str) -> str:
        """Somebody else who may say yes to an exception."""
        for role in self.rules.workflow.second_person:
            if not self._is_assigned(role):
                return self.somebody(f"{role} who confirms", role)
        for role in self.rules.workflow.second_person:
            held = self._holder(name, role)
            if held is not None and held != first:
                return held
        raise Unplayable("there is nobody who could confirm an exception")

    # --- roles that are held --------------------------------------------------------------------------------------

    def _is_assigned(self, role: str) -> bool:
        declared = self.rules.workflow.roles.get(role)
        return declared is not None and declared.assigned

    def _holder(self, name: str | None, role: str) -> str | None:
        while name is not None:
            held = self.holders.get((name, role))
            if held is not None:
                return held
            name = self.parents.get(name)
        return None

    def _holding(self, name: str, role: str, wanted: str) -> str:
        """Whoever holds a role on an instance, put into it if need be; somebody new each time with `again`."""
        held = self._holder(name, role)
        person = _name(wanted)
        if held is not None and (not self.again or held == person or person in self._used):
            return held
        self._used.add(person)
        where: str | None = name
        while where is not None and "assign" not in self.rules.processes[self.processes[where]].actions:
            where = self.parents.get(where)
        if where is None:
            raise Unplayable(f"nobody can be made {role} of {name}")
        self._assign(where, role, person)
        return person

    def _assign(self, where: str, role: str, person: str) -> None:
        process = self.rules.processes[self.processes[where]]
        assigner = None
        for one in process.actions["assign"].model.by:
            held = None if not self._is_assigned(one) else self._holder(where, one)
            if not self._is_assigned(one) or held is not None:
                assigner = held or self.somebody(f"{one} who assigns", one)
                break
        if assigner is None:
            raise Unplayable(f"nobody is there who could make somebody {role}")
        self.somebody(person, role)
        fits = fitting(self.model, process, role)
        self.people[person].facts = {**fits.person, **self.people[person].facts}
        for fact, value in fits.own.items():
            said = {fact: _plain(value)}
            self.steps.append({"record": said, "in": where, "as": self.recorder(where, process, fact)})
        self.steps.append({"assign": person, "to": role, "in": where, "as": assigner})
        self.holders[where, role] = person


def _name(label: str) -> str:
    """A name of a person as scenarios write it."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")


def _plain(value: FactValue) -> Any:
    return list(value) if isinstance(value, tuple) else value
