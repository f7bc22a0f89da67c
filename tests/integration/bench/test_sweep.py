"""What `homeward bench sweep` measures is what it says: so many due, one to a case, and the same rows by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.sweep import run_once
from interfaces.bench.house import BenchHouse, Place, bench_house
from interfaces.bench.prepare import ripe, waiting
from interfaces.bench.sweep import measure_beside, measure_sweep, sweep_shape
from storage.bench_bare import forget_due
from storage.house_key import HomeKey
from wiring.clock import random_bytes


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place("sqlite", f"sqlite:///{tmp_path / 'house.db'}", HomeKey(tmp_path / "house.key", random_bytes))


@pytest.fixture
def bench(place: Place) -> Iterator[BenchHouse]:
    with bench_house(place) as opened:
        yield opened


class TestWhatIsPrepared:
    def test_waits_without_anything_due(self, bench: BenchHouse) -> None:
        bench.fill(waiting(bench.house, bench.rules, bench.clock.now()), 3)
        assert run_once(bench.house, bench.clock.now()).taken == 0

    def test_is_ripe_by_one_rung_for_each_case(self, bench: BenchHouse) -> None:
        bench.fill(ripe(bench.house, bench.rules, bench.clock.now()), 3)
        swept = run_once(bench.house, bench.clock.now())
        assert (swept.taken, swept.postponed) == (3, 0)
        assert run_once(bench.house, bench.clock.now()).taken == 0

    def test_has_the_shape_of_what_a_sweep_writes(self, bench: BenchHouse) -> None:
        (ref,) = bench.fill(ripe(bench.house, bench.rules, bench.clock.now()), 1)
        shape = sweep_shape(bench, ref)
        run_once(bench.house, bench.clock.now())
        with bench.store.look() as tx:
            loaded = tx.load(ref)
            assert loaded is not None
            written = [entry for one in loaded.instances for entry in tx.entries(one.ref, after=1)]
        notices = bench.store.outbox.rows(("waiting",))
        assert (len(shape.entries), shape.notices) == (len(written), len(notices))
        assert len(shape.instances) == len(shape.due) == 1


class TestMeasuring:
    def test_answers_a_row_for_everything(self, place: Place) -> None:
        rows = list(measure_sweep(place, [100], [0, 20, 0], lambda _: None))
        assert [row.what for row in rows] == ["empty sweep", "sweep", "empty sweep"]
        empty, sweep, again = rows
        assert empty.armed == again.armed
        assert sweep.due == 20
        assert sweep.armed > 100
        assert None not in (sweep.ours_per_s, sweep.bare_per_s, sweep.batch_ratio)

    def test_steps_beside_sweeps_of_this_and_of_another_process(self, place: Place, tmp_path: Path) -> None:
        rows = list(measure_beside(place, tmp_path, lambda _: None, steps=3))
        assert [row.what for row in rows] == ["step alone", "step beside a sweep", "step beside another's sweep"]
        assert all(row.p50_ms and row.p99_ms for row in rows)

    def test_leaves_no_due_row_of_what_is_forgotten(self, bench: BenchHouse) -> None:
        refs = bench.fill(ripe(bench.house, bench.rules, bench.clock.now()), 3)
        forget_due(bench.place.url, refs[:2])
        assert run_once(bench.house, bench.clock.now()).taken == 1
