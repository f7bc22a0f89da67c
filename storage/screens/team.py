"""What supervision reads in a database, of the whole house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, bindparam, false, func, literal_column, select

from access.screens import AskingRow, Load, TaskRow
from storage import tables
from storage.rows import micros, moment
from storage.screens import tables as shown
from storage.screens.reading import Reader
from storage.screens.work import TASK, task_row
from storage.sql import Row

_tasks, _over, _due = shown.tasks.c, shown.overview.c, tables.due.c


class TeamSql(Reader):
    """What supervision reads."""

    def loads(self, now: dt.datetime) -> Sequence[Load]:
        """The load of everybody who holds a role on an open case, by name."""
        cases: dict[str, int] = dict(self.rows(self.made("loads", _loads), {}))
        late: dict[str, int] = dict(self.rows(self.made("late loads", _late_loads), {"now": micros(now)}))
        return [Load(person, cases[person], late.get(person, 0)) for person in sorted(cases)]

    def late(self, now: dt.datetime, limit: int) -> Sequence[TaskRow]:
        """Tasks that are late, the oldest first."""
        rows = self.rows(self.made("late", _late), {"now": micros(now), "limit": limit})
        return [task_row(row) for row in rows]

    def askings(self, now: dt.datetime, limit: int) -> Sequence[AskingRow]:
        """Attempts that wait for a second person, those that lapse first in front."""
        rows = self.rows(self.made("askings", _askings), {"now": micros(now), "limit": limit})
        return [_asking(row) for row in rows]


def _asking(row: Row) -> AskingRow:
    attempt, case, instance, process, workflow, action, person, on_behalf, asked_at, lapses_at = row
    asked = (attempt, case, instance, process, workflow, action, person, on_behalf)
    return AskingRow(*asked, moment(asked_at), moment(lapses_at))


def _loads() -> Select[Any]:
    own = tables.assignments.c
    on_open = select(own.person, func.count(own.instance.distinct())).join(shown.overview, _over.ref == own.instance)
    # Compared, since an index answers that; most cases are closed, and are not looked at.
    is_open = _over.over == false()
    return on_open.where(_over.process == literal_column("'case'"), is_open).group_by(own.person)


def _is_late() -> Any:
    """Late rows are found by the due times; which of them are tasks, by their key."""
    late = and_(_due.falls.is_not(None), _due.falls < bindparam("now"), _due.kind == literal_column("'deadline'"))
    return late, and_(_tasks.instance == _due.instance, _tasks.name == _due.name)


def _late_loads() -> Select[Any]:
    """By their own due times: the index by owner holds them, and only late rows are looked at."""
    late = and_(_tasks.owner.is_not(None), _tasks.falls < bindparam("now"))
    return select(_tasks.owner, func.count(_tasks.family.distinct())).where(late).group_by(_tasks.owner)


def _late() -> Select[Any]:
    late, same = _is_late()
    instances, families = tables.instances, tables.families
    rows = (
        select(*TASK, instances.c.process, families.c.workflow)
        .select_from(tables.due)
        .join(shown.tasks, same)
        .join(instances, instances.c.ref == _tasks.instance)
        .join(families, families.c.id == _tasks.family)
    )
    in_order = (_due.falls, _due.instance, _due.name, _tasks.role)
    return rows.where(late).order_by(*in_order).limit(bindparam("limit"))


def _askings() -> Select[Any]:
    asked, instances, families = tables.askings.c, tables.instances.c, tables.families.c
    columns = (
        asked.attempt,
        asked.family,
        asked.instance,
        instances.process,
        families.workflow,
        asked.action,
        asked.person,
        asked.on_behalf,
        asked.asked_at,
        asked.lapses_at,
    )
    # A literal, since a partial index is not used for a parameter.
    waits = and_(asked.state == literal_column("'open'"), asked.lapses_at > bindparam("now"))
    rows = select(*columns).join(tables.instances, instances.ref == asked.instance)
    rows = rows.join(tables.families, families.id == asked.family).where(waits)
    return rows.order_by(asked.lapses_at, asked.attempt).limit(bindparam("limit"))
