"""A house whose cases wait for a figure of their own, in any time zone: for what the clock does to many of them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from cases.ports import Store
from state_machine.rules import Rules
from storage.memory import MemoryStore
from tests.houses import SmallHouse, rules_of, staff
from wiring.clock import VirtualClock

WAITING = """
workflow: waiting
says: A house in which each case waits as long as it says
calendar: {time_zone: ZONE, working_days: [mon, tue, wed, thu, fri]}
fallback: manager
roles: {manager: {says: Manager}}
processes:
  - process: case
    tracks: {case: {starts: open, states: {open: {}}}}
    facts: {span: {kind: period, by: [manager]}}
    actions: {open: {by: [manager]}}
    deadlines:
      over_due:
        while: {track: case, is: open}
        due: {after: {fact: span}, source: {house: manager, decided: 2026-11-01, why: each case says it}}
        ladder: [{name: late, at: PT0S, tell: manager}]
"""


@lru_cache(maxsize=1000)
def rules_in(zone: str) -> Rules:
    """The workflow in a time zone."""
    return rules_of(WAITING.replace("ZONE", zone))


def waiting_house(
    at: dt.datetime, zone: str = "Asia/Phnom_Penh", store: Store | None = None, *, seed: str = "waiting"
) -> SmallHouse:
    """A house at a moment (aware, UTC); ids are those of a seed."""
    house = SmallHouse(rules_in(zone), staff(sok="manager"), store or MemoryStore(), seed)
    house.clock = VirtualClock(at)
    return house
