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
from storage.staff_sql import StaffSql
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


def test_a_relation_to_an_instance_scans_no_table(tmp_path: Path) -> None:
    """It is asked at every request: what it costs must not grow with the cases, the people or what was ever lent."""
    open_store(
        f"sqlite:///{tmp_path / 'house.db'}", HomeKey(tmp_path / "house.key", random_bytes), random_bytes
    ).close()
    plan = explained(tmp_path / "house.db", StaffSql(SPEECH).around)
    assert "loans_open" in plan
    scanned = [step for step in plan.split(" / ") if step.startswith("SCAN ")]
    assert "loans_open" in explained(tmp_path / "house.db", StaffSql(SPEECH).open_loans)
    # What is made on the way, by the statement itself, is no table of the house.
    assert {step.split()[1] for step in scanned} <= {"above", "around"}, plan
