"""Guessing is slowed by name, by address and by both; a known browser is counted by itself."""

from __future__ import annotations

import datetime as dt

import pytest

from access.account_store import Throttle
from access.throttle import FORGOTTEN_AFTER, LONGEST_WAIT, Count, Tried, counts_of, takes_back, wait_after
from tests.unit.access.front_door import START

ONE = (Count("k", 3),)


def after(tries: int, *, every: dt.timedelta = dt.timedelta(0)) -> tuple[dict[str, Throttle], dt.datetime]:
    """The count after so many tries that were looked at, and the moment."""
    there: dict[str, Throttle] = {}
    now = START
    for _ in range(tries):
        now = max(now, *(one.free_at for one in there.values())) if there else now
        put = Tried(ONE, now)(there)
        assert put is not None
        there = dict(put)
        now += every
    return there, now


class TestAWait:
    @pytest.mark.parametrize(
        ("failures", "seconds"), [(0, 0), (2, 0), (3, 2), (4, 4), (5, 8), (11, 512), (12, 900), (500, 900)]
    )
    def test_doubles_up_to_a_quarter_of_an_hour(self, failures: int, seconds: int) -> None:
        assert wait_after(failures, 3) == dt.timedelta(seconds=seconds)
        assert wait_after(failures, 3) <= LONGEST_WAIT

    def test_lets_nothing_through_until_it_is_over(self) -> None:
        there, now = after(3)
        tried = Tried(ONE, now + dt.timedelta(seconds=2, microseconds=-1))
        assert tried(there) is None
        assert tried.until == now + dt.timedelta(seconds=2)
        assert Tried(ONE, now + dt.timedelta(seconds=2))(there) is not None

    def test_is_not_made_longer_by_tries_that_were_not_looked_at(self) -> None:
        there, now = after(3)
        for _ in range(50):
            assert Tried(ONE, now)(there) is None
        put = Tried(ONE, now + dt.timedelta(seconds=2))(there)
        assert put is not None
        assert put["k"].failures == 4

    def test_is_forgotten_a_day_after_the_last_try(self) -> None:
        there, now = after(9)
        put = Tried(ONE, now + FORGOTTEN_AFTER)(there)
        assert put is not None
        assert put["k"].failures == 1

    def test_makes_a_guesser_slow(self) -> None:
        _, now = after(40)
        assert now - START > dt.timedelta(hours=6)


class TestWhatIsCounted:
    def test_one_count_that_waits_stops_the_try_and_counts_nothing(self) -> None:
        there = {"k": Throttle(9, START + dt.timedelta(minutes=1), START + FORGOTTEN_AFTER)}
        assert Tried((Count("k", 3), Count("other", 3)), START)(there) is None

    def test_what_is_shared_stops_those_alone_of_whom_something_failed(self) -> None:
        counts = (Count("mine", 3), Count("all", 3, shared=True))
        waits = {"all": Throttle(9, START + dt.timedelta(minutes=1), START + FORGOTTEN_AFTER)}
        assert Tried(counts, START)(waits) is not None
        failed = waits | {"mine": Throttle(1, START, START + FORGOTTEN_AFTER)}
        assert Tried(counts, START)(failed) is None
        taken_back = waits | {"mine": Throttle(0, START, START + FORGOTTEN_AFTER)}
        assert Tried(counts, START)(taken_back) is not None

    def test_a_known_browser_is_counted_by_itself(self) -> None:
        known, unknown = counts_of("sok", "192.0.2.7", "d1"), counts_of("sok", "192.0.2.7", None)
        assert not {one.key for one in known} & {one.key for one in unknown}
        assert len(known) == 1

    def test_others_are_counted_by_name_by_address_and_by_both(self) -> None:
        mine = {one.key for one in counts_of("sok", "192.0.2.7", None)}
        other_name = {one.key for one in counts_of("maly", "192.0.2.7", None)}
        other_address = {one.key for one in counts_of("sok", "198.51.100.1", None)}
        assert len(mine & other_name) == len(mine & other_address) == 1
        assert mine & other_name != mine & other_address

    def test_taking_back_undoes_one_try(self) -> None:
        there, now = after(4)
        put = takes_back(now)(there)
        assert put is not None
        assert put["k"].failures == 3
        assert put["k"].free_at == now
