"""PostgreSQL: READ COMMITTED with the family fence; a step's changes go out in one batch and one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from cases.errors import CannotStart, Failed, HomewardError
from cases.ports import KeyTaken, Lost
from storage.sql import Change, Row, Sql

DIALECT: Dialect = registry.load("postgresql.psycopg")(paramstyle="format")
CONNECTIONS = 20
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SETTINGS = (
    # Nobody waits for ever for a worker that hangs, and one that hangs holds its locks no longer than this.
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '60s'",
)
# What a server must not be set to, and why.
_REFUSED = {
    "fsync": ("off", "a power cut would destroy the database"),
    "full_page_writes": ("off", "a power cut would destroy the database"),
    "synchronous_commit": ("off", "a power cut would take back what was already answered"),
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

    refuse_unsafe(engine)
    return engine


def refuse_unsafe(engine: Engine) -> None:
    """Refuse a server that could lose what it has answered. Raises CannotStart."""
    try:
        lent = engine.raw_connection()
    except DBAPIError as problem:
        raise CannotStart(f"PostgreSQL does not answer at {engine.url!r}: {problem.orig}") from problem
    try:
        connection = _psycopg(lent)
        for name, (refused, why) in _REFUSED.items():
            if _setting(connection, name) == refused:
                raise CannotStart(f"this PostgreSQL has {name} = {refused}: {why}. Set {name} = on")
        encoding = _setting(connection, "server_encoding")
        if encoding != "UTF8":
            raise CannotStart(f"this database has the encoding {encoding}; make one with ENCODING 'UTF8'")
    finally:
        lent.close()


class PostgresLines:
    """Lines to one server."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # The usual way of SQLAlchemy, with transactions, for all that happens once.
        self.setup = engine.execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def to_write(self) -> Iterator[PostgresLine]:
        """A line on which a transaction begins with the first lock or the first change."""
        with self._lent() as connection:
            yield PostgresLine(connection)

    @contextmanager
    def to_read(self) -> Iterator[PostgresLine]:
        """A line on a snapshot, taken at the first reading."""
        with self._lent() as connection:
            line = PostgresLine(connection)
            line.begin(_LOOK)
            yield line

    def close(self) -> None:
        """Give everything back."""
        self.engine.dispose()

    @contextmanager
    def _lent(self) -> Iterator[psycopg.Connection[Row]]:
        try:
            lent = self.engine.raw_connection()
        except (DBAPIError, NoConnectionFree) as problem:
            raise Failed(f"the database cannot be reached; nothing was changed, try again ({problem})") from problem
        connection = _psycopg(lent)
        try:
            yield connection
        finally:
            self._give_back(lent, connection)

    def _give_back(self, lent: PoolProxiedConnection, connection: psycopg.Connection[Row]) -> None:
        try:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.rollback()
        except psycopg.Error:
            connection.close()
        if connection.closed:
            lent.invalidate()
            # Where one connection broke, the server went away, and with it all of them.
            self.engine.dispose()
        else:
            lent.close()


class PostgresLine:
    """A connection, and whether a transaction is under way on it."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._cursor = connection.cursor(binary=True)
        self._begun = False

    def begin(self, statement: str) -> None:
        """Begin a transaction now."""
        try:
            self._cursor.execute(statement)
        except psycopg.Error as problem:
            raise _ours(problem) from problem
        self._begun = True

    def hold(self) -> None:
        """From now on, keep what is locked until the transaction is over."""
        if not self._begun:
            self.begin(_BEGIN)

    def rows(self, sql: Sql, parameters: Mapping[str, Any]) -> list[Row]:
        """What a query answers."""
        try:
            return self._cursor.execute(sql.text, sql.bind(parameters), prepare=True).fetchall()
        except psycopg.Error as problem:
            raise _ours(problem) from problem

    def write(self, changes: Sequence[Change]) -> None:
        """Make all changes and commit, or none of them. Raises Lost, KeyTaken, Failed."""
        execute = self._cursor.execute
        try:
            with self._connection.pipeline():
                if not self._begun:
                    execute(_BEGIN)
                for sql, parameters, _ in changes:
                    execute(sql.text, sql.bind(parameters), prepare=True)
                # Not reached by the server if anything before it failed.
                execute("COMMIT")
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
