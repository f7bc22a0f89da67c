"""The watchdog: alarms from outside, needs no key, and changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import psycopg
import pytest

from cases.errors import CannotStart
from interfaces.cli.main import main
from storage.watching import Queue
from tests.integration.flows.programs import running
from tests.integration.flows.quay_house import Quay, quay_in, soon, until
from wiring.settings import read_settings
from wiring.watch import Alarm, Watched, judge, watch_once

TEN_MINUTES = dt.timedelta(minutes=10)
NOW = dt.datetime(2027, 3, 1, 9, 0, tzinfo=dt.UTC)
MOMENT = dt.timedelta(milliseconds=50)


@pytest.fixture(params=["sqlite", "postgresql"])
def quay(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quay:
    """A house on each database; the environment names it."""
    url = cast("str", request.getfixturevalue("postgres_url")) if request.param == "postgresql" else None
    house = quay_in(tmp_path / "house", url)
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    return house


def watch(max_late: dt.timedelta = TEN_MINUTES) -> Watched:
    """Look at the house that the environment names."""
    return watch_once(read_settings(), max_late, patience=MOMENT)


@pytest.fixture
def stopped(quay: Quay) -> Iterator[None]:
    """Somebody who stopped in the middle of a writing transaction."""
    url = quay.environment.get("HOMEWARD_DATABASE_URL")
    if url is None:
        connection = sqlite3.connect(Path(quay.environment["HOMEWARD_HOME"]) / "house.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()
    else:
        with psycopg.connect(url) as lingering:
            lingering.execute("SELECT 1")
            yield


class TestTheJudgement:
    @pytest.mark.parametrize(
        ("late", "blocked", "wrong"),
        [
            (None, False, ()),
            (dt.timedelta(hours=-1), False, ()),
            (TEN_MINUTES, False, ()),
            (TEN_MINUTES + MOMENT, False, ("late",)),
            (None, True, ("blocked",)),
            (dt.timedelta(days=1), True, ("late", "blocked")),
        ],
    )
    def test_follows_from_the_queue(self, late: dt.timedelta | None, blocked: bool, wrong: tuple[str, ...]) -> None:
        queue = Queue(None if late is None else NOW - late, None, blocked)
        assert judge(queue, TEN_MINUTES, NOW).wrong == wrong


class Counted:
    """An alarm command that keeps what it was told, or fails; a counter of seconds that stands until it is moved."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.fails = False
        self.seconds = 0.0

    def call(self, message: str) -> None:
        """Keep a message, or fail."""
        if self.fails:
            raise CannotStart("the alarm command ended with 1")
        self.told.append(message)

    def alarm(self) -> Alarm:
        """An alarm that calls this."""
        return Alarm(self.call, lambda: self.seconds)


LATE = Watched(("late",), "it is late", TEN_MINUTES)
GONE = Watched(("unreachable",), "it is gone", None)
WELL = Watched((), "all is well", None)


class TestTheAlarm:
    def test_is_raised_when_it_begins_changes_and_is_over_and_not_between(self) -> None:
        counted = Counted()
        alarm = counted.alarm()
        for seen in (WELL, LATE, LATE, GONE, GONE, WELL, WELL):
            alarm.hear(seen)
        assert counted.told == ["Homeward: it is late", "Homeward: it is gone", "Homeward: all is well"]

    def test_is_repeated_each_hour_while_it_lasts_and_not_afterwards(self) -> None:
        counted = Counted()
        alarm = counted.alarm()
        for _ in range(121):
            alarm.hear(LATE)
            counted.seconds += 60
        assert counted.told == ["Homeward: it is late"] * 3
        for _ in range(121):
            alarm.hear(WELL)
            counted.seconds += 60
        assert counted.told[3:] == ["Homeward: all is well"]

    def test_that_could_not_be_raised_is_raised_at_the_next_look(self) -> None:
        counted = Counted()
        alarm = counted.alarm()
        counted.fails = True
        for _ in range(2):
            with pytest.raises(CannotStart):
                alarm.hear(LATE)
        counted.fails = False
        alarm.hear(LATE)
        alarm.hear(LATE)
        assert counted.told == ["Homeward: it is late"]


