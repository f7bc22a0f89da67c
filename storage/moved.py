"""A house that was lived in memory and moves into an empty database, whole: for demonstrations.

Taking thousands of steps on a database one by one costs several times what it costs in memory. What is written at the
end is the same, row for row, as if they had been taken there (a test compares the two, table by table).
"""

from __future__ import annotations

import datetime as dt
import heapq
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cases.ports import Due, Found, KeyedAttempt, NewEntry, Reading, StepWrites, StoredEntry, Transaction
from cases.tasks import Overview, Shown, Task
from storage.memory import MemoryReading, MemoryStore, MemoryTransaction
from storage.outbox_sql import OutboxSql, delivery_row, message_row, notice_row
from storage.rows import micros
from storage.screens.written import lists
from storage.shelves import Shelves
from storage.sql import Change
from storage.write import SqlTransaction
from storage.write_sql import WriteSql

Steps = Sequence[StepWrites]


@dataclass(slots=True)
class Written:
    """What steps wrote of a family that the shelves do not keep: values for lists, and with whom its tasks lie."""

    found: dict[tuple[str, str], Found] = field(default_factory=dict)
    tasks: dict[tuple[str, str], tuple[Task, ...]] = field(default_factory=dict)
    overviews: list[Overview] = field(default_factory=list)

    def take(self, writes: StepWrites) -> None:
        """Remember what a step wrote."""
        self.found.update(((one.instance, one.fact), one) for one in writes.found)
        anew: dict[tuple[str, str], tuple[Task, ...]] = dict.fromkeys(writes.shown.anew, ())
        for task in writes.shown.tasks:
            anew[task.instance, task.name] = (*anew.get((task.instance, task.name), ()), task)
        self.tasks.update(anew)
        overview = writes.shown.overview
        if overview is not None and self.overviews[-1:] != [overview]:
            self.overviews.append(overview)


class _DueRows(dict[tuple[str, str, str], Due]):
    """Due rows that know the soonest: a life asks after every step, and most of what waits is far off."""

    def __init__(self) -> None:
        super().__init__()
        self._by_time: list[tuple[dt.datetime, tuple[str, str, str]]] = []

    def __setitem__(self, key: tuple[str, str, str], row: Due) -> None:
        super().__setitem__(key, row)
        heapq.heappush(self._by_time, (row.at, key))

    def update(self, *rows: Any, **others: Any) -> None:
        for key, row in dict(*rows, **others).items():
            self[key] = row

    @property
    def soonest(self) -> dt.datetime | None:
        """The moment of the oldest row that is not stuck."""
        while self._by_time:
            at, key = self._by_time[0]
            row = self.get(key)
            if row is not None and row.at == at and not row.stuck:
                return at
            heapq.heappop(self._by_time)  # it is not there any more, or waits for another moment
        return None


class _LivedReading(MemoryReading):
    def __init__(self, shelves: Shelves, due: _DueRows) -> None:
        super().__init__(shelves)
        self._due = due

    def next_due(self) -> dt.datetime | None:
        return self._due.soonest


