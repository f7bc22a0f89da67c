"""What happens on PostgreSQL when two transactions are really open at the same time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from cases.errors import Failed
from cases.ports import Due, KeyTaken, Lost
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store
from tests.conformance.making import START, change, commit, entry, instance, keyed, later, load, opening

PATIENCE = 10


@pytest.fixture
def store(postgres_url: str, key: HomeKey) -> Iterator[SqlStore]:
    """A house with the families A and B."""
    opened = open_store(postgres_url, key, os.urandom)
    commit(opened, opening("A"))
    commit(opened, opening("B"))
    yield opened
    opened.close()


class TestTwoStepsThatReadEachOther:
    def test_do_not_both_pass(self, store: SqlStore) -> None:
        with store.step() as one, store.step() as two:
            a, b = one.load("A"), two.load("B")
            assert a is not None
            assert b is not None
            one.load("B")
            two.load("A")
            one.commit_step(change(a, others={"B": 1}))
            with pytest.raises(Lost):
                two.commit_step(change(b, others={"A": 1}))
        assert (load(store, "A").family.revision, load(store, "B").family.revision) == (2, 1)

    def test_do_not_wait_for_each_other(self, store: SqlStore) -> None:
        b = load(store, "B")
        with store.step() as one:
            one.load("A", lock=True)
            # If this waited, it would be for ever: the one that it waits for is this very thread.
            with pytest.raises(Lost):
                commit(store, change(b, others={"A": 1}))


class TestALockedFamily:
    def test_waits_for_the_step_before_and_then_reads_what_it_wrote(self, store: SqlStore) -> None:
        begun = threading.Event()

        def second() -> int:
            begun.set()
            with store.step() as two:
                loaded = two.load("A", lock=True)
                assert loaded is not None
                return two.commit_step(change(loaded))

        with ThreadPoolExecutor(1) as pool:
            with store.step() as one:
                first = one.load("A", lock=True)
                assert first is not None
                waiting = pool.submit(second)
                assert begun.wait(PATIENCE)
                assert one.commit_step(change(first)) == 2
            assert waiting.result(PATIENCE) == 3

    def test_can_be_read_and_woken_by_others(self, store: SqlStore) -> None:
        commit(store, change(load(store, "A"), watches=frozenset("B")))
        with store.step() as one:
            one.load("A", lock=True)
            assert commit(store, change(load(store, "B"), wakes=("B",))) == 2
            assert load(store, "A").family.revision == 2

    def test_is_free_again_when_the_step_breaks_off(self, store: SqlStore) -> None:
        with store.step() as one:
            one.load("A", lock=True)
        with store.step() as two:
            assert two.load("A", lock=True) is not None


class TestAWake:
    def test_reaches_who_began_to_watch_while_the_step_was_under_way(self, store: SqlStore) -> None:
        with store.step() as one:
            b = one.load("B")
            assert b is not None
            # Meanwhile A links to B, having read it as it still is.
            commit(store, change(load(store, "A"), others={"B": 1}, watches=frozenset("B")))
            one.commit_step(change(b, wakes=("B",)))
        with store.look() as reading:
            assert reading.due(START, 10) == [Due("A", "A", "wake", "B", START)]

    def test_is_not_needed_by_who_comes_later(self, store: SqlStore) -> None:
        before = load(store, "A")
        commit(store, change(load(store, "B"), wakes=("B",)))
        with pytest.raises(Lost):
            commit(store, change(before, others={"B": 1}, watches=frozenset("B")))


class TestOneKeyInTwoFamilies:
    def test_has_one_effect(self, store: SqlStore) -> None:
        both_read = threading.Barrier(2)

        def attempt(ref: str) -> bool:
            with store.step() as tx:
                loaded = tx.load(ref)
                assert loaded is not None
                both_read.wait(PATIENCE)
                try:
                    tx.commit_step(change(loaded, keyed=keyed(ref=ref)))
                except KeyTaken:
                    return False
                return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(attempt, ["A", "B"])) == [False, True]


class TestAConnectionThatBreaks:
    def end_all(self, postgres_url: str) -> None:
        """What an administrator, or a server that restarts, does to every connection."""
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def test_before_the_write_has_written_nothing(self, store: SqlStore, postgres_url: str) -> None:
        with store.step() as tx:
            a = tx.load("A", lock=True)
            assert a is not None
            self.end_all(postgres_url)
            with pytest.raises(Failed, match="broke off"):
                tx.commit_step(change(a))
        assert commit(store, change(load(store, "A"))) == 2

    def test_while_reading_is_told(self, store: SqlStore, postgres_url: str) -> None:
        with store.look() as reading:
            self.end_all(postgres_url)
            with pytest.raises(Failed, match="broke off"):
                reading.load("A")
        assert load(store, "A").family.revision == 1

    def test_while_idle_is_replaced_and_nobody_notices(self, store: SqlStore, postgres_url: str) -> None:
        with store.step(), store.step(), store.step():
            pass
        self.end_all(postgres_url)
        with store.step(), store.look(), store.step() as tx:
            assert tx.load("A") is not None


class TestABatch:
    def test_of_any_size_goes_through(self, store: SqlStore) -> None:
        entries = tuple(replace(entry("A", seq), sealed=b"s" * 20_000) for seq in range(2, 500))
        children = tuple(instance(f"R{n}", family="A", parent="A", ordinal=n) for n in range(1, 300))
        commit(store, change(load(store, "A"), new=children, entries=entries))
        with store.look() as reading:
            assert len(reading.entries("A")) == 499

    def test_that_is_refused_in_the_middle_leaves_the_line_usable(self, store: SqlStore) -> None:
        for _ in range(3):
            with store.step() as tx, pytest.raises(Failed, match="refused"):
                tx.commit_step(change(load(store, "A"), put_due=(Due("A", "nowhere", "wake", "B", START),)))
            assert load(store, "A").family.revision == 1

    def test_with_a_sign_that_the_server_does_not_take_is_refused_whole(self, store: SqlStore) -> None:
        with pytest.raises(Failed, match="refused"):
            commit(store, change(load(store, "A"), keyed=keyed("cut\x00off"), at=later(days=1)))
        assert load(store, "A").family.revision == 1
