"""PostgreSQL: READ COMMITTED with the family fence; a step's changes go out in one batch and one round trip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from cases.errors import CannotStart, Failed, HomewardError
from cases.ports import KeyTaken, Lost
from storage.postgres_wire import Wire
from storage.rows import moment
from storage.sql import Change, Row, Sql
from storage.turnstile import Company

DIALECT: Dialect = registry.load("postgresql.psycopg")(paramstyle="numeric_dollar")
CONNECTIONS = 20
_WIRE = "homeward.wire"
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
_NOW = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Until the end of the transaction, so that nobody who gets the connection next looks as somebody else.
_LOOK_AS = "SELECT set_config('homeward.viewer', $1, true)"
_SETTINGS = (
    # Nobody waits for ever for a worker that hangs, and one that hangs holds its locks no longer than this.
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '60s'",
)
_NEVER_OFF = {
    "fsync": "destroy the database",
    "full_page_writes": "destroy the database",
    "synchronous_commit": "take back what was already answered",
}


def postgres_engine(url: URL) -> Engine:
    """An engine whose connections begin nothing by themselves. Raises CannotStart."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 10},
        isolation_level="AUTOCOMMIT",
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=30,
        # What was left open is rolled back where it is given back.
        pool_reset_on_return=None,
        # The connections used last know the statements already.
        pool_use_lifo=True,
    )

    @event.listens_for(engine, "connect")
    def settle(connection: psycopg.Connection, _record: object) -> None:
        for setting in _SETTINGS:
            connection.execute(setting)

    try:
        _look_at_server(engine)
    except CannotStart:
        engine.dispose()
        raise
    return engine


def refuse_unsafe(setting: Callable[[str], str]) -> None:
    """Refuse a server that could lose what it has answered; `setting` tells one of its settings. Raises CannotStart."""
    for name, why in _NEVER_OFF.items():
        if setting(name) == "off":
            raise CannotStart(f"this PostgreSQL has {name} = off: a power cut would {why}. Set {name} = on")
    if setting("server_encoding") != "UTF8":
        raise CannotStart("this database cannot hold every script; make one with ENCODING 'UTF8'")


def _look_at_server(engine: Engine) -> None:
    try:
        lent = engine.raw_connection()
    except psycopg.Error as problem:
        where = engine.url.render_as_string(hide_password=True)
        raise CannotStart(f"PostgreSQL does not answer at {where}: {problem}") from problem
    try:
        connection = _psycopg(lent)
        refuse_unsafe(lambda name: _setting(connection, name))
    finally:
        lent.close()


class PostgresLines:
    """Lines to one server."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # The usual way of SQLAlchemy, with transactions, for all that happens once.
        self.setup = engine.execution_options(isolation_level="READ COMMITTED")
        self._writing = Company()

    @contextmanager
    def to_write(self) -> Iterator[PostgresLine]:
        """A line on which a transaction begins with the first lock or the first change."""
        with self._writing.joined(), self._lent() as wire:
            line = PostgresLine(wire, self._writing.others)
            yield line
        if line.gives_way:
            self._writing.give_way()

    @contextmanager
    def to_read(self, viewer: str = "") -> Iterator[PostgresLine]:
        """A line on a snapshot, taken at the first reading; what this viewer may not see is not there."""
        with self._lent() as wire:
            line = PostgresLine(wire, lambda: False)
            line.begin(_LOOK)
            if viewer:
                line.look_as(viewer)
            yield line

    def server_time(self) -> dt.datetime | None:
        """What the server's clock shows now, whatever transaction is under way, aware, in UTC. Raises Failed."""
        with self._lent() as wire:
            try:
                ((now,),) = wire.rows(_NOW, ())
            except psycopg.Error as problem:
                raise _ours(problem) from problem
        return moment(now)

    def close(self) -> None:
        """Give everything back."""
        self.engine.dispose()

    @contextmanager
    def _lent(self) -> Iterator[Wire]:
        lent, wire = self._connected()
        try:
            yield wire
        finally:
            _give_back(lent)

    def _connected(self) -> tuple[PoolProxiedConnection, Wire]:
        """A connection that still stands: those that a server has left behind, which went away, are replaced."""
        try:
            while True:
                lent = self.engine.raw_connection()
                # Kept with the connection, whose prepared statements it knows.
                wire: Wire = lent.info.get(_WIRE) or lent.info.setdefault(_WIRE, Wire(_psycopg(lent).pgconn))
                if not wire.is_gone():
                    return lent, wire
                _psycopg(lent).close()
                lent.invalidate()
        except (psycopg.Error, NoConnectionFree) as problem:
            raise Failed(f"the database cannot be reached; nothing was changed, try again ({problem})") from problem


