"""Lists of cases in a database: what fits and may be seen, newest first, and never by opening one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy import tuple_ as pair

from access.relation import Reach
from access.screens import MOST, CaseFilter, CaseRow, Count, Page, Slice
from storage import tables, tables_staff
from storage.rows import micros, micros_or_none, moment
from storage.screens import tables as shown
from storage.screens.reading import FAR, Reader, cursor, given, read_place, sees_all, sliced
from storage.sql import Row
from storage.visible import as_setting, held_at, parameters, visible

_over, _stands, _tasks = shown.overview.c, shown.standings.c, shown.tasks.c
_instances, _families, _own = tables.instances.c, tables.families.c, tables.assignments.c
_PLAIN = ("track", "state", "role", "owner", "needs", "late", "over", "episode", "workflow", "without_owner")


class CasesSql(Reader):
    """What the lists of cases read."""

    def cases(self, reach: Reach, wanted: CaseFilter, page: Page, now: dt.datetime) -> Slice[CaseRow]:
        """The cases that somebody may see and that fit, the newest first."""
        shape = ("cases", *_shape(reach, wanted))
        sql = self.made(shape, lambda: self._page(reach, wanted))
        at, ref = read_place(page.after) or (FAR, "")
        place = {"at": at, "ref": ref, "limit": page.limit + 1}
        rows = self.rows(sql, {**_named(reach, wanted, now), **place}, as_setting(reach))
        return sliced([_case(row) for row in rows], page, lambda one: cursor(micros(one.opened_at), one.ref))

    def count_cases(self, reach: Reach, wanted: CaseFilter, now: dt.datetime) -> Count:
        """How many there are, counted to MOST."""
        shape = ("count cases", *_shape(reach, wanted))
        sql = self.made(shape, lambda: self._count(reach, wanted))
        counted = self.rows(sql, {**_named(reach, wanted, now), "limit": MOST + 1}, as_setting(reach))[0][0]
        return Count(min(counted, MOST), min(counted, MOST), counted > MOST)

    def board(self, reach: Reach, wanted: CaseFilter, now: dt.datetime) -> Mapping[str, int]:
        """How many fitting cases stand in each state of a track."""
        shape = ("board", *_shape(reach, wanted))
        sql = self.made(shape, lambda: self._board(reach, wanted))
        return dict(self.rows(sql, _named(reach, wanted, now), as_setting(reach)))

    def by_reference(self, reach: Reach, start: str, limit: int) -> Sequence[CaseRow]:
        """The cases whose reference, or that of one of their instances, begins so."""
        sql = self.made(("by reference", sees_all(reach, "case")), lambda: self._by_reference(reach))
        # The sign after all that a reference can hold ends the range, so that an index finds it.
        named = {"start": start, "end": start + "\U0010ffff", "limit": limit, "process": "case"}
        return [_case(row) for row in self.rows(sql, {**parameters(reach), **named}, as_setting(reach))]

    def by_value(self, reach: Reach, words: Sequence[str], limit: int) -> Sequence[CaseRow]:
        """The cases with a `find_by` value that is one of these words."""
        sql = self.made(("by value", sees_all(reach, "case")), lambda: self._by_value(reach))
        named = {"words": given(words), "limit": limit, "process": "case"}
        return [_case(row) for row in self.rows(sql, {**parameters(reach), **named}, as_setting(reach))]

    def case_rows(self, refs: Sequence[str]) -> Sequence[CaseRow]:
        """These cases, in this order."""
        rows = self.rows(self.made("case rows", self._these), {"refs": given(refs)})
        found = {row[0]: _case(row) for row in rows}
        return [found[ref] for ref in dict.fromkeys(refs) if ref in found]

    def _page(self, reach: Reach, wanted: CaseFilter) -> Select[Any]:
        # Where a state is asked for, its index has the order as well.
        by_state = wanted.state is not None
        at, ref = (_stands.opened_at, _stands.instance) if by_state else (_over.opened_at, _over.ref)
        before = pair(at, ref) < pair(bindparam("at"), bindparam("ref"))
        rows = _rows(self._joined(wanted)).where(before, *self._where(reach, wanted))
        return rows.order_by(at.desc(), ref.desc()).limit(bindparam("limit"))

    def _count(self, reach: Reach, wanted: CaseFilter) -> Select[Any]:
        some = select(_over.ref).select_from(self._joined(wanted)).where(*self._where(reach, wanted))
        few = some.limit(bindparam("limit")).subquery("counted")
        return select(func.count()).select_from(few)

    def _board(self, reach: Reach, wanted: CaseFilter) -> Select[Any]:
        joined = self._joined(wanted, state=True)
        where = self._where(reach, wanted, any_state=True)
        return select(_stands.state, func.count()).select_from(joined).where(*where).group_by(_stands.state)

    def _joined(self, wanted: CaseFilter, *, state: bool = False) -> FromClause:
        joined: FromClause = shown.overview.join(tables.instances, _instances.ref == _over.ref)
        joined = joined.join(tables.families, _families.id == _over.ref)
        if state or wanted.state is not None:
            joined = joined.join(shown.standings, _stands.instance == _over.ref)
        return joined

    def _where(self, reach: Reach, wanted: CaseFilter, *, any_state: bool = False) -> list[ColumnElement[bool]]:
        process: ColumnElement[bool] = _over.process == bindparam("process")
        found = [process, *self._may_see(reach, wanted.process), *_conditions(wanted), *self._found(wanted)]
        if any_state or wanted.state is not None:
            found += [_stands.process == bindparam("process"), _stands.track == bindparam("track")]
        if wanted.state is not None and not any_state:
            found.append(_stands.state == bindparam("state"))
        return found

    def _may_see(self, reach: Reach, process: str) -> list[ColumnElement[bool]]:
        """The predicate, and what a list starts from, so that nobody's own list reads those of the house."""
        if sees_all(reach, process):
            return []
        loans = tables_staff.loans.c
        mine: ColumnElement[str] = bindparam("v_person", type_=tables.TEXT)
        lent = select(loans.family).where(loans.person == mine, loans.state == literal_column("'open'"))
        # There are few that nobody holds, and a partial index has them: from there, not from all that were opened.
        nobodys, opened = shown.overview.alias("nobodys").c, tables.instances.alias("opened").c
        by_me = exists().where(opened.ref == nobodys.ref, opened.opened_by == mine)
        unheld = select(nobodys.ref).where(nobodys.owner.is_(None), by_me)
        own = select(_own.instance).where(_own.person.in_(self.texts("v_persons")))
        starts = or_(_over.ref.in_(own), _over.ref.in_(lent), _over.ref.in_(unheld))
        return [starts, visible(self.speech, held_there=held_at(self.speech, tables.instances))]

    def _found(self, wanted: CaseFilter) -> list[ColumnElement[bool]]:
        return [_with_value(place) for place in range(len(wanted.found))]

    def _by_reference(self, reach: Reach) -> Select[Any]:
        one = tables.instances.alias("named")
        roots = select(one.c.family).where(one.c.ref >= bindparam("start"), one.c.ref < bindparam("end"))
        return self._newest_cases(reach, _over.ref.in_(roots))

    def _by_value(self, reach: Reach) -> Select[Any]:
        one, found = tables.instances.alias("with_value"), tables.found.c
        roots = select(one.c.family).join(tables.found, found.instance == one.c.ref)
        return self._newest_cases(reach, _over.ref.in_(roots.where(found.value.in_(self.texts("words")))))

    def _newest_cases(self, reach: Reach, which: ColumnElement[bool]) -> Select[Any]:
        where = (which, _over.process == bindparam("process"), *self._may_see(reach, "case"))
        rows = _rows(self._joined(CaseFilter())).where(*where)
        return rows.order_by(_over.opened_at.desc(), _over.ref.desc()).limit(bindparam("limit"))

    def _these(self) -> Select[Any]:
        return _rows(self._joined(CaseFilter())).where(_over.ref.in_(self.texts("refs")))


