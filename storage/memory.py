"""The in-memory twin: the same constraints as the databases, none of the sealing.

For scenarios and tests. A writing transaction holds the one lock until it is over; a reading one sees the house as it
was when it was opened, and holds nothing.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cases.errors import Failed
from cases.ports import (
    Asking,
    Document,
    Due,
    Family,
    Found,
    Head,
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
from state_machine.view import Instance

NO_HEAD = Head(0, "", None)


@dataclass
class Shelves:
    """Everything that is stored. `copy` is a snapshot: all values are frozen, and journals only grow."""

    families: dict[str, Family] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)  # family -> refs in order of opening
    instances: dict[str, Instance] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    journals: dict[str, list[StoredEntry]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # person -> ref
    attempts: dict[tuple[str, str], KeyedAttempt] = field(default_factory=dict)
    askings: dict[str, Asking] = field(default_factory=dict)
    due: dict[tuple[str, str, str], Due] = field(default_factory=dict)
    watches: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = field(default_factory=dict)  # -> family, targets
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)

    def copy(self) -> Shelves:
        """A snapshot. Journals are shared: a reader looks no further than the heads that it knows."""
        return Shelves(
            families=self.families.copy(),
            members=self.members.copy(),
            instances=self.instances.copy(),
            heads=self.heads.copy(),
            journals=self.journals.copy(),
            people=self.people.copy(),
            attempts=self.attempts.copy(),
            askings=self.askings.copy(),
            due=self.due.copy(),
            watches=self.watches.copy(),
            documents=self.documents.copy(),
        )


class MemoryStore:
    """A store that lives as long as the program."""

    def __init__(self) -> None:
        self._shelves = Shelves()
        self._writing = threading.Lock()  # held through a whole step
        self._turning = threading.Lock()  # held while the shelves change or are copied, never longer
        self._workflows: dict[str, bytes] = {}
        self._newest: dict[str, str] = {}

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """Open a writing transaction; others wait until it is over."""
        with self._writing:
            transaction = MemoryTransaction(self._shelves, self._turning)
            try:
                yield transaction
            finally:
                transaction.end()

    @contextmanager
    def look(self) -> Iterator[Reading]:
        """Open a reading transaction on a snapshot."""
        with self._turning:
            snapshot = self._shelves.copy()
        yield MemoryReading(snapshot)

    def publish(self, hash_: str, name: str, canonical: bytes, at: dt.datetime) -> None:  # noqa: ARG002 - the port's
        """Keep a composed workflow by its hash; the same again changes nothing."""
        if hash_ not in self._workflows:
            self._workflows[hash_] = canonical
            self._newest[name] = hash_

    def workflow(self, hash_: str) -> bytes | None:
        """The canonical form of a published workflow."""
        return self._workflows.get(hash_)

    def newest_workflow(self, name: str) -> str | None:
        """The hash of the workflow version published last under this name."""
        return self._newest.get(name)


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

    def person_ref(self, person: str) -> str | None:
        """The reference of the instance that stands for a person."""
        return self._shelves.people.get(person)

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

    def watchers(self, refs: Iterable[str]) -> Sequence[tuple[str, str]]:
        """(family, instance) pairs of other families whose link facts point at one of these instances."""
        shelves = self._shelves
        targets = {ref: shelves.instances[ref].family for ref in refs if ref in shelves.instances}
        found = {
            (family, reader)
            for (reader, _), (family, watched) in shelves.watches.items()
            for ref in watched
            if targets.get(ref, family) != family
        }
        return sorted(found)

    def due(self, now: dt.datetime, limit: int) -> Sequence[Due]:
        """The oldest rows due at `now`, not stuck, at most `limit`."""
        ready = [row for row in self._shelves.due.values() if row.at <= now and not row.stuck]
        return sorted(ready, key=lambda row: (row.at, row.instance, row.kind, row.name))[:limit]

    def due_of(self, family: str) -> Sequence[Due]:
        """All due rows of a family, stuck ones too."""
        mine = [row for row in self._shelves.due.values() if row.family == family]
        return sorted(mine, key=lambda row: (row.at, row.instance, row.kind, row.name))

    def next_due(self) -> dt.datetime | None:
        """The moment of the oldest row that is not stuck."""
        return min((row.at for row in self._shelves.due.values() if not row.stuck), default=None)

    def list_instances(self, process: str | None, *, limit: int = 1000) -> Sequence[Instance]:
        """The newest instances of a process, in order of opening."""
        all_ = self._shelves.instances.values()
        fitting = [one for one in all_ if process is None or one.process == process]
        fitting.sort(key=lambda one: (one.opened_at, one.family, one.ordinal), reverse=True)
        return fitting[:limit][::-1]

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
        shelves = self._shelves
        self._check_families(writes)
        self._check_heads(writes.entries, {one.ref for one in writes.new})
        self._check_key(writes.keyed, writes.replaces)
        self._check_known(writes)
        self.end()
        revision = 1 if writes.expected is None else writes.expected + 1
        with self._turning:
            shelves.families[writes.family] = Family(writes.family, revision, writes.workflow)
            _put_instances(shelves, writes)
            _put_entries(shelves, writes.entries)
            _put_rest(shelves, writes)
        return revision

    def note(
        self,
        family: str,
        entries: Sequence[NewEntry],
        *,
        keyed: KeyedAttempt | None = None,
        replaces: str | None = None,
        askings: Sequence[Asking] = (),
        put_due: Sequence[Due] = (),
    ) -> None:
        """Write journal entries that change no state and commit. Raises Lost or KeyTaken."""
        shelves = self._shelves
        if family not in shelves.families:
            raise Lost
        self._check_heads(entries, set())
        self._check_key(keyed, replaces)
        self.end()
        with self._turning:
            _put_entries(shelves, entries)
            if keyed is not None:
                shelves.attempts[keyed.person, keyed.key] = keyed
            shelves.askings.update((one.attempt, one) for one in askings)
            shelves.due.update(((row.instance, row.kind, row.name), row) for row in put_due)

    def drop_due(self, rows: Sequence[Due], others: Mapping[str, int] = MappingProxyType({})) -> None:
        """Remove due rows that turned out to need nothing, and commit; one put anew meanwhile stays. Raises Lost."""
        due = self._shelves.due
        self._check_others(others)
        self.end()
        with self._turning:
            for row in rows:
                key = (row.instance, row.kind, row.name)
                if key in due and due[key].at == row.at:
                    del due[key]

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
        for one in writes.new:
            if one.ref in shelves.instances or (one.stands_for is not None and one.stands_for in shelves.people):
                raise Lost
        known = {one.ref for one in writes.new}
        rows: tuple[Due | Asking | Found, ...] = (*writes.put_due, *writes.askings, *writes.found)
        named = [one.instance for one in rows]
        if any(ref not in known and ref not in shelves.instances for ref in named):
            raise Failed("the step names an instance that does not exist; nothing was changed")


def _put_instances(shelves: Shelves, writes: StepWrites) -> None:
    for one in writes.new:
        shelves.members[one.family] = (*shelves.members.get(one.family, ()), one.ref)
        shelves.heads[one.ref] = NO_HEAD
        if one.stands_for is not None:
            shelves.people[one.stands_for] = one.ref
    shelves.instances.update((one.ref, one) for one in (*writes.new, *writes.changed))
    if writes.expected is not None:
        _move(shelves, writes.family, writes.workflow)


def _move(shelves: Shelves, family: str, workflow: str) -> None:
    """An instance names the workflow of its family, whichever of the two was written."""
    for ref in shelves.members[family]:
        if shelves.instances[ref].workflow != workflow:
            shelves.instances[ref] = replace(shelves.instances[ref], workflow=workflow)


def _put_entries(shelves: Shelves, entries: Sequence[NewEntry]) -> None:
    for entry in entries:
        stored = StoredEntry(
            entry.instance,
            entry.seq,
            entry.at,
            entry.kind,
            entry.clear,
            entry.sealed,
            entry.previous,
            entry.hash,
        )
        shelves.journals.setdefault(entry.instance, []).append(stored)
        shelves.heads[entry.instance] = Head(entry.seq, entry.hash, entry.at)


def _put_rest(shelves: Shelves, writes: StepWrites) -> None:
    if writes.keyed is not None:
        shelves.attempts[writes.keyed.person, writes.keyed.key] = writes.keyed
    shelves.askings.update((one.attempt, one) for one in writes.askings)
    for key in writes.drop_due:
        shelves.due.pop(key, None)
    shelves.due.update(((row.instance, row.kind, row.name), row) for row in writes.put_due)
    for family, reader in MemoryReading(shelves).watchers(writes.wakes):
        shelves.due[reader, "wake", writes.family] = Due(family, reader, "wake", writes.family, writes.at)
    shelves.watches.update((key, (writes.family, targets)) for key, targets in writes.watches.items())
    shelves.documents.update(((one.family, one.digest), one) for one in writes.documents)
