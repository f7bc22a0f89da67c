"""A house that was lived in memory and moved is, row for row, the house that was lived in the database."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from interfaces.scenarios.library import house_of, workflow_of
from interfaces.scenarios.model import Scenario, read_scenario
from interfaces.scenarios.run import play
from storage.house_key import HomeKey
from storage.moved import LivedStore
from storage.sql_store import SqlStore, open_store

JOURNEYS = Path(__file__).resolve().parents[3] / "config" / "workflows" / "kh-2009" / "scenarios"
# Keys and nonces are drawn anew, and numbers are given by the database; what is sealed is compared opened, below.
DRAWN = {"wrapped_key", "sealed", "facts", "asked", "fingerprint", "digest", "ordinal", "id", "key_check"}
# What no demonstration has, or what is not of a family.
OTHERS = {"alembic_version", "house", "calendars", "leaves", "turns"}


def journey() -> Scenario:
    """One in which somebody asks for an exception, and a second person answers."""
    return read_scenario(JOURNEYS / "guards-override.yaml")


def played(store: LivedStore | SqlStore) -> None:
    scenario = journey()
    result = play(scenario, house_of(scenario, *workflow_of(scenario), store))
    assert result.failure is None


def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without what is drawn."""
    with sqlite3.connect(database) as line:
        names = [name for (name,) in line.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {}
        for name in sorted(set(names) - OTHERS):
            if name.startswith("sqlite_"):
                continue
            columns = [one[1] for one in line.execute(f"PRAGMA table_info({name})")]
            kept = [
                column
                for column in columns
                if column not in DRAWN or (column == "id" and name in ("families", "sorts"))
            ]
            found[name] = sorted(line.execute(f"SELECT {', '.join(kept)} FROM {name}").fetchall(), key=repr)
    line.close()
    return found


@pytest.fixture
def lived_there(tmp_path: Path) -> Path:
    """The database of a house that was lived in it."""
    path = tmp_path / "there.db"
    store = open_store(f"sqlite:///{path}", HomeKey(tmp_path / "there.key", os.urandom), os.urandom)
    played(store)
    store.close()
    return path


@pytest.fixture
def moved_in(tmp_path: Path) -> SqlStore:
    """A database into which the same house moved."""
    lived = LivedStore()
    played(lived)
    store = open_store(f"sqlite:///{tmp_path / 'moved.db'}", HomeKey(tmp_path / "moved.key", os.urandom), os.urandom)
    loaded, _ = workflow_of(journey())
    store.publish(loaded.hash, loaded.workflow.workflow, loaded.canonical, dt.datetime(2027, 1, 4, tzinfo=dt.UTC))
    store.move_in(lived)
    return store


def test_every_table_holds_the_same(lived_there: Path, moved_in: SqlStore, tmp_path: Path) -> None:
    moved_in.close()
    expected, found = rows(lived_there), rows(tmp_path / "moved.db")
    for table in ("publications", "workflows"):
        del expected[table], found[table]  # both hold the one version, taken at another moment
    assert {name for name in expected if expected[name] != found[name]} == set()
    assert expected["entries"]
    assert expected["marks"]


def test_what_is_sealed_opens_to_the_same(lived_there: Path, moved_in: SqlStore, tmp_path: Path) -> None:
    there = open_store(f"sqlite:///{lived_there}", HomeKey(tmp_path / "there.key", os.urandom), os.urandom)
    try:
        with there.look() as tx:
            expected = tx.list_instances(None, limit=1000)
            entries = [one for instance in expected for one in tx.entries(instance.ref)]
        with moved_in.look() as tx:
            assert tx.list_instances(None, limit=1000) == expected
            assert [one for instance in expected for one in tx.entries(instance.ref)] == entries
    finally:
        there.close()
        moved_in.close()
