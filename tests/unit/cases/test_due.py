"""Time acts through the door: facts lapse, families wake each other, a bad row stalls nobody (semantics 3, 4, 20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson
import pytest

from cases.elapse import elapse
from cases.errors import Failed
from cases.ports import Due, StepWrites, Store, Transaction
from cases.sweep import run_once
from storage.memory import MemoryStore
from tests.houses import START, SmallHouse, rules_of, small_house, staff
from tests.small_workflow import SMALL

DAY = dt.timedelta(days=1)


def rows(house: SmallHouse, days: int = 1000) -> list[Due]:
    with house.store.look() as tx:
        return list(tx.due(house.clock.now() + dt.timedelta(days=days), 1000))


def trusting(house: SmallHouse) -> tuple[str, str]:
    """A case that trusts its partner, and the partner."""
    partner = house.open("dara", "partner")
    case = house.open("sok", partner=partner, place_safe=True)
    assert house.instance(case).tracks["trust"].state == "given"
    return case, partner


class TestAFactThatLapses:
    def test_it_has_a_row_at_its_moment(self) -> None:
        house = small_house()
        case = house.open("sok", place_safe=True)
        assert rows(house) == [Due(case, case, "lapse", "place_safe", START + DAY)]

    def test_its_row_moves_when_it_is_recorded_anew(self) -> None:
        house = small_house()
        case = house.open("sok", place_safe=True)
        house.clock.move_to(START + DAY / 2)
        house.record("sok", case, place_safe=True)
        assert [row.at for row in rows(house)] == [START + DAY * 1.5]

    def test_it_is_journaled_with_how_late_it_was_seen(self) -> None:
        house = small_house()
        case = house.open("sok", place_safe=True)
        revision = house.revision(case)
        house.wait(days=1, seconds=90)
        with house.store.look() as tx:
            entry = orjson.loads(tx.entries(case)[-1].clear)
        assert (entry["kind"], entry["actor"], entry["late_seconds"]) == ("case:fact:lapsed", "system", 90)
        assert house.revision(case) == revision + 1
        assert rows(house) == []

    def test_it_sets_off_what_follows(self) -> None:
        house = small_house()
        case, _ = trusting(house)
        assert house.wait(days=1).followed == ((case, "trust_goes"),)

    def test_it_reads_as_lapsed_before_anybody_swept(self) -> None:
        house = small_house()
        case = house.open("sok", place_safe=True)
        house.record("maly", case, care="given")
        house.clock.move_to(START + DAY)
        assert [one.guard for one in house.act("sok", case, "begin_talk").reasons] == ["safe_now"]

    def test_it_is_journaled_once_by_two_sweeps_that_saw_the_same_row(self) -> None:
        house = small_house()
        case = house.open("sok", place_safe=True)
        seen = rows(house)
        for _ in range(2):
            elapse(house.house, seen, START + DAY)
        assert house.kinds(case) == ["case:instance:opened", "case:fact:lapsed"]

    def test_one_recorded_anew_since_the_row_was_seen_does_not_lapse(self) -> None:
        house = small_house()
        case = house.open("sok", place_safe=True)
        seen = rows(house)
        house.clock.move_to(START + DAY)
        house.record("sok", case, place_safe=True)
        elapse(house.house, seen, START + DAY)
        assert "case:fact:lapsed" not in house.kinds(case)
        assert [row.at for row in rows(house)] == [START + DAY * 2]


def mistrusting(house: SmallHouse) -> tuple[str, str]:
    """A case that would trust its partner if that were listed, and the partner."""
    partner = house.open("dara", "partner")
    house.act("dara", partner, "remove")
    case = house.open("sok", partner=partner, place_safe=True)
    assert house.instance(case).tracks["trust"].state == "none_yet"
    return case, partner


class TestAFamilyThatReadsAnother:
    def test_it_is_woken_when_the_other_changes(self) -> None:
        house = small_house()
        case, partner = mistrusting(house)
        house.act("dara", partner, "relist")
        assert [(row.family, row.kind, row.name) for row in rows(house, 0)] == [(case, "wake", partner)]

    def test_its_automatic_actions_are_asked_again(self) -> None:
        house = small_house()
        case, partner = mistrusting(house)
        house.act("dara", partner, "relist")
        assert house.wait(seconds=0).followed == ((case, "trust_grows"),)
        assert rows(house, 0) == []

    def test_being_woken_for_nothing_leaves_no_trace(self) -> None:
        house = small_house()
        case, partner = mistrusting(house)
        kinds, revision = house.kinds(case), house.revision(case)
        house.act("dara", partner, "relist")
        house.act("dara", partner, "remove")
        assert house.wait(seconds=0).taken == 1
        assert (house.kinds(case), house.revision(case)) == (kinds, revision)

    def test_it_is_woken_no_more_once_it_looks_elsewhere(self) -> None:
        house = small_house()
        case, partner = mistrusting(house)
        other = house.open("dara", "partner")
        house.act("dara", other, "remove")
        house.record("sok", case, partner=other)
        house.act("dara", partner, "relist")
        assert rows(house, 0) == []

    def test_it_is_woken_no_more_once_nothing_hangs_on_it(self) -> None:
        house = small_house()
        _, partner = trusting(house)
        house.act("dara", partner, "remove")
        assert rows(house, 0) == []


@dataclass
class Sore:
    """A store in which the steps of some families fail, for as long as they are `sore`."""

    store: Store = field(default_factory=MemoryStore)
    sore: set[str] = field(default_factory=set)
    problem: Exception = field(default_factory=Failed)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """A writing transaction whose `commit_step` fails for sore families."""
        with self.store.step() as tx:
            yield SoreTransaction(tx, self)  # type: ignore[misc]  # it hands on whatever it does not change


class SoreTransaction:
    def __init__(self, tx: Transaction, sore: Sore) -> None:
        self._tx, self._sore = tx, sore

    def __getattr__(self, name: str) -> object:
        return getattr(self._tx, name)

    def claim(self, now: dt.datetime, limit: int, *more: object) -> object:
        """Fail where the whole store is sore."""
        if "everything" in self._sore.sore:
            raise self._sore.problem
        return self._tx.claim(now, limit, *more)  # type: ignore[arg-type]  # handed on as it came

    def commit_step(self, writes: object) -> int:
        """Fail for a sore family."""
        if getattr(writes, "family", None) in self._sore.sore:
            raise self._sore.problem
        return self._tx.commit_step(writes)  # type: ignore[arg-type]  # handed on as it came

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Fail for a batch with a sore family in it."""
        if any(writes.family in self._sore.sore for writes in steps):
            raise self._sore.problem
        self._tx.commit_steps(steps)


