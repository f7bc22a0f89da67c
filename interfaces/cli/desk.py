"""Where a command about cases sits down: in the house itself, or before a server. What it asks is the same in both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

import typer

from cases.answers import Answer
from cases.correct import Correction, correct
from cases.due_list import MANY, DueLine, Explanation, due_list, due_of, explain_due
from cases.errors import BadInput, UnknownName, UnknownReference
from cases.house import House
from cases.look import Sight, look
from cases.override import SecondAnswer, override
from cases.read_history import SeenEntry, read_history
from cases.reference import read_reference
from cases.request import Request
from cases.sweep import run_once
from cases.take_step import take_step
from cases.why import why
from cases.workspace import Workspace
from config.definition import Fact
from config.problems import listed, nearest
from interfaces.cli.output import Paper
from interfaces.cli.reasons import Words
from interfaces.documents.moments import observed_moment
from state_machine.diagram import tracks_shown
from state_machine.explain import ActionAnswer
from state_machine.rules import Rules
from state_machine.view import Actor, Instance
from wiring.house import RunningHouse, open_house
from wiring.server import Server
from wiring.settings import read_settings


@dataclass(frozen=True, slots=True)
class Found:
    """An instance, and the workflow version to which its family is pinned."""

    instance: Instance
    rules: Rules

    @property
    def ref(self) -> str:
        """The reference in its one form."""
        return self.instance.ref

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts that the instance's process declares."""
        return self.rules.workflow.processes[self.instance.process].facts


@dataclass(frozen=True, slots=True)
class DueAsked:
    """Which deadlines somebody asks for: of one instance, or all that fall due by a moment (None: now)."""

    ref: str | None
    until: dt.datetime | None
    person: str | None
    explain: bool


@dataclass(frozen=True, slots=True)
class DueTold:
    """Deadlines as they stood at `now`; `why` explains some of them, by their places."""

    now: dt.datetime
    lines: Sequence[DueLine]
    why: Mapping[int, Explanation]


class Desk(Protocol):
    """What a command about cases asks. Everything raises the errors of `cases.errors`."""

    @property
    def now(self) -> dt.datetime:
        """The present moment of the house, aware, in UTC; the same for the whole command."""

    def actor(self, person: str | None, role: str | None) -> Actor:
        """Who acts. Raises a usage error where nobody was named, UnknownName where nobody has that name."""

    def reader(self, person: str | None, role: str | None) -> Actor | None:
        """Who looks; None where only what stands in clear is asked."""

    def colleague(self, name: str) -> str:
        """Somebody of the house who is to get a role. Raises UnknownName."""

    def find(self, text: str) -> Found:
        """The instance of a reference as somebody typed it. Raises UnknownReference."""

    def rules(self, workflow: str | None) -> Rules:
        """The version of a workflow, or of the house's own, in which new families are opened."""

    def version(self, hash_: str) -> Rules:
        """A version by its hash."""

    def take(self, request: Request) -> Answer:
        """Attempt a step."""

    def correct(self, correction: Correction) -> Answer:
        """Correct an entry."""

    def second(self, found: Found, said: SecondAnswer) -> Answer:
        """Answer as a second person; the attempt must wait on this instance."""

    def why(self, actor: Actor, found: Found, action: str | None) -> Sequence[ActionAnswer]:
        """What is possible, and of all else why not."""

    def look(self, actor: Actor | None, found: Found) -> Sight:
        """What somebody sees of an instance."""

    def history(self, actor: Actor | None, found: Found) -> Sequence[SeenEntry]:
        """The journal of an instance."""

    def instances(self, process: str) -> Sequence[Instance]:
        """The instances of a process, in the order of their opening."""

    def due(self, asked: DueAsked) -> DueTold:
        """What is due."""


