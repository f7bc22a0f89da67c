"""The in-memory twin: the same constraints as the databases, none of the sealing.

For scenarios and tests. A writing transaction holds the one lock until it is over; a reading one sees the house as it
was when it was opened, and holds nothing.
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from access.relation import Reach
from cases.errors import Failed
from cases.ports import (
    Asking,
    Document,
    Due,
    Flow,
    Found,
    KeyedAttempt,
    KeyTaken,
    LoadedFamily,
    Lost,
    NewEntry,
    Reading,
    StepWrites,
    StoredEntry,
    Transaction,
)
from cases.publications import PublishingWrites
from cases.staff import HouseWrites
from state_machine.view import Instance
from storage.accounts_memory import MemoryAccounts
from storage.demonstration_memory import MemoryDemonstration
from storage.leaves_memory import MemoryLeaves
from storage.outbox_memory import MemoryOutbox
from storage.shelves import NO_HEAD, Shelves, drop_same, put_entries, put_step, row_key
from storage.staff_memory import MemoryStaff, check_house, put_house
from storage.versions_memory import MemoryVersions, begin, check_publishing, newest, put_publishing

if TYPE_CHECKING:
    from storage.screens.memory_journal import MemoryScreens


class MemoryStore:
    """A store that lives as long as the program."""

    def __init__(self) -> None:
        self._shelves = Shelves()
        self._writing = threading.Lock()  # held through a whole step
        self._turning = threading.Lock()  # held while the shelves change or are copied, never longer
        self.leaves = MemoryLeaves(self._entries)
        self.accounts = MemoryAccounts()
        self.demonstration = MemoryDemonstration()

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """Open a writing transaction; others wait until it is over."""
        with self._writing:
            transaction = MemoryTransaction(self._shelves, self._turning)
            try:
                yield transaction
            finally:
                transaction.end()

    @property
    def outbox(self) -> MemoryOutbox:
        """Where its notices wait."""
        return MemoryOutbox(self._shelves, self._writing, self._turning, MemoryReading)

    @contextmanager
    def look(self) -> Iterator[Reading]:
        """Open a reading transaction on a snapshot."""
        with self._turning:
            snapshot = self._shelves.copy()
        yield MemoryReading(snapshot)

    def look_as(self, reach: Reach) -> AbstractContextManager[Reading]:  # noqa: ARG002 - nothing is hidden from a program's own memory
        """As `look`: here the predicate alone decides what is shown."""
        return self.look()

    def _entries(self) -> list[StoredEntry]:
        with self._turning:
            return [entry for journal in self._shelves.journals.values() for entry in journal]

    @property
    def versions(self) -> MemoryVersions:
        """Which versions were proposed and published."""
        return MemoryVersions(self._shelves, self._turning)

    @property
    def staff(self) -> MemoryStaff:
        """The people whom it keeps, and what was lent to whom."""
        return MemoryStaff(self._shelves, self._turning)

    @property
    def screens(self) -> MemoryScreens:
        """What pages read."""
        # It shares its reading with the databases, whose libraries take a second to load.
        from storage.screens.memory_journal import MemoryScreens

        places = {(leaf.instance, leaf.seq): leaf.index for leaf in self.leaves.leaves(limit=sys.maxsize)}
        return MemoryScreens(self._shelves, places)

    def publish(self, hash_: str, name: str, canonical: bytes, at: dt.datetime) -> None:
        """Keep a composed workflow by its hash, in force without anybody's word; the same again changes nothing."""
        with self._turning:
            begin(self._shelves, hash_, name, canonical, at)

    def workflow(self, hash_: str) -> bytes | None:
        """The canonical form of a published workflow."""
        with self._turning:
            return self._shelves.workflows[hash_][1] if hash_ in self._shelves.workflows else None

    def newest_workflow(self, name: str) -> str | None:
        """The hash of the workflow version published last under this name."""
        with self._turning:
            return newest(self._shelves, name)


