"""Promise 7: whatever the zone, the moment and the figure, time acts once, and never early by more than a second."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from cases.sweep import run_once
from config.calendars import zone_names
from config.durations import Duration
from tests.houses import SmallHouse
from tests.integration.promises.waiting import rules_in, waiting_house
from wiring.clock import VirtualClock

SECOND = dt.timedelta(seconds=1)
HOUR = dt.timedelta(hours=1)
FIRST, LAST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2060, 1, 1, tzinfo=dt.UTC)
# Beside those of this part of the world, zones whose clocks leap by odd amounts, at midnight, or by a whole day.
ODD = (
    "Asia/Phnom_Penh",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Kathmandu",
)


def drawn(chance: random.Random, zones: tuple[str, ...]) -> tuple[str, dt.datetime, Duration]:
    """A zone, an instant and a duration; a third of the instants are an end of February or near a change of clocks."""
    zone = chance.choice(zones)
    instant = FIRST + (LAST - FIRST) * chance.random()
    special = chance.randrange(6)
    if special == 0:
        instant = instant.replace(month=2, day=28) + dt.timedelta(days=1)
    elif special == 1:
        instant = _near_a_change(instant, rules_in(zone).calendar.zone, chance)
    years, months, days = chance.choice((0, 0, 1, 4)), chance.choice((0, 0, 1, 30)), chance.choice((0, 1, 7, 400))
    seconds = chance.choice((0, 0, 59, 9_000, 90_000))
    if not (years or months or days or seconds):
        days = 1
    return zone, instant.replace(microsecond=0), Duration(years, months, days, seconds)


def _near_a_change(instant: dt.datetime, zone: ZoneInfo, chance: random.Random) -> dt.datetime:
    """A moment within three hours of the next change of clocks, or the moment itself where there is none in a year."""
    for _ in range(366):
        later = instant + dt.timedelta(days=1)
        if later.astimezone(zone).utcoffset() != instant.astimezone(zone).utcoffset():
            return instant + dt.timedelta(hours=chance.uniform(-3, 27))
        instant = later
    return instant


def written(figure: Duration) -> str:
    """The figure as a fact says it."""
    return f"P{figure.years}Y{figure.months}M{figure.days}DT{figure.seconds}S"


def earliest(start: dt.datetime, figure: Duration, zone: ZoneInfo) -> dt.datetime:
    """The first second after which the wall clock shows the reckoned time or a later one; found by looking at it."""
    reckoned = _reckoned(start.astimezone(zone).replace(tzinfo=None), figure)
    if figure.whole_months or figure.days:
        low = reckoned.replace(tzinfo=dt.UTC) - dt.timedelta(hours=36)
        # Clocks change once in these days at most: look at each side of every quarter of an hour, then at its seconds.
        found = next(
            low + number * 15 * dt.timedelta(minutes=1)
            for number in range(400)
            if _shown(low + number * 15 * dt.timedelta(minutes=1), zone) >= reckoned
        )
        begin = found - dt.timedelta(minutes=15)
        while found - begin > SECOND:
            middle = begin + (found - begin) // 2
            begin, found = (begin, middle) if _shown(middle, zone) >= reckoned else (middle, found)
        start = found
    return start + dt.timedelta(seconds=figure.seconds)


def _shown(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _reckoned(wall: dt.datetime, figure: Duration) -> dt.datetime:
    """Month arithmetic in the plainest way: the last day of the month that exists."""
    months = wall.year * 12 + wall.month - 1 + figure.whole_months
    for day in range(wall.day, 0, -1):
        try:
            return wall.replace(year=months // 12, month=months % 12 + 1, day=day) + dt.timedelta(days=figure.days)
        except ValueError:
            continue
    raise AssertionError


def told(house: SmallHouse, ref: str) -> list[dict[str, Any]]:
    """What time has done to a case."""
    with house.store.look() as tx:
        entries = [one for one in tx.entries(ref) if one.kind == "case:deadline:reminded"]
    return [orjson.loads(one.clear) for one in entries]


def swept_at(house: SmallHouse, ref: str, at: dt.datetime) -> int:
    """How often a case has been told of, once the clock shows this moment and the sweep has run."""
    house.clock = VirtualClock(at)
    run_once(house.house, house.clock.now())
    return len(told(house, ref))


class TestManyClocks:
    def test_time_acts_once_and_never_early(self, full: bool) -> None:
        chance = random.Random("clocks")
        zones = tuple(sorted(set(zone_names()))) if full else ODD
        for number in range(10_000 if full else 250):
            zone, start, figure = drawn(chance, zones)
            said = f"{number}: {zone}, {start}, {written(figure)}"
            house = waiting_house(start, zone)
            ref = house.open("sok", span=written(figure))
            due = earliest(start, figure, rules_in(zone).calendar.zone)
            assert swept_at(house, ref, due - SECOND) == 0, said
            assert swept_at(house, ref, due + SECOND) == 1, said
            assert told(house, ref)[0]["late_seconds"] in (0, 1, 2), said
            # The clock goes back, as somebody sets it right, and forward again.
            assert swept_at(house, ref, due - HOUR) == 1, said
            assert swept_at(house, ref, due + HOUR) == 1, said

    @pytest.mark.parametrize("early", [dt.timedelta(seconds=2), HOUR])
    def test_one_that_is_early_would_be_found(self, early: dt.timedelta) -> None:
        chance = random.Random("early")
        found = 0
        for _ in range(5):
            zone, start, figure = drawn(chance, ODD)
            house = waiting_house(start, zone)
            ref = house.open("sok", span=written(figure))
            due = earliest(start, figure, rules_in(zone).calendar.zone)
            found += swept_at(house, ref, due + early - SECOND) == 1
        assert found == 5
