"""`homeward serve` as a process: it answers, it ends, and it does not serve what it must not."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from interfaces.cli.main import main
from tests.architecture.sources import ROOT
from tests.browser import PROGRAM, House, end, start
from wiring.safe import lies_in_memory, mounts_text

SMALL = Path(__file__).with_name("harbour")


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that does not lie in memory, from where no house of real work is served; test folders may."""
    if not lies_in_memory(tmp_path, mounts_text()):
        yield tmp_path
        return
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        yield Path(folder)


@pytest.fixture
def real_home(on_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a house of real work, with the small workflow."""
    home = on_disk / "house"
    home.mkdir(mode=0o700)
    for name in list(os.environ):
        if name.startswith("HOMEWARD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOMEWARD_HOME", str(home))
    monkeypatch.setenv("HOMEWARD_WORKFLOW", str(SMALL))
    return home


@pytest.fixture
def served(real_home: Path, tmp_path: Path) -> Iterator[dict[str, object]]:
    """What `homeward serve --json` says of a new house."""
    assert real_home.is_dir()
    log = tmp_path / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line == "}\n":
            break
    assert said, log.read_text("utf-8")
    yield json.loads(said)
    assert end(process) == 0


def test_a_house_answers_and_says_whether_it_can_work(served: dict[str, object]) -> None:
    with httpx.Client(base_url=str(served["address"])) as client:
        for path in ("/health/live", "/health/ready"):
            answer = client.get(path)
            assert (answer.status_code, answer.content) == (204, b"")
            assert "server" not in answer.headers
        assert client.get("/sign-in").status_code == 200


def test_the_first_administrator_gets_a_link(served: dict[str, object]) -> None:
    link = str(served["first_administrator"])
    assert link.startswith(f"{served['address']}/welcome/")
    assert httpx.get(link).status_code == 200


def test_no_button_lets_anybody_in(served: dict[str, object]) -> None:
    answer = httpx.post(f"{served['address']}/sign-in/demo", data={"person": "administrator"})
    assert answer.status_code == 404


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_whoever_tells_it(sign: signal.Signals, made_house: Path, tmp_path: Path) -> None:
    process, address = start(made_house, tmp_path / "log")
    assert httpx.get(f"{address}/health/live").status_code == 204
    process.send_signal(sign)
    assert process.wait(60) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_a_house_of_real_work_is_never_served_as_a_demonstration(
    real_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["case", "list"]) == 0
    before = sorted(path.name for path in real_home.iterdir())
    assert main(["serve", "--demo", "--port", "0"]) == 1
    assert "real work" in " ".join(capsys.readouterr().err.split())
    assert sorted(path.name for path in real_home.iterdir()) == before


def test_a_demonstration_is_never_served_as_a_house_of_real_work(
    real_home: Path, made_house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert real_home.is_dir()
    monkeypatch.setenv("HOMEWARD_HOME", str(made_house))
    monkeypatch.delenv("HOMEWARD_WORKFLOW")
    assert main(["serve", "--port", "0"]) == 1
    assert "--demo" in capsys.readouterr().err


def test_the_mark_of_a_demonstration_cannot_be_taken_away(made_house: Path) -> None:
    line = sqlite3.connect(made_house / "house.db")
    try:
        for statement in ("DELETE FROM demonstration", "UPDATE demonstration SET made_at = 0"):
            with pytest.raises(sqlite3.IntegrityError, match="stays one"):
                line.execute(statement)
    finally:
        line.close()


def test_a_change_of_the_workflow_waits_in_it_for_a_second_person(made_house: Path) -> None:
    line = sqlite3.connect(made_house / "house.db")
    try:
        assert line.execute("SELECT name, asked_by, state FROM proposals").fetchall() == [("kh-2009", "vanna", "open")]
        (names,) = line.execute("SELECT count(*) FROM working_names").fetchone()
    finally:
        line.close()
    assert names == 70


def test_an_address_that_others_reach_is_refused_before_anything_is_opened(
    real_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--host", "0.0.0.0", "--port", "0"]) == 1
    assert "HOMEWARD_LINK_BASE" in capsys.readouterr().err
    assert list(real_home.iterdir()) == []


def test_a_port_that_is_taken_is_told(demo_house: House, real_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert real_home.is_dir()
    taken = demo_house.address.rpartition(":")[2]
    assert main(["serve", "--port", taken]) == 1
    assert "--port" in capsys.readouterr().err


def test_the_demonstration_keeps_to_a_folder_of_its_own(
    real_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOMEWARD_KEY_FILE", str(real_home / "key"))
    assert main(["serve", "--demo", "--port", "0"]) == 1
    assert "HOMEWARD_KEY_FILE" in capsys.readouterr().err
