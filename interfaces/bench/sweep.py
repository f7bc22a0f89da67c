"""The sweep against the same row writes by the bare driver, one by one and in batches; empty ones; a step beside one.

Due are rungs of deadlines, one to a case, among all that the other cases have armed. Ours and the bare driver take
turns in blocks, each on cases of its own; figures are to be read as ratios.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from cases.commit import step_writes
from cases.elapse import unfold
from cases.house import House
from cases.ports import Clock, Due
from cases.sweep import BATCH, run_once
from cases.take_step import load_workspace
from cases.workspace import Trial
from interfaces.bench.house import BenchHouse, Place, another_house, bench_house
from interfaces.bench.measure import WARM_UP, stepper, together
from interfaces.bench.prepare import Template, ripe, waiting
from storage.bench_bare import Measured, Shape, forget_due, measured, run_bare
from wiring.clock import random_bytes

BLOCK = 500
"""Rows that each side takes before it is the other's turn."""
BARE = 2_000
"""Bare steps at the most, of each kind."""
BARE_BATCH = 200
"""Bare steps to a transaction, where they are written in batches."""
LOOK_AGAIN_SECONDS = 1
EMPTY = 200
STEPS = 300
BESIDE, BESIDE_LEAST = 8, 200
"""Due rows for each step that is taken beside a sweep, and in all."""


