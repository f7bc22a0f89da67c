"""Days are counted on the local calendar, hours by the clock; nothing is due early (semantics 21)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendars import (
    FIRST,
    LAST,
    DecreedDay,
    RestDay,
    Sense,
    WorkCalendar,
    holiday_codes,
    zone_file,
    zone_names,
)
from config.definition import Calendar
from config.durations import Duration

BERLIN = WorkCalendar("Europe/Berlin")
PHNOM_PENH = WorkCalendar("Asia/Phnom_Penh", "KH")
MOURNING = WorkCalendar(
    "Asia/Phnom_Penh", "KH", decreed=(DecreedDay(dt.date(2027, 2, 8), "Day of mourning", "the government"),)
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def added(calendar: WorkCalendar, start: str, duration: str, sense: Sense = "latest_by") -> str:
    """What lies a duration after a UTC time, as a UTC time."""
    return calendar.add(utc(start), Duration.parse(duration), sense=sense).strftime("%Y-%m-%dT%H:%M:%S")


class TestDays:
    @pytest.mark.parametrize(
        ("start", "duration", "end"),
        [
            ("2027-01-04T09:00", "P1D", "2027-01-05T09:00:00"),
            ("2027-01-31T09:00", "P1M", "2027-02-28T09:00:00"),
            ("2028-01-31T09:00", "P1M", "2028-02-29T09:00:00"),
            ("2028-02-29T09:00", "P1Y", "2029-02-28T09:00:00"),
            ("2028-02-29T09:00", "P4Y", "2032-02-29T09:00:00"),
            ("2028-02-29T09:00", "-P1Y", "2027-02-28T09:00:00"),
            ("2027-12-31T12:00", "P2M", "2028-02-29T12:00:00"),
            ("2027-03-31T09:00", "-P1M", "2027-02-28T09:00:00"),
            ("2027-01-31T09:00", "P1M1D", "2027-03-01T09:00:00"),
            ("2027-01-04T09:00", "P1DT2H", "2027-01-05T11:00:00"),
            ("2027-01-04T09:00", "PT0S", "2027-01-04T09:00:00"),
        ],
    )
    def test_they_keep_the_local_time_and_clamp_month_ends(self, start: str, duration: str, end: str) -> None:
        assert added(PHNOM_PENH, start, duration) == end

    def test_they_are_local_days_and_not_24_hours(self) -> None:
        assert added(BERLIN, "2027-03-27T11:00", "P1D") == "2027-03-28T10:00:00"
        assert added(BERLIN, "2027-03-27T11:00", "PT24H") == "2027-03-28T11:00:00"
        assert added(BERLIN, "2027-10-30T10:00", "P1D") == "2027-10-31T11:00:00"
        assert added(BERLIN, "2027-10-30T10:00", "PT24H") == "2027-10-31T10:00:00"

    @pytest.mark.parametrize("sense", ["latest_by", "not_before"])
    def test_a_time_in_the_gap_is_the_first_instant_after_it(self, sense: Sense) -> None:
        # 02:30 on 28 March 2027 does not exist in Berlin: at 01:00 UTC the clocks go from 02:00 to 03:00.
        assert added(BERLIN, "2027-03-27T01:30", "P1D", sense) == "2027-03-28T01:00:00"

    def test_a_time_that_comes_twice_is_the_earlier_for_latest_by_and_the_later_for_not_before(self) -> None:
        assert added(BERLIN, "2027-10-30T00:30", "P1D", "latest_by") == "2027-10-31T00:30:00"
        assert added(BERLIN, "2027-10-30T00:30", "P1D", "not_before") == "2027-10-31T01:30:00"

    def test_a_day_that_was_left_out_is_the_first_instant_after_it(self) -> None:
        assert added(WorkCalendar("Pacific/Apia"), "2011-12-29T20:00", "P1D") == "2011-12-30T10:00:00"

    @pytest.mark.parametrize(
        ("start", "duration"), [("9990-01-01T00:00", "P100Y"), ("9998-12-30T00:00", "PT999999999S")]
    )
    def test_nothing_lies_beyond_the_last_instant(self, start: str, duration: str) -> None:
        assert PHNOM_PENH.add(utc(start), Duration.parse(duration)) == LAST

    def test_nothing_lies_before_the_first_instant(self) -> None:
        assert PHNOM_PENH.add(utc("1050-01-01T00:00"), Duration.parse("-P100Y")) == FIRST
        assert PHNOM_PENH.add(utc("1000-01-02T00:00"), Duration.parse("-P90D")) == FIRST


class TestWorkingDays:
    def working(self, start: str, duration: str, calendar: WorkCalendar = PHNOM_PENH) -> str:
        return calendar.add(utc(start), Duration.parse(duration), "working_days").strftime("%a %Y-%m-%dT%H:%M")

    def test_they_leave_out_weekends(self) -> None:
        assert self.working("2027-02-05T03:00", "P1D") == "Mon 2027-02-08T03:00"
        assert self.working("2027-02-05T03:00", "P5D") == "Fri 2027-02-12T03:00"

    def test_they_leave_out_public_holidays(self) -> None:
        # 14 to 16 April 2027 is the Khmer New Year; 17 and 18 are a weekend.
        assert self.working("2027-04-13T03:00", "P1D") == "Mon 2027-04-19T03:00"

    def test_they_leave_out_what_was_decreed(self) -> None:
        assert self.working("2027-02-05T03:00", "P1D") == "Mon 2027-02-08T03:00"
        assert self.working("2027-02-05T03:00", "P1D", MOURNING) == "Tue 2027-02-09T03:00"

    def test_from_a_day_of_rest_the_first_is_the_next_working_day(self) -> None:
        assert self.working("2027-02-06T03:00", "P1D") == "Mon 2027-02-08T03:00"

    def test_they_count_backwards_too(self) -> None:
        assert self.working("2027-02-08T03:00", "-P1D") == "Fri 2027-02-05T03:00"

    def test_they_are_local_days(self) -> None:
        # Friday 23:00 UTC is Saturday in Phnom Penh.
        assert self.working("2027-02-05T23:00", "P1D") == "Sun 2027-02-07T23:00"

    def test_hours_beside_them_are_counted_by_the_clock(self) -> None:
        assert self.working("2027-02-05T03:00", "P1DT30H") == "Tue 2027-02-09T09:00"

    def test_a_house_may_work_on_other_days(self) -> None:
        sunday_to_thursday = WorkCalendar("Asia/Amman", working_days=("sun", "mon", "tue", "wed", "thu"))
        assert self.working("2027-02-04T03:00", "P1D", sunday_to_thursday) == "Sun 2027-02-07T03:00"


class TestLocalTimes:
    def test_a_day_begins_and_ends_at_local_midnight(self) -> None:
        assert PHNOM_PENH.start_of_day(dt.date(2027, 1, 4)) == utc("2027-01-03T17:00")
        assert PHNOM_PENH.end_of_day(dt.date(2027, 1, 4)) == utc("2027-01-04T16:59:59.999999")

    def test_the_day_of_an_instant_is_the_local_one(self) -> None:
        assert PHNOM_PENH.end_of_day(utc("2027-01-03T18:00")) == utc("2027-01-04T16:59:59.999999")

    def test_a_day_whose_midnight_does_not_exist_begins_after_the_gap(self) -> None:
        # In Beirut the clocks go forward at midnight: 28 March 2027 begins at 01:00.
        assert WorkCalendar("Asia/Beirut").start_of_day(dt.date(2027, 3, 28)) == utc("2027-03-27T22:00")

    def test_the_last_day_of_a_short_and_of_a_long_day(self) -> None:
        for day, hours in ((dt.date(2027, 3, 28), 23), (dt.date(2027, 10, 31), 25)):
            length = BERLIN.end_of_day(day) - BERLIN.start_of_day(day)
            assert round(length.total_seconds() / 3600) == hours

    def test_an_aware_moment_is_taken_as_it_is(self) -> None:
        moment = dt.datetime(2027, 1, 4, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert PHNOM_PENH.local(moment) == utc("2027-01-04T00:00")

    @pytest.mark.parametrize(("year", "end"), [(1, FIRST), (9999, LAST)])
    def test_a_time_beyond_the_calendar_is_drawn_in(self, year: int, end: dt.datetime) -> None:
        assert PHNOM_PENH.local(dt.datetime(year, 6, 1)) == end  # noqa: DTZ001 - local times have no zone


class TestNames:
    def test_zones_come_from_the_package(self) -> None:
        assert "Asia/Phnom_Penh" in zone_names()
        assert zone_file("Asia/Phnom_Penh")

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "Asia",
            "Asia/Nowhere",
            "../tzdata/zones",
            "Asia//Tokyo",
            "/etc/passwd",
            "Asia\\Tokyo",
            "Ásia/Tokyo",
            "zones",
        ],
    )
    def test_what_is_no_zone_is_none(self, name: str) -> None:
        assert zone_file(name) is None

    def test_countries_have_codes(self) -> None:
        assert {"KH", "VN", "TH", "LA", "MM", "CN"} <= set(holiday_codes())


class TestTheHash:
    def test_it_stays_the_same_whatever_was_counted(self) -> None:
        calendar = WorkCalendar("Asia/Phnom_Penh", "KH")
        before = calendar.hash
        calendar.add(utc("2071-01-01T00:00"), Duration.parse("P30D"), "working_days")
        assert (
            WorkCalendar.of(
                Calendar(time_zone="Asia/Phnom_Penh", holidays="KH", working_days=("mon", "tue", "wed", "thu", "fri"))
            ).hash
            == before
        )

    def test_it_changes_with_everything_that_counting_depends_on(self) -> None:
        other_words = DecreedDay(dt.date(2027, 2, 8), "Day of mourning", "the province")
        calendars = [
            PHNOM_PENH,
            WorkCalendar("Asia/Bangkok", "KH"),
            WorkCalendar("Asia/Phnom_Penh", "VN"),
            WorkCalendar("Asia/Phnom_Penh"),
            WorkCalendar("Asia/Phnom_Penh", "KH", ("mon", "tue")),
            MOURNING,
            WorkCalendar("Asia/Phnom_Penh", "KH", decreed=(other_words,)),
        ]
        assert len({calendar.hash for calendar in calendars}) == len(calendars)


class TestDaysOfRest:
    def test_they_say_why_nobody_works(self) -> None:
        asked = [dt.date(2027, 2, day) for day in (5, 6, 8)] + [dt.date(2027, 1, 7)]
        assert [MOURNING.rest(day) for day in asked] == [
            None,
            RestDay(dt.date(2027, 2, 6)),
            RestDay(dt.date(2027, 2, 8), "Day of mourning", "the government"),
            RestDay(dt.date(2027, 1, 7), "Day of Victory over the Genocidal Regime"),
        ]

    def test_a_calendar_that_was_kept_rests_on_the_same_days_without_the_library(self) -> None:
        kept = WorkCalendar.kept(MOURNING.content)
        assert kept.holidays is None
        assert kept.hash == MOURNING.hash
        days = [dt.date(2027, 1, 1) + dt.timedelta(days=ahead) for ahead in range(365)]
        assert [kept.rest(day) for day in days] == [MOURNING.rest(day) for day in days]


ZONES = st.sampled_from(
    ["Europe/Berlin", "Asia/Phnom_Penh", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia"]
)
INSTANTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - the bounds of UTC instants
DURATIONS = st.builds(
    Duration, st.integers(0, 3), st.integers(0, 30), st.integers(0, 400), st.integers(0, 90_000), st.booleans()
)


class TestWhateverIsAdded:
    @given(ZONES, INSTANTS, DURATIONS)
    def test_it_is_never_early_by_more_than_a_second(self, zone: str, start: dt.datetime, duration: Duration) -> None:
        """The wall clock shows the time that was reckoned, or, in a gap, the first time after it."""
        calendar = WorkCalendar(zone)
        whole = Duration(duration.years, duration.months, duration.days, 0, duration.negative)
        end = calendar.add(start, whole)
        wall = start.astimezone(calendar.zone).replace(tzinfo=None)
        reckoned = _reckoned(wall, whole)
        shown = end.astimezone(calendar.zone).replace(tzinfo=None)
        assert dt.timedelta(seconds=-1) <= shown - reckoned <= dt.timedelta(days=1)
        assert calendar.add(start, duration) - end == dt.timedelta(seconds=duration.sign * duration.seconds)

    @given(ZONES, INSTANTS, DURATIONS)
    def test_not_before_is_never_earlier_than_latest_by(
        self, zone: str, start: dt.datetime, duration: Duration
    ) -> None:
        calendar = WorkCalendar(zone)
        latest, earliest = (calendar.add(start, duration, sense=sense) for sense in ("latest_by", "not_before"))
        assert dt.timedelta() <= earliest - latest <= dt.timedelta(hours=24)

    @given(ZONES, INSTANTS)
    def test_an_instant_lies_in_its_day(self, zone: str, instant: dt.datetime) -> None:
        calendar = WorkCalendar(zone)
        assert calendar.start_of_day(instant) <= instant <= calendar.end_of_day(instant)

    @given(INSTANTS, st.integers(-60, 60))
    def test_working_days_end_on_a_working_day(self, start: dt.datetime, days: int) -> None:
        there = PHNOM_PENH.add(start, Duration(days=abs(days), negative=days < 0), "working_days")
        day = there.astimezone(PHNOM_PENH.zone).date()
        assert PHNOM_PENH.is_working_day(day) or days == 0


def _reckoned(wall: dt.datetime, duration: Duration) -> dt.datetime:
    """Month arithmetic in the plainest way: the last day of the month that exists."""
    months = wall.year * 12 + wall.month - 1 + duration.whole_months
    for day in range(wall.day, 0, -1):
        try:
            there = wall.replace(year=months // 12, month=months % 12 + 1, day=day)
        except ValueError:
            continue
        return there + dt.timedelta(days=duration.sign * duration.days)
    raise AssertionError
