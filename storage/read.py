"""Reading from a database: everything of the `Reading` port."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, literal_column, select

from cases.ports import Asking, Document, Due, Family, Flow, Head, KeyedAttempt, LoadedFamily, StoredEntry
from state_machine.view import Instance, Recorded, TrackAt
from storage import tables
from storage.read_people import PeopleReading, ReadPeopleSql
from storage.rows import INSTANCE_COLUMNS, instance, micros, moment, moment_or_none
from storage.sql import Line, Row, Speech
from storage.vault import Vault, asking_place, attempt_place, document_place, entry_place, facts_place

# References asked for in one statement; a step changes few instances, and a fixed number keeps the text one.
AT_ONCE = 8
# As above, for what a sweep takes together.
MANY_AT_ONCE = 10

_families, _instances, _heads = tables.families.c, tables.instances.c, tables.heads.c
_OF_AN_INSTANCE = [_instances[name] for name in INSTANCE_COLUMNS]


def _fixed(count: int) -> list[BindParameter[str]]:
    return [bindparam(f"ref{place}") for place in range(count)]


FIXED_NUMBER = _fixed(AT_ONCE)
# Letter by letter as in the indexes: SQLite uses a partial index only where it finds its condition again.
FALSE: ColumnElement[bool] = literal_column("false")


def in_fixed_numbers(refs: Iterable[str], at_once: int = AT_ONCE) -> Iterator[dict[str, str]]:
    """Parameters for `FIXED_NUMBER`, as often as it takes; the last one is filled up with what it has."""
    asked = list(dict.fromkeys(refs))
    for start in range(0, len(asked), at_once):
        some = asked[start : start + at_once]
        filled = some + some[-1:] * (at_once - len(some))
        yield {f"ref{place}": ref for place, ref in enumerate(filled)}


class ReadSql:
    """The queries, in the words of one database."""

    def __init__(self, speech: Speech) -> None:
        self.family_of = speech(select(_instances.family).where(_instances.ref == bindparam("ref")))
        self.load = speech(_load().where(_ME.c.ref == bindparam("ref")))
        self.load_all = speech(_load().where(_ME.c.ref.in_(_fixed(MANY_AT_ONCE))))
        self.key = speech(select(_families.wrapped_key).where(_families.id == bindparam("id")))
        self.people = ReadPeopleSql(speech)
        self.keyed = speech(_keyed())
        self.asking = speech(_askings().where(tables.askings.c.attempt == bindparam("attempt")))
        self.askings = speech(_open_askings())
        self.entries = speech(_entries(tables.entries.c.instance == bindparam("ref")))
        self.journals = speech(_entries(_families.id == bindparam("family")))
        self.due = speech(_due())
        self.due_of_flow = speech(_due().where(tables.due.c.flow == bindparam("flow")))
        self.due_of = speech(_due_of())
        self.falling = speech(_falling())
        self.next_due = speech(_next_due())
        self.list_all = speech(_newest())
        self.list_process = speech(_newest().where(_instances.process == bindparam("process")))
        self.document = speech(_document())
        self.locks = Locks(speech) if speech.locks_rows else None


class Locks:
    """What locks rows: NO KEY UPDATE, so that others may go on checking foreign keys that name a locked row."""

    def __init__(self, speech: Speech) -> None:
        family = select(_families.id).where(_families.id == bindparam("id"))
        heads = (
            select(_heads.instance)
            .join(tables.instances, _instances.ref == _heads.instance)
            .where(_instances.family == bindparam("family"))
            .order_by(_heads.instance)
        )
        self.own = speech(family.with_for_update(key_share=True))
        self.other = speech(family.with_for_update(read=True))
        self.heads = speech(heads.with_for_update(key_share=True, of=tables.heads))
        # The limit counts after what is locked was skipped, so that two sweeps share the work.
        claim = _due().join(tables.families, _families.id == tables.due.c.family)
        claim = claim.with_for_update(key_share=True, of=tables.families, skip_locked=True)
        self.due = speech(claim)
        self.again = speech(_due_rows().where(*_is_due(), tables.due.c.instance.in_(_fixed(MANY_AT_ONCE))))
        self.due_of_flow = speech(claim.where(tables.due.c.flow == bindparam("flow")))


class SqlReading(PeopleReading):
    """What can be read over one line."""

    def __init__(self, line: Line, sql: ReadSql, vault: Vault, people: dict[str, str]) -> None:
        super().__init__(sql.people, people)
        self._open_line: Line | None = line
        self._read = sql
        self._vault = vault
        self._keys: dict[str, bytes | None] = {}
        self._holders: dict[str, dict[str, str]] = {}
        self._facts: dict[str, Mapping[str, Recorded]] = {}
        self._tracks: dict[str, Mapping[str, TrackAt]] = {}

    @property
    def _line(self) -> Line:
        if self._open_line is None:
            raise RuntimeError("this transaction is over; open another one with step() or look()")
        return self._open_line

    def end(self) -> None:
        """It is over; nothing more can be read or written."""
        self._open_line = None

    def load(self, ref: str, *, lock: bool = False, others: Iterable[str] = ()) -> LoadedFamily | None:
        """The whole family to which this instance belongs; `lock` locks it and `others` first."""
        if lock:
            self._lock(ref, others)
        rows = self._line.rows(self._read.load, {"ref": ref})
        return self._loaded(rows) if rows else None

    def load_all(self, families: Iterable[str]) -> Mapping[str, LoadedFamily]:
        """The families with these ids, many by one statement; those that are not there are left out."""
        found: dict[str, list[Row]] = {}
        for some in in_fixed_numbers(families, MANY_AT_ONCE):
            for row in self._line.rows(self._read.load_all, some):
                found.setdefault(row[8], []).append(row)
        return {family: self._loaded(rows) for family, rows in found.items()}

    def _loaded(self, rows: Sequence[Row]) -> LoadedFamily:
        """A family from its rows."""
        revision, workflow, wrapped, watches = rows[0][:4]
        family = rows[0][8]
        self._keys[family] = wrapped
        unseal = self._facts_of(family, wrapped)
        instances = tuple(instance(row[7:], workflow, unseal) for row in rows)
        self._holders.update((one.ref, dict(one.holders)) for one in instances)
        self._facts.update((one.ref, one.facts) for one in instances)
        self._tracks.update((one.ref, one.tracks) for one in instances)
        heads = {row[7]: Head(row[4], row[5], moment_or_none(row[6])) for row in rows}
        watched = frozenset(watches.split("\n") if watches else ())
        return LoadedFamily(Family(family, revision, workflow, watched), instances, heads)

    def keyed(self, person: str, key: str) -> KeyedAttempt | None:
        """What came of an idempotency key."""
        rows = self._line.rows(self._read.keyed, {"person": person, "key": key})
        if not rows:
            return None
        person, key, sealed, attempt, outcome, family, ref, seq, revision, until, wrapped = rows[0]
        until = moment_or_none(until)
        place = attempt_place(person, key)
        # Without its key nothing of the family can be compared any more: no attempt is the same.
        fingerprint = self._vault.unseal(family, wrapped, place, sealed).decode() if wrapped else ""
        return KeyedAttempt(person, key, fingerprint, attempt, outcome, family, ref, seq, revision, until)

    def asking(self, attempt: str) -> Asking | None:
        """An attempt left open for a second person."""
        rows = self._line.rows(self._read.asking, {"attempt": attempt})
        return self._asking(rows[0]) if rows else None

    def askings(self, family: str) -> Sequence[Asking]:
        """All open askings of a family, oldest first."""
        return [self._asking(row) for row in self._line.rows(self._read.askings, {"family": family})]

    def entries(self, ref: str, *, after: int = 0) -> Sequence[StoredEntry]:
        """The journal of one instance in order of seq."""
        rows = self._line.rows(self._read.entries, {"ref": ref, "after": after})
        return [self._entry(row) for row in rows]

    def journals(self, family: str) -> Sequence[StoredEntry]:
        """The journals of a family, one instance after another, each in order of seq."""
        return [self._entry(row) for row in self._line.rows(self._read.journals, {"family": family, "after": 0})]

    def due(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """The oldest rows due at `now`, not stuck, at most `limit`; of one flow, or of all."""
        query = self._read.due if only is None else self._read.due_of_flow
        return _as_due(self._line.rows(query, {"now": micros(now), "limit": limit, "flow": only}))

    def claim(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """As `due`, with the families locked, as the rows stand then; those that somebody else holds are left out."""
        locks = self._read.locks
        if locks is None:
            return self.due(now, limit, only)  # the whole database is locked
        self._line.hold()
        query = locks.due if only is None else locks.due_of_flow
        claimed = _as_due(self._line.rows(query, {"now": micros(now), "limit": limit, "flow": only}))
        # What was seen before the lock may have been done by whoever held it then.
        again: dict[tuple[str, str, str], Due] = {}
        for some in in_fixed_numbers((row.instance for row in claimed), MANY_AT_ONCE):
            rows = _as_due(self._line.rows(locks.again, {**some, "now": micros(now)}))
            again.update(((row.instance, row.kind, row.name), row) for row in rows)
        keys = ((row.instance, row.kind, row.name) for row in claimed)
        return [again[key] for key in keys if key in again]

    def due_of(self, family: str) -> Sequence[Due]:
        """All due rows of a family, stuck ones too."""
        return _as_due(self._line.rows(self._read.due_of, {"family": family}))

    def falling(self, until: dt.datetime, limit: int) -> Sequence[Due]:
        """The deadlines that fall due by `until` or are overdue, the oldest due first, at most `limit`."""
        return _as_due(self._line.rows(self._read.falling, {"until": micros(until), "limit": limit}))

    def next_due(self) -> dt.datetime | None:
        """The moment of the oldest row that is not stuck."""
        rows = self._line.rows(self._read.next_due, {})
        return moment(rows[0][0]) if rows else None

    def list_instances(self, process: str | None, *, limit: int = 1000, skip: int = 0) -> Sequence[Instance]:
        """The newest instances of a process, in order of opening."""
        if process is None:
            rows = self._line.rows(self._read.list_all, {"limit": limit, "skip": skip})
        else:
            rows = self._line.rows(self._read.list_process, {"process": process, "limit": limit, "skip": skip})
        rows.reverse()
        return [
            instance(row[2:], workflow, self._facts_of(row[3], wrapped))
            for row, (workflow, wrapped) in ((row, row[:2]) for row in rows)
        ]

    def document(self, family: str, digest: str) -> Document | None:
        """A sealed document, opened; None where it is not there or the family's key is gone."""
        keys = self._line.rows(self._read.key, {"id": family})
        if not keys or keys[0][0] is None:
            return None
        wrapped = keys[0][0]
        blinded = self._vault.blinded(family, wrapped, digest)
        rows = self._line.rows(self._read.document, {"family": family, "digest": blinded})
        if not rows:
            return None
        media, sealed = rows[0]
        content = self._vault.unseal(family, wrapped, document_place(digest), sealed)
        return Document(family, digest, media, content)

    def _lock(self, ref: str, others: Iterable[str]) -> None:
        """The own family and the others in id order, then the own heads (semantics 2, 7)."""
        locks = self._read.locks
        if locks is None:
            return  # the whole database is locked
        self._line.hold()
        own = self._line.rows(self._read.family_of, {"ref": ref})
        if not own:
            return
        for family in sorted({own[0][0], *others}):
            self._line.rows(locks.own if family == own[0][0] else locks.other, {"id": family})
        self._line.rows(locks.heads, {"family": own[0][0]})

    def _facts_of(self, family: str, wrapped: bytes | None) -> Any:
        """What opens the facts of a family's instances; without a key there are none left."""
        if wrapped is None:
            return lambda _ref, _sealed: b"{}"
        vault = self._vault
        return lambda ref, sealed: vault.unseal(family, wrapped, facts_place(ref), sealed)

    def _entry(self, row: Row) -> StoredEntry:
        ref, seq, at, kind, clear, sealed, previous, hash_, family, wrapped = row
        opened = self._vault.unseal(family, wrapped, entry_place(ref, seq), sealed) if wrapped else None
        return StoredEntry(ref, seq, moment(at), kind, clear, opened, previous, hash_)

    def _asking(self, row: Row) -> Asking:
        attempt, family, ref, action, person, on_behalf, asked_at, lapses_at, state, sealed, wrapped = row
        asked = self._vault.unseal(family, wrapped, asking_place(attempt), sealed) if wrapped else b"{}"
        asked_at, lapses_at = moment(asked_at), moment(lapses_at)
        return Asking(attempt, family, ref, action, person, on_behalf, asked_at, lapses_at, state, asked)


