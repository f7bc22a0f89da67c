"""The same due work done otherwise, to be measured side by side: a Prefect run or an APScheduler job each.

Neither is how this house works: both keep a row of their own for each deadline, beside the one that counts.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import cast

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from prefect import flow
from prefect.testing.utilities import prefect_test_harness

from storage.bench_bare import Measured, measured

Take = Callable[[str], object]
"""Takes what is due of one family; it is handed its reference."""


class _Work:
    """What the jobs of this process do. A job store keeps names of functions and not functions, so it lies here."""

    def __init__(self) -> None:
        self.take: Take = str
        self.left = 0
        self.ended = threading.Event()

    def begin(self, take: Take, count: int) -> None:
        """So many jobs are to come."""
        self.take, self.left = take, count
        self.ended.clear()


_WORK = _Work()


def take_one(ref: str) -> None:
    """One job."""
    _WORK.take(ref)
    _WORK.left -= 1
    if not _WORK.left:
        _WORK.ended.set()


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
        return _each(measured(run, [None]), len(refs))
    finally:
        scheduler.shutdown()


def by_flow_runs(take: Take, refs: Sequence[str]) -> Measured:
    """One flow run for each on a Prefect server that is there for it alone; how many a second."""

    @flow(persist_result=False)
    def take_due(ref: str) -> None:
        take(ref)

    logging.getLogger("prefect").setLevel(logging.WARNING)
    with cast("AbstractContextManager[None]", prefect_test_harness()):
        take_due(refs[0])
        return measured(take_due, refs[1:])


def _each(took: Measured, count: int) -> Measured:
    return Measured(took.per_s * count, took.p50_ms / count, took.p99_ms / count)
