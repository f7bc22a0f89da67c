"""How guessing is slowed without locking the real person out.

Four counts, each with a backoff of its own: the name from one address, the name from everywhere, the address for all
names, and a known browser. The wait of an address holds for names alone of which a try has failed lately: a whole
office comes from one address, and one who guesses there keeps nobody else out. Who comes with the browser on which they
have signed in before is counted by that browser alone: whatever others try elsewhere under their name, or beside them
from the same address, does not keep them out.
A count is made *before* the password is looked at, so that a hundred tries at once are a hundred tries, and is taken
back when it was right. Nothing is ever locked; the wait ends by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from access.account_store import Throttle

FIRST_WAIT = dt.timedelta(seconds=2)
LONGEST_WAIT = dt.timedelta(minutes=15)
FORGOTTEN_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted, and how many tries are free."""

    key: str
    free: int
    shared: bool = False  # by people who have nothing to do with each other


def counts_of(name: str, address: str, device: str | None) -> tuple[Count, ...]:
    """What a try with a password counts as. `device` is the id of a browser that this person is known by."""
    if device is not None:
        return (Count(f"device|{device}", 8),)
    return (
        Count(f"pair|{name}|{address}", 5),
        Count(f"name|{name}", 50),
        Count(f"address|{address}", 50, shared=True),
    )


def code_counts_of(person: str, device: str | None) -> tuple[Count, ...]:
    """What a try with a code counts as: who gets here knows the password, so the person alone is counted."""
    return (Count(f"code|{person}" if device is None else f"code|{person}|{device}", 5),)


def wait_after(failures: int, free: int) -> dt.timedelta:
    """How long the next try is not looked at: nothing for the free ones, then 2, 4, 8 … seconds, at most 15 minutes."""
    over = failures - free
    return min(FIRST_WAIT * 2 ** min(over, 20), LONGEST_WAIT) if over >= 0 else dt.timedelta(0)


class Tried:
    """One try: counts it unless one of its counts waits. Used as the change that a store makes (`AccountStore.count`).

    `until`: when the wait is over, where it was not counted.
    """

    def __init__(self, counts: tuple[Count, ...], now: dt.datetime) -> None:
        self._counts = counts
        self._now = now
        self.until: dt.datetime | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What the store has to look at."""
        return tuple(count.key for count in self._counts)

    def __call__(self, there: Mapping[str, Throttle]) -> Mapping[str, Throttle] | None:
        """The counts after this try, or None where one waits."""
        living = {key: one for key, one in there.items() if self._now < one.forget_at}
        shared = {count.key for count in self._counts if count.shared}
        failed = any(one.failures for key, one in living.items() if key not in shared)
        waits = [
            one.free_at for key, one in living.items() if self._now < one.free_at and (failed or key not in shared)
        ]
        self.until = max(waits, default=None)
        if waits:
            return None
        return {count.key: self._after(count, living.get(count.key)) for count in self._counts}

    def _after(self, count: Count, before: Throttle | None) -> Throttle:
        failures = (before.failures if before else 0) + 1
        return Throttle(failures, self._now + wait_after(failures, count.free), self._now + FORGOTTEN_AFTER)


def takes_back(now: dt.datetime) -> Callable[[Mapping[str, Throttle]], Mapping[str, Throttle] | None]:
    """The change that takes one try back, where it turned out to be none."""

    def after(there: Mapping[str, Throttle]) -> Mapping[str, Throttle] | None:
        return {key: replace(one, failures=max(one.failures - 1, 0), free_at=now) for key, one in there.items()}

    return after
