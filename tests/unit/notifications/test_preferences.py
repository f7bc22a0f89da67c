"""When and how somebody is told: quiet hours and digests in their own zone, through both changes of the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.wishes import Wishes
from notifications.preferences import SETTLES, Way, after_quiet, next_digest, ways

HERE = ZoneInfo("Asia/Phnom_Penh")
THERE = ZoneInfo("Europe/Berlin")
NOON = dt.datetime(2027, 1, 4, 5, tzinfo=dt.UTC)
NIGHT = Wishes(quiet=(dt.time(21), dt.time(7)))


def here(text: str, zone: ZoneInfo = HERE) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)


class TestWays:
    def test_is_the_inbox_where_nothing_was_said(self) -> None:
        assert ways(Wishes(), ["inbox", "email"], HERE, NOON, urgent=False) == (Way("inbox", NOON),)

    def test_are_the_channels_that_are_wished_for_and_set_up(self) -> None:
        wishes = Wishes({"email": "a", "webhook": "b"})
        assert ways(wishes, ["inbox", "email", "messaging"], HERE, NOON, urgent=False) == (
            Way("inbox", NOON),
            Way("email", NOON),
        )

    def test_never_have_one_channel_twice(self) -> None:
        assert ways(Wishes({"inbox": "a"}), ["inbox"], HERE, NOON, urgent=True) == (Way("inbox", NOON),)

    def test_of_a_digest_wait_for_it_but_the_inbox_does_not(self) -> None:
        wishes = Wishes({"email": "a"}, digest_at=dt.time(18))
        expected = (Way("inbox", NOON), Way("email", here("2027-01-04T18:00"), in_digest=True))
        assert ways(wishes, ["email"], HERE, NOON, urgent=False) == expected

    def test_of_what_is_urgent_wait_for_nothing(self) -> None:
        wishes = Wishes({"email": "a"}, quiet=(dt.time(0), dt.time(23)), digest_at=dt.time(18))
        assert ways(wishes, ["email"], HERE, NOON, urgent=True) == (Way("inbox", NOON), Way("email", NOON))


class TestQuietHours:
    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2027-01-04T20:59", "2027-01-04T20:59"),
            ("2027-01-04T21:00", "2027-01-05T07:00"),
            ("2027-01-05T03:00", "2027-01-05T07:00"),
            ("2027-01-05T06:59", "2027-01-05T07:00"),
            ("2027-01-05T07:00", "2027-01-05T07:00"),
        ],
    )
    def test_over_midnight(self, now: str, until: str) -> None:
        assert after_quiet(NIGHT, HERE, here(now)) == here(until)

    def test_within_a_day(self) -> None:
        siesta = Wishes(quiet=(dt.time(12), dt.time(14)))
        assert after_quiet(siesta, HERE, here("2027-01-04T13:00")) == here("2027-01-04T14:00")
        assert after_quiet(siesta, HERE, here("2027-01-04T15:00")) == here("2027-01-04T15:00")

    def test_that_end_in_the_hour_which_a_clock_leaps_over(self) -> None:
        wishes = Wishes(quiet=(dt.time(22), dt.time(2, 30)))
        ends = after_quiet(wishes, THERE, here("2027-03-28T00:30", THERE))
        assert ends.astimezone(THERE).isoformat() == "2027-03-28T03:30:00+02:00"

    @given(
        st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: NOON + dt.timedelta(minutes=minutes)),
        st.sampled_from(
            ["Asia/Phnom_Penh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
        ),
        st.times(),
        st.times(),
    )
    def test_never_put_anything_off_by_more_than_a_day_and_never_back(
        self, now: dt.datetime, zone: str, begin: dt.time, end: dt.time
    ) -> None:
        moved = after_quiet(Wishes(quiet=(begin, end)), ZoneInfo(zone), now)
        assert now <= moved <= now + dt.timedelta(hours=25)


class TestTheNextDigest:
    def test_is_today_or_tomorrow(self) -> None:
        assert next_digest(dt.time(18), HERE, NOON) == here("2027-01-04T18:00")
        assert next_digest(dt.time(8), HERE, NOON) == here("2027-01-05T08:00")

    def test_takes_nothing_in_its_last_minutes(self) -> None:
        goes = here("2027-01-04T18:00")
        assert next_digest(dt.time(18), HERE, goes - SETTLES) == goes
        assert next_digest(dt.time(18), HERE, goes - SETTLES + dt.timedelta(seconds=1)) == here("2027-01-05T18:00")