_ME = tables.instances.alias("me")


def _load() -> Select[Any]:
    return (
        select(
            _families.revision,
            _families.workflow,
            _families.wrapped_key,
            _families.watches,
            _heads.seq,
            _heads.hash,
            _heads.at,
            *_OF_AN_INSTANCE,
        )
        .select_from(_ME)
        .join(tables.families, _families.id == _ME.c.family)
        .join(tables.instances, _instances.family == _families.id)
        .join(tables.heads, _heads.instance == _instances.ref)
        .order_by(_instances.ordinal)
    )


def _keyed() -> Select[Any]:
    attempts = tables.attempts.c
    return (
        select(tables.attempts, _families.wrapped_key)
        .join(tables.families, _families.id == attempts.family)
        .where(attempts.person == bindparam("person"), attempts.key == bindparam("key"))
    )


def _askings() -> Select[Any]:
    on_family = _families.id == tables.askings.c.family
    return select(tables.askings, _families.wrapped_key).join(tables.families, on_family)


def _open_askings() -> Select[Any]:
    askings = tables.askings.c
    # A literal, since a partial index is not used for a parameter.
    is_open = askings.state == literal_column("'open'")
    mine = askings.family == bindparam("family")
    return _askings().where(is_open, mine).order_by(askings.asked_at, askings.attempt)


