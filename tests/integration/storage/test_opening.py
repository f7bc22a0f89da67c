"""A house opens with its own key, in its own database, set up safely, or it does not open and says what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from cases.errors import CannotStart
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store
from storage.sqlite import sqlite_engine
from tests.conformance.making import commit, load, opening


def opened(url: str, key: HomeKey) -> None:
    open_store(url, key, os.urandom).close()


class TestTheFirstStart:
    def test_makes_key_and_tables(self, url: str, key: HomeKey) -> None:
        store = open_store(url, key, os.urandom)
        commit(store, opening("C1"))
        store.close()
        assert key.read() is not None

    def test_may_have_broken_off_after_the_key_was_made(self, url: str, key: HomeKey) -> None:
        made = key.create()
        opened(url, key)
        assert key.read() == made

    def test_may_happen_twice_at_once(self, url: str, key: HomeKey) -> None:
        with ThreadPoolExecutor(4) as pool:
            stores = list(pool.map(lambda _: open_store(url, key, os.urandom), range(4)))
        commit(stores[0], opening("C1"))
        assert load(stores[3], "C1").family.revision == 1
        for store in stores:
            store.close()


class TestALaterStart:
    def test_finds_everything(self, url: str, key: HomeKey, store: SqlStore) -> None:
        commit(store, opening("C1"))
        again = open_store(url, key, os.urandom)
        assert load(again, "C1") == load(store, "C1")
        again.close()

    @pytest.mark.usefixtures("store")
    def test_without_the_key_is_refused_and_makes_none(self, url: str, key: HomeKey) -> None:
        key.path.unlink()
        with pytest.raises(CannotStart, match="Put the key back from your backup"):
            opened(url, key)
        assert key.read() is None

    @pytest.mark.usefixtures("store")
    def test_with_another_key_is_refused(self, url: str, tmp_path: Path) -> None:
        other = HomeKey(tmp_path / "other.key", os.urandom)
        other.create()
        with pytest.raises(CannotStart, match=r"other\.key does not open the database"):
            opened(url, other)

    @pytest.mark.usefixtures("store")
    def test_on_the_tables_of_another_version_is_refused(self, url: str, key: HomeKey, raw: Engine) -> None:
        with raw.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(CannotStart, match="schema 9999, and this version of homeward works with 0010"):
            opened(url, key)


class TestAnAddress:
    @pytest.mark.parametrize("bad", ["house.db", "mysql://localhost/x", "sqlite://", "postgresql://nobody:secret@"])
    def test_that_is_none_is_refused_without_repeating_a_password(self, key: HomeKey, bad: str) -> None:
        with pytest.raises(CannotStart) as raised:
            opened(bad, key)
        assert "secret" not in str(raised.value)
        assert key.read() is None

    def test_where_nobody_answers_is_said_without_the_password(self, key: HomeKey, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match="does not answer") as raised:
            opened(f"postgresql://nobody:secret@/x?host={tmp_path}", key)
        assert "secret" not in str(raised.value)


class TestSqlite:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "var" / "house.db"

    def test_is_private_with_all_its_files(self, path: Path, key: HomeKey) -> None:
        store = open_store(f"sqlite:///{path}", key, os.urandom)
        commit(store, opening("C1"))
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
        store.close()
        assert modes == {"house.db": 0o600, "house.db-wal": 0o600, "house.db-shm": 0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_that_others_may_read_is_refused(self, path: Path, key: HomeKey) -> None:
        opened(f"sqlite:///{path}", key)
        path.chmod(0o644)
        with pytest.raises(CannotStart, match=f"chmod 600 {path}"):
            opened(f"sqlite:///{path}", key)

    def test_keeps_every_commit(self, path: Path) -> None:
        engine = sqlite_engine(make_url(f"sqlite:///{path}"))
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        with engine.connect() as connection:
            settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
        engine.dispose()
        assert settings == ["wal", 2, 1, 1]

    def test_that_is_no_database_is_refused(self, path: Path, key: HomeKey) -> None:
        path.parent.mkdir()
        path.write_bytes(b"this is no database" * 100)
        path.chmod(0o600)
        with pytest.raises(CannotStart, match="not a database"):
            opened(f"sqlite:///{path}", key)

    def test_that_is_not_a_house_becomes_one_beside_what_is_there(self, path: Path, key: HomeKey) -> None:
        path.parent.mkdir()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE theirs (id INTEGER)")
        connection.close()
        path.chmod(0o600)
        opened(f"sqlite:///{path}", key)


class TestPostgresql:
    def test_that_does_not_wait_for_its_disk_is_refused(self, postgres_url: str, key: HomeKey) -> None:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        with pytest.raises(CannotStart, match="synchronous_commit = off"):
            opened(postgres_url, key)
        assert key.read() is None
