"""What a step writes for lists, as statements of its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, delete, insert, literal_column, not_

from cases.ports import NewEntry, StepWrites
from cases.tasks import Overview, Task
from state_machine.stored import differing
from state_machine.view import Instance, TrackAt
from storage.rows import micros
from storage.screens import tables
from storage.screens.marks import mark_of, mark_row, sort_row
from storage.sql import Change, Speech, Sql

Tracks = Mapping[str, TrackAt]


class ShownSql:
    """The statements, in the words of one database. `known` are the sorts that are there for certain."""

    def __init__(self, speech: Speech) -> None:
        self.known: set[int] = set()
        marks, tasks = tables.marks.c, tables.tasks.c
        named: dict[str, BindParameter[object]] = {
            column.name: bindparam(column.name) for column in marks if column.name != "id"
        }
        self.mark = speech(insert(tables.marks).values(named))
        self.sort = speech(speech.insert(tables.sorts).on_conflict_do_nothing())
        self.task = speech(insert(tables.tasks))
        self.forget_tasks = speech(
            delete(tables.tasks).where(tasks.instance == bindparam("on"), tasks.name == bindparam("named"))
        )
        self.overview = _overview(speech)
        self.standing = _standing(speech)


def _overview(speech: Speech) -> Sql:
    """The row of a root; where it was over and is not any more, another episode begins."""
    put = speech.insert(tables.overview)
    there, new = tables.overview.c, put.excluded
    again = case((and_(there.over, not_(new.over)), literal_column("1")), else_=literal_column("0"))
    changed = {"over": new.over, "owner": new.owner, "episode": there.episode + again}
    return speech(put.on_conflict_do_update(index_elements=["ref"], set_=changed))


def _standing(speech: Speech) -> Sql:
    put = speech.insert(tables.standings)
    return speech(put.on_conflict_do_update(index_elements=["instance", "track"], set_={"state": put.excluded.state}))


def marks(sql: ShownSql, entries: Iterable[NewEntry]) -> Iterator[Change]:
    """The marks of entries, with sorts that may not be there yet."""
    for entry in entries:
        mark = mark_of(entry)
        if mark.sort not in sql.known:
            yield Change(sql.sort, sort_row(mark.sort, mark.content))
        yield Change(sql.mark, mark_row(entry, mark, micros(entry.at)))


def learn(sql: ShownSql, changes: Iterable[Change]) -> None:
    """What was committed is there: its sorts need not be written again."""
    sort = sql.sort
    for one in changes:
        if one.sql is sort:
            sql.known.add(one.parameters["id"])


def lists(sql: ShownSql, writes: StepWrites, before: Mapping[str, Tracks]) -> Iterator[Change]:
    """Tasks, overview and standings; `before` are the tracks of instances as they were read."""
    for ref, name in writes.shown.anew:
        yield Change(sql.forget_tasks, {"on": ref, "named": name})
    for task in writes.shown.tasks:
        yield Change(sql.task, _task_row(task, writes.family))
    if writes.shown.overview is not None:
        yield Change(sql.overview, _overview_row(writes.shown.overview))
    for one in (*writes.new, *writes.changed):
        if one.parent is None:
            yield from _standings(sql, one, before.get(one.ref))


def _standings(sql: ShownSql, one: Instance, before: Tracks | None) -> Iterator[Change]:
    moved = one.tracks if before is None else differing(before, one.tracks)
    opened_at = micros(one.opened_at)
    for track in moved:
        state = one.tracks[track].state
        row = {"instance": one.ref, "track": track, "state": state, "process": one.process, "opened_at": opened_at}
        yield Change(sql.standing, row)


def _task_row(task: Task, family: str) -> dict[str, Any]:
    return {
        "instance": task.instance,
        "name": task.name,
        "role": task.role,
        "kind": task.kind,
        "owner": task.owner,
        "family": family,
        "falls": micros(task.falls),
    }


def _overview_row(one: Overview) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "process": one.process,
        "opened_at": micros(one.opened_at),
        "over": one.over,
        "owner": one.owner,
        "episode": 1,
    }
