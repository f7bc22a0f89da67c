"""A SQLite file that somebody else holds, and one that is damaged."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from cases.errors import Damaged, Failed
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store
from storage.sqlite import SqliteLines, sqlite_engine
from tests.conformance.making import commit, load, opening


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[SqliteLines]:
    """Lines into a file that lose patience at once."""
    engine = sqlite_engine(make_url(f"sqlite:///{tmp_path / 'house.db'}"))
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 0"))
    found = SqliteLines(engine)
    yield found
    found.close()


class TestAFileThatSomebodyElseWrites:
    def test_is_told_and_can_be_written_afterwards(self, tmp_path: Path, lines: SqliteLines) -> None:
        with lines.to_write():
            pass
        other = sqlite3.connect(tmp_path / "house.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Failed, match="somebody else has been writing for too long; nothing was changed"):
            lines.to_write().__enter__()
        other.close()
        with lines.to_write():
            pass

    def test_can_be_read_meanwhile(self, tmp_path: Path, key: HomeKey) -> None:
        store = open_store(f"sqlite:///{tmp_path / 'house.db'}", key, os.urandom)
        commit(store, opening("C1"))
        other = sqlite3.connect(tmp_path / "house.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert load(store, "C1").family.revision == 1
        other.close()
        store.close()


def read_all(store: SqlStore) -> None:
    for number in range(300):
        with store.look() as reading:
            reading.entries(f"C{number}")


class TestADamagedFile:
    def test_is_told(self, tmp_path: Path, key: HomeKey) -> None:
        path = tmp_path / "house.db"
        url = f"sqlite:///{path}"
        store = open_store(url, key, os.urandom)
        store.fill(opening(f"C{number}") for number in range(300))
        store.close()
        store = open_store(url, key, os.urandom)
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(size // 2)
            file.write(os.urandom(size // 2 - 4096))
        with pytest.raises(Damaged, match="restore it from a backup"):
            read_all(store)
        store.close()
