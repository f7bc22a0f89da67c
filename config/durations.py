"""ISO 8601 durations of whole numbers, in the units in which they were written (semantics 21).

How they are counted on a calendar is in `config.calendars`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
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
    def clock_seconds(self) -> int:
        """Its part below a month in seconds, with days of 24 hours and without the sign."""
        return self.days * _DAY + self.seconds

    @property
    def nominal_seconds(self) -> float:
        """Its length with months of average length and days of 24 hours: good for sorting, not for counting."""
        return self.whole_months * _DAYS_PER_MONTH * _DAY + self.sign * self.clock_seconds


def compare(one: Duration, other: Duration) -> int | None:
    """-1, 0 or 1 as one duration is shorter, equal or longer than the other on every calendar; None where it depends.

    `P1M` and `P30D` cannot be compared; `P1M` and `P45D`, `P1Y` and `P12M` can.
    """
    months = one.whole_months - other.whole_months
    rest = one.sign * one.clock_seconds - other.sign * other.clock_seconds
    if months == 0 or rest == 0 or (months > 0) == (rest > 0):
        difference = months or rest
        return (difference > 0) - (difference < 0)
    shortest, longest = _days_in(abs(months))
    if shortest * _DAY > abs(rest):
        return 1 if months > 0 else -1
    if longest * _DAY < abs(rest):
        return 1 if rest > 0 else -1
    return None


@lru_cache(maxsize=256)
def _days_in(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many months can have, over a whole cycle of leap years."""
    lengths = [monthrange(year, month)[1] for year in range(2000, 2400) for month in range(1, 13)]
    years, left = divmod(months, 12)
    cycles, years = divmod(years, 400)
    ahead = lengths + lengths
    starts = list(accumulate(ahead, initial=0))
    count = years * 12 + left
    spans = [starts[place + count] - starts[place] for place in range(len(lengths))]
    # From the 31st to a month without one, the end is drawn in.
    clamped = [span + min(0, ahead[place + count] - ahead[place]) for place, span in enumerate(spans)]
    whole = cycles * sum(lengths)
    return min(clamped) + whole, max(spans) + whole


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
