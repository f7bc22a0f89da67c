"""Where `now`, references, attempt ids and salts come from in a running house."""

from __future__ import annotations

import datetime as dt
import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from cases.errors import Failed
from cases.reference import BITS, reference_of

T = TypeVar("T")
log = logging.getLogger("homeward.clock")
ASKED_EVERY = 60.0
"""Seconds after which the database server is asked for the time again."""


def random_bytes(count: int) -> bytes:
    """So many random bytes from the operating system: keys, nonces, salts."""
    return secrets.token_bytes(count)


class SystemClock:
    """The clock of this machine, in UTC."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        return dt.datetime.now(dt.UTC)


class DatabaseClock:
    """The clock of a database server, in UTC: the same `now` for every process of a house, whatever its machine shows.

    The server is asked when the clock is opened and once a minute from then on, by whoever looks first; in between,
    time goes on by a counter of this machine that nobody can set. So `now` is off by at most half of the quickest of
    three round trips and what the counter drifts in a minute: about a millisecond on one network, and 6 ms more with
    the worst of ordinary crystals (100 in a million). Where somebody sets the server's clock, `now` follows within a
    minute, back too. A server that does not answer leaves the clock as it goes for another minute.

    `ask` tells the server's time, aware, and raises Failed; `counter` counts seconds. Threads may share it.
    """

    def __init__(self, ask: Callable[[], dt.datetime | None], counter: Callable[[], float] | None = None) -> None:
        self._ask = ask
        self._counter = counter or _counted
        self._asking = threading.Lock()
        self._zero = self._measured()
        self._asked = self._counter()

    def now(self) -> dt.datetime:
        """The present moment as the server shows it, aware, in UTC. Raises nothing."""
        if self._counter() - self._asked >= ASKED_EVERY and self._asking.acquire(blocking=False):
            # Others go by the last answer meanwhile.
            try:
                self._zero = self._measured()
            except Failed:
                log.warning("the database server does not tell the time; going by its last answer")
            finally:
                self._asked = self._counter()
                self._asking.release()
        return self._zero + dt.timedelta(seconds=self._counter())

    def _measured(self) -> dt.datetime:
        """What the server shows when the counter shows nothing. Raises Failed."""
        return min((self._once() for _ in range(3)), key=lambda one: one[0])[1]

    def _once(self) -> tuple[float, dt.datetime]:
        """How long a round trip took, in seconds, and what follows from its answer."""
        before = self._counter()
        shown = self._ask()
        after = self._counter()
        if shown is None:
            raise Failed("this database has no server whose clock could be asked")
        return after - before, shown - dt.timedelta(seconds=(before + after) / 2)


def seconds() -> float:
    """Seconds of a counter that nobody can set: for how long something took, and for nothing else."""
    return time.perf_counter()


def _counted() -> float:
    """Seconds since this machine started; they go on while it is suspended, where the system can tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class SecureIds:
    """Random references, attempt ids and salts from the operating system."""

    def reference(self) -> str:
        """A fresh reference with 55 random bits."""
        return _drawn(lambda: secrets.randbits(BITS))

    def attempt(self) -> str:
        """A fresh attempt id: 80 random bits in hexadecimal."""
        return secrets.token_hex(10)

    def salt(self) -> bytes:
        """32 random bytes."""
        return secrets.token_bytes(32)


class SeededIds:
    """The same references and ids for the same seed: for scenarios, whose cases are nobody's, and for tests."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing of a scenario is secret

    def reference(self) -> str:
        """The next reference of this seed."""
        return _drawn(lambda: self._random.getrandbits(BITS))

    def attempt(self) -> str:
        """The next attempt id of this seed."""
        return self._random.randbytes(10).hex()

    def salt(self) -> bytes:
        """The next salt of this seed."""
        return self._random.randbytes(32)


class Chance(random.Random):
    """Chance that falls the same for the same seed: for people who are nobody."""


class VirtualClock:
    """A clock that stands until it is moved, and only forward."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """The moment at which the clock stands, aware, in UTC."""
        return self._now

    def move_to(self, moment: dt.datetime) -> None:
        """Move the clock on. Raises ValueError for a moment that has passed."""
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()} and cannot go back to {moment.isoformat()}")
        self._now = moment.astimezone(dt.UTC)


def picked(seed: str, items: Sequence[T], count: int) -> list[T]:
    """So many of these items at random, each once, the same for the same seed."""
    return random.Random(seed).sample(items, count)  # noqa: S311 - picks what to measure


def _drawn(bits: Callable[[], int]) -> str:
    while (reference := reference_of(bits())) is None:
        pass
    return reference
