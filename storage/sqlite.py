"""SQLite: one local file, every commit on disk before it counts, one writer at a time."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from cases.errors import CannotStart, Damaged, Failed, HomewardError
from cases.ports import KeyTaken, Lost
from storage.sql import Change, Row, Sql
from storage.turnstile import Bell, Turnstile

DIALECT: Dialect = registry.load("sqlite")(paramstyle="qmark")
WAIT_SECONDS = 30
CONNECTIONS = 20
MOUNTS = Path("/proc/self/mounts")
# Write-ahead logging keeps its index in shared memory, and hosts do not share that.
NETWORK_FILE_SYSTEM = re.compile(
    r"(fuse\.)?(nfs4?|smb\d|smbfs|cifs|afs|ceph|glusterfs|lustre|gpfs|ocfs2|gfs2|beegfs|vboxsf|prl_fs|ncpfs|sshfs|s3fs)"
)
SETTINGS = (
    "PRAGMA journal_mode = WAL",
    # With NORMAL, a power cut could take back what was already answered.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Otherwise INSERT OR REPLACE slips past the triggers that keep the journal.
    "PRAGMA recursive_triggers = ON",
    "PRAGMA temp_store = MEMORY",
    # A fourth of the usual number of checkpoints, so that fewer than one step in a hundred waits for one.
    "PRAGMA wal_autocheckpoint = 4000",
    f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}",
)


def file_of(url: URL) -> Path:
    """The database file that an address names. Raises CannotStart where it names none."""
    if not url.database or ":memory:" in url.database or url.database.startswith("file:"):
        raise CannotStart(f"{url} names no file; write it as sqlite:///folder/house.db")
    return Path(url.database)


def sqlite_engine(url: URL) -> Engine:
    """An engine on a private, local file, which is made if it is not there. Raises CannotStart."""
    path = file_of(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_network(path, MOUNTS)
    _make_private(path)
    # The driver begins nothing by itself; we say BEGIN, and which.
    engine = create_engine(
        url, connect_args={"isolation_level": None, "check_same_thread": False}, pool_size=CONNECTIONS
    )

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _record: object) -> None:
        for setting in SETTINGS:
            connection.execute(setting)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def refuse_network(path: Path, mounts: Path) -> None:
    """Refuse a database on a file system that is known to be shared between hosts. Raises CannotStart."""
    if not mounts.exists():
        return
    place = path.parent.resolve()
    best, kind = Path("/"), ""
    for line in mounts.read_text("utf-8", "replace").splitlines():
        _, folder, type_ = line.split(" ")[:3]
        mounted = Path(folder.replace("\\040", " "))
        if place.is_relative_to(mounted) and mounted.is_relative_to(best):
            best, kind = mounted, type_
    if NETWORK_FILE_SYSTEM.fullmatch(kind):
        raise CannotStart(
            f"{path} lies on a network file system ({kind}, {best}); SQLite needs a local disk. "
            "Move it there, or set HOMEWARD_DATABASE_URL to a PostgreSQL"
        )


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise CannotStart(f"others may read {path} (mode {mode:o}); say: chmod 600 {path}") from None
    except OSError as problem:
        raise CannotStart(f"{path} cannot be made: {problem.strerror}") from problem


class SqliteLines:
    """Lines into one file. Writers of this process queue fairly; between processes the file lock decides.

    A sweep hears both kinds of those who wait.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.setup = engine
        self._writing = Turnstile()
        self._bell = bell_at(file_of(engine.url).parent)
        self._writer: PoolProxiedConnection | None = None

    @contextmanager
    def to_write(self) -> Iterator[SqliteLine]:
        """A line that alone may write, until it is given back. Raises Failed."""
        if not self._writing.acquire(timeout=WAIT_SECONDS):
            raise Failed("somebody else has been writing for too long; nothing was changed; try again")
        try:
            connection = self._connection()
            with self._bell.ringing():
                _run(connection, "BEGIN IMMEDIATE")
            line = SqliteLine(connection, self._awaited)
            try:
                yield line
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        finally:
            self._writing.release()
        if line.gives_way:
            self._bell.give_way()

    @contextmanager
    def to_read(self, viewer: str = "") -> Iterator[SqliteLine]:  # noqa: ARG002 - rows of a file cannot hide themselves
        """A line on a snapshot, taken at the first reading."""
        lent = self._lent()
        try:
            connection = _sqlite(lent)
            _run(connection, "BEGIN")
            yield SqliteLine(connection, lambda: False)
        finally:
            lent.close()

    def server_time(self) -> dt.datetime | None:
        """None: a file has no clock."""
        return None

    def _awaited(self) -> bool:
        return self._writing.waiting > 0 or self._bell.heard()

    def close(self) -> None:
        """Give everything back."""
        if self._writing.acquire(WAIT_SECONDS):
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._writing.release()
        self._bell.close()
        self.engine.dispose()

    def _connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._lent()
        return _sqlite(self._writer)

    def _lent(self) -> PoolProxiedConnection:
        try:
            return self.engine.raw_connection()
        except sqlite3.Error as problem:
            raise _ours(problem) from problem
        except NoConnectionFree as problem:
            raise Failed("too many people are reading; try again") from problem


