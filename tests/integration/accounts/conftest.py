"""A small house, opened once; each test has accounts of its own before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from tests.integration.accounts.browser import Pages
from wiring.clock import VirtualClock
from wiring.house import RunningHouse, open_house

HARBOUR = Path(__file__).parents[1] / "cli" / "harbour"
PEOPLE = """\
sok: [case_manager, health_worker]
rith: [case_manager]
dara: [supervisor]
vanna: [administrator]
lin: [auditor]
"""


@pytest.fixture(scope="module")
def clock() -> VirtualClock:
    """Goes on from test to test."""
    return VirtualClock(dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, clock: VirtualClock) -> Iterator[RunningHouse]:
    """A house with its people."""
    home = tmp_path_factory.mktemp("house")
    (home / "people.yaml").write_text(PEOPLE, "utf-8")
    opened = open_house(Settings(home=home, workflow=str(HARBOUR)), clock)
    yield opened
    opened.close()


@pytest.fixture
def pages(running: RunningHouse, clock: VirtualClock) -> Pages:
    """Its pages; nobody has an account yet."""
    return Pages(running, clock)
