"""A store on SQLite or PostgreSQL: opened with its key, or not at all."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import Dialect, Engine, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from access.relation import Reach
from cases.errors import CannotStart
from cases.ports import Reading, StepWrites, Transaction
from storage import tables
from storage.accounts import SqlAccounts
from storage.accounts_sql import AccountSql
from storage.demonstration import SqlDemonstration
from storage.house_key import KeySource
from storage.leaves import SqlLeaves
from storage.migrate import check_version, upgrade
from storage.moved import LivedStore, moved
from storage.outbox import SqlOutbox
from storage.outbox_sql import OutboxSql
from storage.read import ReadSql, SqlReading
from storage.rows import micros
from storage.screens.screens import SqlScreens
from storage.screens.written import learn
from storage.sql import Change, Line, Row, Speech, Sql
from storage.sqlite import DIALECT as SQLITE
from storage.sqlite import SqliteLines, sqlite_engine
from storage.staff import SqlStaff
from storage.vault import Vault
from storage.versions import SqlVersions
from storage.visible import as_setting
from storage.write import SqlTransaction
from storage.write_sql import WriteSql

HOUSE = 1
AT_ONCE = 500


class Lines(Protocol):
    """Where lines to a database come from; `setup` is for what happens once, in the usual way of SQLAlchemy."""

    @property
    def setup(self) -> Engine:
        """An engine whose transactions are those of SQLAlchemy."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self, viewer: str = "") -> AbstractContextManager[Line]:
        """A line on a snapshot; for a viewer (see `storage.visible`) rows hide themselves where the database can."""

    def server_time(self) -> dt.datetime | None:
        """What a database server's clock shows now, aware, in UTC; None where there is no server."""

    def close(self) -> None:
        """Give everything back."""


class SqlStore:
    """Families in a database. Threads may share it; processes may not."""

    def __init__(self, lines: Lines, speech: Speech, vault: Vault) -> None:
        self._lines = lines
        self._vault = vault
        self._read = ReadSql(speech)
        self._write = WriteSql(speech)
        self.versions = SqlVersions(lines, self._write.versions)
        self.leaves = SqlLeaves(lines, speech)
        self.screens = SqlScreens(lines, speech, vault)
        self.accounts = SqlAccounts(lines, AccountSql(speech), vault)
        self.demonstration = SqlDemonstration(lines, speech)
        self.staff = SqlStaff(lines, self._write.staff, speech, vault)
        # Who stands for whom, as far as it was asked: an instance never stands for somebody else.
        self._people: dict[str, str] = {}

        self._notices = OutboxSql(speech)
        self._outbox = SqlOutbox(lines, self._notices, self._write.put_due, self._reading)

    @property
    def outbox(self) -> SqlOutbox:
        """Where its notices wait."""
        return self._outbox

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """Open a writing transaction. Leaving it without a write rolls back. Raises Failed."""
        with self._lines.to_write() as line:
            transaction = SqlTransaction(line, self._read, self._write, self._vault, self._people)
            try:
                yield transaction
            finally:
                transaction.end()

    @contextmanager
    def look(self) -> Iterator[Reading]:
        """Open a reading transaction, a consistent snapshot. Raises Failed."""
        with self._lines.to_read() as line:
            reading = SqlReading(line, self._read, self._vault, self._people)
            try:
                yield reading
            finally:
                reading.end()

    @contextmanager
    def look_as(self, reach: Reach) -> Iterator[Reading]:
        """As `look`, for a page of this person: a PostgreSQL shows nothing of families that are not theirs.

        It stands behind the predicate that each list asks by itself, and on SQLite there is the predicate alone. Not
        for decisions, which read other families as well. Raises Failed.
        """
        with self._lines.to_read(as_setting(reach)) as line:
            reading = SqlReading(line, self._read, self._vault, self._people)
            try:
                yield reading
            finally:
                reading.end()

    def publish(self, hash_: str, name: str, canonical: bytes, at: dt.datetime) -> None:
        """Keep a composed workflow by its hash, in force without anybody's word; the same again changes nothing."""
        row = {"hash": hash_, "name": name, "canonical": canonical, "published_at": micros(at)}
        sql = self._write.versions
        with self._lines.to_write() as line:
            line.write([Change(sql.keep, row), Change(sql.begin, row)])

    def workflow(self, hash_: str) -> bytes | None:
        """The canonical form of a published workflow."""
        rows = self._rows(self._write.versions.canonical, {"hash": hash_})
        return rows[0][0] if rows else None

    def newest_workflow(self, name: str) -> str | None:
        """The hash of the workflow version published last under this name."""
        rows = self._rows(self._write.versions.newest, {"name": name})
        return rows[0][0] if rows else None

    def fill(self, steps: Iterable[StepWrites]) -> None:
        """Write many steps, each of another family, hundreds to a transaction: for benchmarks and imports."""
        waiting = iter(steps)
        while some := list(islice(waiting, AT_ONCE)):
            with self._lines.to_write() as line:
                transaction = SqlTransaction(line, self._read, self._write, self._vault, self._people)
                changes = [change for writes in some for change in transaction.changes(writes)]
                line.write(changes)
                learn(self._write.shown, changes)

    def move_in(self, lived: LivedStore) -> None:
        """Take over a house that was lived in memory. This one must be empty but for its workflows. Raises Failed."""
        with self._lines.to_write() as line:
            transaction = SqlTransaction(line, self._read, self._write, self._vault, self._people)
            changes = list(moved(lived, transaction, self._write, self._notices))
            line.write(changes)
            learn(self._write.shown, changes)

    def server_time(self) -> dt.datetime | None:
        """What the clock of the database server shows now, aware, in UTC; None on SQLite. Raises Failed."""
        return self._lines.server_time()

    def close(self) -> None:
        """Give all connections back; the store cannot be used after it."""
        self._lines.close()

    def _reading(self, line: Line) -> SqlReading:
        return SqlReading(line, self._read, self._vault, self._people)

    def _rows(self, sql: Sql, parameters: dict[str, Any]) -> list[Row]:
        with self._lines.to_read() as line:
            return line.rows(sql, parameters)


