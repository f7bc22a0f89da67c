"""Idempotency keys, and attempts that wait for a second person."""

from __future__ import annotations

import pytest

from cases.ports import KeyedAttempt, Lost, Store
from tests.conformance.making import asking, change, commit, entry, keyed, later, load, opening


@pytest.fixture(autouse=True)
def a_family(store: Store) -> None:
    """C1."""
    commit(store, opening("C1"))


def answer(store: Store, key: str) -> KeyedAttempt | None:
    with store.look() as reading:
        return reading.keyed("sok", key)


class TestAKey:
    def test_that_nobody_used_has_no_answer(self, store: Store) -> None:
        assert answer(store, "k1") is None

    def test_of_a_step_keeps_its_answer(self, store: Store) -> None:
        commit(store, change(load(store, "C1"), keyed=keyed()))
        assert answer(store, "k1") == keyed()

    @pytest.mark.parametrize("outcome", ["refused", "not_yet"])
    def test_of_a_refusal_may_be_answered_anew(self, store: Store, outcome: str) -> None:
        refused = keyed(attempt="a1", outcome="refused" if outcome == "refused" else "not_yet")
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2)], keyed=refused)
        applied = keyed(attempt="a2")
        commit(store, change(load(store, "C1"), keyed=applied, replaces="a1"))
        assert answer(store, "k1") == applied

    def test_may_be_answered_anew_with_a_refusal(self, store: Store) -> None:
        first, second = keyed(outcome="not_yet"), keyed(attempt="a2", outcome="refused")
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2)], keyed=first)
        with store.step() as tx:
            tx.note("C1", [entry("C1", 3)], keyed=second, replaces="a1")
        assert answer(store, "k1") == second

    def test_is_answered_anew_once_only(self, store: Store) -> None:
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2)], keyed=keyed(outcome="refused"))
        commit(store, change(load(store, "C1"), keyed=keyed(attempt="a2"), replaces="a1"))
        with store.step() as tx, pytest.raises(Lost):
            tx.note("C1", [entry("C1", 4)], keyed=keyed(attempt="a3", outcome="refused"), replaces="a1")
        assert answer(store, "k1") == keyed(attempt="a2")


class TestAnAsking:
    def test_is_kept_as_it_was_asked(self, store: Store) -> None:
        asked = asking("a1", on_behalf="dara")
        commit(store, change(load(store, "C1"), askings=(asked,)))
        with store.look() as reading:
            assert (reading.asking("a1"), reading.asking("a2")) == (asked, None)

    def test_is_listed_with_its_family_while_it_is_open(self, store: Store) -> None:
        commit(store, opening("C2"))
        second, first = asking("a1", asked_at=later(hours=2)), asking("a2", asked_at=later(hours=1))
        others = (asking("a3", state="denied"), second, first)
        commit(store, change(load(store, "C1"), askings=others))
        commit(store, change(load(store, "C2"), askings=(asking("a4", "C2"),)))
        with store.look() as reading:
            assert reading.askings("C1") == [first, second]

    def test_that_is_written_again_is_replaced(self, store: Store) -> None:
        commit(store, change(load(store, "C1"), askings=(asking("a1"),)))
        granted = asking("a1", state="granted")
        commit(store, change(load(store, "C1"), askings=(granted,)))
        with store.look() as reading:
            assert (reading.asking("a1"), reading.askings("C1")) == (granted, [])
