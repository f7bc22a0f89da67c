"""The change that waits in a demonstration is proposed while its house is served, and never keeps it from ending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
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


def test_what_was_not_proposed_before_the_end_is_at_the_next_start(
    running: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    begun: list[Proposing] = []

    def ends_meanwhile(loaded: Loaded) -> Report:
        report = proved(loaded)
        begun[0].end()
        return report

    monkeypatch.setattr("interfaces.demo.draft.proved", ends_meanwhile)
    begun.append(Proposing(running, told.append))
    assert begun[0].wait(MINUTES)
    versions = running.store.versions
    assert versions.open_proposals() == []

    monkeypatch.setattr("interfaces.demo.draft.proved", proved)
    assert Proposing(running, told.append).wait(MINUTES)
    (waiting,) = versions.open_proposals()
    assert (waiting.name, waiting.asked_by) == ("kh-2009", "vanna")

    # And not again, whatever became of it.
    monkeypatch.setattr("interfaces.demo.draft.proved", lambda _: pytest.fail("it was proposed before"))
    assert Proposing(running, told.append).wait(MINUTES)
    assert [one.id for one in versions.open_proposals()] == [waiting.id]
    assert told == []
