"""Ways around the door that a fresh look found, and that are shut."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.correct import Correction, correct
from cases.errors import BadInput
from cases.request import Request
from cases.take_step import take_step
from tests.houses import rules_of, small_house
from tests.small_workflow import SMALL

HOUR = dt.timedelta(hours=1)


class TestTheClockGoingBack:
    def test_does_not_make_news_older_than_what_it_corrects(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.clock.move_to(house.clock.now() + 2 * HOUR)
        house.record("sok", case, place_safe=True)
        earlier = house.clock.now() - HOUR
        request = Request("record", house.house.actor("sok"), case, facts={"place_safe": False})
        assert take_step(house.house, request, earlier).decision == "applied"
        assert house.instance(case).facts["place_safe"].value is False


class TestRecordingNothing:
    def test_is_no_attempt(self) -> None:
        house = small_house()
        case = house.open("sok")
        with pytest.raises(BadInput, match="nothing to record"):
            house.record("sok", case)
        assert house.revision(case) == 1


class TestACorrection:
    def test_brings_along_no_fact_that_the_entry_never_recorded(self) -> None:
        house = small_house()
        case = house.open("sok", group="adult")
        wrong = Correction(house.house.actor("sok"), case, 1, {"note": "smuggled in"}, ("group",))
        with pytest.raises(BadInput, match="note"):
            correct(house.house, wrong, house.clock.now())


class TestALocalTitle:
    def test_is_asked_the_guards_of_the_role_that_it_counts_as(self) -> None:
        text = SMALL.replace(
            "  nurse: {says: Nurse}",
            "  trainee: {says: Trainee, assigned: true, counts_as: [helper]}\n  nurse: {says: Nurse}",
        )
        guards = rules_of(text).processes["case"].role_guards
        assert [guard.name for guard in guards["trainee"]] == ["helper_vetted"]