class Told(Protocol):
    """An event of threads or of processes."""

    def set(self) -> None:
        """Tell."""

    def is_set(self) -> bool:
        """Whether it was told."""


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One line of the result: rates of due rows per second, times in milliseconds; None where it does not apply.

    `armed` counts the deadlines that wait or are due; `due` those that are due, or come in a second.
    """

    what: str
    backend: str
    armed: int
    due: int
    ours_per_s: float | None = None
    bare_per_s: float | None = None
    bare_batch_per_s: float | None = None
    ratio: float | None = None
    batch_ratio: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None


def measure_sweep(
    place: Place, sizes: Sequence[int], dues: Sequence[int], say: Callable[[str], None]
) -> Iterator[SweepRow]:
    """Measure for each size (armed deadlines, growing) an empty sweep and one for each number of due rows.

    Raises Failed or CannotStart from the store.
    """
    with bench_house(place) as bench:
        now = bench.clock.now()
        quiet, due = waiting(bench.house, bench.rules, now), ripe(bench.house, bench.rules, now)
        each, armed = _deadlines(quiet), 0
        for size in sizes:
            say(f"{place.backend}: preparing {size} armed deadlines")
            armed += each * len(bench.fill(quiet, max(0, -(-(size - armed) // each))))
            for count in dues:
                if not count:
                    yield _empty(bench, armed)
                    continue
                say(f"{place.backend}: {count} due among {armed}")
                ready = bench.fill(due, count)
                beside = bench.fill(quiet, 2 * min(count, BARE))
                yield _due(bench, armed + _deadlines(due) * count + each * len(beside), ready, beside)
                forget_due(place.url, [*ready, *beside])


def sweep_shape(bench: BenchHouse, ref: str) -> Shape:
    """What taking the due row of a family writes, from a try that is not committed."""
    now = bench.clock.now()
    with bench.store.step() as tx:
        ws = load_workspace(bench.house, tx, ref, now, Trial())
        read = dict(ws.instances)
        unfold(tx, ws, _ready(tx.due_of(ref), now))
        return Shape.of(step_writes(ws), read)


def _deadlines(template: Template) -> int:
    return sum(row.kind == "deadline" for row in template.due)


def _ready(rows: Sequence[Due], now: dt.datetime) -> list[Due]:
    return [row for row in rows if row.at <= now]


def _empty(bench: BenchHouse, armed: int) -> SweepRow:
    took = measured(lambda _: run_once(bench.house, bench.clock.now()), range(EMPTY))
    return SweepRow("empty sweep", bench.place.backend, armed, 0, p50_ms=took.p50_ms, p99_ms=took.p99_ms)


def _due(bench: BenchHouse, armed: int, ready: list[str], beside: list[str]) -> SweepRow:
    url, shape = bench.place.url, sweep_shape(bench, ready[0])
    half = len(beside) // 2
    alone, batched = beside[:half], beside[half:]
    ours, bare, bare_batch = [], [], []
    for begin in range(0, len(ready), BLOCK):
        count = min(BLOCK, len(ready) - begin)
        ours.append(_swept(bench, count))
        some = slice(begin, begin + BLOCK)
        if alone[some]:
            bare.append(run_bare(url, alone[some], shape, random_bytes))
            bare_batch.append(run_bare(url, batched[some], shape, random_bytes, BARE_BATCH))
    our, one, many = together(ours), together(bare), together(bare_batch)
    return SweepRow(
        "sweep",
        bench.place.backend,
        armed,
        len(ready),
        our.per_s,
        one.per_s,
        many.per_s,
        our.per_s / one.per_s,
        our.per_s / many.per_s,
    )


def _swept(bench: BenchHouse, count: int) -> Measured:
    """Take so many due rows; the rate is of rows. Raises AssertionError where fewer are taken."""
    taken: list[int] = []
    took = measured(lambda limit: taken.append(run_once(bench.house, bench.clock.now(), limit).taken), [count])
    if taken != [count]:
        raise AssertionError(f"{taken[0]} of {count} due rows were taken")
    return Measured(took.per_s * count, took.p50_ms, took.p99_ms)


def measure_beside(place: Place, home: Path, say: Callable[[str], None], steps: int = STEPS) -> Iterator[SweepRow]:
    """A user's steps with nothing beside them, beside a sweep of this process, and beside one of another process.

    `home` is the folder of the house. Raises Failed or CannotStart from the store.
    """
    with bench_house(place) as bench:
        now, row = bench.clock.now(), partial(SweepRow, backend=place.backend, armed=0)
        quiet, due = waiting(bench.house, bench.rules, now), ripe(bench.house, bench.rules, now)
        step = stepper(bench)
        for ref in bench.fill(quiet, WARM_UP):
            step(ref)
        say(f"{place.backend}: steps alone")
        took = measured(step, bench.fill(quiet, steps))
        yield row("step alone", due=0, ours_per_s=took.per_s, p50_ms=took.p50_ms, p99_ms=took.p99_ms)
        count = max(BESIDE_LEAST, BESIDE * steps)
        for what, begin in (("step beside a sweep", _in_a_thread), ("step beside another's sweep", _in_a_process)):
            say(f"{place.backend}: {what}")
            refs, swept = bench.fill(quiet, steps), bench.fill(due, count)
            with begin(bench, home) as sweeping:
                took = measured(step, _while(sweeping, refs))
            forget_due(place.url, swept)
            yield row(what, due=count, ours_per_s=took.per_s, p50_ms=took.p50_ms, p99_ms=took.p99_ms)


def _while(sweeping: Callable[[], bool], refs: Sequence[str]) -> Iterator[str]:
    """The references for as long as there is a sweep, and the first in any case."""
    return (ref for _, ref in takewhile(lambda one: not one[0] or sweeping(), enumerate(refs)))


@contextmanager
def _in_a_thread(bench: BenchHouse, _home: Path) -> Iterator[Callable[[], bool]]:
    """A sweep beside it in a thread, until it is left; answers what tells whether it is still at it."""
    begun, ended = threading.Event(), threading.Event()
    sweeping = threading.Thread(target=sweep_on, args=(bench.house, bench.clock, begun, ended))
    sweeping.start()
    begun.wait()
    try:
        yield sweeping.is_alive
    finally:
        ended.set()
        sweeping.join()


@contextmanager
def _in_a_process(bench: BenchHouse, home: Path) -> Iterator[Callable[[], bool]]:
    """The same in a process of its own, as where the ticker runs beside the command line."""
    context = get_context("spawn")
    begun, ended = context.Event(), context.Event()
    sweeping = context.Process(target=sweep_of_process, args=(str(home), bench.place.url, begun, ended))
    sweeping.start()
    while not begun.wait(LOOK_AGAIN_SECONDS) and sweeping.is_alive():
        pass  # it may have died before it could tell
    try:
        yield sweeping.is_alive
    finally:
        ended.set()
        sweeping.join()


def sweep_of_process(home: str, url: str, begun: Told, ended: Told) -> None:
    """What a process does that sweeps beside another one."""
    running = another_house(home, url)
    try:
        sweep_on(running.house, running.clock, begun, ended)
    finally:
        running.close()


def sweep_on(house: House, clock: Clock, begun: Told, ended: Told) -> None:
    """Sweep until it is told to end or nothing is due; tells when it has begun, in any case."""
    try:
        while run_once(house, clock.now(), BATCH).taken and not ended.is_set():
            begun.set()
    finally:
        begun.set()