def open_store(url: str, key: KeySource, random_bytes: Callable[[int], bytes]) -> SqlStore:
    """Open the database at an address, `sqlite:///PATH` or `postgresql://…`; an empty one is made ready first.

    `random_bytes(n)` gives keys and nonces. Raises CannotStart: wrong or missing key, unsafe settings, another
    version, no connection.
    """
    lines, dialect = _lines(url)
    try:
        return SqlStore(lines, Speech(dialect), _vault(lines.setup, key, random_bytes))
    except DBAPIError as problem:
        lines.close()
        raise CannotStart(f"the database cannot be used: {problem.orig}") from problem
    except BaseException:
        lines.close()
        raise


def _lines(url: str) -> tuple[Lines, Dialect]:
    try:
        parsed: URL = make_url(url)
    except ArgumentError:
        # The address may hold a password: it stays out of the message.
        raise CannotStart("the database address is not one; write sqlite:///PATH or postgresql://…") from None
    match parsed.get_backend_name():
        case "sqlite":
            return SqliteLines(sqlite_engine(parsed)), SQLITE
        case "postgresql":
            # Its driver takes a while to load, and no house on SQLite needs it.
            from storage.postgres import DIALECT as POSTGRESQL
            from storage.postgres import PostgresLines, postgres_engine

            return PostgresLines(postgres_engine(parsed)), POSTGRESQL
        case other:
            raise CannotStart(f"{other} is no database for a house; use sqlite:///PATH or postgresql://…")


def _vault(setup: Engine, key: KeySource, random_bytes: Callable[[int], bytes]) -> Vault:
    """The vault of this database, which is made ready if it is empty. Raises CannotStart."""
    if _is_empty(setup):
        vault = Vault(key.read() or key.create(), random_bytes)
        with setup.begin() as connection:
            upgrade(connection)
            if connection.execute(select(tables.house.c.id)).first() is None:
                connection.execute(tables.house.insert(), {"id": HOUSE, "key_check": vault.key_check})
    else:
        # Never a new key beside an existing database: it would open nothing, and hide that the old one is lost.
        given = key.read()
        if given is None:
            raise CannotStart(
                f"{_named(setup)} is there, but {key.name} is not. Put the key back from your backup; "
                "without it nothing that is sealed can be read"
            )
        vault = Vault(given, random_bytes)
    with setup.connect() as connection:
        check_version(connection)
        expected = connection.execute(select(tables.house.c.key_check)).scalar_one()
    if not hmac.compare_digest(expected, vault.key_check):
        raise CannotStart(
            f"{key.name} does not open {_named(setup)}: it is the key of another house. "
            "Set the key that belongs to this database, or the database that belongs to this key"
        )
    return vault


def _is_empty(setup: Engine) -> bool:
    """Whether no house lives in a database yet."""
    with setup.connect() as connection:
        if not inspect(connection).has_table(tables.house.name):
            return True
        return connection.execute(select(tables.house.c.id)).first() is None


def _named(setup: Engine) -> str:
    return f"the database {setup.url.render_as_string(hide_password=True)}"
