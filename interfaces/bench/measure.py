"""Durable steps through the door against the same row writes by the bare driver, in turn, in one run.

Both write in the same tables with the same durability, on families of their own picked at random. The two take turns in
blocks, so that a machine that slows down slows both; figures are to be read as ratios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cases.house import House
from cases.ports import Person, StepWrites
from cases.register_people import register_people
from cases.request import Request
from cases.take_step import take_step
from cases.why import why
from config.loader import Loaded, load_workflow
from interfaces.bench.prepare import ACTION, ROLE, WHO, copies, template
from storage.bench_bare import Measured, Shape, measured, run_bare
from storage.house_key import KeySource
from storage.sql_store import SqlStore, open_store
from wiring.clock import SecureIds, SystemClock, picked, random_bytes
from wiring.people import ListedPeople
from wiring.workflows import PublishedWorkflows

BLOCKS = 8
WARM_UP = 50
WORKFLOW = "kh-2009"


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


def measure(
    url: str, key: KeySource, backend: str, sizes: tuple[int, ...], steps: int, say: Callable[[str], None]
) -> Iterator[Row]:
    """Measure `steps` steps for each size (numbers of cases, growing) on an empty database; `say` hears of progress.

    Raises Failed or CannotStart from the store, and ValueError where the cases are fewer than the steps.
    """
    store = open_store(url, key, random_bytes)
    try:
        loaded = load_workflow(WORKFLOW)
        house = _house(store, loaded)
        refs: list[str] = []
        for size in sizes:
            say(f"{backend}: preparing {size} cases")
            refs += _prepare(house, store, size - len(refs))
            if 2 * (steps + WARM_UP) > size:
                raise ValueError(f"{steps} steps, ours and bare, want more cases than {size}")
            say(f"{backend}: measuring on {size} cases")
            sample = picked(f"{backend} {size}", refs, 2 * (steps + WARM_UP))
            yield _steps(house, store, url, backend, size, sample)
            # What was stepped on is not ready for the action any more.
            refs = [ref for ref in refs if ref not in set(sample)]
            yield _why(house, backend, size, picked(f"why {size}", refs, min(steps, 500)))
            refs += sample
    finally:
        store.close()


def _house(store: SqlStore, loaded: Loaded) -> House:
    now = SystemClock().now()
    workflows = PublishedWorkflows(store, WORKFLOW)
    workflows.ship(WORKFLOW, now)
    people = ListedPeople({WHO: Person(WHO, frozenset({ROLE}))})
    house = House(store, SecureIds(), people, workflows)
    register_people(house, workflows.rules(loaded.hash), now)
    return house


def _prepare(house: House, store: SqlStore, count: int) -> list[str]:
    now = SystemClock().now()
    refs: list[str] = []
    rules = house.workflows.current(WORKFLOW)

    def noted() -> Iterator[StepWrites]:
        for writes in copies(template(house, rules, now), count, house.ids, now):
            refs.append(writes.family)
            yield writes

    store.fill(noted())
    return refs


def _steps(house: House, store: SqlStore, url: str, backend: str, size: int, sample: list[str]) -> Row:
    half = len(sample) // 2
    ours, bare = sample[:half], sample[half:]
    actor = house.actor(WHO)

    def step(ref: str) -> None:
        answer = take_step(house, Request("act", actor, ref, action=ACTION), SystemClock().now())
        if answer.decision != "applied":
            raise AssertionError(f"the prepared case is not ready: {[reason.guard for reason in answer.reasons]}")

    for ref in ours[:WARM_UP]:
        step(ref)
    shape = _shape(store, ours[0])
    run_bare(url, bare[:WARM_UP], shape, random_bytes)
    ours, bare = ours[WARM_UP:], bare[WARM_UP:]
    our_blocks, bare_blocks = [], []
    for block in range(BLOCKS):
        our_blocks.append(measured(step, ours[block::BLOCKS]))
        bare_blocks.append(run_bare(url, bare[block::BLOCKS], shape, random_bytes))
    our, by_hand = _together(our_blocks), _together(bare_blocks)
    ratio = our.per_s / by_hand.per_s
    return Row("step", backend, size, our.per_s, by_hand.per_s, ratio, our.p50_ms, our.p99_ms, by_hand.p99_ms)


def _why(house: House, backend: str, size: int, sample: list[str]) -> Row:
    actor = house.actor(WHO)
    took = measured(lambda ref: why(house, actor, ref, SystemClock().now()), sample)
    return Row("why", backend, size, took.per_s, None, None, took.p50_ms, took.p99_ms, None)


def _shape(store: SqlStore, ref: str) -> Shape:
    with store.look() as tx:
        family = tx.load(ref)
        assert family is not None  # a step was just taken on it
        entries = [entry for one in family.instances for entry in tx.entries(one.ref) if entry.seq > 1]
    return Shape.of(family, [entry.instance for entry in entries], entries)


def _together(blocks: list[Measured]) -> Measured:
    """The blocks as one: the middle of their rates and of their middles, the middle of their slowest hundredths."""
    middle = len(blocks) // 2
    return Measured(
        sorted(one.per_s for one in blocks)[middle],
        sorted(one.p50_ms for one in blocks)[middle],
        sorted(one.p99_ms for one in blocks)[middle],
    )
