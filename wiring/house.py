"""A running house: store, key, people, workflows and clock, put together from the settings."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cases.house import House
from cases.ports import Clock, Flow
from cases.register_people import register_people
from cases.sweep import Swept, run_once
from config.loader import Loaded
from config.settings import Settings
from notifications import deliver
from notifications.deliver import Delivered
from notifications.office import Office
from state_machine.rules import Rules
from storage.house_key import GivenKeyFile, HomeKey, KeyCommand, KeySource
from storage.sql_store import SqlStore, open_store
from wiring.clock import SecureIds, SystemClock
from wiring.notices import open_office
from wiring.people import read_people
from wiring.workflows import PublishedWorkflows

BATCH = 200


@dataclass(frozen=True)
class RunningHouse:
    """An open house with its clock. `shipped` is the workflow in force for new cases; close it when done."""

    house: House
    clock: Clock
    store: SqlStore
    shipped: Loaded
    rules: Rules
    settings: Settings

    @property
    def home(self) -> Path:
        """The folder of the house."""
        return self.settings.home

    @cached_property
    def office(self) -> Office:
        """Who sends its notices. Raises CannotStart where a channel is set up by halves."""
        return open_office(self.settings, self.house, self.shipped)

    def deliver(self, limit: int = 1000) -> Delivered:
        """Send the notices that are to go out now, at most about so many, the oldest first."""
        total = Delivered()
        while total.count < limit:
            # Asked anew for every batch: sending takes time, and leases count from now.
            one = deliver.run_once(self.office, self.clock.now(), min(BATCH, limit - total.count))
            if not one.count:
                break
            total += one
        return total

    def sweep(self, limit: int = 1000, only: Flow | None = None) -> Swept:
        """Take what is due now through the door, oldest first, of one flow or of all."""
        return run_once(self.house, self.clock.now(), limit, only)

    def close(self) -> None:
        """Give the database back."""
        self.store.close()


def open_house(settings: Settings, clock: Clock | None = None, *, sweeps: bool = True) -> RunningHouse:
    """Open the house that the settings describe; an empty place becomes one.

    Registers the people of `people.yaml` and, unless `sweeps` is off, takes what is due. Raises CannotStart (key,
    database), DefinitionError (workflow or people), both with what to do.
    """
    clock = clock or SystemClock()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = settings.database_url or f"sqlite:///{settings.home / 'house.db'}"
    store = open_store(url, key_source(settings), secrets.token_bytes)
    try:
        workflows = PublishedWorkflows(store, settings.workflow)
        shipped = workflows.ship(settings.workflow, clock.now())
        rules = workflows.current(None)
        house = House(store, SecureIds(), read_people(settings.home / "people.yaml", rules), workflows)
        register_people(house, rules, clock.now())
        running = RunningHouse(house, clock, store, shipped, rules, settings)
        if sweeps:
            running.sweep()
    except BaseException:
        store.close()
        raise
    return running


def key_source(settings: Settings) -> KeySource:
    """Where the house key comes from: a command, a given file, or one of our own beside the database."""
    if settings.key_command:
        return KeyCommand(settings.key_command)
    if settings.key_file:
        return GivenKeyFile(settings.key_file)
    return HomeKey(settings.home / "house.key", secrets.token_bytes)
