"""The other ways to take what is due, measured beside the sweep: each takes each once, and hides no failure."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.bench_others import HAS_TIMERS, TIMERS_SLEEP, by_durable_timers, by_job_store

BEGINS = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
REFS = ("one", "two", "three", "four")

timers = pytest.mark.skipif(not HAS_TIMERS, reason="dbos is an extra: install homeward[bench]")


class Hours:
    """A clock that tells whoever sets the timers these moments, one after another, and the timers that they are late:
    that nearly all of their sleep is over, so that no test has to sleep it.
    """

    def __init__(self, *told: dt.timedelta) -> None:
        self._told: Iterator[dt.timedelta] = iter(told)
        self._setting = threading.current_thread()
        self.asked_by_timers = 0

    def __call__(self) -> dt.datetime:
        if threading.current_thread() is self._setting:
            return BEGINS + next(self._told)
        self.asked_by_timers += 1
        return BEGINS + TIMERS_SLEEP - dt.timedelta(milliseconds=20)


def seconds(count: float) -> dt.timedelta:
    return dt.timedelta(seconds=count)


def refusing(_: str) -> None:
    raise LookupError("nothing is due here")


class TestDurableTimers:
    @timers
    def test_each_takes_once_when_it_wakes(self, tmp_path: Path) -> None:
        clock, taken = Hours(seconds(0), seconds(1), TIMERS_SLEEP + seconds(0.5)), Counter[str]()
        took = by_durable_timers(f"sqlite:///{tmp_path / 'timers.db'}", clock, counting(taken), REFS)
        assert taken == dict.fromkeys(REFS, 1)
        assert clock.asked_by_timers == len(REFS)
        assert took.per_s == pytest.approx(len(REFS) / 0.5)

    @timers
    def test_are_not_measured_where_the_first_wakes_before_the_last_is_set(self, tmp_path: Path) -> None:
        clock = Hours(seconds(0), TIMERS_SLEEP)
        with pytest.raises(AssertionError, match="4 timers could not be set"):
            by_durable_timers(f"sqlite:///{tmp_path / 'timers.db'}", clock, lambda _: None, REFS)

    @timers
    def test_tell_what_could_not_be_taken(self, tmp_path: Path) -> None:
        clock = Hours(seconds(0), seconds(1), TIMERS_SLEEP + seconds(0.5))
        with pytest.raises(LookupError, match="nothing is due here"):
            by_durable_timers(f"sqlite:///{tmp_path / 'timers.db'}", clock, refusing, REFS)


class TestJobs:
    def test_each_takes_once(self, tmp_path: Path) -> None:
        taken = Counter[str]()
        by_job_store(f"sqlite:///{tmp_path / 'jobs.db'}", BEGINS - dt.timedelta(days=4000), counting(taken), REFS)
        assert taken == dict.fromkeys(REFS, 1)

    def test_tell_what_could_not_be_taken(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match="4 of 4 jobs failed"):
            by_job_store(f"sqlite:///{tmp_path / 'jobs.db'}", BEGINS - dt.timedelta(days=4000), refusing, REFS)


def counting(taken: Counter[str]) -> Callable[[str], None]:
    lock = threading.Lock()

    def take(ref: str) -> None:
        with lock:
            taken[ref] += 1

    return take
