"""Many at once: what comes out is what some order of one after the other would have given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from cases.ports import KeyTaken, Lost, Store, Transaction
from state_machine.stored import changed
from tests.conformance.making import change, commit, entry, keyed, load, opening, recorded

THREADS = 8
ROUNDS = 25


def together(*works: Callable[[], object]) -> list[object]:
    """Run all at once, each in a thread of its own; their answers in order. What one raises is raised here."""
    barrier = threading.Barrier(len(works))

    def started(work: Callable[[], object]) -> object:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(started, works))


def until_won(store: Store, one_try: Callable[[Transaction, bool], object]) -> int:
    """Try until the race is not lost; with locks from the second time on. Answers the number of tries."""
    tries = 0
    while True:
        tries += 1
        try:
            with store.step() as tx:
                one_try(tx, tries > 1)
        except Lost:
            continue
        return tries


def count_up(tx: Transaction, lock: bool) -> None:
    """Add one to a fact of C1, and journal it."""
    loaded = tx.load("C1", lock=lock)
    assert loaded is not None
    before = loaded.instances[0]
    number = before.facts["number"].value
    assert isinstance(number, int)
    after = replace(before, facts=changed(before.facts, {"number": recorded(number + 1)}))
    tx.commit_step(change(loaded, changed=(after,)))


class TestManyOnOneFamily:
    def test_lose_no_update(self, store: Store) -> None:
        commit(store, opening("C1", facts={"number": recorded(0)}))

        def work() -> int:
            return max(until_won(store, count_up) for _ in range(ROUNDS))

        most_tries = together(*[work] * THREADS)
        loaded = load(store, "C1")
        assert loaded.instances[0].facts["number"].value == THREADS * ROUNDS
        assert (loaded.family.revision, loaded.heads["C1"].seq) == (THREADS * ROUNDS + 1, THREADS * ROUNDS + 1)
        # Who has lost once locks first, and cannot lose again.
        assert all(isinstance(tries, int) and tries <= 2 for tries in most_tries)

    def test_journal_all_their_refusals(self, store: Store) -> None:
        commit(store, opening("C1"))

        def refuse(tx: Transaction, lock: bool) -> None:
            loaded = tx.load("C1", lock=lock)
            assert loaded is not None
            tx.note("C1", [entry("C1", loaded.heads["C1"].seq + 1)])

        def work() -> None:
            for _ in range(ROUNDS):
                until_won(store, refuse)

        together(*[work] * THREADS)
        with store.look() as reading:
            seqs = [one.seq for one in reading.entries("C1")]
        assert seqs == list(range(1, THREADS * ROUNDS + 2))

    def test_with_one_key_have_one_effect(self, store: Store) -> None:
        commit(store, opening("C1"))

        def attempt(tx: Transaction, lock: bool) -> None:
            loaded = tx.load("C1", lock=lock)
            assert loaded is not None
            tx.commit_step(change(loaded, keyed=keyed()))

        def work() -> bool:
            try:
                until_won(store, attempt)
            except KeyTaken:
                return False
            return True

        assert sorted(map(bool, together(*[work] * THREADS))) == [False] * (THREADS - 1) + [True]
        assert load(store, "C1").family.revision == 2


def step_where_unchanged(store: Store, both_read: threading.Barrier, own: str, other: str) -> bool:
    """Read both families, wait until the other thread has too, then step on the own one; answers whether it passed."""
    mine, theirs = load(store, own), load(store, other)
    both_read.wait()
    try:
        commit(store, change(mine, others={other: theirs.family.revision}))
    except Lost:
        return False
    return True


class TestTwoFamiliesThatReadEachOther:
    def test_never_both_act_on_what_the_other_changes(self, store: Store) -> None:
        """Each may step only while the other has not: of two that both read "not yet", one is lost."""
        for number in range(ROUNDS):
            a, b = f"A{number}", f"B{number}"
            commit(store, opening(a))
            commit(store, opening(b))
            step = partial(step_where_unchanged, store, threading.Barrier(2))
            outcomes = together(partial(step, a, b), partial(step, b, a))
            assert outcomes.count(True) <= 1
            assert [load(store, ref).family.revision for ref in (a, b)].count(2) == outcomes.count(True)

    def test_both_come_through_when_they_lock(self, store: Store) -> None:
        commit(store, opening("A"))
        commit(store, opening("B"))

        def step(own: str, other: str) -> Callable[[Transaction, bool], object]:
            def one_try(tx: Transaction, lock: bool) -> object:
                mine = tx.load(own, lock=lock, others=[other])
                theirs = tx.load(other)
                assert mine is not None
                assert theirs is not None
                return tx.commit_step(change(mine, others={other: theirs.family.revision}))

            return one_try

        def work(own: str, other: str) -> int:
            return max(until_won(store, step(own, other)) for _ in range(ROUNDS))

        together(lambda: work("A", "B"), lambda: work("B", "A"))
        assert [load(store, ref).family.revision for ref in ("A", "B")] == [ROUNDS + 1, ROUNDS + 1]