@dataclass(frozen=True, slots=True)
class HouseDesk:
    """A place in the house itself."""

    house: House
    now: dt.datetime

    def actor(self, person: str | None, role: str | None) -> Actor:
        """Who acts."""
        if person is None:
            raise typer.BadParameter("say who does this: --as PERSON, or HOMEWARD_AS", param_hint="--as")
        return self.house.actor(person, role)

    def reader(self, person: str | None, role: str | None) -> Actor | None:
        """Who looks."""
        return self.house.actor(person, role) if person is not None else None

    def colleague(self, name: str) -> str:
        """Somebody of the house."""
        return self.house.actor(name).person

    def find(self, text: str) -> Found:
        """The instance of a reference."""
        ref = read_reference(text)
        with self.house.store.look() as tx:
            loaded = tx.load(ref)
        if loaded is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        instance = next(one for one in loaded.instances if one.ref == ref)
        return Found(instance, self.house.workflows.rules(loaded.family.workflow))

    def rules(self, workflow: str | None) -> Rules:
        """The version for new families."""
        return self.house.workflows.current(workflow)

    def version(self, hash_: str) -> Rules:
        """A version by its hash."""
        return self.house.workflows.rules(hash_)

    def take(self, request: Request) -> Answer:
        """Attempt a step."""
        return self._step(lambda: take_step(self.house, request, self.now))

    def correct(self, correction: Correction) -> Answer:
        """Correct an entry."""
        return self._step(lambda: correct(self.house, correction, self.now))

    def second(self, found: Found, said: SecondAnswer) -> Answer:
        """Answer as a second person."""
        waits_there(self.house, found.ref, said.attempt)
        return self._step(lambda: override(self.house, said, self.now))

    def why(self, actor: Actor, found: Found, action: str | None) -> Sequence[ActionAnswer]:
        """What is possible."""
        return why(self.house, actor, found.ref, self.now, action)

    def look(self, actor: Actor | None, found: Found) -> Sight:
        """What somebody sees."""
        return look(self.house, actor, found.ref, self.now)

    def history(self, actor: Actor | None, found: Found) -> Sequence[SeenEntry]:
        """The journal."""
        return read_history(self.house, actor, found.ref, self.now)

    def instances(self, process: str) -> Sequence[Instance]:
        """The instances of a process."""
        with self.house.store.look() as tx:
            return tx.list_instances(process)

    def due(self, asked: DueAsked) -> DueTold:
        """What is due."""
        if asked.ref is not None:
            lines = due_of(self.house, asked.ref, self.now)
        else:
            lines = due_list(self.house, self.now, asked.until or self.now, MANY)
        if asked.person is not None:
            person = self.house.actor(asked.person).person
            lines = [line for line in lines if person in line.people.people]
        why = {
            place: explain_due(self.house, line.instance.ref, line.name, self.now)
            for place, line in enumerate(lines)
            if asked.explain
        }
        return DueTold(self.now, lines, why)

    def tracks_shown(self, found: Found) -> tuple[str, ...]:
        """The tracks that a picture of an instance shows; those of children are left out of an adult's case."""
        with self.house.store.look() as tx:
            loaded = tx.load(found.ref)
            assert loaded is not None  # it was found
            view = Workspace(self.house, tx, self.now, loaded)
            return tracks_shown(found.rules, view, found.instance, self.now)

    def _step(self, take: Callable[[], Answer]) -> Answer:
        """Take one step through the door, then let everything that it made due follow at once."""
        answer = take()
        run_once(self.house, self.now)
        return answer


def waits_there(house: House, ref: str, attempt: str) -> None:
    """The attempt must wait where the reference says, lest a mistyped one allows something elsewhere."""
    with house.store.look() as tx:
        asking = tx.asking(attempt)
    if asking is not None and asking.instance != ref:
        raise BadInput(f"attempt {attempt} is not about {ref}; compare both with what act told")


def words_of(rules: Rules) -> Words:
    """What panels about this workflow need."""
    return Words(rules.calendar.zone, rules.workflow.clauses.register_)


def observed_at(text: str | None, rules: Rules, now: dt.datetime) -> dt.datetime | None:
    """When something was seen: a day means its last moment, but never later than now. Raises a usage error."""
    if text is None:
        return None
    try:
        return observed_moment(text, rules.calendar, now)
    except ValueError as problem:
        expected = "expected a day such as 2027-03-01, or a time such as 2027-03-01T14:00"
        raise typer.BadParameter(f"found {text!r}, {expected}", param_hint="--observed") from problem


_server: ContextVar[Server | None] = ContextVar("server", default=None)


@contextmanager
def before(server: Server | None) -> Iterator[None]:
    """Let the commands of this context sit down before a server."""
    given = _server.set(server)
    try:
        yield
    finally:
        _server.reset(given)


@contextmanager
def sit_down() -> Iterator[Desk]:
    """A desk before the server that was named, or else in the house that the settings name; closed afterwards."""
    server = _server.get()
    if server is None:
        with sit_down_here() as desk:
            yield desk
    else:
        # The library behind it is only needed here.
        from interfaces.cli.remote import knock

        with knock(server) as remote:
            yield remote


@contextmanager
def sit_down_here() -> Iterator[HouseDesk]:
    """A desk in the house that the settings name, which is closed afterwards."""
    with open_desk() as running:
        yield HouseDesk(running.house, running.clock.now())


@contextmanager
def open_desk(*, sweeps: bool = True) -> Iterator[RunningHouse]:
    """The house that the settings name, as it runs; closed afterwards."""
    running = open_house(read_settings(), sweeps=sweeps)
    for warning in running.warnings:
        Paper(to_stderr=True).note(f"Warning: {warning}.")
    try:
        yield running
    finally:
        running.close()


def facts_of(rules: Rules, process: str) -> Mapping[str, Fact]:
    """The facts of a process. Raises UnknownName."""
    processes = rules.workflow.processes
    if process not in processes:
        near = nearest(process, processes)
        hint = f" Did you mean {near}?" if near else ""
        raise UnknownName(f"there is no process called {process!r}.{hint} Known: {listed(processes, 40)}")
    return processes[process].facts
