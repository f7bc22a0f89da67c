"""The embedded ticker and the command that runs it: needs no Prefect server, outlives errors, ends when told."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows.ticker import Ticker, ticker
from tests.integration.flows.programs import Program, prefect_server, running
from tests.integration.flows.quay_house import Quay, quay_in, soon, until
from wiring.house import RunningHouse

FAST = {"HOMEWARD_TICK_EVERY": "PT0.1S", "HOMEWARD_SEAL_EVERY": "PT0.2S", "HOMEWARD_FLOW_EVERY": "PT1S"}
OFTEN = dt.timedelta(milliseconds=100)
FULL = os.environ.get("HOMEWARD_PROMISES") == "full"


@pytest.fixture
def quay(tmp_path: Path) -> Quay:
    """A house on SQLite."""
    return quay_in(tmp_path / "house", None)


class TestTheTicker:
    def test_takes_what_is_due_and_seals(self, quay: Quay) -> None:
        refs = quay.fill(2, 1, soon(-1))
        with quay.opened() as house:
            with ticker(house, OFTEN, OFTEN):
                until(lambda: house.sweep().taken == 0 and not house.store.leaves.unsealed(1), "sweep and sealing")
        assert quay.effects(refs).total() == 7
        assert quay.sealed() > 7

    def test_outlives_an_exception_and_keeps_no_other_work_from_its_turn(self, quay: Quay) -> None:
        broken, after = threading.Semaphore(0), threading.Semaphore(0)

        def breaks(_: RunningHouse) -> object:
            broken.release()
            raise RuntimeError("something of a case")

        def follows(_: RunningHouse) -> object:
            return after.release()

        with quay.opened() as house, Ticker(house, {(breaks, follows): OFTEN}) as ticks:
            for _ in range(3):
                assert broken.acquire(timeout=10)
                assert after.acquire(timeout=10)
            assert ticks.failed >= 3

    def test_finishes_the_turn_that_is_under_way_when_it_ends(self, quay: Quay) -> None:
        begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

        def takes_long(_: RunningHouse) -> object:
            begun.set()
            go_on.wait(10)
            return done.set()

        with quay.opened() as house, Ticker(house, {(takes_long,): OFTEN}):
            assert begun.wait(10)
            go_on.set()
        assert done.is_set()


class TestTheCommand:
    def test_runs_until_it_is_told_to_end(self, quay: Quay, tmp_path: Path) -> None:
        refs = quay.fill(1, 1, soon(-1))
        with running(["homeward", "flows", "run"], {**quay.environment, **FAST}, tmp_path / "run.log") as program:
            until(lambda: quay.effects(refs).total() == 4, "all effects")
            assert program.end() == 0
        assert "Running" in program.said

    @pytest.mark.parametrize("words", [["--help"], ["flows", "--help"], ["watch", "--help"]])
    def test_loads_no_engine_before_it_is_needed(self, words: list[str]) -> None:
        said = f"import sys; from interfaces.cli.main import main; main({words!r}); "
        said += "sys.exit(bool({'prefect', 'apscheduler', 'fastapi'} & sys.modules.keys()))"
        done = subprocess.run([sys.executable, "-c", said], capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


class TestManyAtOnce:
    """Two embedded processes and two for a Prefect server on one PostgreSQL, everything due at one instant."""

    def test_do_everything_exactly_once_however_they_are_killed(self, postgres_url: str, tmp_path: Path) -> None:
        quay = quay_in(tmp_path / "house", postgres_url)
        rounds, cases, kills = (20, 300, 10) if FULL else (1, 30, 3)
        draw = random.Random(7)
        with prefect_server(tmp_path) as server, ExitStack() as stack:
            environment = {**quay.environment, **FAST, **server.environment}
            programs = [
                stack.enter_context(running(["homeward", "flows", how], environment, tmp_path / f"{how}{number}.log"))
                for how in ("run", "serve")
                for number in (1, 2)
            ]
            refs: list[str] = []
            for _ in range(rounds):
                refs += quay.fill(cases, cases // 3, soon(6))
                self._kill_while_they_work(quay, refs, programs, kills, draw)
            assert [program.end() for program in programs] == [0] * len(programs)
        effects = quay.effects(refs)
        assert effects.total() == _expected(refs, quay)
        assert set(effects.values()) == {1}
        quay.sealed()

    @staticmethod
    def _kill_while_they_work(
        quay: Quay, refs: list[str], programs: list[Program], kills: int, draw: random.Random
    ) -> None:
        everything = _expected(refs, quay)
        before = quay.effects(refs).total()
        moments = sorted(draw.sample(range(before, everything), kills))
        for moment in moments:
            until(lambda at=moment: quay.effects(refs).total() > at, f"effect {moment}")  # type: ignore[misc]  # a default binds the loop's value
            victim = draw.choice(programs)
            victim.kill()
            victim.again()
        until(lambda: quay.effects(refs).total() >= everything, "all effects")


def _expected(refs: list[str], quay: Quay) -> int:
    with quay.opened() as running_house, running_house.store.look() as tx:
        processes = {one.ref: one.process for one in tx.list_instances(None, limit=100_000)}
    return sum(3 if processes[ref] == "case" else 1 for ref in refs)
