"""A sweep ends its transaction as soon as somebody waits for it, and goes on when they are through."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from cases.house import House
from cases.ports import StepWrites, Store, Transaction
from cases.sweep import run_once
from interfaces.bench.house import BenchHouse, Place, bench_house
from interfaces.bench.prepare import ripe
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store
from wiring.clock import random_bytes

DUE = 30


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    if request.param == "postgresql":
        url = cast("str", request.getfixturevalue("postgres_url"))
    return Place(request.param, url, HomeKey(tmp_path / "house.key", random_bytes))


@pytest.fixture
def bench(place: Place) -> Iterator[BenchHouse]:
    with bench_house(place) as opened:
        opened.fill(ripe(opened.house, opened.rules, opened.clock.now()), DUE)
        yield opened


class Watched:
    """A store that tells how many families went into each batch. `begin` is called in the first, which then waits."""

    def __init__(self, store: SqlStore, begin: Callable[[], None] | None = None) -> None:
        self._store = store
        self._begin = begin
        self.batches: list[int] = []
        self.committed = threading.Event()

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        with self._store.step() as tx:
            if self._begin is not None:
                self._begin()
                self._begin = None
                while not tx.awaited():
                    pass
            yield cast("Transaction", WatchedTransaction(tx, self))

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


class WatchedTransaction:
    """Its transaction."""

    def __init__(self, tx: Transaction, store: Watched) -> None:
        self._tx = tx
        self._store = store

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        self._tx.commit_steps(steps)
        self._store.batches.append(len(steps))
        self._store.committed.set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._tx, name)


def swept(bench: BenchHouse, store: Watched) -> int:
    house = bench.house
    watched = House(cast("Store", store), house.ids, house.people, house.workflows)
    return run_once(watched, bench.clock.now()).taken


def swept_beside_a_step(bench: BenchHouse, other: SqlStore) -> tuple[int, list[int]]:
    """A sweep, while somebody wants in at another store; how much it took, and its batches."""

    def want_in() -> None:
        with other.step():
            # On a file they get in when the batch has ended; on a server they are at work and end after it.
            store.committed.wait()

    thread = threading.Thread(target=want_in)
    store = Watched(bench.store, thread.start)
    taken = swept(bench, store)
    thread.join()
    return taken, store.batches


class TestASweep:
    def test_takes_all_together_where_nobody_waits(self, bench: BenchHouse) -> None:
        store = Watched(bench.store)
        assert swept(bench, store) == DUE
        assert store.batches == [DUE]

    def test_ends_its_batch_after_the_first_family_for_a_step_of_its_process(self, bench: BenchHouse) -> None:
        taken, batches = swept_beside_a_step(bench, bench.store)
        assert taken == sum(batches) == DUE
        assert batches[0] == 1

    def test_ends_it_for_a_step_of_another_process_on_a_file(self, tmp_path: Path) -> None:
        key = HomeKey(tmp_path / "house.key", random_bytes)
        url = f"sqlite:///{tmp_path / 'house.db'}"
        with bench_house(Place("sqlite", url, key)) as bench:
            bench.fill(ripe(bench.house, bench.rules, bench.clock.now()), DUE)
            other = open_store(url, key, random_bytes)
            taken, batches = swept_beside_a_step(bench, other)
            other.close()
        assert taken == sum(batches) == DUE
        assert batches[0] == 1
