"""A house to measure: a database of its own, the shipped workflow, one person, and families written in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from cases.house import House
from cases.ports import Due, Person, StepWrites
from cases.register_people import register_people
from interfaces.bench.prepare import ROLE, WHO, Template, copies
from state_machine.rules import Rules
from storage.house_key import KeySource
from storage.sql_store import SqlStore, open_store
from wiring.clock import SecureIds, SystemClock, random_bytes
from wiring.house import RunningHouse, open_house
from wiring.people import ListedPeople
from wiring.settings import read_settings
from wiring.workflows import PublishedWorkflows

WORKFLOW = "kh-2009"


@dataclass(frozen=True)
class Place:
    """Where to measure: an address of a database, empty at first, and what opens it."""

    backend: str
    url: str
    key: KeySource


@dataclass
class BenchHouse:
    """An open house at a place."""

    place: Place
    store: SqlStore
    house: House
    clock: SystemClock = field(default_factory=SystemClock)

    @cached_property
    def rules(self) -> Rules:
        """The workflow in force."""
        return self.house.workflows.current(WORKFLOW)

    def fill(self, template: Template, count: int, begin: dt.datetime | None = None, every: float = 0) -> list[str]:
        """Write so many copies of a template; answers their references, in the order of writing.

        With `begin`, what is due of them by now is due from then on instead, `every` so many seconds one.
        """
        refs: list[str] = []
        now = self.clock.now()

        def noted() -> Iterator[StepWrites]:
            for number, writes in enumerate(copies(template, count, self.house.ids, now)):
                refs.append(writes.family)
                at = None if begin is None else begin + dt.timedelta(seconds=number * every)
                yield writes if at is None else replace(writes, put_due=_moved(writes.put_due, now, at))

        self.store.fill(noted())
        return refs


def _moved(rows: tuple[Due, ...], now: dt.datetime, at: dt.datetime) -> tuple[Due, ...]:
    return tuple(replace(row, at=at) if row.at <= now else row for row in rows)


def another_house(home: str, url: str) -> RunningHouse:
    """The house of a folder at an address, opened as a process of its own opens it; nothing is swept by opening it."""
    own = {"home": Path(home), "database_url": url, "key_file": None, "key_command": None}
    return open_house(read_settings().model_copy(update=own), sweeps=False)


@contextmanager
def bench_house(place: Place) -> Iterator[BenchHouse]:
    """Open a house at a place. Raises Failed or CannotStart from the store."""
    store = open_store(place.url, place.key, random_bytes)
    try:
        clock = SystemClock()
        workflows = PublishedWorkflows(store, WORKFLOW)
        workflows.ship(WORKFLOW, clock.now())
        people = ListedPeople({WHO: Person(WHO, frozenset({ROLE}))})
        house = House(store, SecureIds(), people, workflows)
        register_people(house, workflows.current(None), clock.now())
        yield BenchHouse(place, store, house, clock)
    finally:
        store.close()
