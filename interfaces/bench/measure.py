"""Durable steps through the door against the same row writes by the bare driver, in turn, in one run.

Both write in the same tables with the same durability, on families of their own picked at random. The two take turns in
blocks, so that a machine that slows down slows both; figures are to be read as ratios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cases.commit import step_writes
from cases.request import Request
from cases.take_step import apply, decide_for, load_workspace, take_step
from cases.why import why
from cases.workspace import Trial
from interfaces.bench.house import BenchHouse, Place, bench_house
from interfaces.bench.prepare import ACTION, PROCESS, WHO, template
from state_machine.decision import Applied, Attempt
from storage.bench_bare import Measured, Shape, measured, run_bare
from wiring.clock import picked, random_bytes

BLOCKS = 8
WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result. Rates are per second, times in milliseconds; None where nothing bare is beside it."""

    what: str
    backend: str
    size: int
    ours_per_s: float
    bare_per_s: float | None
    ratio: float | None
    p50_ms: float
    p99_ms: float
    bare_p99_ms: float | None


def measure(place: Place, sizes: tuple[int, ...], steps: int, say: Callable[[str], None]) -> Iterator[Row]:
    """Measure `steps` steps for each size (numbers of cases, growing) on an empty database; `say` hears of progress.

    Raises Failed or CannotStart from the store, and ValueError where the cases are fewer than the steps.
    """
    backend = place.backend
    with bench_house(place) as bench:
        refs: list[str] = []
        made = 0
        for size in sizes:
            say(f"{backend}: preparing {size} cases")
            refs += bench.fill(template(bench.house, bench.rules, bench.clock.now()), size - made)
            made = size
            if 2 * (steps + WARM_UP) > size:
                raise ValueError(f"{steps} steps, ours and bare, want more cases than {size}")
            say(f"{backend}: measuring on {size} cases")
            sample = picked(f"{backend} {size}", refs, 2 * (steps + WARM_UP))
            yield _steps(bench, size, sample)
            # What was stepped on is not ready any more, neither for the action nor for the bare driver.
            refs = [ref for ref in refs if ref not in set(sample)]
            yield _why(bench, size, picked(f"why {size}", refs, min(steps, 500)))


def _steps(bench: BenchHouse, size: int, sample: list[str]) -> Row:
    half = len(sample) // 2
    ours, bare = sample[:half], sample[half:]
    shape = _shape(bench, ours[0])
    stepping = stepper(bench)
    for ref in ours[:WARM_UP]:
        stepping(ref)
    run_bare(bench.place.url, bare[:WARM_UP], shape, random_bytes)
    ours, bare = ours[WARM_UP:], bare[WARM_UP:]
    our_blocks, bare_blocks = [], []
    for block in range(BLOCKS):
        our_blocks.append(measured(stepping, ours[block::BLOCKS]))
        bare_blocks.append(run_bare(bench.place.url, bare[block::BLOCKS], shape, random_bytes))
    our, by_hand = together(our_blocks), together(bare_blocks)
    ratio = our.per_s / by_hand.per_s
    backend = bench.place.backend
    return Row("step", backend, size, our.per_s, by_hand.per_s, ratio, our.p50_ms, our.p99_ms, by_hand.p99_ms)


def _why(bench: BenchHouse, size: int, sample: list[str]) -> Row:
    actor = bench.house.actor(WHO)
    took = measured(lambda ref: why(bench.house, actor, ref, bench.clock.now()), sample)
    return Row("why", bench.place.backend, size, took.per_s, None, None, took.p50_ms, took.p99_ms, None)


def stepper(bench: BenchHouse) -> Callable[[str], None]:
    """What takes the prepared step on a case. Raises AssertionError where the case is not ready for it."""
    actor = bench.house.actor(WHO)

    def step(ref: str) -> None:
        answer = take_step(bench.house, Request("act", actor, ref, action=ACTION), bench.clock.now())
        if answer.decision != "applied":
            raise AssertionError(f"the prepared case is not ready: {[reason.guard for reason in answer.reasons]}")

    return step


def _shape(bench: BenchHouse, ref: str) -> Shape:
    """What the step writes, from a try that is not committed."""
    house = bench.house
    with house.store.step() as tx:
        ws = load_workspace(house, tx, ref, bench.clock.now(), Trial())
        read = dict(ws.instances)
        attempt, decision = decide_for(ws, Attempt("act", ref, house.actor(WHO), PROCESS, ACTION, seq=ws.next_seq(ref)))
        assert isinstance(decision, Applied)  # the case was prepared for it
        apply(ws, attempt, decision, None)
        return Shape.of(step_writes(ws), read)


def together(blocks: list[Measured]) -> Measured:
    """The blocks as one: the middle of their rates and of their middles, the middle of their slowest hundredths."""
    middle = len(blocks) // 2
    return Measured(
        sorted(one.per_s for one in blocks)[middle],
        sorted(one.p50_ms for one in blocks)[middle],
        sorted(one.p99_ms for one in blocks)[middle],
    )
