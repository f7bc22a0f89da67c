"""How durations are counted: a time zone, working days and public holidays (semantics 21).

A part of a duration that is a day or longer is arithmetic on the local calendar: the time of day stays, month ends
clamp (31 January + P1M is 28 or 29 February). A local time that does not exist is the first instant after the
gap; one that exists twice is the earlier for "latest by" and the later for "not before". Hours and shorter are
counted by the clock. All instants that come in must be aware; all that go out are in UTC.

Zones are read from the package `tzdata`, so that they do not depend on the age of the machine.
"""

from __future__ import annotations

import calendar as month_lengths
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

import holidays

from config.conditions import Counts
from config.definition import Calendar
from config.durations import Duration

Sense = Literal["latest_by", "not_before"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HASHED_YEARS = range(2020, 2061)
"""The years whose holidays go into a calendar's hash, and in which a day may be decreed."""

NAMED_IN = "en_US"
"""The language in which holidays are named; where a country has no names in it, they come in its own."""

FIRST = dt.datetime(1000, 1, 1, tzinfo=dt.UTC)
LAST = dt.datetime(9998, 12, 31, tzinfo=dt.UTC)
"""Instants beyond these are drawn in to them: no figure of a workflow reaches so far, but a typing slip may."""

_TICK = dt.timedelta(microseconds=1)


def zone_file(name: str) -> bytes | None:
    """The compiled rules of an IANA time zone, or None where there is none of this name."""
    parts = name.split("/")
    if not name.isascii() or not all(
        part and part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in parts
    ):
        return None
    path = files("tzdata").joinpath("zoneinfo", *parts)
    if not path.is_file():
        return None
    content = path.read_bytes()
    return content if content.startswith(b"TZif") else None


def zone_names() -> tuple[str, ...]:
    """The names of all time zones."""
    listing = files("tzdata").joinpath("zones").read_text("utf-8")
    return tuple(listing.split())


def holiday_codes() -> tuple[str, ...]:
    """The codes of the countries whose public holidays are known."""
    return tuple(sorted(holidays.list_supported_countries(include_aliases=False)))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    path = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@lru_cache(maxsize=512)
def _public_holidays(code: str, year: int) -> Mapping[dt.date, str]:
    """The days of one year on which a country does not work, and why; none where the library has no data for it."""
    return dict(holidays.country_holidays(code, years=year, language=NAMED_IN).items())


@dataclass(frozen=True, slots=True, order=True)
class DecreedDay:
    """A local day on which nobody works although it is no holiday of the country: its name, and who decreed it."""

    day: dt.date
    name: str
    decreed_by: str


@dataclass(frozen=True, slots=True)
class RestDay:
    """A local day that is no working day. `name` is that of the holiday, empty for a day of the week without work.

    `decreed_by` says who added the holiday, empty where the country has it.
    """

    day: dt.date
    name: str = ""
    decreed_by: str = ""


MOST_KEPT = 20_000
"""So many moments that were counted once are kept by a calendar."""


@dataclass(frozen=True)
class WorkCalendar:
    """A calendar on which durations are counted. `decreed` are holidays on top of the country's, at most one a day.

    `named` are the holidays of the country where they are not looked up: those of a calendar that was kept.
    """

    time_zone: str
    holidays: str | None = None
    working_days: tuple[str, ...] = WEEKDAYS[:5]
    decreed: tuple[DecreedDay, ...] = ()
    named: Mapping[dt.date, str] | None = field(default=None, hash=False)

    @classmethod
    def of(cls, calendar: Calendar, decreed: tuple[DecreedDay, ...] = ()) -> WorkCalendar:
        """The calendar that a workflow declares, with the holidays that the house adds."""
        return cls(calendar.time_zone, calendar.holidays, calendar.working_days, decreed)

    @classmethod
    def kept(cls, content: bytes) -> WorkCalendar:
        """The calendar whose `content` was kept, with its days as they were known then; zone rules are today's."""
        said: dict[str, Any] = json.loads(content)
        decreed = (DecreedDay(dt.date.fromisoformat(day), *words) for day, words in said["decreed"].items())
        named = {dt.date.fromisoformat(day): name for day, name in said["holidays"].items()}
        return cls(said["time_zone"], None, tuple(said["working_days"]), tuple(decreed), named)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone. Raises FileNotFoundError where there is none of this name."""
        return _zone(self.time_zone)

    @cached_property
    def content(self) -> bytes:
        """All that counting depends on, as canonical JSON: holidays of `HASHED_YEARS`, working days, zone rules."""
        holidays_ = {day: name for year in HASHED_YEARS for day, name in self._holidays(year).items()}
        said = {
            "decreed": {one.day.isoformat(): [one.name, one.decreed_by] for one in self.decreed},
            "holidays": {day.isoformat(): name for day, name in holidays_.items()},
            "time_zone": self.time_zone,
            "working_days": list(self.working_days),
            "zone": hashlib.sha256(zone_file(self.time_zone) or b"").hexdigest(),
        }
        return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def is_working_day(self, day: dt.date) -> bool:
        """Whether a local day is one of the working days and no holiday."""
        if WEEKDAYS[day.weekday()] not in self.working_days:
            return False
        return day not in self._decreed and day not in self._holidays(day.year)

    def rest(self, day: dt.date) -> RestDay | None:
        """Why nobody works on a local day; None for a working day."""
        if self.is_working_day(day):
            return None
        decreed = self._decreed.get(day)
        if decreed is not None:
            return RestDay(day, decreed.name, decreed.decreed_by)
        return RestDay(day, self._holidays(day.year).get(day, ""))

    def add(
        self, instant: dt.datetime, duration: Duration, counts: Counts = "days", sense: Sense = "latest_by"
    ) -> dt.datetime:
        """The instant (UTC) that lies a duration after `instant`, or before it where the duration is negative.

        With `counts="working_days"` only its days are counted on working days; the time of day stays.
        """
        asked = (instant, duration, counts, sense)
        found = self._added.get(asked)
        if found is None:
            if len(self._added) >= MOST_KEPT:
                self._added.clear()
            found = self._added[asked] = self._add(instant, duration, counts, sense)
        return found

    @cached_property
    def _added(self) -> dict[tuple[dt.datetime, Duration, Counts, Sense], dt.datetime]:
        """What was counted before: the same moments are asked for again and again, at every look at a case."""
        return {}

    def _add(self, instant: dt.datetime, duration: Duration, counts: Counts, sense: Sense) -> dt.datetime:
        resolved = instant
        if duration.is_calendar:
            there = instant.astimezone(self.zone).replace(tzinfo=None, fold=0)
            there = _add_months(there, duration.whole_months)
            days = duration.sign * duration.days
            there = self._add_working_days(there, days) if counts == "working_days" else _add_days(there, days)
            resolved = self.local(there, sense)
        seconds = dt.timedelta(seconds=duration.sign * duration.seconds)
        return _inside(resolved.astimezone(dt.UTC), seconds)

    def local(self, moment: dt.datetime, sense: Sense = "latest_by") -> dt.datetime:
        """The instant (UTC) of a local time without a zone; an aware moment is taken as it is."""
        if moment.tzinfo is not None:
            return moment.astimezone(dt.UTC)
        if not FIRST.replace(tzinfo=None) < moment < LAST.replace(tzinfo=None):
            return FIRST if moment.year < 5000 else LAST
        earlier = moment.replace(tzinfo=self.zone, fold=0).astimezone(dt.UTC)
        later = moment.replace(tzinfo=self.zone, fold=1).astimezone(dt.UTC)
        if earlier <= later:
            return earlier if sense == "latest_by" else later
        return self._end_of_gap(later, earlier)

    def start_of_day(self, moment: dt.date) -> dt.datetime:
        """The first instant (UTC) of a local day, or of the local day in which an instant lies."""
        return self.local(dt.datetime.combine(self._day(moment), dt.time()))

    def end_of_day(self, moment: dt.date) -> dt.datetime:
        """The last microsecond (UTC) of a local day, or of the local day in which an instant lies."""
        return self.local(dt.datetime.combine(_next_day(self._day(moment)), dt.time())) - _TICK

    def _day(self, moment: dt.date) -> dt.date:
        return moment.astimezone(self.zone).date() if isinstance(moment, dt.datetime) else moment

    @cached_property
    def _decreed(self) -> Mapping[dt.date, DecreedDay]:
        return {one.day: one for one in self.decreed}

    def _holidays(self, year: int) -> Mapping[dt.date, str]:
        if self.named is not None:
            return {day: name for day, name in self.named.items() if day.year == year}
        return _public_holidays(self.holidays, year) if self.holidays else {}

    def _add_working_days(self, there: dt.datetime, days: int) -> dt.datetime:
        """So many working days further; from a day of rest, the first one is the next working day."""
        step = dt.timedelta(days=1 if days > 0 else -1)
        left = abs(days)
        while left and FIRST.year < there.year < LAST.year:
            there += step
            left -= self.is_working_day(there.date())
        return there

    def _end_of_gap(self, before: dt.datetime, after: dt.datetime) -> dt.datetime:
        """The instant at which the clocks were put forward, between an instant before and one after it."""
        offset = before.astimezone(self.zone).utcoffset()
        while after - before > dt.timedelta(seconds=1):
            middle = before + dt.timedelta(seconds=int((after - before).total_seconds()) // 2)
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after.replace(microsecond=0)


def _add_months(there: dt.datetime, months: int) -> dt.datetime:
    if not months:
        return there
    year, month = divmod(there.year * 12 + there.month - 1 + months, 12)
    if not FIRST.year <= year <= LAST.year:
        return (FIRST if months < 0 else LAST).replace(tzinfo=None)
    last = month_lengths.monthrange(year, month + 1)[1]
    return there.replace(year=year, month=month + 1, day=min(there.day, last))


def _add_days(there: dt.datetime, days: int) -> dt.datetime:
    try:
        return there + dt.timedelta(days=days)
    except OverflowError:
        return (FIRST if days < 0 else LAST).replace(tzinfo=None)


def _next_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1) if day < LAST.date() else day


def _inside(instant: dt.datetime, seconds: dt.timedelta) -> dt.datetime:
    """The instant so much later, drawn in to the first and last instant of the calendar."""
    try:
        return min(max(instant + seconds, FIRST), LAST)
    except OverflowError:
        return FIRST if seconds < dt.timedelta() else LAST
