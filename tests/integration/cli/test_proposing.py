"""The change that waits in a demonstration is proposed while its house is served, and never keeps it from ending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from config.loader import Loaded
from interfaces.demo.draft import Proposing
from interfaces.demo.make import make
from state_machine.checks.verdict import Report
from wiring.house import RunningHouse, open_house
from wiring.proving import proved
from wiring.settings import Settings

MINUTES = 300.0


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningHouse]:
    """A demonstration that was just made."""
    settings = Settings.model_construct(home=tmp_path / "demo")
    known, played = make(settings, dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC))
    assert played.otherwise == []
    house = open_house(settings, sweeps=False, known=known)
    yield house
    house.close()


def test_what_was_not_proposed_before_the_end_is_at_the_next_start(running: RunningHouse) -> None:
    told: list[str] = []
    begun: Future[Proposing] = Future()

    def ends_meanwhile(loaded: Loaded) -> Report:
        report = proved(loaded)
        begun.result(MINUTES).end()
        return report

    begun.set_result(Proposing(running, told.append, ends_meanwhile))
    assert begun.result().wait(MINUTES)
    versions = running.store.versions
    assert versions.open_proposals() == []

    assert Proposing(running, told.append).wait(MINUTES)
    (waiting,) = versions.open_proposals()
    assert (waiting.name, waiting.asked_by) == ("kh-2009", "vanna")

    # And not again, whatever became of it: nothing is proved any more.
    asked: list[Loaded] = []

    def asks(loaded: Loaded) -> Report:
        asked.append(loaded)
        return proved(loaded)

    assert Proposing(running, told.append, asks).wait(MINUTES)
    assert (asked, told) == ([], [])
    assert [one.id for one in versions.open_proposals()] == [waiting.id]