class MemoryReading:
    """What can be read of some shelves."""

    def __init__(self, shelves: Shelves) -> None:
        self._all: Shelves | None = shelves

    @property
    def _shelves(self) -> Shelves:
        if self._all is None:
            raise RuntimeError("this transaction is over; open another one with step()")
        return self._all

    def load(self, ref: str, *, lock: bool = False, others: Iterable[str] = ()) -> LoadedFamily | None:  # noqa: ARG002 - everything is locked already
        """The whole family to which this instance belongs."""
        shelves = self._shelves
        instance = shelves.instances.get(ref)
        if instance is None:
            return None
        refs = shelves.members[instance.family]
        return LoadedFamily(
            shelves.families[instance.family],
            tuple(shelves.instances[one] for one in refs),
            {one: shelves.heads[one] for one in refs},
        )

    def load_all(self, families: Iterable[str]) -> Mapping[str, LoadedFamily]:
        """The families with these ids; those that are not there are left out."""
        found = {family: self.load(family) for family in families}
        return {family: loaded for family, loaded in found.items() if loaded is not None}

    def person_ref(self, person: str) -> str | None:
        """The reference of the instance that stands for a person."""
        return self._shelves.people.get(person)

    def people(self) -> Sequence[str]:
        """Everybody for whom an instance stands, by name."""
        return sorted(self._shelves.people)

    def held_by(self, person: str) -> Sequence[tuple[str, str]]:
        """The roles that a person holds."""
        holders = (
            (one.ref, role, who) for one in self._shelves.instances.values() for role, who in one.holders.items()
        )
        return sorted((ref, role) for ref, role, who in holders if who == person)

    def keyed(self, person: str, key: str) -> KeyedAttempt | None:
        """What came of an idempotency key."""
        return self._shelves.attempts.get((person, key))

    def asking(self, attempt: str) -> Asking | None:
        """An attempt left open for a second person."""
        return self._shelves.askings.get(attempt)

    def askings(self, family: str) -> Sequence[Asking]:
        """All open askings of a family, oldest first."""
        all_ = self._shelves.askings.values()
        mine = (one for one in all_ if one.family == family and one.state == "open")
        return sorted(mine, key=lambda one: (one.asked_at, one.attempt))

    def entries(self, ref: str, *, after: int = 0) -> Sequence[StoredEntry]:
        """The journal of one instance in order of seq."""
        newest = self._shelves.heads.get(ref, NO_HEAD).seq
        return [one for one in self._shelves.journals.get(ref, ()) if after < one.seq <= newest]

    def journals(self, family: str) -> Sequence[StoredEntry]:
        """The journals of a family, one instance after another."""
        return [entry for ref in sorted(self._shelves.members.get(family, ())) for entry in self.entries(ref)]

    def due(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """The oldest rows due at `now`, not stuck, at most `limit`; of one flow, or of all."""
        rows = self._shelves.due.values()
        ready = [row for row in rows if row.at <= now and not row.stuck and only in (None, row.flow)]
        return sorted(ready, key=_oldest_first)[:limit]

    def due_of(self, family: str) -> Sequence[Due]:
        """All due rows of a family, stuck ones too."""
        mine = [row for row in self._shelves.due.values() if row.family == family]
        return sorted(mine, key=_oldest_first)

    def falling(self, until: dt.datetime, limit: int) -> Sequence[Due]:
        """The deadlines that fall due by `until` or are overdue, the oldest due first, at most `limit`."""
        found = [(row.falls, row) for row in self._shelves.due.values() if row.falls is not None and row.falls <= until]
        return [row for _, row in sorted(found, key=lambda one: (one[0], one[1].instance, one[1].name))[:limit]]

    def next_due(self) -> dt.datetime | None:
        """The moment of the oldest row that is not stuck."""
        return min((row.at for row in self._shelves.due.values() if not row.stuck), default=None)

    def list_instances(self, process: str | None, *, limit: int = 1000, skip: int = 0) -> Sequence[Instance]:
        """The newest instances of a process, in order of opening."""
        all_ = self._shelves.instances.values()
        fitting = [one for one in all_ if process is None or one.process == process]
        fitting.sort(key=lambda one: (one.opened_at, one.family, one.ordinal), reverse=True)
        return fitting[skip : skip + limit][::-1]

    def document(self, family: str, digest: str) -> Document | None:
        """A document of a family."""
        return self._shelves.documents.get((family, digest))


class MemoryTransaction(MemoryReading):
    """A writing transaction: everything is checked before anything is written."""

    def __init__(self, shelves: Shelves, turning: threading.Lock) -> None:
        super().__init__(shelves)
        self._turning = turning

    def end(self) -> None:
        """It is over; nothing more can be read or written."""
        self._all = None

    def commit_step(self, writes: StepWrites) -> int:
        """Write a step and commit. Raises Lost or KeyTaken, having written nothing."""
        self._check(writes)
        shelves = self._shelves
        self.end()
        with self._turning:
            return put_step(shelves, writes)

    def claim(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """As `due`: everything is locked already."""
        return self.due(now, limit, only)

    def awaited(self) -> bool:
        """Nobody waits long for what is done in memory."""
        return False

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Write several steps. Raises Lost or KeyTaken, having written nothing."""
        together = {writes.family for writes in steps}
        for writes in steps:
            self._check(writes)
            if together & set(writes.others):
                raise Lost
        shelves = self._shelves
        self.end()
        with self._turning:
            for writes in steps:
                put_step(shelves, writes)

    def _check(self, writes: StepWrites) -> None:
        self._check_families(writes)
        self._check_heads(writes.entries, {one.ref for one in writes.new})
        self._check_key(writes.keyed, writes.replaces)
        self._check_known(writes)

    def note(
        self,
        family: str,
        entries: Sequence[NewEntry],
        *,
        keyed: KeyedAttempt | None = None,
        replaces: str | None = None,
        askings: Sequence[Asking] = (),
        put_due: Sequence[Due] = (),
        read: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Write journal entries that change no state and commit. Raises Lost or KeyTaken."""
        shelves = self._shelves
        if family not in shelves.families:
            raise Lost
        self._check_others(read)
        self._check_heads(entries, set())
        self._check_key(keyed, replaces)
        self.end()
        with self._turning:
            put_entries(shelves, entries)
            if keyed is not None:
                shelves.attempts[keyed.person, keyed.key] = keyed
            shelves.askings.update((one.attempt, one) for one in askings)
            shelves.due.update(((row.instance, row.kind, row.name), row) for row in put_due)

    def publish(self, writes: PublishingWrites) -> None:
        """Write what became of a proposal, and commit. Raises Lost."""
        shelves = self._shelves
        check_publishing(shelves, writes)
        entries = [entry for of_family in writes.entries.values() for entry in of_family]
        self._check_heads(entries, set())
        self.end()
        with self._turning:
            put_publishing(shelves, writes)
            put_entries(shelves, entries)
            shelves.due.update(((row.instance, row.kind, row.name), row) for row in writes.put_due)

    def administer(self, writes: HouseWrites) -> None:
        """Write a change of people or of what is lent, and commit. Raises Lost."""
        shelves = self._shelves
        check_house(shelves, writes)
        entries = [entry for of_family in writes.entries.values() for entry in of_family]
        self._check_heads(entries, set())
        self.end()
        with self._turning:
            put_house(shelves, writes)
            put_entries(shelves, entries)
            shelves.due.update(((row.instance, row.kind, row.name), row) for row in writes.put_due)

    def drop_due(self, rows: Sequence[Due], others: Mapping[str, int] = MappingProxyType({})) -> None:
        """Remove due rows that turned out to need nothing, and commit; one put anew meanwhile stays. Raises Lost."""
        shelves = self._shelves
        self._check_others(others)
        self.end()
        with self._turning:
            drop_same(shelves, rows)

    def postpone_due(self, row: Due, at: dt.datetime, *, stuck: bool) -> None:
        """Push a failing row on, count the try, and commit; one put anew meanwhile stays as it is."""
        due = self._shelves.due
        self.end()
        key = (row.instance, row.kind, row.name)
        with self._turning:
            if key not in due or due[key].at != row.at:
                return
            due[key] = replace(due[key], at=at, tries=due[key].tries + 1, stuck=stuck)

    def _check_families(self, writes: StepWrites) -> None:
        families = self._shelves.families
        own = families.get(writes.family)
        if (own.revision if own else None) != writes.expected:
            raise Lost
        self._check_others(writes.others)

    def _check_others(self, others: Mapping[str, int]) -> None:
        families = self._shelves.families
        if any(id_ not in families or families[id_].revision != revision for id_, revision in others.items()):
            raise Lost

    def _check_heads(self, entries: Sequence[NewEntry], new: set[str]) -> None:
        heads = self._shelves.heads
        checked = set(new)
        for entry in entries:
            if entry.instance not in checked:
                head = heads.get(entry.instance)
                if head is None or (head.seq, head.hash) != (entry.seq - 1, entry.previous if entry.seq > 1 else ""):
                    raise Lost
                checked.add(entry.instance)

    def _check_key(self, keyed: KeyedAttempt | None, replaces: str | None) -> None:
        if keyed is None:
            return
        before = self._shelves.attempts.get((keyed.person, keyed.key))
        if replaces is None and before is not None:
            raise KeyTaken
        if replaces is not None and (before is None or before.attempt != replaces):
            raise Lost

    def _check_known(self, writes: StepWrites) -> None:
        """What a database refuses by its unique and foreign keys."""
        shelves = self._shelves
        if any(row_key(one) in shelves.outbox for one in writes.outgoing):
            raise Lost
        for one in writes.new:
            if one.ref in shelves.instances or (one.stands_for is not None and one.stands_for in shelves.people):
                raise Lost
        known = {one.ref for one in writes.new}
        rows: tuple[Due | Asking | Found, ...] = (*writes.put_due, *writes.askings, *writes.found)
        named = [one.instance for one in rows]
        if any(ref not in known and ref not in shelves.instances for ref in named):
            raise Failed("the step names an instance that does not exist; nothing was changed")


def _oldest_first(row: Due) -> tuple[dt.datetime, str, str, str]:
    return row.at, row.instance, row.kind, row.name
