"""What looks for due work asks an index, so that its cost does not grow with what waits (SQLite tells how it would)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.house_key import HomeKey
from storage.outbox_sql import OutboxSql
from storage.read import ReadSql
from storage.sql import Speech, Sql
from storage.sql_store import open_store
from storage.sqlite import DIALECT
from wiring.clock import random_bytes

SPEECH = Speech(DIALECT)
READ, OUTBOX = ReadSql(SPEECH), OutboxSql(SPEECH)
LOOKS = {
    "due": (READ.due, "due_next"),
    "due_of_flow": (READ.due_of_flow, "due_next_of_flow"),
    "next_due": (READ.next_due, "due_next"),
    "falling": (READ.falling, "due_falling"),
    "due_rows": (OUTBOX.due_rows, "outbox_next"),
    "due_deliveries": (OUTBOX.due_deliveries, "deliveries_next"),
    "members": (OUTBOX.members, "deliveries_held"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_for_work_uses_its_index(name: str, tmp_path: Path) -> None:
    looked, index = LOOKS[name]
    open_store(
        f"sqlite:///{tmp_path / 'house.db'}", HomeKey(tmp_path / "house.key", random_bytes), random_bytes
    ).close()
    assert index in explained(tmp_path / "house.db", looked).split()


def explained(path: Path, looked: Sql) -> str:
    """How SQLite would look."""
    connection = sqlite3.connect(path)
    try:
        nothing = (1,) * looked.text.count("?")
        rows = connection.execute(f"EXPLAIN QUERY PLAN {looked.text}", nothing).fetchall()
        return " / ".join(row[3] for row in rows)
    finally:
        connection.close()