class TestWatching:
    def test_finds_nothing_wrong_with_a_house_that_keeps_up(self, quay: Quay) -> None:
        quay.fill(1, 0, soon(3600))
        seen = watch()
        assert (seen.wrong, seen.late) == ((), dt.timedelta())

    def test_alarms_when_the_oldest_due_row_is_too_late(self, quay: Quay) -> None:
        quay.fill(1, 0, soon(-3600))
        seen = watch()
        assert seen.wrong == ("late",)
        assert seen.late is not None
        assert seen.late >= dt.timedelta(hours=1)
        assert watch(dt.timedelta(hours=2)).wrong == ()

    def test_alarms_when_somebody_blocks_the_house(self, quay: Quay, request: pytest.FixtureRequest) -> None:
        quay.fill(1, 0, soon(3600))
        request.getfixturevalue("stopped")
        until(lambda: watch().wrong == ("blocked",), "an alarm", 10)

    def test_needs_no_key_and_changes_nothing(self, quay: Quay) -> None:
        quay.fill(1, 0, soon(-3600))
        home = Path(quay.environment["HOMEWARD_HOME"])
        (home / "house.key").unlink()
        before = _digests(home)
        watch()
        assert _digests(home) == before


class TestAHouseThatIsGone:
    def test_is_told_and_not_made(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_HOME", str(tmp_path))
        assert watch().wrong == ("unreachable",)
        assert list(tmp_path.iterdir()) == []

    def test_is_told_without_the_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_DATABASE_URL", "postgresql://sok:zq7yvx@127.0.0.1:9/house")
        seen = watch()
        assert seen.wrong == ("unreachable",)
        assert "zq7yvx" not in seen.message


class TestTheCommand:
    def test_exits_with_1_and_calls_the_alarm_command(
        self, quay: Quay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        quay.fill(1, 0, soon(-3600))
        told = tmp_path / "told"
        monkeypatch.setenv("HOMEWARD_ALARM_COMMAND", f"tee {told}")
        assert main(["watch", "--once"]) == 1
        assert "ALARM: the oldest due row is 1:00:0" in capsys.readouterr().err
        assert told.read_text("utf-8").startswith("Homeward: the oldest due row")

    def test_exits_with_0_and_calls_nobody_when_all_is_well(
        self, quay: Quay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        quay.fill(1, 0, soon(-3600))
        told = tmp_path / "told"
        monkeypatch.setenv("HOMEWARD_ALARM_COMMAND", f"tee {told}")
        assert main(["watch", "--json", "--max-late", "P1D"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert (document["ok"], document["wrong"]) == (True, [])
        assert document["late_seconds"] >= 3600
        assert not told.exists()

    def test_says_when_the_alarm_command_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("HOMEWARD_HOME", str(tmp_path))
        monkeypatch.setenv("HOMEWARD_ALARM_COMMAND", "false")
        assert main(["watch", "--once"]) == 1
        assert "alarm command ended with 1" in " ".join(capsys.readouterr().err.split())

    def test_goes_on_looking_where_the_alarm_command_fails_and_calls_it_until_it_succeeds(self, tmp_path: Path) -> None:
        told = tmp_path / "told"
        command = tmp_path / "alarm"
        command.write_text("#!/bin/sh\nexit 3\n", "utf-8")
        command.chmod(0o700)
        environment = {
            "HOMEWARD_HOME": str(tmp_path),
            "HOMEWARD_ALARM_COMMAND": str(command),
            "HOMEWARD_WATCH_EVERY": "PT0.1S",
        }
        with running(["homeward", "watch"], environment, tmp_path / "watch.log") as program:
            until(lambda: program.said.count("alarm command ended with 3") > 2, "three calls that fail")
            mended = tmp_path / "mended"
            mended.write_text(f"#!/bin/sh\ncat >>{told}\n", "utf-8")
            mended.chmod(0o700)
            mended.replace(command)
            until(told.exists, "a call that succeeds")
            assert program.end() == 1
        assert program.said.count("ALARM:") == 1
        assert told.read_text("utf-8").count("Homeward: the database cannot be reached") == 1

    def test_refuses_what_is_no_duration(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["watch", "--once", "--max-late", "soon"]) == 2
        assert "PT10M" in capsys.readouterr().err


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.iterdir() if not path.name.endswith(("-shm", "-wal"))]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
