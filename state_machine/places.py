"""On which instance a leaf of a condition looks: what `of` means, worked out once when a workflow is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from config.definition import Process, Workflow
from state_machine.evaluation import Evaluation, Trace
from state_machine.facts import current

if TYPE_CHECKING:
    from state_machine.view import Instance


class Place(Protocol):
    """Finds the instance that `of` names, starting from the one where the leaf is read."""

    @property
    def label(self) -> str:
        """What goes before the names of values read there: empty for the instance itself."""

    @property
    def process(self) -> str | None:
        """The process of what is found, where the workflow says so."""

    def find(self, at: Evaluation, base: Instance, trace: Trace | None = None) -> Instance | None:
        """The instance, or None where there is none now: then the leaf is unknown."""


@dataclass(frozen=True, slots=True)
class Here:
    """No `of`: the instance itself."""

    process: str | None
    label: str = ""

    def find(self, at: Evaluation, base: Instance, trace: Trace | None = None) -> Instance | None:  # noqa: ARG002 - the shape of Place
        """The instance from which one looks."""
        return base


@dataclass(frozen=True, slots=True)
class Ancestor:
    """`of: case`: the nearest instance of that process on the way up."""

    process: str

    @property
    def label(self) -> str:
        """The process."""
        return self.process

    def find(self, at: Evaluation, base: Instance, trace: Trace | None = None) -> Instance | None:  # noqa: ARG002 - the shape of Place
        """The ancestor of that process."""
        found: Instance | None = base
        while found is not None and found.process != self.process:
            found = at.instance(found.parent) if found.parent is not None else None
        return found


@dataclass(frozen=True, slots=True)
class Linked:
    """`of: receiver`: the instance that a link fact names."""

    fact: str
    process: str | None

    @property
    def label(self) -> str:
        """The link fact."""
        return self.fact

    def find(self, at: Evaluation, base: Instance, trace: Trace | None = None) -> Instance | None:
        """The linked instance, in whatever family; the link itself counts as read."""
        reading = current(at, base, self.fact)
        if trace is not None:
            trace.note(self.fact, reading.value, base.ref, self.fact, reading.seq)
        return at.instance(reading.value) if isinstance(reading.value, str) else None


@dataclass(frozen=True, slots=True)
class Person:
    """`of: actor`, `of: assigned`, or a role: the instance that stands for that person."""

    label: str
    process: str | None

    def find(self, at: Evaluation, base: Instance, trace: Trace | None = None) -> Instance | None:  # noqa: ARG002 - the shape of Place
        """The instance of the one who acts, of the one being assigned, or of the holder of the role here."""
        if self.label == "actor":
            name: str | None = at.actor.person
        elif self.label == "assigned":
            name = at.assigned
        else:
            name = holder(at, base, self.label)
        return at.person(name) if name is not None else None


def holder(at: Evaluation, instance: Instance | None, role: str) -> str | None:
    """Who holds a role on an instance or its nearest ancestor where somebody does; None where nobody does."""
    while instance is not None:
        person = instance.holders.get(role)
        if person is not None:
            return person
        instance = at.instance(instance.parent) if instance.parent is not None else None
    return None


def ancestors(workflow: Workflow, process: str) -> tuple[str, ...]:
    """The processes above one, nearest first. Raises ValueError for a circle."""
    found: list[str] = []
    above = workflow.processes[process].parent
    while above is not None:
        if above in found or above == process:
            raise ValueError(f"process {process}: its parents go round in a circle")
        found.append(above)
        above = workflow.processes[above].parent
    return tuple(found)


def person_process(workflow: Workflow) -> str | None:
    """The process whose instances are the people who act."""
    return next((name for name, process in workflow.processes.items() if process.stands_for == "person"), None)


def place(workflow: Workflow, process: str, of: str | None) -> Place:
    """What `of` means where a condition is read on an instance of `process`. Raises ValueError for an unknown name."""
    declared: Process = workflow.processes[process]
    if of is None:
        return Here(process)
    if of in ("actor", "assigned"):
        return Person(of, person_process(workflow))
    if of == process or of in ancestors(workflow, process):
        return Ancestor(of)
    fact = declared.facts.get(of)
    if fact is not None and fact.kind == "link":
        return Linked(of, fact.to)
    if of in workflow.roles:
        return Person(of, person_process(workflow))
    raise ValueError(f"process {process}: of: {of} is no ancestor, link fact or role")
