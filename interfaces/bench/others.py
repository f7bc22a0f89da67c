"""The same deadlines taken by the sweep, and by an APScheduler job, a Prefect flow run or a dbos timer each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from cases.elapse import take_family
from cases.sweep import run_once
from flows.bench_others import HAS_TIMERS, Take, by_durable_timers, by_flow_runs, by_job_store
from interfaces.bench.house import BenchHouse, Place, bench_house
from interfaces.bench.prepare import ripe
from interfaces.bench.sweep import SweepRow
from storage.bench_bare import measured

JOBS, RUNS, TIMERS = 500, 50, 200


def measure_others(place: Place, folder: Path, say: Callable[[str], None]) -> Iterator[SweepRow]:
    """Measure on an empty database; the others keep their rows in SQLite files in a folder."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with bench_house(place) as bench:
        due = ripe(bench.house, bench.rules, bench.clock.now())
        bench.fill(due, JOBS)
        say(f"{place.backend}: {JOBS} by the sweep")
        took = measured(lambda limit: run_once(bench.house, bench.clock.now(), limit), [JOBS])
        yield SweepRow("the sweep", place.backend, 0, JOBS, took.per_s * JOBS)
        say(f"{place.backend}: {JOBS} jobs")
        refs = bench.fill(due, JOBS)
        jobs = by_job_store(f"sqlite:///{folder / 'jobs.db'}", bench.clock.now(), _taking(bench), refs)
        yield SweepRow("a job each", place.backend, 0, JOBS, jobs.per_s)
        say(f"{place.backend}: {RUNS} flow runs")
        runs = by_flow_runs(_taking(bench), bench.fill(due, RUNS + 1))
        yield SweepRow("a flow run each", place.backend, 0, RUNS, runs.per_s, p50_ms=runs.p50_ms, p99_ms=runs.p99_ms)

        if not HAS_TIMERS:
            say("durable timers are left out: install homeward[bench]")
            return
        say(f"{place.backend}: {TIMERS} durable timers")
        refs = bench.fill(due, TIMERS)
        timers = by_durable_timers(f"sqlite:///{folder / 'timers.db'}", bench.clock.now, _taking(bench), refs)
        yield SweepRow("a durable timer each", place.backend, 0, TIMERS, timers.per_s)


def _taking(bench: BenchHouse) -> Take:
    def take(ref: str) -> None:
        now = bench.clock.now()
        with bench.store.look() as tx:
            rows = [row for row in tx.due_of(ref) if row.at <= now]
        if take_family(bench.house, rows, now).postponed:
            raise AssertionError("what was due could not be taken")

    return take
