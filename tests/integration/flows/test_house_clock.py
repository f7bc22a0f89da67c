"""Which clock a house goes by: on PostgreSQL the server's, whatever the machine shows; on SQLite the machine's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import psycopg
import pytest

from cases.request import Request
from cases.take_step import take_step
from tests.integration.flows.quay_house import HOUR, SOK, STORY, quay_in
from wiring.clock import SystemClock
from wiring.house import open_house
from wiring.settings import read_settings

MOMENT = dt.timedelta(seconds=1)


class AnHourOff:
    """The clock of a machine that nobody has set right."""

    def now(self) -> dt.datetime:
        """An hour too late."""
        return SystemClock().now() + HOUR


def dated(folder: Path, url: str | None, monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The moments in the journal of a case that is opened on such a machine."""
    for name, value in quay_in(folder, url).environment.items():
        monkeypatch.setenv(name, value)
    running = open_house(read_settings(), machine=AnHourOff())
    try:
        request = Request("open", running.house.actor(SOK), None, process="case", facts={"story": STORY})
        ref = take_step(running.house, request, running.clock.now()).ref
        with running.store.look() as tx:
            return [entry.at for entry in tx.entries(ref)]
    finally:
        running.close()


class TestAHouse:
    def test_on_postgresql_dates_its_steps_by_the_time_of_the_server(
        self, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with psycopg.connect(postgres_url, autocommit=True) as server:
            asked = "SELECT clock_timestamp()"
            (before,) = server.execute(asked).fetchone() or (None,)
            moments = dated(tmp_path / "house", postgres_url, monkeypatch)
            (after,) = server.execute(asked).fetchone() or (None,)
        assert moments
        assert all(before - MOMENT <= one <= after + MOMENT for one in moments)

    def test_on_sqlite_dates_them_by_the_time_of_its_machine(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = SystemClock().now()
        moments = dated(tmp_path / "house", None, monkeypatch)
        assert moments
        assert all(before + HOUR <= one <= SystemClock().now() + HOUR for one in moments)
