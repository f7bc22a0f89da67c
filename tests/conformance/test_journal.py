"""Journals: entries in order, refusals without a new revision, what was sealed comes back as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ports import Lost, Store, StoredEntry
from tests.conformance.making import (
    asking,
    change,
    commit,
    digest,
    due,
    entry,
    instance,
    keyed,
    later,
    load,
    opening,
)


@pytest.fixture(autouse=True)
def a_family(store: Store) -> None:
    """C1 with its child R1."""
    commit(store, opening("C1", instance("R1", family="C1", parent="C1", process="referral", ordinal=1)))


class TestTheJournalOfAnInstance:
    def test_gives_an_entry_as_it_was_written(self, store: Store) -> None:
        one = entry("C1")
        with store.look() as reading:
            found = reading.entries("C1")
        fields = (one.instance, one.seq, one.at, one.kind, one.clear, one.sealed, one.previous, one.hash)
        assert found == [StoredEntry(*fields)]

    def test_is_in_order_of_seq(self, store: Store) -> None:
        entries = tuple(entry("C1", seq) for seq in range(2, 13))
        commit(store, change(load(store, "C1"), entries=entries))
        with store.look() as reading:
            assert [one.seq for one in reading.entries("C1")] == list(range(1, 13))

    def test_can_be_read_from_an_entry_on(self, store: Store) -> None:
        commit(store, change(load(store, "C1"), entries=(entry("C1", 2), entry("C1", 3))))
        with store.look() as reading:
            assert [one.seq for one in reading.entries("C1", after=1)] == [2, 3]

    def test_comes_with_those_of_its_whole_family_at_once(self, store: Store) -> None:
        commit(store, opening("C2"))
        entries = (entry("C1", 2), entry("R1", 2), entry("C1", 3))
        commit(store, change(load(store, "C1"), entries=entries))
        with store.look() as reading:
            found = reading.journals("C1")
            assert found == [*reading.entries("C1"), *reading.entries("R1")]
            assert len(found) == 5
            assert reading.journals("R1") == []

    def test_has_nothing_of_others(self, store: Store) -> None:
        commit(store, change(load(store, "C1"), entries=(entry("R1", 2), entry("C1", 2), entry("R1", 3))))
        with store.look() as reading:
            assert [(one.instance, one.seq) for one in reading.entries("R1")] == [("R1", 1), ("R1", 2), ("R1", 3)]
            assert reading.entries("nowhere") == []


class TestANote:
    def test_moves_the_head_and_not_the_revision(self, store: Store) -> None:
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2, later(days=1)), entry("C1", 3, later(days=2))])
        loaded = load(store, "C1")
        assert loaded.family.revision == 1
        assert (loaded.heads["C1"].seq, loaded.heads["C1"].hash) == (3, digest("C1", 3))
        assert (loaded.heads["C1"].at, loaded.heads["R1"].seq) == (later(days=2), 1)

    def test_writes_what_comes_with_it(self, store: Store) -> None:
        refused, asked, lapse = keyed(outcome="refused"), asking("a1"), due(kind="asking", name="a1")
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2)], keyed=refused, askings=[asked], put_due=[lapse])
        with store.look() as reading:
            assert reading.keyed("sok", "k1") == refused
            assert reading.asking("a1") == asked
            assert reading.due(later(days=1), 10) == [lapse]

    def test_can_be_sealed_after_the_family_was_read(self, store: Store) -> None:
        with store.step() as tx:
            tx.load("R1")
            tx.note("C1", [entry("R1", 2)])
        with store.look() as reading:
            assert reading.entries("R1")[1].sealed == entry("R1", 2).sealed

    @pytest.mark.parametrize("lock", [False, True])
    def test_is_lost_where_somebody_journaled_meanwhile(self, store: Store, lock: bool) -> None:
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2)])
        with store.step() as tx:
            tx.load("C1", lock=lock)
            with pytest.raises(Lost):
                tx.note("C1", [entry("C1", 2)], put_due=[due()])
        with store.look() as reading:
            assert reading.next_due() is None

    @pytest.mark.parametrize("lock", [False, True])
    def test_is_lost_where_a_family_that_was_read_for_it_has_changed(self, store: Store, lock: bool) -> None:
        commit(store, opening("C2"))
        revision = load(store, "C2").family.revision
        with store.step() as tx:
            tx.load("C1", lock=lock, others=["C2"] if lock else [])
            tx.note("C1", [entry("C1", 2)], read={"C1": 1, "C2": revision})
        commit(store, change(load(store, "C2")))
        with store.step() as tx, pytest.raises(Lost):
            tx.note("C1", [entry("C1", 3)], read={"C1": 1, "C2": revision})
        with store.look() as reading:
            assert len(reading.entries("C1")) == 2

    def test_is_lost_where_it_continues_another_journal(self, store: Store) -> None:
        with store.step() as tx, pytest.raises(Lost):
            tx.note("C1", [replace(entry("C1", 2), previous="another")])

    def test_is_lost_where_there_is_no_such_family(self, store: Store) -> None:
        with store.step() as tx, pytest.raises(Lost):
            tx.note("C9", [entry("C9")])
