"""The migrations make the tables that the program works with, and let the journal only grow."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from cases.seal import seal
from storage.migrate import upgrade
from storage.sql_store import SqlStore
from storage.tables import metadata
from tests.conformance.making import START, commit, opening


class TestTheMigrations:
    @pytest.mark.usefixtures("store")
    def test_agree_with_the_tables(self, raw: Engine) -> None:
        with raw.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []

    @pytest.mark.usefixtures("store")
    def test_change_nothing_a_second_time(self, raw: Engine) -> None:
        with raw.begin() as connection:
            upgrade(connection)

    def test_that_break_off_leave_nothing(self, raw: Engine) -> None:
        with raw.connect() as connection:
            if raw.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(connection)
            connection.rollback()
            assert connection.execute(text(_TABLES[raw.dialect.name])).scalar() == 0


_TABLES = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
}


class TestTheJournal:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE entries SET kind = 'another'",
            "UPDATE entries SET seq = seq + 1",
            "DELETE FROM entries",
        ],
    )
    def test_only_grows(self, store: SqlStore, raw: Engine, statement: str) -> None:
        commit(store, opening("C1"))
        with raw.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))

    def test_is_not_emptied_at_a_stroke(self, store: SqlStore, raw: Engine) -> None:
        commit(store, opening("C1"))
        if raw.dialect.name == "sqlite":
            statement = "INSERT OR REPLACE INTO entries SELECT * FROM entries"
        else:
            statement = "TRUNCATE entries"
        with raw.connect() as connection:
            if raw.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA recursive_triggers = ON")
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))


class TestTheOrderOfEvidence:
    @pytest.mark.parametrize("statement", ["UPDATE leaves SET hash = 'another'", "DELETE FROM leaves"])
    def test_only_grows(self, store: SqlStore, raw: Engine, statement: str) -> None:
        commit(store, opening("C1"))
        seal(store.leaves, START)
        with raw.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))
