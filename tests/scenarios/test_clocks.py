"""Houses whose clocks change, and houses that rest on the holidays of their countries: their scenarios pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from interfaces.scenarios.library import run_scenario, workflow_of
from interfaces.scenarios.model import read_scenario

FILES = sorted(Path(__file__).with_name("clocks").glob("*/scenarios/*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_time_acts_as_the_calendar_of_the_house_says(path: Path) -> None:
    result = run_scenario(path)
    assert result.failure is None, f"{path}:{result.failure.line}: {result.failure.found}"


def test_there_is_a_house_for_each_of_these_calendars() -> None:
    calendars = [workflow_of(read_scenario(path))[0].workflow.calendar for path in FILES]
    assert {(one.time_zone, one.holidays) for one in calendars} == {
        ("Europe/Berlin", None),
        ("Asia/Bangkok", "TH"),
        ("Asia/Ho_Chi_Minh", "VN"),
    }
