"""Facts, reasons and documents lie sealed: not in clear anywhere in the database, and not usable in another place."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from cases.errors import Damaged
from cases.ports import Document
from state_machine.view import Instance
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store
from tests.conformance.making import asking, change, commit, entry, instance, load, opening, recorded

MARKER = "zq-marker-zq"
NUMBER = 918273645546372819


def secret_family(store: SqlStore, ref: str) -> None:
    """A family whose every sealed value bears the marker."""
    facts = {"text": recorded(MARKER), "number": recorded(NUMBER // 1000), "many": recorded((MARKER, "x"))}
    commit(store, replace(opening(ref, facts=facts), entries=(replace(entry(ref), sealed=MARKER.encode()),)))
    content = MARKER.encode() * 100
    document = Document(ref, hashlib.sha256(content).hexdigest(), "text/plain", content)
    asked = asking(f"asked-{ref}", ref, asked=MARKER.encode())
    loaded = load(store, ref)
    (before,) = loaded.instances
    after = replace(before, facts={**before.facts, "later": recorded(MARKER, 2)})
    commit(store, change(loaded, changed=(after,), documents=(document,), askings=(asked,)))


def everything(raw: Engine) -> bytes:
    """All values of all rows."""
    values: list[bytes] = []
    with raw.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                values.extend(bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row)
    return b"\n".join(values)


class TestWhatIsSecret:
    def test_is_in_no_row(self, store: SqlStore, raw: Engine) -> None:
        secret_family(store, "C1")
        found = everything(raw)
        assert b"asked-C1" in found
        assert MARKER.encode() not in found
        assert str(NUMBER // 1000).encode() not in found

    def test_is_in_no_file(self, tmp_path: Path, key: HomeKey) -> None:
        store = open_store(f"sqlite:///{tmp_path / 'house.db'}", key, os.urandom)
        secret_family(store, "C1")
        files = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("house.db")}
        assert set(files) == {"house.db", "house.db-wal", "house.db-shm"}
        store.close()
        assert not [name for name, content in files.items() if MARKER.encode() in content]


# What of a row is sealed: the table, its sealed column, and a condition that names the row of a family.
SEALED = [
    ("instances", "facts", "ref = '{}'"),
    ("entries", "sealed", "instance = '{}' AND seq = 1"),
    ("askings", "asked", "attempt = 'asked-{}'"),
    ("documents", "sealed", "family = '{}'"),
    ("families", "wrapped_key", "id = '{}'"),
]


def read_all(store: SqlStore, ref: str) -> None:
    """Open everything that is sealed in a family."""
    digest = hashlib.sha256(MARKER.encode() * 100).hexdigest()
    with store.look() as reading:
        loaded = reading.load(ref)
        assert loaded is not None
        for one in loaded.instances:
            dict(one.facts)
        reading.entries(ref)
        reading.askings(ref)
        reading.document(ref, digest)


def without_triggers(raw: Engine) -> None:
    """What somebody does first who wants to change the journal."""
    with raw.begin() as connection:
        if raw.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER entries_never_change"))
        else:
            connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))


@pytest.mark.parametrize(("table", "column", "row"), SEALED)
class TestASealedValue:
    @pytest.fixture(autouse=True)
    def two_families(self, store: SqlStore, raw: Engine) -> None:
        """Two families with secrets, and nobody who guards the journal."""
        secret_family(store, "C1")
        secret_family(store, "C2")
        without_triggers(raw)

    def put(self, raw: Engine, table: str, column: str, row: str, value: bytes) -> None:
        with raw.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = :value WHERE {row}"), {"value": value})

    def get(self, raw: Engine, table: str, column: str, row: str) -> bytes:
        with raw.connect() as connection:
            return bytes(connection.execute(text(f"SELECT {column} FROM {table} WHERE {row}")).scalar_one())

    def test_is_read_while_nobody_touched_it(self, store: SqlStore, table: str, column: str, row: str) -> None:
        assert table
        assert column
        assert row
        read_all(store, "C1")

    def test_that_was_changed_is_found(self, store: SqlStore, raw: Engine, table: str, column: str, row: str) -> None:
        value = bytearray(self.get(raw, table, column, row.format("C1")))
        value[len(value) // 2] ^= 1
        self.put(raw, table, column, row.format("C1"), bytes(value))
        with pytest.raises(Damaged, match=table):
            read_all(store, "C1")

    def test_that_came_from_another_row_is_found(
        self, store: SqlStore, raw: Engine, table: str, column: str, row: str
    ) -> None:
        self.put(raw, table, column, row.format("C1"), self.get(raw, table, column, row.format("C2")))
        with pytest.raises(Damaged):
            read_all(store, "C1")
        read_all(store, "C2")


class TestWithinAFamily:
    def test_entries_that_were_swapped_are_found(self, store: SqlStore, raw: Engine) -> None:
        commit(store, opening("C1"))
        commit(store, change(load(store, "C1")))
        without_triggers(raw)
        with raw.begin() as connection:
            one, two = (
                connection.execute(text(f"SELECT sealed FROM entries WHERE seq = {seq}")).scalar() for seq in (1, 2)
            )
            for seq, value in ((1, two), (2, one)):
                connection.execute(text(f"UPDATE entries SET sealed = :value WHERE seq = {seq}"), {"value": value})
        with store.look() as reading, pytest.raises(Damaged, match="entries C1 1 sealed"):
            reading.entries("C1")

    def test_facts_of_a_sibling_are_found(self, store: SqlStore, raw: Engine) -> None:
        child = instance("R1", family="C1", parent="C1", ordinal=1, facts={"sex": recorded("m")})
        commit(store, opening("C1", child, facts={"sex": recorded("f")}))
        with raw.begin() as connection:
            connection.execute(
                text("UPDATE instances SET facts = (SELECT facts FROM instances WHERE ref = 'R1') WHERE ref = 'C1'")
            )
        with pytest.raises(Damaged, match="instances C1 facts"):
            load(store, "C1").instances[0].facts["sex"]


class TestADestroyedKey:
    def test_leaves_a_journal_without_secrets_and_instances_without_facts(self, store: SqlStore, raw: Engine) -> None:
        secret_family(store, "C1")
        with raw.begin() as connection:
            connection.execute(text("UPDATE families SET wrapped_key = NULL"))
        with store.look() as reading:
            loaded = reading.load("C1")
            assert loaded is not None
            (one,) = loaded.instances
            assert isinstance(one, Instance)
            assert dict(one.facts) == {}
            assert [stored.sealed for stored in reading.entries("C1")] == [None, None]
            assert reading.document("C1", hashlib.sha256(MARKER.encode() * 100).hexdigest()) is None
