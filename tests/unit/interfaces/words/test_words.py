"""Days, times, lateness, numbers and lists in words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from config.durations import Duration
from interfaces.words.catalogues import PSEUDO
from interfaces.words.words import Words

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
NOW = dt.datetime(2026, 11, 19, 3, 0, tzinfo=dt.UTC)
"""A Thursday, ten in the morning in Phnom Penh."""
WORDS = Words("en", PHNOM_PENH, NOW)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class TestDays:
    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (0, "today"),
            (1, "tomorrow"),
            (-1, "yesterday"),
            (2, "Sat 21 Nov"),
            (14, "Thu 3 Dec"),
            (50, "Fri 8 Jan 2027"),
        ],
    )
    def test_near_ones_are_words_and_the_year_is_told_only_where_it_is_another(self, days: int, said: str) -> None:
        assert WORDS.when(NOW + days * DAY) == said
        assert WORDS.when((NOW + days * DAY).date()) == said

    def test_they_are_those_of_the_reader_s_zone(self) -> None:
        late_evening = dt.datetime(2026, 11, 19, 18, 30, tzinfo=dt.UTC)
        assert WORDS.when(late_evening) == "tomorrow"
        assert Words("en", ZoneInfo("Europe/London"), NOW).when(late_evening) == "today"

    def test_midnight_is_the_end_of_the_day_before(self) -> None:
        assert WORDS.when(dt.datetime(2026, 11, 20, 0, 0, tzinfo=PHNOM_PENH), with_time=True) == "today"

    def test_the_time_of_day_is_added_where_it_is_wanted(self) -> None:
        assert WORDS.when(NOW + 4 * HOUR, with_time=True) == "today, 14:00"
        assert WORDS.clock(NOW) == "10:00"

    def test_the_zone_is_named_where_the_house_s_clock_shows_another_time(self) -> None:
        abroad = Words("en", ZoneInfo("Asia/Kolkata"), NOW, house_zone=PHNOM_PENH)
        assert abroad.when(NOW, with_time=True) == "today, 08:30 UTC+5:30"
        same = Words("en", ZoneInfo("Asia/Bangkok"), NOW, house_zone=PHNOM_PENH)
        assert same.clock(NOW) == "10:00"
        assert Words("en", ZoneInfo("America/New_York"), NOW, house_zone=PHNOM_PENH).clock(NOW) == "22:00 UTC-5"

    def test_other_languages_have_their_own_words_and_order(self) -> None:
        for language in ("km", "vi"):
            words = Words(language, PHNOM_PENH, NOW)
            assert words.when(NOW) not in ("", "today")
            assert "Dec" not in words.when(NOW + 14 * DAY)
            assert "3" in words.when(NOW + 14 * DAY)


class TestLengths:
    def test_lateness_is_in_the_largest_whole_unit(self) -> None:
        assert WORDS.late(2 * DAY + 3 * HOUR) == "late by 2 days"
        assert WORDS.late(DAY, first=True) == "Late by 1 day"
        assert WORDS.late(3 * HOUR) == "late by 3 hours"
        assert WORDS.late(HOUR / 2) == "late by less than an hour"

    def test_spans_are_never_nothing(self) -> None:
        assert WORDS.span(dt.timedelta()) == "1 minute"
        assert WORDS.span(-5 * HOUR) == "5 hours"

    def test_durations_of_a_workflow_keep_their_units(self) -> None:
        said = {text: WORDS.length(Duration.parse(text)) for text in ("P14D", "P2Y6M", "-P1D", "PT4H", "PT90M", "PT0S")}
        assert said == {
            "P14D": "14 days",
            "P2Y6M": "2 years and 6 months",
            "-P1D": "1 day",
            "PT4H": "4 hours",
            "PT90M": "1 hour and 30 minutes",
            "PT0S": "no time",
        }
        assert WORDS.length(Duration.parse("P20D"), "working_days") == "20 working days"


class TestNumbersAndLists:
    def test_numbers_up_to_eleven_are_words(self) -> None:
        assert [WORDS.number(number) for number in (0, 1, 2, 11, 12, 1000)] == [
            "none",
            "one",
            "two",
            "eleven",
            "12",
            "1000",
        ]
        assert WORDS.number(2, first=True) == "Two"

    def test_lists_are_joined_as_people_do(self) -> None:
        assert WORDS.join([]) == ""
        assert WORDS.join(["a"]) == "a"
        assert WORDS.join(["a", "b"]) == "a and b"
        assert WORDS.join(["a", "b", "c"], last="or") == "a, b or c"
        assert "và" in Words("vi", PHNOM_PENH, NOW).join(["a", "b", "c"])


class TestMessages:
    def test_slots_are_filled_and_per_cent_signs_without_values_are_kept(self) -> None:
        assert WORDS.gettext("%(who)s waits", who="Sok") == "Sok waits"
        assert WORDS.gettext("100 %") == "100 %"
        assert WORDS.gettext("") == ""
        assert WORDS.ngettext("%(num)s case", "%(num)s cases", 1) == "1 case"
        assert WORDS.ngettext("%(num)s case", "%(num)s cases", 3) == "3 cases"

    def test_an_unknown_language_falls_back_and_a_region_does_not_matter(self) -> None:
        assert Words("km-KH", PHNOM_PENH, NOW).language == "km"
        assert Words("vi_VN", PHNOM_PENH, NOW).language == "vi"
        assert Words("xx", PHNOM_PENH, NOW).language == "en"

    def test_khmer_and_vietnamese_still_need_a_native_reader(self) -> None:
        assert {one: Words(one, PHNOM_PENH, NOW).needs_native_reader for one in ("en", "km", "vi", PSEUDO)} == {
            "en": False,
            "km": True,
            "vi": True,
            PSEUDO: False,
        }

    def test_the_pseudo_language_is_longer_and_keeps_slots(self) -> None:
        words = Words(PSEUDO, PHNOM_PENH, NOW)
        said = words.gettext("%(who)s asked for an <b>exception</b> &amp; waits for an answer", who="Sok")
        assert said.startswith("Sok áskéd")
        assert "<b>" in said
        assert "&amp;" in said
        plain = "What was recorded on this case in the last thirty days of work"
        assert 1.3 * len(plain) <= len(words.gettext(plain)) <= 1.6 * len(plain)
        assert words.when(NOW + 14 * DAY) == "Thu 3 Dec"
