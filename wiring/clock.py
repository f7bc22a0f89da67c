"""Where `now`, references, attempt ids and salts come from in a running house."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

from cases.reference import BITS, reference_of

T = TypeVar("T")


def random_bytes(count: int) -> bytes:
    """So many random bytes from the operating system: keys, nonces, salts."""
    return secrets.token_bytes(count)


class SystemClock:
    """The clock of this machine, in UTC."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        return dt.datetime.now(dt.UTC)


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