class LivedStore(MemoryStore):
    """A twin for one thread alone that can move: it remembers what only a database keeps, and makes no snapshots."""

    def __init__(self) -> None:
        super().__init__()
        self._due = self._shelves.due = _DueRows()
        self._written: dict[str, Written] = defaultdict(Written)

    @contextmanager
    def look(self) -> Iterator[Reading]:
        """What is there now; good until the next step."""
        yield _LivedReading(self._shelves, self._due)

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """Open a writing transaction; what it commits is remembered."""
        with self._writing:
            transaction = _Remembering(self._shelves, self._turning)
            try:
                yield transaction
            finally:
                transaction.end()
            for writes in transaction.done:
                self._written[writes.family].take(writes)

    @property
    def shelves(self) -> Shelves:
        """Everything that it holds."""
        return self._shelves

    def families(self) -> Iterator[tuple[StepWrites, int, tuple[Overview, ...]]]:
        """Each family as one step that opens it, its revision, and the overviews that its root had after the first."""
        due: dict[str, list[Due]] = defaultdict(list)
        for row in self._shelves.due.values():
            due[row.family].append(row)
        for family in self._shelves.families.values():
            written = self._written[family.id]
            yield self._opening(family.id, written, due[family.id]), family.revision, tuple(written.overviews[1:])

    def _opening(self, id_: str, written: Written, due: list[Due]) -> StepWrites:
        shelves = self._shelves
        family, refs = shelves.families[id_], shelves.members[id_]
        tasks = tuple(task for key in written.tasks for task in written.tasks[key])
        return StepWrites(
            id_,
            None,
            family.workflow,
            shelves.instances[id_].opened_at,
            new=tuple(shelves.instances[ref] for ref in refs),
            entries=tuple(_new(one) for ref in refs for one in shelves.journals.get(ref, ())),
            put_due=tuple(due),
            askings=tuple(one for one in shelves.askings.values() if one.family == id_),
            found=tuple(one for one in written.found.values() if one.values is not None),
            watches=family.watches,
            documents=tuple(one for (owner, _), one in shelves.documents.items() if owner == id_),
            relied_on=shelves.relied_on.get(id_, frozenset()),
            shown=Shown(tasks=tasks, overview=written.overviews[0] if written.overviews else None),
        )


class _Remembering(MemoryTransaction):
    def __init__(self, shelves: Shelves, turning: threading.Lock) -> None:
        super().__init__(shelves, turning)
        self.done: list[StepWrites] = []

    def commit_step(self, writes: StepWrites) -> int:
        """Write a step, and remember it."""
        revision = super().commit_step(writes)
        self.done.append(writes)
        return revision

    def commit_steps(self, steps: Steps) -> None:
        """Write several steps, and remember them."""
        super().commit_steps(steps)
        self.done.extend(steps)


def _new(entry: StoredEntry) -> NewEntry:
    assert entry.sealed is not None  # nothing was destroyed in memory
    return NewEntry(
        entry.instance, entry.seq, entry.at, entry.kind, entry.clear, entry.sealed, entry.previous, entry.hash
    )


def moved(lived: LivedStore, transaction: SqlTransaction, write: WriteSql, outbox: OutboxSql) -> Iterator[Change]:
    """Every statement that brings what was lived into an empty database; journals last, in the order of their times."""
    entries: list[Change] = []
    attempts: dict[str, list[KeyedAttempt]] = defaultdict(list)
    for keyed in lived.shelves.attempts.values():
        attempts[keyed.family].append(keyed)
    for writes, revision, later in sorted(lived.families(), key=lambda one: (one[0].at, one[0].family)):
        wrapped = b""
        for change in transaction.changes(writes):
            if change.sql is write.new_family:
                yield change._replace(parameters={**change.parameters, "revision": revision})
                wrapped = change.parameters["wrapped_key"]
            elif change.sql in (write.entry, write.shown.mark, write.shown.sort):
                entries.append(change)
            else:
                yield change
        for keyed in attempts[writes.family]:
            yield from transaction.put_attempt(keyed, wrapped)
        for overview in later:
            again = StepWrites(writes.family, revision, writes.workflow, writes.at, shown=Shown(overview=overview))
            yield from lists(write.shown, again, {})
    yield from sorted(entries, key=lambda one: one.parameters.get("at", 0))
    shelves = lived.shelves
    for row in shelves.outbox.values():
        stage = {"next_at": micros(row.next_at), "state": row.state, "tries": row.tries}
        yield Change(outbox.new_row, notice_row(row.notice) | stage)
    yield from (Change(outbox.new_delivery, delivery_row(one)) for one in shelves.deliveries.values())
    yield from (Change(outbox.put_message, message_row(one)) for one in shelves.messages.values())
