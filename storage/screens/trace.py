"""Searching the journal in a database.

First the sorts that fit are found, of some hundreds (`access.trace.fits`). Then at most two statements give a page: one
looks through the newest entries, which is enough for what is common; the other takes the newest of each sort from an
index, which is little for what is rare. A family's own journal is short and read whole.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    cast,
    func,
    lateral,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import tuple_ as pair

from access.screens import (
    Carriers,
    Count,
    EntryRow,
    JournalSize,
    Page,
    Slice,
    Sort,
    TraceFilter,
)
from access.trace import BY_SORT, WIDE, fits
from cases.journal import Kind
from cases.ports import StoredEntry
from storage import tables
from storage.rows import micros, moment, moment_or_none
from storage.screens import tables as shown
from storage.screens.marks import sort_from, sort_of
from storage.screens.reading import FAR, LinesOut, Reader, cursor, given, read_cursor, sliced
from storage.sql import Row, Speech
from storage.vault import Vault

_marks, _sorts, _entries, _leaves = shown.marks.c, shown.sorts.c, tables.entries.c, tables.leaves.c
NEWEST = 2_000
"""How many of the newest entries are looked through before an index of sorts is asked."""
PORTION = 1_000
"""Entries that an export reads at once."""
ANSWERS = (
    Kind.APPLIED,
    Kind.OPENED,
    Kind.RECORDED,
    Kind.ASSIGNED,
    Kind.UNASSIGNED,
    Kind.OVERRIDE_GRANTED,
    Kind.OVERRIDE_DENIED,
    Kind.OVERRIDE_LAPSED,
    Kind.DATED,
)


class TraceSql(Reader):
    """What auditors read of the journal."""

    def __init__(self, lines: LinesOut, speech: Speech, vault: Vault) -> None:
        super().__init__(lines, speech, vault)
        self._known: dict[int, Sort] = {}
        self._learning = threading.Lock()

    def sorts(self) -> Sequence[Sort]:
        """The sorts of entries that occur; read anew when there are more of them."""
        counted = self.rows(self.made("count sorts", lambda: select(func.count()).select_from(shown.sorts)), {})
        with self._learning:
            if counted[0][0] != len(self._known):
                rows = self.rows(self.made("sorts", lambda: select(_sorts.id, _sorts.content)), {})
                self._known = {number: sort_from(number, content) for number, content in rows}
            return list(self._known.values())

    def trace(self, wanted: TraceFilter, page: Page, carriers: Carriers) -> Slice[EntryRow]:
        """Entries that fit, the newest first."""
        at, number = read_cursor(page.after, numbers=2) or (FAR, FAR)
        if wanted.case is not None:
            fitting = [one for one in self._of_case(wanted, carriers) if (micros(one.at), one.number) < (at, number)]
            fitting.reverse()
            return sliced(fitting[: page.limit + 1], page, _place)
        named = {**self._named(wanted, carriers), "before": at, "number": number, "limit": page.limit + 1}
        rows = self.rows(self.made(("newest", _shape(wanted)), lambda: self._newest(wanted)), named)
        if len(rows) <= page.limit and (_by_sort(wanted) or wanted.person is not None):
            rows = self.rows(self.made(("rare", wanted.person is not None), lambda: self._rare(wanted)), named)
        return sliced([_entry(row) for row in rows], page, _place)

    def count(self, wanted: TraceFilter, carriers: Carriers) -> Count:
        """How many fit, and in how many families, counted to WIDE."""
        if wanted.case is not None:
            found = self._of_case(wanted, carriers)
            return Count(len(found), len({one.case for one in found}))
        sql = self.made(("count", _shape(wanted)), lambda: self._counted(wanted))
        entries, cases = self.rows(sql, {**self._named(wanted, carriers), "limit": WIDE + 1})[0]
        return Count(min(entries, WIDE), cases, entries > WIDE)

    def whole(self, case: str) -> Sequence[EntryRow]:
        """Every entry of a family, in the order in which they came."""
        rows = self.rows(self.made("whole", _whole), {"ref": case})
        return [_entry((number, *row)) for number, row in enumerate(rows, 1)]

    def stream(self, wanted: TraceFilter, carriers: Carriers) -> Iterator[EntryRow]:
        """Every entry that fits, the oldest first, read in portions."""
        if wanted.case is not None:
            yield from self._of_case(wanted, carriers)
            return
        sql = self.made(("portion", _shape(wanted)), lambda: self._portion(wanted))
        named = {**self._named(wanted, carriers), "limit": PORTION}
        after, number = -1, 0
        while rows := self.rows(sql, {**named, "after": after, "number": number}):
            found = [_entry(row) for row in rows]
            yield from found
            after, number = micros(found[-1].at), found[-1].number

    def size(self) -> JournalSize:
        """How large the journal is."""
        first, last = func.min(_marks.at), func.max(_marks.at)
        entries = self.rows(self.made("size", self._size), {})[0][0]
        # Each by itself, since SQLite finds only one end of an index at a time.
        begun = self.rows(self.made("first", lambda: select(first)), {})[0][0]
        ended = self.rows(self.made("last", lambda: select(last)), {})[0][0]
        return JournalSize(entries, moment_or_none(begun), moment_or_none(ended))

    def answers(self, rows: Sequence[EntryRow]) -> Sequence[EntryRow]:
        """Later entries of the same instances that may answer these."""
        instances = list(dict.fromkeys(one.instance for one in rows))
        found = self.rows(self.made("answers", self._answers), {"instances": given(instances)})
        return [_entry((0, *row)) for row in found]

    def _of_case(self, wanted: TraceFilter, carriers: Carriers) -> list[EntryRow]:
        assert wanted.case is not None  # the caller asked
        return [one for one in self.whole(wanted.case) if entry_fits(one, wanted, carriers)]

    def _named(self, wanted: TraceFilter, carriers: Carriers) -> dict[str, Any]:
        sorts = self.sorts() if _by_sort(wanted) or wanted.person is not None else ()
        return {
            "sorts": given(one.id for one in sorts if fits(one, wanted, carriers)),
            "person": wanted.person,
            "since": -1 if wanted.since is None else micros(wanted.since),
            "until": FAR if wanted.until is None else micros(wanted.until),
        }

    def _newest(self, wanted: TraceFilter) -> Select[Any]:
        """The newest entries, looked through. Without a filter by sort or person that is the page."""
        place = pair(_marks.at, _marks.id) < pair(bindparam("before"), bindparam("number"))
        some = select(shown.marks).where(place, *_within()).order_by(_marks.at.desc(), _marks.id.desc())
        some = some.limit(bindparam("limit") if _shape(wanted) == (False, False) else literal_column(str(NEWEST)))
        newest = some.subquery("newest")
        found = select(newest).where(*self._asked(wanted, newest))
        return _with_entries(found.order_by(newest.c.at.desc(), newest.c.id.desc()).limit(bindparam("limit")))

    def _asked(self, wanted: TraceFilter, of: Any) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if _by_sort(wanted):
            found.append(of.c.sort.in_(self.numbers("sorts")))
        if wanted.person is not None:
            found.append(or_(of.c.actor == bindparam("person"), of.c.on_behalf == bindparam("person")))
        return found

    def _rare(self, wanted: TraceFilter) -> Select[Any]:
        """The newest of each sort that fits, of this person or of anybody."""
        sorts = self.numbers("sorts").subquery("fitting")
        sort = next(iter(sorts.c))
        if wanted.person is None:
            ways: list[ColumnElement[bool]] = [true()]
        else:
            ways = [_marks.actor == bindparam("person"), _marks.on_behalf == bindparam("person")]
        found: list[Any] = [self._of_each(sorts, sort, way, place) for place, way in enumerate(ways)]
        together = found[0] if len(found) == 1 else found[0].union(found[1])
        all_ = together.subquery("rare")
        ordered = select(all_).order_by(all_.c.at.desc(), all_.c.id.desc()).limit(bindparam("limit"))
        return _with_entries(ordered)

    def _of_each(self, sorts: Any, sort: ColumnElement[int], way: ColumnElement[bool], place: int) -> Select[Any]:
        before = pair(_marks.at, _marks.id) < pair(bindparam("before"), bindparam("number"))
        few = select(shown.marks).where(way, _marks.sort == sort, before, *_within())
        few = few.order_by(_marks.at.desc(), _marks.id.desc()).limit(bindparam("limit"))
        if self.speech.locks_rows:
            each = lateral(few.correlate(sorts), name=f"each{place}")
            return select(each).select_from(sorts.join(each, true()))
        # SQLite knows no LATERAL; a list of numbers that hangs on the row before is the same to it.
        one = shown.marks.alias(f"each{place}")
        numbers = few.with_only_columns(_marks.id).correlate(sorts)
        return select(one).select_from(sorts.join(one, one.c.id.in_(numbers)))

    def _counted(self, wanted: TraceFilter) -> Select[Any]:
        by_sort = [_marks.sort.in_(self.numbers("sorts"))] if _by_sort(wanted) else []
        if wanted.person is None:
            few = select(_marks.family).where(*by_sort, *_within()).limit(bindparam("limit")).subquery("counted")
        else:
            of_sorts = _marks.sort.in_(self.numbers("sorts"))
            parts = [
                select(_marks.family).where(whose == bindparam("person"), of_sorts, *_within())
                for whose in (_marks.actor, _marks.on_behalf)
            ]
            some = parts[0].union_all(parts[1]).subquery("some")
            few = select(some).limit(bindparam("limit")).subquery("counted")
        return select(func.count(), func.count(few.c.family.distinct()))

    def _portion(self, wanted: TraceFilter) -> Select[Any]:
        place = pair(_marks.at, _marks.id) > pair(bindparam("after"), bindparam("number"))
        some = select(shown.marks).where(place, *_within(), *self._asked(wanted, shown.marks))
        return _with_entries(some.order_by(_marks.at, _marks.id).limit(bindparam("limit")), newest_first=False)

    def _size(self) -> Select[Any]:
        """SQLite numbers marks one by one, and none ever goes; a PostgreSQL leaves out numbers, and counts by heads."""
        if self.speech.locks_rows:
            return select(cast(func.coalesce(func.sum(tables.heads.c.seq), literal_column("0")), BigInteger))
        return select(func.coalesce(func.max(_marks.id), literal_column("0")))

    def _answers(self) -> Select[Any]:
        kinds: list[ColumnElement[str]] = [literal_column(f"'{kind.value}'") for kind in ANSWERS]
        mine = _entries.instance.in_(self.texts("instances"))
        rows = _entries_of_families().where(mine, _entries.kind.in_(kinds))
        return rows.order_by(_entries.instance, _entries.seq)


def entry_fits(one: EntryRow, wanted: TraceFilter, carriers: Carriers) -> bool:
    """Whether an entry fits everything of a filter but its case."""
    if wanted.person is not None and wanted.person not in (one.clear.get("actor"), one.clear.get("on_behalf")):
        return False
    if wanted.since is not None and one.at < wanted.since:
        return False
    if wanted.until is not None and one.at >= wanted.until:
        return False
    return not _by_sort(wanted) or fits(sort_of(_stored(one)), wanted, carriers)


def _stored(one: EntryRow) -> StoredEntry:
    return StoredEntry(one.instance, one.seq, one.at, one.kind, orjson.dumps(one.clear), None, "", one.hash)


def _by_sort(wanted: TraceFilter) -> bool:
    return any(name in BY_SORT for name in wanted.given)


def _shape(wanted: TraceFilter) -> tuple[bool, bool]:
    return _by_sort(wanted), wanted.person is not None


def _within() -> list[ColumnElement[bool]]:
    return [_marks.at >= bindparam("since"), _marks.at < bindparam("until")]


def _place(one: EntryRow) -> str:
    return cursor(micros(one.at), one.number)


def _columns() -> list[Any]:
    """Everything of an entry but its number, in the order that `_entry` expects."""
    return [
        _entries.at,
        _entries.instance,
        _entries.seq,
        tables.instances.c.family,
        _entries.kind,
        _entries["clear"],
        _entries.hash,
        _leaves["index"],
    ]


def _with_entries(some: Select[Any], *, newest_first: bool = True) -> Select[Any]:
    """Marks with the entries that they mark."""
    of = some.subquery("found")
    same = and_(_entries.instance == of.c.instance, _entries.seq == of.c.seq)
    sealed = and_(_leaves.instance == of.c.instance, _leaves.seq == of.c.seq)
    columns = _columns()
    columns[3] = of.c.family
    rows = select(of.c.id, *columns).select_from(of.join(tables.entries, same).outerjoin(tables.leaves, sealed))
    order = (of.c.at.desc(), of.c.id.desc()) if newest_first else (of.c.at, of.c.id)
    return rows.order_by(*order)


def _entries_of_families() -> Select[Any]:
    sealed = and_(_leaves.instance == _entries.instance, _leaves.seq == _entries.seq)
    return select(*_columns()).select_from(
        tables.entries.join(tables.instances, tables.instances.c.ref == _entries.instance).outerjoin(
            tables.leaves, sealed
        )
    )


def _whole() -> Select[Any]:
    mine = select(tables.instances.c.family).where(tables.instances.c.ref == bindparam("ref")).scalar_subquery()
    rows = _entries_of_families().where(tables.instances.c.family == mine)
    return rows.order_by(_entries.at, tables.instances.c.ordinal, _entries.seq)


def _entry(row: Row) -> EntryRow:
    number, at, instance, seq, case, kind, clear, hash_, leaf = row
    outcomes = sort_of(StoredEntry(instance, seq, moment(at), kind, clear, None, "", hash_)).outcomes
    return EntryRow(number, moment(at), instance, seq, case, kind, orjson.loads(clear), hash_, leaf, outcomes)
