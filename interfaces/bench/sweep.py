"""The sweep against the same row writes by the bare driver, one by one and in batches; empty ones; a step beside one.

Due are rungs of deadlines, one to a case, among all that the other cases have armed. Ours and the bare driver take
turns in blocks, each on cases of its own; figures are to be read as ratios.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from cases.cascade import follow
from cases.commit import step_writes
from cases.ports import Due
from cases.rungs import take_deadline
from cases.sweep import BATCH, run_once
from cases.take_step import load_workspace
from cases.workspace import Trial
from interfaces.bench.house import BenchHouse, Place, bench_house
from interfaces.bench.measure import stepper, together
from interfaces.bench.prepare import Template, ripe, waiting
from storage.bench_bare import Measured, Shape, measured, run_bare
from wiring.clock import random_bytes

BLOCK = 500
"""Rows that each side takes before it is the other's turn."""
BARE = 2_000
"""Bare steps at the most, of each kind."""
EMPTY = 200
STEPS = 300
BESIDE = 8
"""Due rows for each step that is taken beside a sweep."""


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
    place: Place, sizes: Sequence[int], dues: Sequence[int], say: Callable[[str], None], steps: int = STEPS
) -> Iterator[SweepRow]:
    """Measure for each size (armed deadlines, growing) an empty sweep and one for each number of due rows.

    At the end, so many steps of a user alone, and as many beside a sweep. Raises Failed or CannotStart from the store.
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
                armed += _deadlines(due) * count
                beside = bench.fill(quiet, 2 * min(count, BARE))
                armed += each * len(beside)
                yield _due(bench, armed, ready, beside)
        yield from _beside(bench, armed, steps, quiet, due)


def sweep_shape(bench: BenchHouse, ref: str) -> Shape:
    """What taking the due row of a family writes, from a try that is not committed."""
    now = bench.clock.now()
    with bench.store.step() as tx:
        ws = load_workspace(bench.house, tx, ref, now, Trial())
        ws.by_time = True
        for row in _ready(tx.due_of(ref), now):
            take_deadline(ws, row)
        follow(ws)
        return Shape.of(step_writes(ws))


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
            bare_batch.append(run_bare(url, batched[some], shape, random_bytes, BATCH))
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


def _beside(bench: BenchHouse, armed: int, steps: int, quiet: Template, due: Template) -> Iterator[SweepRow]:
    """A user's step with nothing beside it, and beside a sweep of this process."""
    refs = bench.fill(quiet, 2 * steps)
    step = stepper(bench)
    row = partial(SweepRow, backend=bench.place.backend)
    took = measured(step, refs[:steps])
    yield row("step alone", armed=armed, due=0, ours_per_s=took.per_s, p50_ms=took.p50_ms, p99_ms=took.p99_ms)
    bench.fill(due, BESIDE * steps)
    ended = threading.Event()

    def sweep() -> None:
        while not ended.is_set() and run_once(bench.house, bench.clock.now(), BATCH).taken:
            pass

    sweeping = threading.Thread(target=sweep)
    sweeping.start()
    took = measured(step, refs[steps:])
    ended.set()
    sweeping.join()
    run_once(bench.house, bench.clock.now(), BESIDE * steps)
    yield row(
        "step beside a sweep",
        armed=armed,
        due=BESIDE * steps,
        ours_per_s=took.per_s,
        p50_ms=took.p50_ms,
        p99_ms=took.p99_ms,
    )