def _rows(joined: FromClause) -> Select[Any]:
    columns: list[Any] = [_over.ref, _over.process, _families.workflow, _over.opened_at, _over.over, _over.episode]
    return select(*columns, _instances["clear"]).select_from(joined)


def _case(row: Row) -> CaseRow:
    ref, process, workflow, opened_at, over, episode, clear = row
    parts = orjson.loads(clear)
    tracks = {name: track[0] for name, track in parts["tracks"].items()}
    return CaseRow(ref, process, workflow, moment(opened_at), bool(over), episode, tracks, parts["holders"])


def _shape(reach: Reach, wanted: CaseFilter) -> tuple[object, ...]:
    """What makes a statement another one: which conditions there are, not their values."""
    there = (getattr(wanted, name) not in (None, False) or (name == "over" and wanted.over is False) for name in _PLAIN)
    times = (wanted.opened_from is not None, wanted.opened_until is not None)
    return sees_all(reach, wanted.process), *there, *times, len(wanted.found)


def _named(reach: Reach, wanted: CaseFilter, now: dt.datetime) -> dict[str, Any]:
    plain = {name: getattr(wanted, name) for name in _PLAIN}
    times = {"opened_from": micros_or_none(wanted.opened_from), "opened_until": micros_or_none(wanted.opened_until)}
    values = {f"fact{place}": fact for place, (fact, _) in enumerate(wanted.found)}
    values |= {f"value{place}": value for place, (_, value) in enumerate(wanted.found)}
    return {**parameters(reach), **plain, **times, **values, "process": wanted.process, "now": micros(now)}


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """What is asked of the root itself and of what hangs on it."""
    asked: dict[str, ColumnElement[bool]] = {
        "role": _held_by(None),
        "owner": _held_by("owner"),
        "needs": _has_task(_tasks.role == bindparam("needs")),
        "late": _over.ref.in_(_late_families()),
        "over": _over.over == bindparam("over"),
        "episode": _over.episode == bindparam("episode"),
        "workflow": _families.workflow == bindparam("workflow"),
        "opened_from": _over.opened_at >= bindparam("opened_from"),
        "opened_until": _over.opened_at < bindparam("opened_until"),
        "without_owner": and_(_over.owner.is_(None), not_(_over.over)),
    }
    there = {name for name in asked if getattr(wanted, name) not in (None, False)}
    if wanted.over is not None:
        there.add("over")
    if wanted.role is not None and wanted.owner is not None:
        there -= {"role", "owner"}
        asked["both"] = _held_by("owner", "role")
        there.add("both")
    return [condition for name, condition in asked.items() if name in there]


def _held_by(owner: str | None, role: str | None = None) -> ColumnElement[bool]:
    if owner is None:
        return exists().where(_own.instance == _over.ref, _own.role == bindparam("role"))
    held_ = select(_own.instance).where(_own.person == bindparam(owner))
    return _over.ref.in_(held_ if role is None else held_.where(_own.role == bindparam(role)))


def _has_task(which: ColumnElement[bool]) -> ColumnElement[bool]:
    one = tables.instances.alias("with_task")
    return exists().where(one.c.family == _over.ref, _tasks.instance == one.c.ref, which)


def _late_families() -> Select[Any]:
    due = tables.due.c
    same = and_(_tasks.instance == due.instance, _tasks.name == due.name)
    late = and_(due.falls.is_not(None), due.falls < bindparam("now"), due.kind == literal_column("'deadline'"))
    return select(due.family).join(shown.tasks, same).where(late)


def _with_value(place: int) -> ColumnElement[bool]:
    one, found = tables.instances.alias(f"with_value{place}"), tables.found.c
    same = and_(found.fact == bindparam(f"fact{place}"), found.value == bindparam(f"value{place}"))
    return _over.ref.in_(select(one.c.family).join(tables.found, found.instance == one.c.ref).where(same))
