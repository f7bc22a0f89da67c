"""The embedded ticker and the command that runs it: needs no Prefect server, outlives errors, ends when told."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from flows.deployments import FLOWS
from flows.serving import rooms
from flows.ticker import Ticker, ticker
from notifications.channels.channel import Message
from tests.integration.flows.programs import Program, prefect_server, running
from tests.integration.flows.quay_house import DARA, PATIENCE, SOK, Quay, effects, quay_in, soon, until
from wiring.house import RunningHouse

FAST = {"HOMEWARD_TICK_EVERY": "PT0.1S", "HOMEWARD_SEAL_EVERY": "PT0.2S", "HOMEWARD_FLOW_EVERY": "PT5S"}
# A worker starts a program for each run, and a killed one holds its place for a while.
BUSY = {
    "HOMEWARD_FLOW_EVERY": "PT15S",
    "HOMEWARD_FLOW_SCHEDULES": '{"seal_journal": "P1D", "deliver_notices": "P1D"}',
    "HOMEWARD_FLOW_CONCURRENCY": "30",
}
TAKEN = re.compile(r"taken (\d+)")
OFTEN = dt.timedelta(milliseconds=100)
TOLD_BY_MAIL = f"""
{SOK}: [case_manager]
{DARA}: {{roles: [supervisor], notices: {{channels: {{email: dara@example.org}}}}}}
"""
FULL = os.environ.get("HOMEWARD_PROMISES") == "full"


@pytest.fixture
def quay(tmp_path: Path) -> Quay:
    """A house on SQLite."""
    return quay_in(tmp_path / "house", None)


class TestTheTicker:
    def test_takes_what_is_due_and_seals(self, quay: Quay) -> None:
        refs = quay.fill(2, 1, soon(-1))
        with quay.opened() as house, ticker(house, OFTEN, OFTEN):
            until(lambda: effects(house, refs).total() == 7, "all effects")
            until(lambda: not house.store.leaves.unsealed(1), "sealing")
        assert quay.effects(refs).total() == 7
        assert quay.sealed() > 7

    def test_outlives_an_exception_and_keeps_no_other_work_from_its_turn(self, quay: Quay) -> None:
        broken, after = threading.Semaphore(0), threading.Semaphore(0)

        def breaks(_: RunningHouse) -> object:
            broken.release()
            raise RuntimeError("something of a case")

        def follows(_: RunningHouse) -> None:
            after.release()

        with quay.opened() as house, Ticker(house, {(breaks, follows): OFTEN}) as ticks:
            for _ in range(3):
                assert broken.acquire(timeout=10)
                assert after.acquire(timeout=10)
            assert ticks.failed >= 3

    def test_finishes_the_turn_that_is_under_way_when_it_ends(self, quay: Quay) -> None:
        begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

        def takes_long(_: RunningHouse) -> None:
            begun.set()
            go_on.wait(10)
            done.set()

        with quay.opened() as house, Ticker(house, {(takes_long,): OFTEN}):
            assert begun.wait(10)
            go_on.set()
        assert done.is_set()


class Hangs:
    """A channel that hangs until it is let go."""

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()

    def send(self, message: Message) -> None:
        """Hang, and take it."""
        assert message.id
        self.reached.set()
        self.let_go.wait(PATIENCE)


class TestAChannelThatHangs:
    @pytest.mark.parametrize("database", ["sqlite", "postgresql"])
    def test_keeps_no_deadline_waiting_and_locks_nothing(
        self, tmp_path: Path, request: pytest.FixtureRequest, database: str
    ) -> None:
        url = cast("str", request.getfixturevalue("postgres_url")) if database == "postgresql" else None
        quay = quay_in(tmp_path / "house", url)
        (tmp_path / "house" / "people.yaml").write_text(TOLD_BY_MAIL, "utf-8")
        hangs = Hangs()
        with quay.opened() as house:
            vars(house)["office"] = replace(house.office, channels={"email": hangs})
            with ticker(house, OFTEN, OFTEN):
                try:
                    refs = quay.fill(1, 0, soon(-1))
                    assert hangs.reached.wait(PATIENCE)
                    # Written while a message is on its way, and taken while it still is.
                    refs += quay.fill(2, 1, soon(-1))
                    until(lambda: effects(house, refs).total() == 10, "all effects", PATIENCE)
                    assert house.store.outbox.deliveries(["sending"])
                finally:
                    hangs.let_go.set()
                until(lambda: not house.store.outbox.deliveries(["waiting", "sending"]), "all messages", PATIENCE)
        assert set(quay.effects(refs).values()) == {1}

    def test_keeps_no_run_of_another_flow_waiting_in_a_process_for_prefect(self) -> None:
        let_go, done = threading.Event(), threading.Semaphore(0)
        others, delivery = rooms(2)
        with others, delivery:
            for _ in range(2):
                delivery.begin(partial(let_go.wait, PATIENCE))
            assert (delivery.free, others.free) == (0, 2)
            for _ in range(2):
                others.begin(done.release)
            for _ in range(2):
                assert done.acquire(timeout=PATIENCE)
            let_go.set()

    def test_has_a_room_and_so_has_every_other_flow(self) -> None:
        others, delivery = rooms(2)
        with others, delivery:
            assert [one.name for one in FLOWS if delivery.is_for(one)] == ["deliver_notices"]
            assert [one.name for one in FLOWS if others.is_for(one) is delivery.is_for(one)] == []


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

    @pytest.mark.parametrize("how", ["serve", "worker"] if FULL else ["serve"])
    def test_do_everything_exactly_once_however_they_are_killed(
        self, postgres_url: str, tmp_path: Path, how: str
    ) -> None:
        quay = quay_in(tmp_path / "house", postgres_url)
        rounds, cases, kills = (20, 300, 10) if FULL else (1, 30, 3)
        draw = random.Random(7)
        with prefect_server(tmp_path) as server, ExitStack() as stack:
            environment = {**quay.environment, **FAST, **(BUSY if how == "worker" else {}), **server.environment}
            programs = [
                stack.enter_context(running(words, environment, tmp_path / f"{place}.log"))
                for place, words in enumerate(
                    [["homeward", "flows", "run"], _for_prefect(how, environment, tmp_path)] * 2
                )
            ]
            eye = stack.enter_context(quay.opened())
            refs: list[str] = []
            killed: Counter[Program] = Counter()
            each = 3 * cases + cases // 3
            for _ in range(rounds):
                of_round = quay.fill(cases, cases // 3, soon(6 if rounds == 1 else 20))
                for moment in sorted(draw.sample(range(each), kills)):
                    until(partial(_has_effects, eye, of_round, moment + 1), f"effect {moment + 1}", PATIENCE)
                    victim = draw.choice(programs)
                    victim.kill()
                    victim.again()
                    killed[victim] += 1
                until(partial(_has_effects, eye, of_round, each), "all effects of a round", PATIENCE)
                refs += of_round
        found = quay.effects(refs)
        assert found.total() == rounds * each
        assert set(found.values()) == {1}
        assert killed.total() == rounds * kills
        quay.sealed()
        if FULL:  # so often that each of them has been killed, and has taken its share
            assert all(killed[one] for one in programs)
            by_prefect = [sum(map(int, TAKEN.findall(one.said))) for one in programs[1::2]]
            assert all(by_prefect)
            assert sum(by_prefect) < found.total()


def _for_prefect(how: str, environment: Mapping[str, str], folder: Path) -> list[str]:
    """The words of a process that runs flows for the server: one of ours, or a worker of Prefect's own."""
    if how == "serve":
        return ["homeward", "flows", "serve"]
    with running(["homeward", "flows", "deploy", "--pool", "house"], environment, folder / "deploy.log") as program:
        assert program.ended() == 0
    return ["prefect", "worker", "start", "--pool", "house"]


def _has_effects(house: RunningHouse, refs: list[str], count: int) -> bool:
    return effects(house, refs).total() >= count
