"""The statements that change rows, in the words of one database. Parameters of an update never bear a column's name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    cast,
    delete,
    false,
    insert,
    literal_column,
    null,
    select,
    update,
)

from storage import tables
from storage.read import FIXED_NUMBER
from storage.screens.written import ShownSql
from storage.sql import Insert, Speech, Sql
from storage.staff_sql import StaffSql
from storage.versions import VersionSql


class WriteSql:
    """Everything that a step, a note or a sweep writes."""

    def __init__(self, speech: Speech) -> None:
        self.new_family = speech(insert(tables.families))
        self.new_instance = speech(insert(tables.instances))
        self.new_head = speech(insert(tables.heads))
        self.entry = speech(insert(tables.entries))
        self.new_attempt = speech(insert(tables.attempts))
        self.assign = speech(insert(tables.assignments))
        self.find = speech(insert(tables.found))
        self.watch = speech(insert(tables.watches))
        self.notice = speech(insert(tables.outbox))
        self.put_due = _put(speech, tables.due)
        self.asking = _put(speech, tables.askings)
        self.wake = _wake(speech)
        self.undermine = _undermine(speech)
        # Who has relied on somebody once has relied on them.
        self.rely = speech(speech.insert(tables.relied_on).on_conflict_do_nothing())
        # The same content again is the same document.
        self.document = speech(speech.insert(tables.documents).on_conflict_do_nothing())
        self.versions = VersionSql(speech)
        self.shown = ShownSql(speech)
        self.staff = StaffSql(speech)
        self._fences(speech)
        self._changes(speech)
        self._removals(speech)

    def _fences(self, speech: Speech) -> None:
        families, heads, attempts = tables.families.c, tables.heads.c, tables.attempts.c
        is_same = (families.id == bindparam("family"), families.revision == bindparam("expected"))
        self.next_revision = speech.fence(
            update(tables.families)
            .where(*is_same)
            .values(revision=families.revision + 1, workflow=bindparam("workflow"))
        )
        # Somebody who is writing there just now was first: waiting could mean waiting for each other.
        read = select(families.id).where(*is_same)
        self.same_revision = speech.fence(read.with_for_update(read=True, nowait=True) if speech.locks_rows else read)
        self.move_head = speech.fence(
            update(tables.heads)
            .where(
                heads.instance == bindparam("ref"),
                heads.seq == bindparam("before"),
                heads.hash == bindparam("before_hash"),
            )
            .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"), at=bindparam("to_at"))
        )
        self.replace_attempt = speech.fence(
            update(tables.attempts)
            .where(
                attempts.person == bindparam("new_person"),
                attempts.key == bindparam("new_key"),
                attempts.attempt == bindparam("replaced"),
            )
            .values({column.name: bindparam(f"new_{column.name}") for column in attempts})
        )

    def _changes(self, speech: Speech) -> None:
        families, instances, due = tables.families.c, tables.instances.c, tables.due.c
        self.now_watches = speech(
            update(tables.families).where(families.id == bindparam("reader")).values(watches=bindparam("targets"))
        )
        change = update(tables.instances).where(instances.ref == bindparam("changed"))
        self.change_instance = speech(change.values(clear=bindparam("new_clear"), facts=bindparam("new_facts")))
        # Facts that nobody touched stay sealed as they lie.
        self.change_clear = speech(change.values(clear=bindparam("new_clear")))
        self.postpone_due = speech(
            update(tables.due)
            .where(*_same_due())
            .values(at=bindparam("later"), tries=due.tries + 1, stuck=bindparam("is_stuck"))
        )

    def _removals(self, speech: Speech) -> None:
        due, watches, found, assigned = tables.due.c, tables.watches.c, tables.found.c, tables.assignments.c
        self.drop_same_due = speech(delete(tables.due).where(*_same_due()))
        self.drop_due = speech(
            delete(tables.due).where(
                due.instance == bindparam("ref"),
                due.kind == bindparam("of_kind"),
                due.name == bindparam("named"),
            )
        )
        self.unassign_all = speech(delete(tables.assignments).where(assigned.instance == bindparam("changed")))
        self.forget_found = speech(
            delete(tables.found).where(found.instance == bindparam("ref"), found.fact == bindparam("of_fact"))
        )
        self.unwatch = speech(delete(tables.watches).where(watches.family == bindparam("reader")))


def _put(speech: Speech, table: Table) -> Sql:
    """Insert a row, or replace the one with its key."""
    return _or_replaced(speech, speech.insert(table), table)


def _or_replaced(speech: Speech, statement: Insert, table: Table) -> Sql:
    keys = [column.name for column in table.primary_key]
    rest: dict[str, Any] = {
        column.name: statement.excluded[column.name] for column in table.c if column.name not in keys
    }
    return speech(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def _wake(speech: Speech) -> Sql:
    """A due row for each other family that watches one of some instances."""
    watched = tables.watches.c.target.in_(FIXED_NUMBER)
    own: BindParameter[str] = bindparam("own", type_=tables.TEXT)
    return _told(speech, tables.watches, watched, "wake", own, bindparam("woken_at", type_=BigInteger))


def _undermine(speech: Speech) -> Sql:
    """A due row for each other family that has relied on an entry that is corrected."""
    readers = tables.relied_on.c
    relied_on = and_(readers.target == bindparam("corrected"), readers.seq == bindparam("withdrawn"))
    name: BindParameter[str] = bindparam("named", type_=tables.TEXT)
    return _told(speech, tables.relied_on, relied_on, "undermined", name, bindparam("told_at", type_=BigInteger))


def _told(
    speech: Speech, readers: Table, which: ColumnElement[bool], kind: str, name: ColumnElement[str], at: Any
) -> Sql:
    """A due row on the root of each other family of these readers."""
    root = tables.instances.alias("root")
    row = {
        "instance": readers.c.family,
        "kind": literal_column(f"'{kind}'"),
        "name": name,
        "family": readers.c.family,
        "at": at,
        "tries": literal_column("0"),
        "stuck": false(),
        "flow": case(
            (root.c.process == literal_column("'case'"), literal_column("'follow_up'")),
            else_=literal_column("'review_providers'"),
        ),
        "falls": cast(null(), BigInteger),
    }
    own: BindParameter[str] = bindparam("own", type_=tables.TEXT)
    found = (
        select(*(column.label(key) for key, column in row.items()))
        .join(root, root.c.ref == readers.c.family)
        .where(which, readers.c.family != own)
        .distinct()
        .order_by(readers.c.family)
    )
    return _or_replaced(speech, speech.insert(tables.due).from_select(list(row), found), tables.due)


def _same_due() -> tuple[ColumnElement[bool], ...]:
    due = tables.due.c
    return (
        due.instance == bindparam("instance"),
        due.kind == bindparam("kind"),
        due.name == bindparam("name"),
        due.at == bindparam("at"),
    )