def _give_back(lent: PoolProxiedConnection) -> None:
    connection = _psycopg(lent)
    try:
        if connection.info.transaction_status != TransactionStatus.IDLE:
            connection.rollback()
    except psycopg.Error:
        connection.close()
    if connection.closed:
        connection.close()
        lent.invalidate()
    else:
        lent.close()


class PostgresLine:
    """A connection, and whether a transaction is under way on it.

    `gives_way`: whoever has it has heard that others of this process are at work.
    """

    def __init__(self, wire: Wire, awaited: Callable[[], bool]) -> None:
        self._wire = wire
        self._begun = False
        self._awaited = awaited
        self.gives_way = False

    def awaited(self) -> bool:
        """Whether others of this process are at work, who compute when this one does not."""
        self.gives_way = self.gives_way or self._awaited()
        return self.gives_way

    def begin(self, statement: str) -> None:
        """Begin a transaction now."""
        try:
            self._wire.rows(statement, ())
        except psycopg.Error as problem:
            raise _ours(problem) from problem
        self._begun = True

    def look_as(self, viewer: str) -> None:
        """From now on, and until the transaction is over, see what this viewer may see."""
        try:
            self._wire.rows(_LOOK_AS, (viewer,))
        except psycopg.Error as problem:
            raise _ours(problem) from problem

    def hold(self) -> None:
        """From now on, keep what is locked until the transaction is over."""
        if not self._begun:
            self.begin(_BEGIN)

    def rows(self, sql: Sql, parameters: Mapping[str, Any]) -> list[Row]:
        """What a query answers."""
        try:
            return self._wire.rows(sql.text, sql.bind(parameters))
        except psycopg.Error as problem:
            raise _ours(problem) from problem

    def write(self, changes: Sequence[Change]) -> None:
        """Make all changes and commit, or none of them. Raises Lost, KeyTaken, Failed."""
        batch: list[tuple[str, Row]] = [] if self._begun else [(_BEGIN, ())]
        batch.extend((sql.text, sql.bind(parameters)) for sql, parameters, _ in changes)
        # Not reached by the server if anything before it failed.
        batch.append(("COMMIT", ()))
        try:
            self._wire.batch(batch)
        except psycopg.Error as problem:
            raise _ours(problem) from problem


def _psycopg(lent: PoolProxiedConnection) -> psycopg.Connection[Row]:
    connection = lent.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _setting(connection: psycopg.Connection[Row], name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


_LOST = (
    errors.DivisionByZero,  # a fence matched no row
    errors.LockNotAvailable,  # somebody is writing what was read
    errors.DeadlockDetected,
    errors.SerializationFailure,
)


def _ours(problem: psycopg.Error) -> HomewardError | Lost | KeyTaken:
    """The error that an error of the driver is for those who asked."""
    if isinstance(problem, _LOST):
        return Lost()
    if isinstance(problem, errors.UniqueViolation):
        return KeyTaken() if problem.diag.table_name == "attempts" else Lost()
    if isinstance(problem, errors.DiskFull):
        return Failed(f"the disk of the database is full; make room; nothing was changed ({problem})")
    if isinstance(problem, psycopg.OperationalError):
        return Failed(
            f"the database broke off; look whether the step is there, or try again with the same key ({problem})"
        )
    return Failed(f"the database refused ({problem}); nothing was changed")
