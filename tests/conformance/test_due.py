"""Due rows: one for each instance, kind and name; the oldest first; one put anew is not taken for the old one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ports import Due, Store
from tests.conformance.making import START, change, commit, due, later, load, opening


@pytest.fixture(autouse=True)
def two_families(store: Store) -> None:
    """C1 and C2."""
    commit(store, opening("C1"))
    commit(store, opening("C2"))


def put(store: Store, *rows: Due) -> None:
    commit(store, change(load(store, "C1"), put_due=rows))


def all_due(store: Store, limit: int = 100) -> list[Due]:
    with store.look() as reading:
        return list(reading.due(later(days=1000), limit))


class TestADueRow:
    def test_is_kept_as_it_is(self, store: Store) -> None:
        row = Due("C2", "C2", "wake", "C1", later(seconds=1), tries=2)
        put(store, row)
        assert all_due(store) == [row]

    def test_that_is_put_again_is_moved(self, store: Store) -> None:
        put(store, due(at=later(days=9), tries=4, stuck=True))
        put(store, due(at=later(days=2)))
        assert all_due(store) == [due(at=later(days=2))]

    def test_of_another_kind_or_name_is_another(self, store: Store) -> None:
        put(store, due(name="a"), due(name="b"), due(name="a", kind="asking"))
        assert len(all_due(store)) == 3

    def test_is_dropped_by_its_key(self, store: Store) -> None:
        put(store, due(name="a"), due(name="b"))
        dropped = (("C1", "lapse", "a"), ("C1", "lapse", "never there"))
        commit(store, change(load(store, "C1"), drop_due=dropped))
        assert all_due(store) == [due(name="b")]

    def test_that_is_dropped_and_put_in_one_step_is_there(self, store: Store) -> None:
        put(store, due())
        row = due(at=later(days=5))
        commit(store, change(load(store, "C1"), drop_due=(("C1", "lapse", "medical_care"),), put_due=(row,)))
        assert all_due(store) == [row]


class TestWhatIsDue:
    def test_comes_oldest_first_and_then_by_instance_kind_and_name(self, store: Store) -> None:
        rows = [
            due("C2", "z", START),
            due("C1", "b", later(hours=1)),
            due("C1", "a", later(hours=1), kind="wake"),
            due("C1", "a", later(hours=1)),
            due("C2", "a", later(hours=1)),
        ]
        put(store, *rows)
        assert all_due(store) == [rows[0], rows[3], rows[1], rows[2], rows[4]]

    def test_is_what_has_come_and_not_what_comes(self, store: Store) -> None:
        put(store, due(name="now", at=START), due(name="soon", at=later(microseconds=1)))
        with store.look() as reading:
            assert [row.name for row in reading.due(START, 10)] == ["now"]

    def test_is_no_more_than_was_asked_for(self, store: Store) -> None:
        put(store, *(due(name=str(day), at=later(days=day)) for day in range(5)))
        assert [row.name for row in all_due(store, limit=2)] == ["0", "1"]

    def test_leaves_out_what_is_stuck(self, store: Store) -> None:
        put(store, due(name="a", stuck=True), due(name="b", at=later(days=1)))
        assert [row.name for row in all_due(store)] == ["b"]
        with store.look() as reading:
            assert reading.next_due() == later(days=1)

    def test_next_is_nothing_where_nothing_waits(self, store: Store) -> None:
        put(store, due(stuck=True))
        with store.look() as reading:
            assert reading.next_due() is None


class TestARowThatNeededNothing:
    def test_is_dropped(self, store: Store) -> None:
        put(store, due(name="a"), due(name="b"))
        with store.step() as tx:
            tx.drop_due([due(name="b"), due(name="a")])
        assert all_due(store) == []

    def test_stays_if_it_was_put_anew_meanwhile(self, store: Store) -> None:
        put(store, due())
        put(store, due(at=later(seconds=1)))
        with store.step() as tx:
            tx.drop_due([due()])
        assert all_due(store) == [due(at=later(seconds=1))]


class TestARowThatFails:
    @pytest.mark.parametrize("stuck", [False, True])
    def test_is_pushed_on_and_counted(self, store: Store, stuck: bool) -> None:
        put(store, due(tries=1))
        with store.step() as tx:
            tx.postpone_due(due(tries=1), later(hours=1), stuck=stuck)
        expected = [] if stuck else [due(at=later(hours=1), tries=2)]
        assert all_due(store) == expected

    def test_stays_as_it_is_if_it_was_put_anew_meanwhile(self, store: Store) -> None:
        put(store, due())
        anew = replace(due(), at=later(seconds=1))
        put(store, anew)
        with store.step() as tx:
            tx.postpone_due(due(), later(hours=1), stuck=True)
        assert all_due(store) == [anew]