def bell_at(folder: Path) -> Bell:
    """A bell on the folder of a database. Raises CannotStart where it may not be read."""
    try:
        return Bell(folder)
    except OSError as problem:
        raise CannotStart(f"{folder} cannot be read: {problem.strerror}; say: chmod u+r {folder}") from problem


class SqliteLine:
    """A connection in a transaction. `gives_way`: whoever has it has heard that others wait for it."""

    def __init__(self, connection: sqlite3.Connection, awaited: Callable[[], bool]) -> None:
        self._connection = connection
        self._awaited = awaited
        self.gives_way = False

    def awaited(self) -> bool:
        """Whether somebody waits to write."""
        self.gives_way = self.gives_way or self._awaited()
        return self.gives_way

    def hold(self) -> None:
        """Nothing: who writes has locked everything."""

    def rows(self, sql: Sql, parameters: Mapping[str, Any]) -> list[Row]:
        """What a query answers."""
        try:
            return self._connection.execute(sql.text, sql.bind(parameters)).fetchall()
        except sqlite3.Error as problem:
            raise _ours(problem) from problem

    def write(self, changes: Sequence[Change]) -> None:
        """Make all changes and commit, or none of them. Raises Lost, KeyTaken, Failed."""
        execute = self._connection.execute
        try:
            for sql, parameters, fenced in changes:
                cursor = execute(sql.text, sql.bind(parameters))
                if fenced and not _matched(cursor):
                    raise Lost
            execute("COMMIT")
        except sqlite3.Error as problem:
            raise _ours(problem) from problem


def _matched(cursor: sqlite3.Cursor) -> bool:
    """Whether a statement changed or found a row."""
    return cursor.rowcount == 1 if cursor.description is None else cursor.fetchone() is not None


def _sqlite(lent: PoolProxiedConnection) -> sqlite3.Connection:
    connection = lent.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


def _run(connection: sqlite3.Connection, statement: str) -> None:
    try:
        connection.execute(statement)
    except sqlite3.Error as problem:
        raise _ours(problem) from problem


_MEANINGS = {
    "SQLITE_BUSY": "somebody else has been writing for too long",
    "SQLITE_LOCKED": "somebody else has been writing for too long",
    "SQLITE_FULL": "the disk is full; make room",
    "SQLITE_IOERR": "the disk does not take or give data; look at the machine",
    "SQLITE_READONLY": "the database may not be written; look at the rights of its file and folder",
    "SQLITE_CANTOPEN": "the database cannot be opened; look at the rights of its file and folder",
}


def _ours(problem: sqlite3.Error) -> HomewardError | Lost | KeyTaken:
    """The error that an error of the driver is for those who asked."""
    name = getattr(problem, "sqlite_errorname", "")
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        return KeyTaken() if ": attempts." in str(problem) else Lost()
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damaged(f"the database file is damaged ({problem}); restore it from a backup")
    for code, meaning in _MEANINGS.items():
        if name.startswith(code):
            return Failed(f"{meaning}; nothing was changed, try again ({problem})")
    return Failed(f"the database refused ({problem}); nothing was changed")
