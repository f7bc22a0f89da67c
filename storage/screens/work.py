"""My work in a database: tasks by whom they lie with, and the inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from access.relation import Reach
from access.screens import MOST, NoticeRow, Page, Slice, TaskRow, Whose
from storage import tables
from storage.rows import micros, moment, moment_or_none
from storage.screens import tables as shown
from storage.screens.reading import FAR, Reader, cursor, given, read_place, sees_all, sliced
from storage.sql import Change, Row
from storage.visible import as_setting, held_above, holds, parameters, visible

_tasks, _inbox = shown.tasks.c, tables.inbox.c
TASK = (_tasks.instance, _tasks.name, _tasks.kind, _tasks.role, _tasks.owner, _tasks.falls, _tasks.family)
_ORDER = ("falls", "instance", "name", "role")


class WorkSql(Reader):
    """What My work reads."""

    def owners(self) -> Sequence[str]:
        """Everybody who holds the role of some task, found by jumps through an index and not by reading it."""
        return [row[0] for row in self.rows(self.made("owners", _owners), {})]

    def tasks(self, whose: Whose, until: dt.datetime | None, limit: int) -> Sequence[TaskRow]:
        """Tasks that fall due by `until`, the earliest first."""
        owners, roles, all_ = len(whose.owners), len(whose.roles), sees_all(whose.reach)
        sql = self.made(("tasks", owners, roles, all_), lambda: self._whose_rows(owners, roles, self._seen(all_)))
        named: dict[str, Any] = {f"owner{place}": owner for place, owner in enumerate(whose.owners)}
        named |= {f"role{place}": role for place, role in enumerate(whose.roles)}
        end = FAR if until is None else micros(until)
        named |= {"until": end, "limit": limit}
        return _task_rows(self.rows(sql, {**_named(whose), **named}, as_setting(whose.reach)))

    def task_counts(self, whose: Whose, ends: Sequence[dt.datetime]) -> Sequence[int]:
        """How many fall due up to each moment, and how many in all."""
        all_ = sees_all(whose.reach)
        sql = self.made(("counts", len(ends), all_), lambda: self._counts(len(ends), self._seen(all_)))
        moments = {f"end{place}": micros(end) for place, end in enumerate(ends)}
        return self.rows(sql, {**_named(whose), **moments, "until": FAR}, as_setting(whose.reach))[0]

    def tasks_of(self, cases: Sequence[str]) -> Sequence[TaskRow]:
        """All tasks of these families, the earliest first."""
        return _task_rows(self.rows(self.made("tasks of", self._of_families), {"families": given(cases)}))

    def notices(self, person: str, page: Page, now: dt.datetime) -> Slice[NoticeRow]:
        """The inbox of a person as it is at `now`, newest first."""
        at, id_ = read_place(page.after) or (FAR, "")
        sql = self.made("notices", _notices)
        named = {"of_person": person, "now": micros(now), "at": at, "id": id_, "limit": page.limit + 1}
        rows = self.rows(sql, named)
        found = tuple(NoticeRow(row[0], moment(row[1]), row[2], bool(row[3]), moment_or_none(row[4])) for row in rows)
        return sliced(found, page, lambda one: cursor(micros(one.at), one.id))

    def opened_of(self, reach: Reach, refs: Sequence[str]) -> frozenset[str]:
        """Those of these instances to which somebody has any relation."""
        named = {"refs": given(refs), **parameters(reach)}
        return frozenset(row[0] for row in self.rows(self.made("opened of", self._opened), named, as_setting(reach)))

    def unread(self, person: str, now: dt.datetime) -> int:
        """How many of them are unread."""
        count: int = self.rows(self.made("unread", _unread), {"of_person": person, "now": micros(now)})[0][0]
        return count

    def mark_read(self, person: str, ids: Sequence[str], now: dt.datetime) -> None:
        """Mark notices of this person as read."""
        named = {"of_person": person, "ids": given(ids), "now": micros(now)}
        self.write([Change(self.made("mark read", self._mark_read), named)])

    def _seen(self, all_: bool) -> tuple[ColumnElement[bool], ...]:
        """What opens a task: that it is one's own, or a relation to its instance. Nothing to ask where all is open."""
        if all_:
            return ()
        above = held_above(self.speech, tables.instances)
        return (or_(holds(_tasks.owner), visible(self.speech, held_there=above)),)

    def _whose_rows(self, owners: int, roles: int, seen: tuple[ColumnElement[bool], ...]) -> Select[Any]:
        """A look into an index for each owner and role, which has its rows in order, so that few are read."""
        until, gone = _tasks.falls <= bindparam("until"), self._whose()[-1]
        ways = [(_tasks.owner.is_not(None), _tasks.owner == bindparam(f"owner{one}"), until) for one in range(owners)]
        ways += [(_tasks.owner.is_(None), _tasks.role == bindparam(f"role{one}"), until) for one in range(roles)]
        some = [_of_seen(select(*TASK), seen).where(*which).order_by(*_in_order()) for which in (*ways, gone)]
        few = [one.limit(bindparam("limit")).subquery(f"part{place}") for place, one in enumerate(some)]
        all_ = union_all(*(select(one) for one in few)).subquery("tasks_of_somebody")
        rows = _with_instances(all_).order_by(*(all_.c[name] for name in _ORDER))
        return rows.limit(bindparam("limit"))

    def _counts(self, ends: int, seen: tuple[ColumnElement[bool], ...]) -> Select[Any]:
        falls = _of_seen(select(_tasks.falls), seen)
        some = [falls.where(*which).order_by(_tasks.falls) for which in self._whose()]
        few = [select(one.limit(literal_column(str(MOST))).subquery(f"some{place}")) for place, one in enumerate(some)]
        parts = union_all(*few).subquery("falling")
        by = [case((parts.c.falls <= bindparam(f"end{place}"), 1), else_=0) for place in range(ends)]
        sums = [cast(func.coalesce(func.sum(one), literal_column("0")), BigInteger) for one in by]
        return select(*sums, func.count()).select_from(parts)

    def _whose(self) -> list[tuple[ColumnElement[bool], ...]]:
        until = _tasks.falls <= bindparam("until")
        unheld, gone = _tasks.role.in_(self.texts("roles")), _tasks.owner.in_(self.texts("gone"))
        return [
            (_tasks.owner.is_not(None), _tasks.owner.in_(self.texts("owners")), until),
            (_tasks.owner.is_(None), unheld, until),
            (_tasks.owner.is_not(None), gone, _tasks.role.in_(self.texts("roles_of_gone")), until),
        ]

    def _opened(self) -> Select[Any]:
        ref = tables.instances.c.ref
        seen = visible(self.speech, held_there=held_above(self.speech, tables.instances))
        return select(ref).where(ref.in_(self.texts("refs")), seen)

    def _of_families(self) -> Select[Any]:
        instances = tables.instances.c
        mine = select(*TASK).join(tables.instances, instances.ref == _tasks.instance)
        found = mine.where(instances.family.in_(self.texts("families"))).subquery("tasks_of_families")
        return _with_instances(found).order_by(*(found.c[name] for name in _ORDER))

    def _mark_read(self) -> Any:
        mine = and_(_inbox.person == bindparam("of_person"), _inbox.id.in_(self.texts("ids")))
        return update(tables.inbox).where(mine, _inbox.read_at.is_(None)).values(read_at=bindparam("now"))


