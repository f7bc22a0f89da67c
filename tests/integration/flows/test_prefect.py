"""Our flows on a real Prefect server: visible, quiet about cases, and without it nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.logging import disable_run_logger

from flows.engine import TurnFailed, take_turn
from flows.turns import the_house
from tests.integration.flows.programs import FLOWS, Server, prefect_server, running
from tests.integration.flows.quay_house import DARA, PATIENCE, SOK, STORY, Quay, effects, quay_in, soon, until
from wiring.house import RunningHouse

SCHEDULED = {"HOMEWARD_FLOW_EVERY": "PT5S"}
WHEN_ASKED = {"HOMEWARD_FLOW_EVERY": "P1D"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prefect server for all of these tests, and no others."""
    with prefect_server(tmp_path_factory.mktemp("server")) as up:
        yield up


@pytest.fixture
def quay(tmp_path: Path) -> Quay:
    """A house on SQLite."""
    return quay_in(tmp_path / "house", None)


class TestTheServer:
    def test_can_be_imported_as_it_is_installed(self) -> None:
        said = "from prefect.server.api.server import create_app; create_app(ephemeral=True)"
        done = subprocess.run([sys.executable, "-c", said], capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr


class TestServedFlows:
    def test_do_all_work_are_visible_and_leave_nothing_of_a_case(
        self, quay: Quay, server: Server, tmp_path: Path
    ) -> None:
        refs = quay.fill(3, 2, soon(-1))
        environment = {**quay.environment, **WHEN_ASKED, **server.environment}
        with running(["homeward", "flows", "serve"], environment, tmp_path / "serve.log") as program:
            server.start_flows(FLOWS)
            until(lambda: server.completed() >= FLOWS, "a run of every flow")
            assert program.end() == 0
        assert quay.effects(refs).total() == 11
        assert set(quay.effects(refs).values()) == {1}
        assert quay.sealed() > 0
        _has_nothing_of_a_case(server.home, refs)
        assert _asked(server.home, "SELECT count(*) FROM events WHERE event LIKE '%heartbeat%'") == 0
        assert _asked(server.home, "SELECT count(*) FROM flow_run_state WHERE result_artifact_id IS NOT NULL") == 0

    def test_start_by_their_schedules_and_go_on_when_the_servers_database_is_lost(
        self, quay: Quay, server: Server, tmp_path: Path
    ) -> None:
        refs = quay.fill(2, 1, soon(-1))
        environment = {**quay.environment, **SCHEDULED, **server.environment}
        with running(["homeward", "flows", "serve"], environment, tmp_path / "serve.log"), quay.opened() as eye:
            until(lambda: effects(eye, refs).total() == 7, "the first effects", PATIENCE)
            server.program.kill()
            refs += quay.fill(2, 1, soon(-1))
            shutil.rmtree(server.home)
            server.home.mkdir()
            server.program.again()
            until(lambda: effects(eye, refs).total() == 14, "the effects that came meanwhile", PATIENCE)
        assert set(quay.effects(refs).values()) == {1}

    def test_need_a_server_that_is_there(self, quay: Quay, tmp_path: Path) -> None:
        nowhere = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_HOME": str(tmp_path / "client")}
        words = ["homeward", "flows", "serve"]
        with running(words, {**quay.environment, **nowhere}, tmp_path / "serve.log") as program:
            assert program.ended() == 1
        assert "No Prefect server answers" in program.said


class TestDeployedFlows:
    def test_run_on_a_worker(self, quay: Quay, server: Server, tmp_path: Path) -> None:
        refs = quay.fill(2, 1, soon(-1))
        environment = {**quay.environment, **WHEN_ASKED, **server.environment}
        deploy = ["homeward", "flows", "deploy", "--pool", "house", "--json"]
        with running(deploy, environment, tmp_path / "deploy.log") as program:
            assert program.ended() == 0
        assert '"seal_journal/homeward"' in program.said
        server.start_flows({"escalate", "follow_up"})
        work = ["prefect", "worker", "start", "--pool", "house", "--run-once"]
        wanted = {"case:deadline:reminded", "case:deadline:breached"}
        with running(work, environment, tmp_path / "worker.log"), quay.opened() as eye:
            until(lambda: {kind for _, kind in effects(eye, refs)} >= wanted, "two runs on the worker", PATIENCE)
        assert set(quay.effects(refs).values()) == {1}
        _has_nothing_of_a_case(server.home, refs)


class TestATurnThatFails:
    def test_tells_prefect_the_type_of_the_error_and_no_word_of_it(
        self, quay: Quay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in quay.environment.items():
            monkeypatch.setenv(name, value)
        the_house.cache_clear()

        def breaks(_: RunningHouse) -> str:
            raise ValueError(STORY)

        with disable_run_logger(), pytest.raises(TurnFailed) as told:
            take_turn(breaks)
        the_house().close()
        the_house.cache_clear()
        assert "ValueError" in str(told.value)
        assert STORY not in str(told.value)
        assert told.value.__suppress_context__


def _has_nothing_of_a_case(home: Path, refs: list[str]) -> None:
    files = [path for path in home.parent.rglob("*") if path.is_file()]
    assert any(path.name == "prefect.db" for path in files)
    signs = [SOK, DARA, STORY, *refs]
    found = [
        (path.name, sign) for path in files for sign in signs if sign.encode() in path.read_bytes().replace(b"\0", b"")
    ]
    assert found == []


def _asked(home: Path, question: str) -> Any:
    connection = sqlite3.connect(home / "prefect.db")
    try:
        return connection.execute(question).fetchone()[0]
    finally:
        connection.close()
