"""Sealing: every journal entry gets its place in one order, that of evidence (semantics 22, 26).

Entries are committed by many at once, so the order in which they become visible is nobody's. One sealer at a time gives
those that have no place yet the next ones, for ever. Who seals holds a numbered turn; whoever was stopped for long and
wakes when the turn has passed on is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

TURN = dt.timedelta(minutes=1)
AT_ONCE = 500
AT_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A journal entry that has no place yet, and its hash."""

    instance: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A journal entry at its place; the first is at index 0, and no place is left out."""

    index: int
    instance: str
    seq: int
    hash: str


class Leaves(Protocol):
    """The order of evidence, as it is stored: it only grows."""

    def take_turn(self, now: dt.datetime, until: dt.datetime) -> int | None:
        """A fresh number, higher than all before, or None while somebody else has the turn; it is free at `until`."""

    def give_back(self, number: int) -> None:
        """End the turn before its time; where it has passed on already, nothing happens."""

    def unsealed(self, limit: int) -> Sequence[Unsealed]:
        """Entries that have no place, oldest first, and those of one instance in order of seq."""

    def append(self, number: int, entries: Sequence[Unsealed]) -> None:
        """Give these entries the next places, all or none. Raises Overtaken where the number is not the newest."""

    def leaves(self, *, start: int = 0, limit: int = 1000) -> Sequence[Leaf]:
        """The leaves from an index on, in order."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealing did. `busy`: somebody else has the turn, and nothing had to be done."""

    count: int = 0
    busy: bool = False


def seal(log: Leaves, now: dt.datetime, limit: int = AT_MOST) -> Sealed:
    """Give every entry that has no place the next one, at most `limit` of them.

    Raises Overtaken where the turn passed on meanwhile: what was sealed before stays, and nothing is sealed twice.
    """
    number = log.take_turn(now, now + TURN)
    if number is None:
        return Sealed(busy=True)
    count = 0
    while count < limit:
        some = log.unsealed(min(AT_ONCE, limit - count))
        if not some:
            break
        log.append(number, some)
        count += len(some)
    log.give_back(number)
    return Sealed(count)
