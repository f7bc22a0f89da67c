"""The queue as a watchdog sees it: over a connection of its own, without the house key, and changing nothing.

On SQLite it asks for the write lock and lets it go: nobody can otherwise tell whether the house can still write. On
PostgreSQL it asks the server who waits or idles inside a transaction.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from cases.errors import CannotStart
from cases.staff import StaffMember
from storage.postgres import DIALECT as POSTGRESQL
from storage.read import ReadSql
from storage.rows import moment
from storage.sql import Speech
from storage.sqlite import DIALECT as SQLITE
from storage.sqlite import file_of
from storage.staff_rows import member_of

_BLOCKED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND ((wait_event_type = 'Lock' AND query_start < now() - make_interval(secs => %(patience)s))
        OR (state = 'idle in transaction' AND state_change < now() - make_interval(secs => %(patience)s)))
"""


_MEMBERS = "SELECT name, said, disabled FROM members"


class Unreachable(Exception):
    """The database cannot be reached or read; the message says why, without passwords."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The oldest armed row of the queue; the database's time, None where that is the machine's; who blocks whom.

    `members` are the people whom the house keeps, as far as they can be read without its key.
    """

    next_due: dt.datetime | None
    now: dt.datetime | None
    blocked: bool
    members: tuple[StaffMember, ...] = ()


def look_at_queue(url: str, patience: dt.timedelta) -> Queue:
    """Look at the queue of a house; nobody may block it longer than `patience`. Raises Unreachable, CannotStart."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise CannotStart("the database address is not one; write sqlite:///PATH or postgresql://…") from None
    if parsed.get_backend_name() == "sqlite":
        return _on_sqlite(file_of(parsed), patience.total_seconds())
    return _on_postgres(parsed, patience.total_seconds())


def _on_sqlite(path: Path, patience: float) -> Queue:
    # Never made here: a house that is gone is what a watchdog must tell.
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
        try:
            oldest = ReadSql(Speech(SQLITE)).next_due
            row = connection.execute(oldest.text, oldest.bind({})).fetchone()
            members = _members(connection.execute(_MEMBERS).fetchall())
            return Queue(moment(row[0]) if row else None, None, _is_locked(connection), members)
        finally:
            connection.close()
    except sqlite3.Error as problem:
        raise Unreachable(f"{path}: {problem}") from problem


def _members(rows: list[tuple[Any, ...]]) -> tuple[StaffMember, ...]:
    return tuple(member_of(name, said, bool(disabled), None) for name, said, disabled in rows)


def _is_locked(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorname.startswith("SQLITE_BUSY"):
            return True
        raise
    connection.execute("ROLLBACK")
    return False


def _on_postgres(url: URL, patience: float) -> Queue:
    settings = f"-c default_transaction_read_only=on -c statement_timeout={max(1, int(patience * 1000))}"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10, options=settings) as connection:
            due = connection.execute(ReadSql(Speech(POSTGRESQL)).next_due.text.encode()).fetchone()
            members = _members(connection.execute(_MEMBERS.encode()).fetchall())
            now = connection.execute("SELECT clock_timestamp()").fetchone()
            blocked = connection.execute(_BLOCKED, {"patience": patience}).fetchone()
    except psycopg.Error as problem:
        where = url.render_as_string(hide_password=True)
        raise Unreachable(f"{where}: {str(problem).strip() or type(problem).__name__}") from problem
    assert now is not None  # both always answer a row
    assert blocked is not None
    return Queue(moment(due[0]) if due else None, now[0].astimezone(dt.UTC), blocked[0] > 0, members)
