"""What one turn of each flow does, whoever starts it: a Prefect run, the embedded ticker, a command.

No decision is made here: every turn is one call into the house, over rows that the house claims and fences itself. So
a turn may run twice, late, out of order or be killed, and no harm comes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cases.ports import Flow
from cases.seal import seal
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

LIMIT = 10_000
"""Rows that one turn takes at most; what is left is there for the next."""

Work = Callable[[RunningHouse], str]
"""One turn in an open house; answers what was done, in counts alone, for the log of whoever started it."""


@lru_cache(maxsize=1)
def the_house() -> RunningHouse:
    """The house that the environment describes, opened once for this process. Raises CannotStart, DefinitionError."""
    return open_house(read_settings(), sweeps=False)


def sweep(house: RunningHouse, limit: int = LIMIT, only: Flow | None = None) -> str:
    """Take what is due, of one flow or of all."""
    swept = house.sweep(limit, only)
    late = int(swept.late.total_seconds())
    return f"taken {swept.taken}, postponed {swept.postponed}, latest by {late} s"


def deliver(house: RunningHouse, limit: int = LIMIT) -> str:
    """Send the notices that are to go out."""
    done = house.deliver(limit)
    return f"sent {done.sent}, put off {done.postponed}, given up {done.dead}"


def seal_journal(house: RunningHouse, limit: int = LIMIT) -> str:
    """Give new journal entries their place in the order of evidence."""
    sealed = seal(house.store.leaves, house.clock.now(), limit)
    return "somebody else is sealing" if sealed.busy else f"sealed {sealed.count}"
