"""One process or several with an embedded ticker each on one database: how much they take together, and how late.

What a worker has taken is told by its journal entries, which bear the moment of the sweep; when that sweep was through,
by the worker. Lateness counts to the commit.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cases.sweep import BATCH, run_once
from flows.ticker import Ticker
from interfaces.bench.house import BenchHouse, Place, another_house, bench_house
from interfaces.bench.prepare import Template, ripe
from interfaces.bench.sweep import SweepRow
from wiring.house import RunningHouse

COUNTS = {"sqlite": (1,), "postgresql": (1, 2, 4)}
"""How many workers, by database."""
AT_ONCE = 1_000
"""Rows that are due at one moment."""
PER_SECOND, SECONDS = 50, 20
START = dt.timedelta(seconds=20)
"""What the workers get to be up before the first row is due."""

Sweeps = list[tuple[dt.datetime, dt.datetime]]
"""The moment of each sweep that took something, and when it was through."""


def measure_workers(place: Place, home: Path, say: Callable[[str], None]) -> Iterator[SweepRow]:
    """Measure workers on a database whose key is that of a house in a folder.

    Raises Failed or CannotStart from the store.
    """
    with bench_house(place) as bench:
        due = ripe(bench.house, bench.rules, bench.clock.now())
        for count in COUNTS[place.backend]:
            say(f"{place.backend}: {count} workers")
            yield _together(bench, home, count, due)
            yield _arriving(bench, home, count, due)


def take_turns(home: str, url: str, until: dt.datetime) -> Sweeps:
    """What a worker does: tick as the house does, until nothing more is due after a moment."""
    # A tick that finds the last one under way says so; here that is how it is measured.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    running = another_house(home, url)
    done: Sweeps = []
    ended = threading.Event()

    def sweep(house: RunningHouse) -> None:
        while run_once(house.house, now := house.clock.now(), BATCH).taken:
            done.append((now, house.clock.now()))
        if now > until:
            ended.set()

    try:
        with Ticker(running, {(sweep,): running.settings.tick_every}):
            ended.wait()
    finally:
        running.close()
    return done


def _together(bench: BenchHouse, home: Path, count: int, due: Template) -> SweepRow:
    """Many rows are due at one moment."""
    sweeps, lateness = _run(bench, home, count, partial(bench.fill, due, AT_ONCE), 0)
    took = max(done for _, done in sweeps) - min(begun for begun, _ in sweeps)
    rate = AT_ONCE / took.total_seconds()
    return _row(bench, f"{count} workers, at once", AT_ONCE, rate, lateness)


def _arriving(bench: BenchHouse, home: Path, count: int, due: Template) -> SweepRow:
    """So many rows become due in each second."""
    fill = partial(bench.fill, due, PER_SECOND * SECONDS)
    _, lateness = _run(bench, home, count, fill, 1 / PER_SECOND)
    return _row(bench, f"{count} workers, arriving", PER_SECOND, None, lateness)


def _row(bench: BenchHouse, what: str, due: int, rate: float | None, lateness: list[float]) -> SweepRow:
    p50, p99 = lateness[len(lateness) // 2], lateness[len(lateness) * 99 // 100]
    return SweepRow(what, bench.place.backend, 0, due, ours_per_s=rate, p50_ms=p50, p99_ms=p99)


def _run(
    bench: BenchHouse, home: Path, count: int, fill: Callable[..., list[str]], every: float
) -> tuple[Sweeps, list[float]]:
    """Let workers take what comes; their sweeps, and in order how late each row was taken (milliseconds)."""
    begin = bench.clock.now() + START
    refs = fill(begin=begin, every=every)
    until = begin + dt.timedelta(seconds=every * len(refs))
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        turns = [pool.submit(take_turns, str(home), bench.place.url, until) for _ in range(count)]
        sweeps = [sweep for turn in turns for sweep in turn.result()]
    through = dict(sweeps)
    lateness = []
    with bench.store.look() as tx:
        for number, ref in enumerate(refs):
            taken = next(entry.at for entry in reversed(tx.entries(ref)) if entry.at in through)
            late = through[taken] - (begin + dt.timedelta(seconds=every * number))
            lateness.append(late.total_seconds() * 1000)
    # Before the first of them was due, something else may have been.
    return [sweep for sweep in sweeps if sweep[0] >= begin], sorted(lateness)
