"""Promise 12: where writing fails there is a clear error and no half state, and it goes on without a restart.

Promise 9, for the door: an answer outlives the process that gave it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from cases.answers import Answer
from cases.errors import Failed
from cases.ports import Store
from storage.house_key import HomeKey
from storage.sql_store import open_store
from tests.houses import SmallHouse, small_house
from tests.integration.promises.signs import broken_chains, signs

ROOT = Path(__file__).parents[3]
FAULT = {
    "sqlite": "CREATE TRIGGER fault BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'a fault'); END",
    "postgresql": "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a fault'; END $$;"
    " CREATE TRIGGER fault BEFORE {what} ON {table} EXECUTE FUNCTION fault()",
}
MENDED = {"sqlite": "DROP TRIGGER fault", "postgresql": "DROP TRIGGER fault ON {table}; DROP FUNCTION fault"}


def say_to_database(url: str, statements: dict[str, str], **names: str) -> None:
    """Say something to the database behind the house's back."""
    parsed = make_url(url)
    text = statements[parsed.get_backend_name()].format(**names)
    if url.startswith("sqlite"):
        connection = sqlite3.connect(str(parsed.database))
        connection.execute(text)
        connection.close()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(text.encode())


def alarm(house: SmallHouse, case: str) -> Answer:
    facts = {"action": "raise_alarm", "key": f"alarm {case}"}
    return house.ask("act", "maly", case, **facts)


def record(house: SmallHouse, case: str) -> Answer:
    with house.store.look() as tx:
        partner = tx.list_instances("partner")[-1].ref
    facts = {"place_safe": True, "group": "child", "partner": partner}
    return house.ask("record", "sok", case, facts=facts, key=f"record {case}")


def mistrust(house: SmallHouse, case: str) -> Answer:
    with house.store.look() as tx:
        partner = tx.list_instances("partner")[-1].ref
    house.ask("act", "dara", partner, action="remove", key=f"remove {partner}")
    return record(house, case)


def rely(house: SmallHouse, case: str) -> Answer:
    with house.store.look() as tx:
        heng = tx.person_ref("heng")
    house.ask("record", "dir", heng, facts={"vetting": "clear"}, key=f"vet for {case}")
    return house.ask("assign", "dara", case, assigned="heng", role="helper", key=f"rely {case}")


def assign(house: SmallHouse, case: str) -> Answer:
    return house.ask("assign", "dara", case, assigned="vuth", role="manager", key=f"assign {case}")


def ask(house: SmallHouse, case: str) -> Answer:
    return house.ask("act", "sok", case, action="close", reason="why", key=f"ask {case}")


def attach(house: SmallHouse, case: str) -> Answer:
    documents = (("0" * 64, "text/plain", b"content"),)
    return house.ask("record", "sok", case, facts={"note": "n"}, documents=documents, key=f"attach {case}")


FAULTS: list[tuple[str, str, Callable[[SmallHouse, str], Answer]]] = [
    ("families", "UPDATE", record),
    ("instances", "INSERT", alarm),
    ("instances", "UPDATE", record),
    ("heads", "UPDATE", record),
    ("heads", "INSERT", alarm),
    ("entries", "INSERT", record),
    ("entries", "INSERT", ask),
    ("attempts", "INSERT", record),
    ("attempts", "INSERT", ask),
    ("found", "INSERT", record),
    ("watches", "INSERT", mistrust),
    ("relied_on", "INSERT", rely),
    ("assignments", "INSERT", assign),
    ("askings", "INSERT", ask),
    ("documents", "INSERT", attach),
    ("due", "INSERT", record),
    ("due", "INSERT", ask),
]


class TestAFault:
    def test_in_any_table_it_leaves_nothing_and_is_overcome(self, url: str, store: Store) -> None:
        house = small_house(store)
        for table, what, do in FAULTS:
            house.open("dara", "partner")
            case = house.open("sok")
            before = signs(store, case)
            say_to_database(url, FAULT, table=table, what=what)
            with pytest.raises(Failed, match="nothing was changed"):
                do(house, case)
            assert signs(store, case) == before, table
            say_to_database(url, MENDED, table=table)
            answer = do(house, case)
            assert not answer.repeated
            assert signs(store, case) != before, table
            assert broken_chains(store, case) == []


class TestAFullDisk:
    def test_it_is_said_clearly_and_work_goes_on_when_there_is_room(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "tests.integration.promises.full_disk"]
        arguments = [f"sqlite:///{tmp_path / 'house.db'}", str(tmp_path / "house.key")]
        done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["steps"] > 0
        assert found["nothing_changed"] == [True] * 3
        assert all("disk" in one and "nothing was changed" in one for one in found["refusals"]), found["refusals"]
        assert found["goes_on"]
        assert found["broken"] == []


class TestAnAnswer:
    def test_it_is_repeated_after_a_restart(self, url: str, key: HomeKey) -> None:
        first_store = open_store(url, key, os.urandom)
        house = small_house(first_store, seed="first")
        house.open("dara", "partner")
        case = house.open("sok")
        steps = [alarm, record, assign, ask, attach]
        first = [step(house, case) for step in steps]
        first_store.close()
        for seed in ("second", "third", "fourth", "fifth"):
            store = open_store(url, key, os.urandom)
            again = [step(small_house(store, seed=seed), case) for step in steps]
            before = signs(store, case)
            store.close()
            assert [(one.attempt, one.seq, one.decision) for one in again if one.decision == "applied"] == [
                (one.attempt, one.seq, one.decision) for one in first if one.decision == "applied"
            ]
            assert all(one.repeated for one in again if one.decision == "applied")
            kinds = [kind for kinds in before.journals for kind in kinds]
            assert kinds.count("case:override:asked") <= 2
