"""What was published can be changed by nobody who reaches the database, and a wrong turn leaves no trace."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from storage.sql_store import SqlStore
from tests.conformance.making import START

HASH = "a" * 64


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflows SET canonical = canonical",
        "UPDATE workflows SET hash = 'another'",
        "DELETE FROM workflows",
        "UPDATE publications SET asked_by = 'somebody'",
        "UPDATE publications SET hash = hash",
        "DELETE FROM publications",
    ],
)
def test_a_published_version_cannot_be_changed(store: SqlStore, raw: Engine, statement: str) -> None:
    store.publish(HASH, "ours", b"first", START)
    with raw.connect() as connection, pytest.raises(DBAPIError, match="never changes"):
        connection.execute(text(statement))
    assert store.workflow(HASH) == b"first"
    assert store.newest_workflow("ours") == HASH


@pytest.mark.parametrize("statement", ["UPDATE calendars SET content = content", "DELETE FROM calendars"])
def test_a_calendar_that_was_used_cannot_be_changed(store: SqlStore, raw: Engine, statement: str) -> None:
    store.versions.keep_calendar(HASH, b"days", START)
    with raw.connect() as connection, pytest.raises(DBAPIError, match="never changes"):
        connection.execute(text(statement))
    assert store.versions.calendar(HASH) == b"days"


def test_nothing_else_can_be_published_under_its_hash(store: SqlStore) -> None:
    store.publish(HASH, "ours", b"first", START)
    store.publish(HASH, "ours", b"second", START)
    assert store.workflow(HASH) == b"first"
