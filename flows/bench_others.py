"""The same due work done otherwise, to be measured side by side: a Prefect run, an APScheduler job, a dbos timer each.

None is how this house works: all keep rows of their own for each deadline, beside the one that counts.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import cast

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from prefect import flow
from prefect.testing.utilities import prefect_test_harness

from storage.bench_bare import Measured, measured

HAS_TIMERS = find_spec("dbos") is not None
"""Whether dbos is there: it is an extra that only measuring asks for."""
TIMERS_SLEEP = dt.timedelta(seconds=60)
"""From the setting of the first timer to the waking of all."""

Take = Callable[[str], object]
"""Takes what is due of one family; it is handed its reference."""


class _Work:
    """What the jobs of this process do. A job store keeps names of functions and not functions, so it lies here."""

    def __init__(self) -> None:
        self.take: Take = str
        self.left = self.failed = 0
        self.ended = threading.Event()
        self._counting = threading.Lock()

    def done(self, *, took: bool) -> None:
        """One of them is through, and took what was due or failed."""
        with self._counting:
            self.left -= 1
            self.failed += not took
            if not self.left:
                self.ended.set()

    def begin(self, take: Take, count: int) -> None:
        """So many jobs are to come."""
        self.take, self.left, self.failed = take, count, 0
        self.ended.clear()


_WORK = _Work()


def take_one(ref: str) -> None:
    """One job. One that fails is through as well, or whoever waits for all of them would wait for ever."""
    took = False
    try:
        _WORK.take(ref)
        took = True
    finally:
        _WORK.done(took=took)


def by_job_store(url: str, now: dt.datetime, take: Take, refs: Sequence[str]) -> Measured:
    """One job for each in APScheduler's own SQL store at an address, all due `now`; how many a second."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(url=url)},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None},
    )
    scheduler.start(paused=True)
    for ref in refs:
        scheduler.add_job(take_one, "date", run_date=now, args=[ref])
    _WORK.begin(take, len(refs))

    def run(_: object) -> None:
        scheduler.resume()
        _WORK.ended.wait()

    try:
        took = _each(measured(run, [None]), len(refs))
    finally:
        scheduler.shutdown()
    if _WORK.failed:
        raise AssertionError(f"{_WORK.failed} of {len(refs)} jobs failed")
    return took


def by_flow_runs(take: Take, refs: Sequence[str]) -> Measured:
    """One flow run for each on a Prefect server that is there for it alone; how many a second."""

    @flow(persist_result=False)
    def take_due(ref: str) -> None:
        take(ref)

    logging.getLogger("prefect").setLevel(logging.WARNING)
    with cast("AbstractContextManager[None]", prefect_test_harness()):
        take_due(refs[0])
        return measured(take_due, refs[1:])


def by_durable_timers(url: str, now: Callable[[], dt.datetime], take: Take, refs: Sequence[str]) -> Measured:
    """One dbos workflow for each, which sleeps durably and then takes; how many a second once they wake, all at once.

    Needs `HAS_TIMERS`. The timers are set one after another before the first of them wakes.
    """
    from dbos import DBOS

    DBOS(config={"name": "bench", "system_database_url": url, "log_level": "ERROR", "run_admin_server": False})
    taking = DBOS.step()(take_one)

    def wait_and_take(ref: str, wakes: dt.datetime) -> None:
        DBOS.sleep((wakes - now()).total_seconds())
        taking(ref)

    timer = DBOS.workflow()(wait_and_take)
    DBOS.launch()
    _WORK.begin(take, len(refs))
    try:
        wakes = now() + TIMERS_SLEEP
        timers = [DBOS.start_workflow(timer, ref, wakes) for ref in refs]
        if now() >= wakes:
            raise AssertionError(f"{len(refs)} timers could not be set in {TIMERS_SLEEP}")
        _WORK.ended.wait()
        took = (now() - wakes).total_seconds()
        for one in timers:
            one.get_result()
    finally:
        DBOS.destroy()
    return Measured(len(refs) / took, took / len(refs) * 1e3, took / len(refs) * 1e3)


def _each(took: Measured, count: int) -> Measured:
    return Measured(took.per_s * count, took.p50_ms / count, took.p99_ms / count)
