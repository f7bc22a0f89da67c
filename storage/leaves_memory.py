"""The in-memory twin of the order of evidence."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Sequence

from cases.errors import Overtaken
from cases.ports import StoredEntry
from cases.seal import Leaf, Unsealed


class MemoryLeaves:
    """The order of evidence of a house that lives as long as the program. `entries` gives all that are stored."""

    def __init__(self, entries: Callable[[], Iterable[StoredEntry]]) -> None:
        self._entries = entries
        self._lock = threading.Lock()
        self._number = 0
        self._taken_until: dt.datetime | None = None
        self._leaves: list[Leaf] = []
        self._has_place: set[tuple[str, int]] = set()

    def take_turn(self, now: dt.datetime, until: dt.datetime) -> int | None:
        """A fresh number, higher than all before, or None while somebody else has the turn."""
        with self._lock:
            if self._taken_until is not None and self._taken_until > now:
                return None
            self._number += 1
            self._taken_until = until
            return self._number

    def give_back(self, number: int) -> None:
        """End the turn before its time; where it has passed on already, nothing happens."""
        with self._lock:
            if self._number == number:
                self._taken_until = None

    def unsealed(self, limit: int) -> Sequence[Unsealed]:
        """Entries that have no place, oldest first."""
        with self._lock:
            waiting = [one for one in self._entries() if (one.instance, one.seq) not in self._has_place]
        waiting.sort(key=lambda one: (one.at, one.instance, one.seq))
        return [Unsealed(one.instance, one.seq, one.hash) for one in waiting[:limit]]

    def append(self, number: int, entries: Sequence[Unsealed]) -> None:
        """Give these entries the next places, all or none. Raises Overtaken."""
        with self._lock:
            keys = {(one.instance, one.seq) for one in entries}
            if self._number != number or keys & self._has_place:
                raise Overtaken
            self._has_place |= keys
            start = len(self._leaves)
            self._leaves += [Leaf(index, one.instance, one.seq, one.hash) for index, one in enumerate(entries, start)]

    def leaves(self, *, start: int = 0, limit: int = 1000) -> Sequence[Leaf]:
        """The leaves from an index on, in order."""
        with self._lock:
            return self._leaves[start : start + limit]
