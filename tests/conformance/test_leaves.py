"""The order of evidence, on each store: every entry gets one place, in a numbered turn, and nothing is left behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import cast

import pytest

from cases.errors import Overtaken
from cases.ports import Store
from cases.seal import TURN, Leaves, Sealed, seal
from storage.memory import MemoryStore
from storage.sql_store import SqlStore
from tests.conformance.making import START, commit, entry, later, opening


@pytest.fixture
def log(store: Store) -> Leaves:
    """The order of evidence of the store."""
    return cast("MemoryStore | SqlStore", store).leaves


def open_(store: Store, ref: str, at: dt.datetime = START) -> None:
    """A family with one entry in its journal."""
    commit(store, replace(opening(ref), entries=(entry(ref, 1, at),)))


def note(store: Store, ref: str, seq: int, at: dt.datetime) -> None:
    """One more entry in the journal of an instance."""
    with store.step() as tx:
        tx.note(ref, [entry(ref, seq, at)])


class TestSealing:
    def test_gives_each_entry_the_next_place_oldest_first(self, store: Store, log: Leaves) -> None:
        open_(store, "C2", later(minutes=1))
        open_(store, "C1")
        note(store, "C1", 2, later(minutes=2))
        assert seal(log, START) == Sealed(3)
        assert [(one.index, one.instance, one.seq) for one in log.leaves()] == [
            (0, "C1", 1),
            (1, "C2", 1),
            (2, "C1", 2),
        ]
        assert log.leaves()[0].hash == entry("C1", 1).hash

    def test_has_nothing_to_do_a_second_time(self, store: Store, log: Leaves) -> None:
        open_(store, "C1")
        assert [seal(log, START), seal(log, START)] == [Sealed(1), Sealed(0)]

    def test_finds_an_entry_that_became_visible_late(self, store: Store, log: Leaves) -> None:
        open_(store, "C1", later(minutes=5))
        seal(log, START)
        open_(store, "C2")
        seal(log, START)
        assert [one.instance for one in log.leaves()] == ["C1", "C2"]

    def test_does_as_much_as_it_is_asked_to_and_goes_on_from_there(self, store: Store, log: Leaves) -> None:
        open_(store, "C1")
        for seq in (2, 3):
            note(store, "C1", seq, START)
        assert [seal(log, START, limit=2), seal(log, START, limit=2)] == [Sealed(2), Sealed(1)]
        assert [one.seq for one in log.leaves()] == [1, 2, 3]
        assert [one.seq for one in log.leaves(start=1, limit=1)] == [2]

    def test_passes_over_an_instance_without_entries(self, store: Store, log: Leaves) -> None:
        commit(store, replace(opening("C1"), entries=()))
        assert seal(log, START) == Sealed(0)


class TestATurn:
    def test_belongs_to_one_at_a_time(self, log: Leaves) -> None:
        assert log.take_turn(START, later(minutes=1)) == 1
        assert log.take_turn(START, later(minutes=1)) is None
        assert seal(log, START) == Sealed(busy=True)

    def test_passes_on_when_it_is_given_back_or_its_time_is_over(self, log: Leaves) -> None:
        log.take_turn(START, START + TURN)
        log.give_back(1)
        assert log.take_turn(START, START + TURN) == 2
        assert log.take_turn(START + TURN, START + 2 * TURN) == 3

    def test_is_not_ended_by_somebody_who_had_it_before(self, log: Leaves) -> None:
        log.take_turn(START, later(seconds=1))
        log.take_turn(later(seconds=1), later(minutes=1))
        log.give_back(1)
        assert log.take_turn(later(seconds=2), later(minutes=2)) is None

    def test_that_passed_on_refuses_the_sealer_who_was_stopped_and_wakes(self, store: Store, log: Leaves) -> None:
        open_(store, "C1")
        stopped = log.take_turn(START, START + TURN)
        assert stopped is not None
        seen = log.unsealed(10)
        assert seal(log, START + TURN) == Sealed(1)
        open_(store, "C2")
        for waiting in (seen, log.unsealed(10)):
            with pytest.raises(Overtaken):
                log.append(stopped, waiting)
        assert [one.instance for one in log.leaves()] == ["C1"]

    def test_gives_no_entry_a_second_place(self, store: Store, log: Leaves) -> None:
        open_(store, "C1")
        number = log.take_turn(START, START + TURN)
        assert number is not None
        seen = log.unsealed(10)
        log.append(number, seen)
        with pytest.raises(Overtaken):
            log.append(number, [replace(seen[0])])
        assert len(log.leaves()) == 1
