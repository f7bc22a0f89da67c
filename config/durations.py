"""ISO 8601 durations of whole numbers, in the units in which they were written (semantics 21).

How they are counted on a calendar is in `config.calendars`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from isoduration import parse_duration
from isoduration.parser.exceptions import DurationParsingException
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MAX_YEARS = 200
"""No figure of a workflow is longer; what is longer is a slip, and leaves the calendar."""

_WRITTEN = re.compile(r"-?P[0-9YMWDTHS]{2,30}")
_DAYS_PER_MONTH = 30.436875
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration in its own units: calendar part (years, months, days) and clock part (seconds), one sign."""

    years: int = 0
    months: int = 0
    days: int = 0
    seconds: int = 0
    negative: bool = False
    text: str = "PT0S"

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `P3M`, `P14D`, `P1W`, `PT4H`, `-P30D`; whole numbers only. Raises ValueError otherwise."""
        negative = text.startswith("-")
        try:
            if not _WRITTEN.fullmatch(text):
                raise ValueError(text)
            parsed = parse_duration(text.removeprefix("-"))
        except (DurationParsingException, ValueError) as problem:
            raise ValueError(f"`{text[:40]}` is not a duration such as P14D, PT4H, P3M or -P30D") from problem
        date, time = parsed.date, parsed.time
        parts = (date.years, date.months, date.weeks, date.days, time.hours, time.minutes, time.seconds)
        years, months, weeks, days, hours, minutes, seconds = (int(part) for part in parts)
        clock = hours * 3600 + minutes * 60 + seconds
        duration = cls(years, months, weeks * 7 + days, clock, negative, text)
        if abs(duration.nominal_seconds) > MAX_YEARS * 366 * _DAY:
            raise ValueError(f"`{text}` is longer than {MAX_YEARS} years")
        return duration

    @property
    def is_calendar(self) -> bool:
        """Whether it has a part of a day or more, which is counted on the calendar and not by the clock."""
        return bool(self.years or self.months or self.days)

    @property
    def is_positive(self) -> bool:
        """Whether it is longer than nothing and not negative."""
        return not self.negative and bool(self.is_calendar or self.seconds)

    @property
    def sign(self) -> int:
        """-1 for a negative duration, else 1."""
        return -1 if self.negative else 1

    @property
    def whole_months(self) -> int:
        """Years and months as months, with the sign."""
        return self.sign * (self.years * 12 + self.months)

    @property
    def nominal_seconds(self) -> float:
        """Its length with months of average length and days of 24 hours: good for sorting, not for counting."""
        rest = self.days * _DAY + self.seconds
        return self.whole_months * _DAYS_PER_MONTH * _DAY + self.sign * rest


def compare(one: Duration, other: Duration) -> int | None:
    """-1, 0 or 1 as one duration is shorter, equal or longer than the other on every calendar; None where it depends.

    `P1M` and `P30D` cannot be compared; `P1M` and `P45D`, `P1Y` and `P12M` can.
    """
    months = one.whole_months - other.whole_months
    rest = (one.nominal_seconds - other.nominal_seconds) - months * _DAYS_PER_MONTH * _DAY
    if months == 0 or abs(rest) < 1 or (months > 0) == (rest > 0):
        difference = months or round(rest)
        return (difference > 0) - (difference < 0)
    # Months differ from their average by at most three days, however many they are.
    difference_in_days = months * _DAYS_PER_MONTH + rest / _DAY
    if abs(difference_in_days) <= 3:
        return None
    return 1 if difference_in_days > 0 else -1


class _DurationSchema:
    """Lets pydantic read a `Duration` from its text and write it back."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any) -> Duration:
            if isinstance(value, Duration):
                return value
            if not isinstance(value, str):
                raise ValueError("a duration is a text such as P14D, PT4H or P3M")
            return Duration.parse(value)

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.text),
        )


DurationText = Annotated[Duration, _DurationSchema()]
