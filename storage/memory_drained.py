"""The in-memory twin for one family among many: it begins with what another one holds, and keeps no past.

For simulations: ten thousand cases, each in a store of its own, share the people and the workflow that one store began
with; journals and notices are handed out and forgotten, so that memory does not grow with time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.outgoing import Outgoing
from cases.ports import Reading, StoredEntry
from storage.memory import MemoryReading, MemoryStore


@dataclass(frozen=True, slots=True)
class Drained:
    """What a family has written since it was last asked: entries of its journals, and notices."""

    entries: tuple[StoredEntry, ...]
    notices: tuple[Outgoing, ...]


class DrainedStore(MemoryStore):
    """A twin that forgets. What was there belongs to `beginning`: it can be read here, and nothing of it falls due."""

    def __init__(self, beginning: MemoryStore) -> None:
        super().__init__()
        with beginning._turning:
            self._shelves = beginning._shelves.copy()
        self._shelves.journals, self._shelves.due, self._shelves.outbox = {}, {}, {}
        self._beginning = frozenset(self._shelves.families)

    def glance(self) -> Reading:
        """What is there now, without a snapshot: good until the next step, for who is alone with the store."""
        return MemoryReading(self._shelves)

    def drain(self) -> Drained:
        """What was written since the last time; it is then forgotten."""
        with self._turning:
            journals, outbox = self._shelves.journals, self._shelves.outbox
            entries = tuple(entry for journal in journals.values() for entry in journal)
            notices = tuple(row.notice for row in outbox.values())
            self._shelves.journals, self._shelves.outbox = {}, {}
            self._shelves.shown.order.clear()
            for key in [key for key, row in self._shelves.due.items() if row.family in self._beginning]:
                del self._shelves.due[key]
        return Drained(entries, notices)

    def next_due(self) -> dt.datetime | None:
        """The moment of the oldest row that is due next, None where there is none."""
        with self._turning:
            return min((row.at for row in self._shelves.due.values() if not row.stuck), default=None)
