"""Promise 5: a process that was stopped and wakes writes nothing late; one that stops in the middle is told."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from cases.sweep import run_once
from config.settings import Settings
from storage.house_key import HomeKey
from storage.sql_store import SqlStore
from tests.architecture.sources import ROOT
from tests.houses import SmallHouse
from tests.integration.flows.quay_house import until
from tests.integration.notices.posted import let_time_go_by, make_due, to_webhook
from tests.integration.promises.waiting import waiting_house
from tests.offices import Caught, post
from wiring.clock import SystemClock, VirtualClock
from wiring.watch import watch_once

HOUR = dt.timedelta(hours=1)
MOMENT = dt.timedelta(milliseconds=200)
OTHERS_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE state = 'idle in transaction' AND datname = current_database()"
)
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"


class Stopping:
    """The program that stops itself."""

    def __init__(self, how: str, url: str, key: Path, rounds: int) -> None:
        words = [sys.executable, "-m", "tests.integration.promises.stopped", how, url, str(key), str(rounds)]
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def stopped(self) -> None:
        """Wait until it has stopped."""
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), f"it ended with {status}"

    def wake(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def refused(self) -> int:
        """Wait for its end; how often its late write was refused."""
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return int(said)


@contextmanager
def stopping(how: str, url: str, key: HomeKey, rounds: int) -> Iterator[Stopping]:
    """It is gone afterwards, however the test ended."""
    program = Stopping(how, url, key.path, rounds)
    try:
        yield program
    finally:
        program.process.kill()
        program.process.wait(60)


def due_now(house: SmallHouse) -> str:
    """A case that is due, by the real clock."""
    house.clock = VirtualClock(SystemClock().now() - HOUR)
    ref = house.open("sok", span="PT59M")
    house.clock = VirtualClock(SystemClock().now())
    return ref


def told(house: SmallHouse, ref: str) -> int:
    """How often time has told of a case."""
    return house.kinds(ref).count("case:deadline:reminded")


class TestASweepThatWakesLate:
    def test_is_refused_every_time(self, url: str, key: HomeKey, store: SqlStore, full: bool) -> None:
        rounds, refs, house = 100 if full else 6, [], waiting_house(SystemClock().now(), store=store)
        with stopping("late", url, key, rounds) as program:
            for _ in range(rounds):
                program.stopped()
                refs.append(due_now(house))
                program.wake()
                program.stopped()  # it has read, decided, and is about to write
                assert run_once(house.house, house.clock.now()).taken == 1
                program.wake()
            assert program.refused() == rounds
        assert [told(house, ref) for ref in refs] == [1] * rounds

    def test_without_a_fence_it_would_tell_twice(self, url: str, key: HomeKey, store: SqlStore) -> None:
        house = waiting_house(SystemClock().now(), store=store)
        with stopping("careless", url, key, 1) as program:
            program.stopped()
            ref = due_now(house)
            program.wake()
            program.stopped()
            run_once(house.house, house.clock.now())
            program.wake()
            program.refused()
        assert told(house, ref) == 2


class TestASenderThatWakesLate:
    def test_does_not_overwrite_what_came_of_it(self, url: str, key: HomeKey, store: SqlStore, full: bool) -> None:
        rounds, caught = 100 if full else 4, Caught()
        made = post(store, channels={"webhook": caught}, sok=to_webhook(1))
        with stopping("sender", url, key, rounds) as program:
            for number in range(rounds):
                program.stopped()
                make_due(made, 1)
                program.wake()
                program.stopped()  # it has claimed, and is handing over
                let_time_go_by(url)  # past its lease
                made.house.clock = VirtualClock(SystemClock().now())
                made.deliver()
                assert len(caught.messages) == number + 1
                program.wake()
            assert program.refused() == rounds
        sent = [one for one in made.office.outbox.deliveries(["sent"], 1000) if one.channel == "webhook"]
        assert [one.tries for one in sent] == [2] * rounds


class TestASweepThatStopsInsideItsTransaction:
    def test_blocks_the_house_and_the_watchdog_alarms(
        self, url: str, key: HomeKey, store: SqlStore, full: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On SQLite it holds everybody up until it goes on; PostgreSQL ends it after a minute, and others go on."""
        monkeypatch.setenv("HOMEWARD_DATABASE_URL", url)
        house = waiting_house(SystemClock().now(), store=store)

        def wrong() -> tuple[str, ...]:
            return watch_once(Settings(), HOUR, patience=MOMENT).wrong

        with stopping("inside", url, key, 1) as program:
            program.stopped()
            ref = due_now(house)
            assert wrong() == ()
            program.wake()
            program.stopped()
            until(lambda: wrong() == ("blocked",), "an alarm", 10)
            if url.startswith("postgresql"):
                assert run_once(house.house, house.clock.now()).taken == 0  # it leaves out what somebody holds
                _end_the_session(url, at_once=not full)
                assert run_once(house.house, house.clock.now()).taken == 1
            program.wake()
            program.refused()
        assert wrong() == ()
        assert told(house, ref) == 1


def _end_the_session(url: str, *, at_once: bool) -> None:
    """Wait until the server has ended the session of the one that is stopped; or end it, as the server would."""
    with psycopg.connect(url, autocommit=True) as connection:
        if at_once:
            connection.execute(OTHERS_END)
        until(lambda: connection.execute(OTHERS).fetchone() == (0,), "the end of the session", 90)
