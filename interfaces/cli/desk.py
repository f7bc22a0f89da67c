"""Where a command about cases sits down: the open house, the present moment, and whoever acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from cases.answers import Answer
from cases.errors import UnknownName, UnknownReference
from cases.house import House
from cases.ports import LoadedFamily
from cases.reference import read_reference
from cases.sweep import run_once
from cases.workspace import Workspace
from config.definition import Fact
from config.problems import listed, nearest
from interfaces.cli.output import Paper
from interfaces.cli.reasons import Words
from state_machine.diagram import tracks_shown
from state_machine.rules import Rules
from state_machine.values import ends_at, moment
from state_machine.view import Actor, Instance
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings


@dataclass(frozen=True, slots=True)
class Found:
    """An instance with its family and the workflow version to which the family is pinned."""

    instance: Instance
    loaded: LoadedFamily
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
class Desk:
    """One command's place in the house; `now` is aware, in UTC, and the same for the whole command."""

    house: House
    now: dt.datetime

    def actor(self, person: str | None, role: str | None) -> Actor:
        """Who acts. Raises a usage error where nobody was named, UnknownName where nobody has that name."""
        if person is None:
            raise typer.BadParameter("say who does this: --as PERSON, or HOMEWARD_AS", param_hint="--as")
        return self.house.actor(person, role)

    def find(self, text: str) -> Found:
        """The instance of a reference as somebody typed it. Raises UnknownReference."""
        ref = read_reference(text)
        with self.house.store.look() as tx:
            loaded = tx.load(ref)
        if loaded is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        instance = next(one for one in loaded.instances if one.ref == ref)
        return Found(instance, loaded, self.house.workflows.rules(loaded.family.workflow))

    def step(self, take: Callable[[House, dt.datetime], Answer]) -> Answer:
        """Take one step through the door, then let everything that it made due follow at once."""
        answer = take(self.house, self.now)
        run_once(self.house, self.now)
        return answer

    def tracks_shown(self, found: Found) -> tuple[str, ...]:
        """The tracks that a picture of an instance shows; those of children are left out of an adult's case."""
        with self.house.store.look() as tx:
            view = Workspace(self.house, tx, self.now, found.loaded)
            return tracks_shown(found.rules, view, found.instance, self.now)

    def words(self, rules: Rules) -> Words:
        """What panels about this workflow need."""
        return Words(rules.calendar.zone, rules.workflow.clauses.register_)

    def observed(self, text: str | None, rules: Rules) -> dt.datetime | None:
        """When something was seen: a day means its last moment, but never later than now. Raises a usage error."""
        if text is None:
            return None
        try:
            moment(text)
        except ValueError as problem:
            expected = "expected a day such as 2027-03-01, or a time such as 2027-03-01T14:00"
            raise typer.BadParameter(f"found {text!r}, {expected}", param_hint="--observed") from problem
        end = ends_at(text, rules.calendar)
        today = (
            "T" not in text
            and end.astimezone(rules.calendar.zone).date() <= self.now.astimezone(rules.calendar.zone).date()
        )
        return min(end, self.now) if today else end


@contextmanager
def sit_down() -> Iterator[Desk]:
    """Open the house that the settings name, and close it afterwards."""
    with open_desk() as running:
        yield Desk(running.house, running.clock.now())


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
