"""Whoever works gives signs of life, and whoever fails says so."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from access.screens import Beat
from flows.heart import EVERY, Heart
from flows.ticker import Ticker, ticker
from tests.integration.flows.quay_house import Quay, quay_in, until
from wiring.clock import VirtualClock
from wiring.house import RunningHouse

START = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
OFTEN = dt.timedelta(milliseconds=100)


@pytest.fixture
def quay(tmp_path: Path) -> Quay:
    """A house on SQLite."""
    return quay_in(tmp_path / "house", None)


def beats(house: RunningHouse) -> dict[str, Beat]:
    return {one.work: one for one in house.store.screens.health(house.clock.now()).beats}


class TestAHeart:
    def test_beats_seldom_while_all_is_well(self, quay: Quay) -> None:
        with quay.opened() as opened:
            clock, heart = VirtualClock(START), Heart("ticker")
            house = replace(opened, clock=clock)
            for second in range(0, 25, 5):
                clock.move_to(START + dt.timedelta(seconds=second))
                heart.beats(house, "sweep", f"taken {second}")
                assert beats(house)["sweep"].at == START + EVERY * (second // 10)

    def test_says_at_once_that_a_turn_failed_and_how_often(self, quay: Quay) -> None:
        with quay.opened() as opened:
            house, heart = replace(opened, clock=VirtualClock(START)), Heart("ticker")
            heart.beats(house, "sweep", "taken 1")
            for failed in (1, 2):
                heart.misses(house, "sweep", ValueError("something of a case"))
                assert beats(house)["sweep"] == Beat("sweep", "ticker", START, failed, "ValueError")
            heart.beats(house, "sweep", "taken 2")
            assert beats(house)["sweep"].failed == 0


class TestTheTicker:
    def test_gives_signs_of_each_kind_of_work(self, quay: Quay) -> None:
        with quay.opened() as house, ticker(house, OFTEN, OFTEN):
            until(lambda: {"sweep", "deliver", "seal_journal"} <= set(beats(house)), "signs of life")

    def test_tells_what_fails(self, quay: Quay) -> None:
        broken = threading.Semaphore(0)

        def breaks(_: RunningHouse) -> object:
            broken.release()
            raise RuntimeError("something of a case")

        with quay.opened() as house, Ticker(house, {(breaks,): OFTEN}):
            for _ in range(2):
                assert broken.acquire(timeout=10)
            until(lambda: "breaks" in beats(house) and beats(house)["breaks"].failed > 0, "the failure")
            assert beats(house)["breaks"].said == "RuntimeError"