def _named(whose: Whose) -> dict[str, Any]:
    return {
        "owners": given(whose.owners),
        "roles": given(whose.roles),
        "gone": given(whose.gone),
        "roles_of_gone": given(whose.roles),
        **parameters(whose.reach),
    }


def _of_seen(some: Select[Any], seen: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    """The same of tasks whose instance may be opened."""
    if not seen:
        return some
    return some.join(tables.instances, tables.instances.c.ref == _tasks.instance).where(*seen)


def _in_order() -> list[ColumnElement[Any]]:
    return [_tasks[name] for name in _ORDER]


def _with_instances(some: Any) -> Select[Any]:
    """Tasks with the process of their instance and the workflow of their family."""
    return (
        select(*some.c, tables.instances.c.process, tables.families.c.workflow)
        .join(tables.instances, tables.instances.c.ref == some.c.instance)
        .join(tables.families, tables.families.c.id == some.c.family)
    )


def task_row(row: Row) -> TaskRow:
    """A task from its row."""
    instance, name, kind, role, owner, falls, family, process, workflow = row
    return TaskRow(instance, name, kind, role, owner, moment(falls), family, process, workflow)


def _task_rows(rows: Sequence[Row]) -> list[TaskRow]:
    return [task_row(row) for row in rows]


def _owners() -> Select[Any]:
    """From each owner to the next one after it."""
    held = _tasks.owner.is_not(None)
    first = select(func.min(_tasks.owner).label("owner")).where(held)
    jumps = first.cte("jumps", recursive=True)
    after = select(func.min(_tasks.owner)).where(held, _tasks.owner > jumps.c.owner).correlate(jumps)
    jumps = jumps.union_all(select(after.scalar_subquery()).where(jumps.c.owner.is_not(None)))
    return select(jumps.c.owner).where(jumps.c.owner.is_not(None))


def _notices() -> Select[Any]:
    before = or_(_inbox.at < bindparam("at"), and_(_inbox.at == bindparam("at"), _inbox.id < bindparam("id")))
    mine = select(_inbox.id, _inbox.at, _inbox.text, _inbox.urgent, _inbox.read_at)
    mine = mine.where(_inbox.person == bindparam("of_person"), _inbox.at <= bindparam("now"), before)
    return mine.order_by(_inbox.at.desc(), _inbox.id.desc()).limit(bindparam("limit"))


def _unread() -> Select[Any]:
    mine = (_inbox.person == bindparam("of_person"), _inbox.at <= bindparam("now"), _inbox.read_at.is_(None))
    return select(func.count()).where(*mine)
