"""What came in a body, read against the workflow. What is wrong is named by its place and what is expected there."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cases.errors import UnknownReference
from cases.house import House
from cases.reference import read_reference
from config.definition import RESERVED_ACTIONS, Fact, FactValue, Workflow
from config.problems import listed
from interfaces.api.models import DocumentIn, Value
from interfaces.api.problems import ApiProblem, Kind, Wrong
from interfaces.documents.moments import observed_moment
from state_machine.rules import Rules
from state_machine.values import BadValue, parse_value
from state_machine.view import Instance

LARGEST_DOCUMENT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """An instance, and the workflow version to which its family is pinned."""

    instance: Instance
    rules: Rules
    revision: int

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts that the instance's process declares."""
        return self.rules.workflow.processes[self.instance.process].facts


def find(house: House, ref: str) -> Found:
    """An instance that is there. Raises ApiProblem where it is gone meanwhile."""
    with house.store.look() as tx:
        loaded = tx.load(ref)
    if loaded is None:
        raise ApiProblem("not_found")
    instance = next(one for one in loaded.instances if one.ref == ref)
    return Found(instance, house.workflows.rules(loaded.family.workflow), loaded.family.revision)


@dataclass
class Reading:
    """Reads a body, gathering everything that is wrong with it, so that all is told at once."""

    now: dt.datetime
    wrong: list[Wrong] = field(default_factory=list)
    kind: Kind = "bad_input"

    def facts(self, given: Mapping[str, Value], process: str, declared: Mapping[str, Fact]) -> dict[str, FactValue]:
        """Facts as they are kept."""
        unknown = [name for name in given if name not in declared]
        if unknown:
            self.add("/facts", f"facts of {process}: {listed(tuple(declared), 60) or 'none'}", "unknown_name")
        read = {name: self._fact(name, declared[name], value) for name, value in given.items() if name in declared}
        return {name: value for name, value in read.items() if value is not None}

    def observed(self, text: str | None, rules: Rules) -> dt.datetime | None:
        """When it was seen, aware; None for now."""
        if text is None:
            return None
        try:
            seen = observed_moment(text, rules.calendar, self.now)
        except ValueError:
            self.add("/observed", "a day such as 2027-03-01, or a time such as 2027-03-01T14:00")
            return None
        if seen > self.now:
            self.add("/observed", "a time that has passed")
        return seen

    def documents(
        self, sent: Sequence[DocumentIn], facts: Mapping[str, FactValue]
    ) -> tuple[tuple[str, str, bytes], ...]:
        """The files that came along, each named by one of the facts."""
        read = []
        for place, one in enumerate(sent):
            content = self._content(one, f"/documents/{place}/content")
            digest = hashlib.sha256(content).hexdigest()
            if content and digest not in facts.values():
                self.add(f"/documents/{place}", "a file whose SHA-256 is the value of one of the facts")
            read.append((digest, one.media, content))
        return tuple(read)

    def known(self, where: str, name: str, names: Collection[str]) -> None:
        """A name must be one of these."""
        if name not in names:
            self.add(where, f"one of {listed(tuple(names), 60)}", "unknown_name")

    def colleague(self, where: str, name: str, house: House) -> None:
        """A name must be that of somebody who can act."""
        person = house.people.person(name)
        if person is None or person.disabled:
            self.add(where, "somebody of this house who is not disabled", "unknown_name")

    def add(self, where: str, expected: str, kind: Kind = "bad_input") -> None:
        """Something is wrong."""
        if not self.wrong:
            self.kind = kind
        self.wrong.append(Wrong(where, expected))

    def done(self) -> None:
        """Raises ApiProblem with everything that is wrong."""
        if self.wrong:
            raise ApiProblem(self.kind, wrong=self.wrong)

    def _fact(self, name: str, declared: Fact, value: Value) -> FactValue | None:
        try:
            if declared.kind == "link" and isinstance(value, str):
                value = read_reference(value)
            return parse_value(name, declared, value)
        except UnknownReference:
            self.add(f"/facts/{name}", "a reference such as 7K3M-9XQT-2HDJ")
        except BadValue as problem:
            self.add(f"/facts/{name}", problem.expected)
        return None

    def _content(self, one: DocumentIn, where: str) -> bytes:
        try:
            content = base64.b64decode(one.content, validate=True)
        except ValueError:
            self.add(where, "base64")
            return b""
        if not 0 < len(content) <= LARGEST_DOCUMENT:
            self.add(where, f"between one byte and {LARGEST_DOCUMENT // 1024**2} MB")
            return b""
        return content


def actions_of(workflow: Workflow, process: str) -> tuple[str, ...]:
    """The actions of a process that can be asked for by name."""
    return tuple(name for name in workflow.processes[process].actions if name not in RESERVED_ACTIONS)