def _entries(mine: ColumnElement[bool]) -> Select[Any]:
    entries = tables.entries.c
    return (
        select(
            entries.instance,
            entries.seq,
            entries.at,
            entries.kind,
            entries["clear"],
            entries.sealed,
            entries.previous,
            entries.hash,
            _families.id,
            _families.wrapped_key,
        )
        .join(tables.instances, _instances.ref == entries.instance)
        .join(tables.families, _families.id == _instances.family)
        .where(mine, entries.seq > bindparam("after"))
        .order_by(entries.instance, entries.seq)
    )


def _due_rows() -> Select[Any]:
    due = tables.due.c
    return select(due.family, due.instance, due.kind, due.name, due.at, due.tries, due.stuck, due.flow, due.falls)


def _is_due() -> tuple[ColumnElement[bool], ...]:
    return tables.due.c.stuck == FALSE, tables.due.c.at <= bindparam("now")


def _due() -> Select[Any]:
    due = tables.due.c
    oldest_first = (due.at, due.instance, due.kind, due.name)
    return _due_rows().where(*_is_due()).order_by(*oldest_first).limit(bindparam("limit"))


def _falling() -> Select[Any]:
    due = tables.due.c
    return (
        _due_rows()
        .where(due.falls.is_not(None), due.falls <= bindparam("until"))
        .order_by(due.falls, due.instance, due.name)
        .limit(bindparam("limit"))
    )