def poisoned(problem: Exception) -> tuple[SmallHouse, Sore, str, str]:
    """A house with a sore case and a sound one, both with a fact about to lapse."""
    sore = Sore(problem=problem)
    house = small_house(sore)  # type: ignore[arg-type]  # it hands on whatever it does not change
    bad, good = (house.open("sok", place_safe=True) for _ in range(2))
    sore.sore.add(bad)
    house.clock.move_to(START + DAY)
    return house, sore, bad, good


@pytest.mark.parametrize("problem", [Failed("broken"), KeyError("a mistake of ours")])
class TestABadRow:
    def test_it_stalls_nobody(self, problem: Exception) -> None:
        house, _, bad, good = poisoned(problem)
        done = run_once(house.house, house.clock.now())
        assert (done.taken, done.postponed) == (1, 1)
        assert house.kinds(good)[-1] == "case:fact:lapsed"
        assert house.kinds(bad)[-1] == "case:elapse:postponed"

    def test_it_is_tried_again_later_and_later(self, problem: Exception) -> None:
        house, _, bad, _ = poisoned(problem)
        waits = []
        for _ in range(4):
            run_once(house.house, house.clock.now())
            (row,) = [row for row in rows(house) if row.family == bad]
            waits.append((row.at - house.clock.now()) / dt.timedelta(minutes=1))
            house.clock.move_to(row.at)
        assert waits == [1, 2, 4, 8]

    def test_it_goes_through_once_the_fault_is_gone(self, problem: Exception) -> None:
        house, sore, bad, _ = poisoned(problem)
        run_once(house.house, house.clock.now())
        sore.sore.clear()
        assert house.wait(minutes=1).taken == 1
        assert house.kinds(bad)[-2:] == ["case:elapse:postponed", "case:fact:lapsed"]
        assert rows(house) == []

    def test_after_five_tries_it_is_stuck_and_a_person_is_asked(self, problem: Exception) -> None:
        house, _, bad, _ = poisoned(problem)
        while any(row.kind == "lapse" for row in rows(house)):
            house.wait(minutes=1)
        assert house.kinds(bad).count("case:elapse:postponed") == 5
        house.wait(minutes=1)
        with house.store.look() as tx:
            (request,) = tx.list_instances("house_request")
        assert request.facts["kind"].value == "stuck"

    def test_it_asks_no_more_than_once(self, problem: Exception) -> None:
        house, _, _, _ = poisoned(problem)
        house.wait(days=1)
        for _ in range(40):
            house.wait(minutes=10)
        with house.store.look() as tx:
            assert len(tx.list_instances("house_request")) == 1


class TestAHouseWithoutHouseRequests:
    def test_it_does_not_try_to_ask_for_ever(self) -> None:
        sore = Sore()
        text = SMALL[: SMALL.index("  - process: house_request")]
        house = SmallHouse(rules_of(text), staff(sok="manager"), sore)  # type: ignore[arg-type]  # as above
        bad = house.open("sok", place_safe=True)
        sore.sore.add(bad)
        house.wait(days=1)
        for _ in range(60):
            house.wait(minutes=10)
        assert house.kinds(bad).count("case:elapse:postponed") == 5
        assert rows(house) == []


class TestAStoreThatDoesNotAnswer:
    def test_it_is_not_taken_for_a_quiet_day(self) -> None:
        house, sore, _, _ = poisoned(Failed("the disk is gone"))
        sore.sore.add("everything")
        with pytest.raises(Failed, match="the disk is gone"):
            run_once(house.house, house.clock.now())
