"""Rows that hide themselves: whoever looks as somebody sees nothing of other families, whatever the query forgets.

The house works with a role that is no superuser and owns its tables, as docs/operations.md says; for a superuser a
PostgreSQL leaves every policy aside.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from access.decide import Relation
from access.relation import Reach, relation_in
from cases.ports import Document, Due, Found
from state_machine.view import Instance
from storage.house_key import HomeKey
from storage.migrations.versions.staff import HIDDEN
from storage.sql_store import SqlStore, open_store
from storage.visible import as_setting
from tests.conformance.making import asking, commit, instance, later, opening
from tests.conformance.test_outbox import notice
from tests.conformance.test_visible import drawn, lend, reaches


@pytest.fixture
def role_url(postgres_url: str) -> Iterator[str]:
    """The same database for a role of its own, which may do there what it likes and is no superuser."""
    name, password = f"house_{secrets.token_hex(6)}", secrets.token_hex(8)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        connection.execute(f"GRANT ALL ON SCHEMA public TO {name}")
    url = make_url(postgres_url).set(username=name, password=password)
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {name} CASCADE")
        connection.execute(f"DROP ROLE {name}")


@pytest.fixture
def store(role_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """A house that is opened and made with that role."""
    opened = open_store(role_url, HomeKey(tmp_path / "house.key", os.urandom), os.urandom)
    yield opened
    opened.close()


def reach(person: str, **other: bool) -> Reach:
    given: dict[str, Any] = {"every_case": False, "staff": True, "auditor": False} | other
    return Reach(person, frozenset(), processes=frozenset(), now=later(hours=1), **given)


def full(store: SqlStore) -> None:
    """Two families with a row in every table: C1 is held by ana, C2 by bo."""
    for ref, person in (("C1", "ana"), ("C2", "bo")):
        child = instance(f"{ref}-V", family=ref, parent=ref, ordinal=1, process="visit")
        writes = opening(ref, child, holders={"manager": person})
        more: dict[str, Any] = {
            "askings": (asking(f"a-{ref}", ref),),
            "found": (Found(ref, "age", ("adult",)),),
            "documents": (Document(ref, "d1", "text/plain", b"paper"),),
            "put_due": (Due(ref, ref, "lapse", "care", later(days=1)),),
            "outgoing": (notice(ref, 1),),
        }
        commit(store, replace(writes, **more))


def rows(url: str, viewer: str) -> dict[str, int]:
    """How many rows of each hidden table a query shows that asks for nothing but the table."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('homeward.viewer', %s, true)", (viewer,))
        counted = {}
        for table in HIDDEN:
            (counted[table],) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (-1,)
        return counted


class TestAQueryThatForgetsItsWhere:
    def test_shows_somebody_their_own_family_alone(self, store: SqlStore, role_url: str) -> None:
        full(store)
        everything, own = rows(role_url, ""), rows(role_url, as_setting(reach("ana")))
        assert all(count > 0 for count in everything.values()), everything
        assert {table: 2 * count for table, count in own.items()} == everything

    def test_shows_nothing_to_whoever_has_nothing_to_do_with_any(self, store: SqlStore, role_url: str) -> None:
        full(store)
        assert set(rows(role_url, as_setting(reach("chan"))).values()) == {0}
        assert set(rows(role_url, as_setting(reach("ana", staff=False))).values()) == {0}

    def test_shows_all_to_whoever_opens_every_case(self, store: SqlStore, role_url: str) -> None:
        full(store)
        assert rows(role_url, as_setting(reach("dir", every_case=True))) == rows(role_url, "")


class TestLookingAsSomebody:
    def test_hides_what_is_not_theirs_and_is_over_with_the_look(self, store: SqlStore) -> None:
        full(store)
        with store.look_as(reach("ana")) as tx:
            assert [one.ref for one in tx.list_instances("case")] == ["C1"]
            assert tx.load("C2") is None
            assert tx.entries("C2") == []
            assert tx.document("C2", "d1") is None
            assert tx.document("C1", "d1") is not None
        with store.look() as tx:
            assert [one.ref for one in tx.list_instances("case")] == ["C1", "C2"]

    def test_shows_the_families_of_what_the_predicate_opens(self, store: SqlStore) -> None:
        """Policies look at whole families: those of which somebody may open at least one instance."""
        chance = random.Random(20270104)
        family_of: dict[str, str] = {}
        for number in range(20):
            root, *children = drawn(chance, number)
            named = {name: getattr(root, name) for name in Instance.__slots__[1:]}
            commit(store, opening(root.ref, *children, **named))
            family_of |= dict.fromkeys((root.ref, *(one.ref for one in children)), root.ref)
            if number % 3 == 0:
                lend(store, chance, root.ref)
        for one in reaches(random.Random(1)):
            with store.look_as(one) as tx:
                shown = {each.family for each in tx.list_instances(None)}
            around = {ref: store.staff.around(ref, one.person, one.now) for ref in family_of}
            opened = {family_of[ref] for ref in around if relation_in(one, around[ref]) is not Relation.NONE}
            assert shown == opened, one