def _due_of() -> Select[Any]:
    due = tables.due.c
    return (
        _due_rows()
        .join(tables.instances, _instances.ref == due.instance)
        .where(_instances.family == bindparam("family"))
        .order_by(due.at, due.instance, due.kind, due.name)
    )


def _as_due(rows: Sequence[Row]) -> list[Due]:
    return [
        Due(family, instance_, kind, name, moment(at), tries, bool(stuck), flow, moment_or_none(falls))
        for family, instance_, kind, name, at, tries, stuck, flow, falls in rows
    ]


def _next_due() -> Select[Any]:
    due = tables.due.c
    return select(due.at).where(due.stuck == FALSE).order_by(due.at).limit(literal_column("1"))


def _newest() -> Select[Any]:
    newest_first = (_instances.opened_at.desc(), _instances.family.desc(), _instances.ordinal.desc())
    return (
        select(_families.workflow, _families.wrapped_key, *_OF_AN_INSTANCE)
        .join(tables.families, _families.id == _instances.family)
        .order_by(*newest_first)
        .limit(bindparam("limit"))
        .offset(bindparam("skip"))
    )


def _document() -> Select[Any]:
    documents = tables.documents.c
    mine = documents.family == bindparam("family")
    return select(documents.media, documents.sealed).where(mine, documents.digest == bindparam("digest"))
