"""A running house: store, key, people, workflows and clock, put together from the settings."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from access.people import StoredPeople
from cases.errors import CannotStart
from cases.house import House
from cases.ports import Clock, Flow
from cases.register_people import register_people
from cases.sweep import Swept, run_once
from cases.vacancies import fallback_is_vacant, look_for_vacancies
from config.settings import Settings
from notifications import deliver
from notifications.deliver import Delivered
from notifications.office import Office
from state_machine.rules import Rules
from storage.house_key import GivenKeyFile, HomeKey, KeyCommand, KeySource
from wiring.clock import DatabaseClock, SecureIds, SystemClock
from wiring.decreed import FILE as DECREED
from wiring.decreed import read_decreed
from wiring.notices import open_office
from wiring.people import read_people
from wiring.workflows import Known, OnDisk, PublishedWorkflows

if TYPE_CHECKING:
    from storage.sql_store import SqlStore


@dataclass(frozen=True)
class RunningHouse:
    """An open house with its clock; close it when done.

    `on_disk` is the workflow as it lies there, `rules` the version in force for new cases when the house was opened.
    """

    house: House
    clock: Clock
    store: SqlStore
    on_disk: OnDisk
    rules: Rules
    settings: Settings
    workflows: PublishedWorkflows

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not right in this house, though it can work: for whoever opens it."""
        return (*self._nobody_to_fall_back_on(), *self._not_in_force())

    def _nobody_to_fall_back_on(self) -> Iterator[str]:
        role, file = self.rules.workflow.fallback, self.home / "people.yaml"
        if (file.exists() or self.house.people.all()) and fallback_is_vacant(self.house.people, self.rules):
            yield (
                f"{file}: nobody has the role {role}, who is asked where nobody else can be; "
                f"write {role} among the roles of somebody who is not disabled, or see `homeward people change`"
            )

    def _not_in_force(self) -> Iterator[str]:
        """The workflow on disk is read, and what is in force is what two persons published."""
        loaded, problems, in_force = self.on_disk.loaded, self.on_disk.problems, self.rules
        if problems:
            yield (
                f"{self.settings.workflow} cannot be read ({problems[0]}), so that nothing can be published from it; "
                f"version {in_force.hash[:12]} of {in_force.workflow.workflow} stays in force; see `homeward workflow "
                f"check {self.settings.workflow}`"
            )
        elif loaded is not None and loaded.hash != in_force.hash:
            yield (
                f"{self.settings.workflow} holds version {loaded.hash[:12]}, and {in_force.hash[:12]} is in force; see "
                "`homeward workflow publish`"
            )

    @property
    def home(self) -> Path:
        """The folder of the house."""
        return self.settings.home

    @cached_property
    def office(self) -> Office:
        """Who sends its notices. Raises CannotStart where a channel is set up by halves."""
        return open_office(self.settings, self.house, self.on_disk.loaded)

    def look_again(self, now: dt.datetime) -> None:
        """Know what was published and who was changed until now (aware, UTC): at the beginning of every request."""
        self.workflows.look_again(now)
        if isinstance(self.house.people, StoredPeople):
            self.house.people.look_again(now)

    def deliver(self, limit: int = 1000) -> Delivered:
        """Send the notices that are to go out now, at most about so many, the oldest first."""
        total = Delivered()
        self.look_again(self.clock.now())
        while total.count < limit:
            # Asked anew for every batch: sending takes time, and leases count from now.
            one = deliver.run_once(self.office, self.clock.now(), min(deliver.AT_MOST, limit - total.count))
            if not one.count:
                break
            total += one
        return total

    def sweep(self, limit: int = 1000, only: Flow | None = None) -> Swept:
        """Take what is due now through the door, oldest first, of one flow or of all."""
        now = self.clock.now()
        self.look_again(now)
        return run_once(self.house, now, limit, only)

    def close(self) -> None:
        """Give the database back."""
        self.store.close()


def open_house(
    settings: Settings,
    clock: Clock | None = None,
    *,
    sweeps: bool = True,
    machine: Clock | None = None,
    known: Known | None = None,
) -> RunningHouse:
    """Open the house that the settings describe; an empty place becomes one.

    Its clock, if none is given, is the database server's on PostgreSQL, and on SQLite that of this `machine`.

    Counts on the days off of `holidays.yaml`, registers the people of `people.yaml` and, unless `sweeps` is off, takes
    what is due. A workflow that is `known` is not read again. Raises CannotStart (key, database), DefinitionError
    (workflow, people, days off), both with what to do.
    """
    # The database libraries take a second to load; see docs/why.md.
    from storage.sql_store import open_store

    if settings.server is not None:
        raise CannotStart("HOMEWARD_SERVER is set, and this works in the house itself; take it out of the environment")
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = settings.database_url or f"sqlite:///{settings.home / 'house.db'}"
    store = open_store(url, key_source(settings), secrets.token_bytes)
    try:
        clock = clock or _clock_of(store, machine or SystemClock())
        workflows = PublishedWorkflows(store, settings.workflow, read_decreed(settings.home / DECREED), known)
        on_disk = workflows.ship(settings.workflow, clock.now())
        workflows.keep_calendars(clock.now())
        rules = workflows.current(None)
        people = StoredPeople(read_people(settings.home / "people.yaml", rules).all(), store.staff)
        people.look_again(clock.now())
        house = House(store, SecureIds(), people, workflows)
        register_people(house, rules, clock.now())
        look_for_vacancies(house, rules, clock.now())
        running = RunningHouse(house, clock, store, on_disk, rules, settings, workflows)
        if sweeps:
            running.sweep()
    except BaseException:
        store.close()
        raise
    return running


def _clock_of(store: SqlStore, machine: Clock) -> Clock:
    """The clock that all processes of a house have in common: the database server's, or that of this machine."""
    return machine if store.server_time() is None else DatabaseClock(store.server_time)


def key_source(settings: Settings) -> KeySource:
    """Where the house key comes from: a command, a given file, or one of our own beside the database."""
    if settings.key_command:
        return KeyCommand(settings.key_command)
    if settings.key_file:
        return GivenKeyFile(settings.key_file)
    return HomeKey(settings.home / "house.key", secrets.token_bytes)
