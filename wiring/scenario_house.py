"""A house for scenarios: virtual time, seeded ids, and by default the in-memory twin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.house import House
from cases.outbox import Outbox
from cases.ports import Person
from cases.register_people import register_people
from config.loader import Loaded
from state_machine.rules import Rules
from storage.memory import MemoryStore
from wiring.clock import SeededIds, VirtualClock
from wiring.people import ListedPeople
from wiring.workflows import PublishedWorkflows

if TYPE_CHECKING:
    from storage.sql_store import SqlStore


@dataclass(frozen=True, slots=True)
class ScenarioHouse:
    """A house whose clock the scenario moves."""

    house: House
    clock: VirtualClock
    rules: Rules
    outbox: Outbox


def scenario_house(
    loaded: Loaded,
    rules: Rules,
    people: Mapping[str, Person],
    starts_at: dt.datetime,
    *,
    seed: str,
    store: MemoryStore | SqlStore | None = None,
) -> ScenarioHouse:
    """A house in which one scenario plays, its people registered. `rules` are the compiled form of `loaded`."""
    store = store or MemoryStore()
    clock = VirtualClock(starts_at)
    workflows = PublishedWorkflows(store, loaded.workflow.workflow)
    workflows.take(loaded, rules, clock.now())
    house = House(store, SeededIds(seed), ListedPeople(people), workflows)
    register_people(house, rules, clock.now())
    return ScenarioHouse(house, clock, rules, store.outbox)
