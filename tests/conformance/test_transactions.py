"""A transaction is written whole, or not at all, and then it is over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cases.ports import Store, Transaction
from tests.conformance.making import START, change, commit, due, entry, load, opening

ENDINGS: list[Callable[[Transaction], object]] = [
    lambda tx: tx.note("C1", [entry("C1", 2)]),
    lambda tx: tx.drop_due([due()]),
    lambda tx: tx.postpone_due(due(), START, stuck=True),
]


def _broken_off(_: object) -> None:
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def a_family(store: Store) -> None:
    """C1."""
    commit(store, opening("C1"))


class TestAWritingTransaction:
    def test_that_is_left_without_a_write_changes_nothing(self, store: Store) -> None:
        before = load(store, "C1")
        with store.step() as tx:
            tx.load("C1", lock=True)
        assert load(store, "C1") == before

    def test_that_breaks_off_changes_nothing_and_hinders_nobody(self, store: Store) -> None:
        before = load(store, "C1")
        with pytest.raises(ZeroDivisionError), store.step() as tx:
            _broken_off(tx.load("C1", lock=True))
        assert load(store, "C1") == before
        assert commit(store, change(before)) == 2

    def test_that_breaks_off_after_its_write_has_written(self, store: Store) -> None:
        loaded = load(store, "C1")
        with pytest.raises(ZeroDivisionError), store.step() as tx:
            _broken_off(tx.commit_step(change(loaded)))
        assert load(store, "C1").family.revision == 2

    def test_is_over_after_a_step(self, store: Store) -> None:
        loaded = load(store, "C1")
        with store.step() as tx:
            tx.commit_step(change(loaded))
            with pytest.raises(RuntimeError, match="over"):
                tx.load("C1")
            with pytest.raises(RuntimeError, match="over"):
                tx.commit_step(change(loaded))

    @pytest.mark.parametrize("end", ENDINGS)
    def test_is_over_after_any_other_write(self, store: Store, end: Callable[[Transaction], object]) -> None:
        with store.step() as tx:
            end(tx)
            with pytest.raises(RuntimeError, match="over"):
                tx.keyed("sok", "k1")

    def test_is_over_when_it_is_left(self, store: Store) -> None:
        with store.step() as tx:
            pass
        with pytest.raises(RuntimeError, match="over"):
            tx.load("C1")


class TestAReadingTransaction:
    def test_sees_the_house_as_it_was(self, store: Store) -> None:
        with store.look() as reading:
            before = reading.load("C1")
            assert before is not None
            commit(store, change(before, put_due=(due(),)))
            commit(store, opening("C2"))
            assert reading.load("C1") == before
            assert reading.load("C2") is None
            assert [one.seq for one in reading.entries("C1")] == [1]
            assert reading.next_due() is None
        assert load(store, "C1").family.revision == 2
