"""The values of facts: how they are read from what people and files say, and how two of them compare.

A value is a bool (`yes_no`), a whole number, a text, or a tuple of words (`choices`). Dates are kept as the text
that was given: a day `2027-03-01`, a local time `2027-03-01T14:00`, or one with an offset `2027-03-01T14:00+07:00`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from config import durations
from config.definition import Fact, FactValue
from config.durations import Duration

if TYPE_CHECKING:
    from config.calendars import WorkCalendar

GREATEST = 2**53 - 1
"""The greatest number: whole numbers below 2⁵³ are the same in every JSON reader (semantics 0)."""

FIRST_YEAR, LAST_YEAR = 1800, 2999
"""A date outside these years is a slip of the pen."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_TEXT = 100_000


class BadValue(ValueError):
    """A value that the fact cannot hold; the message says what was found and what was expected."""

    def __init__(self, fact: str, found: object, expected: str) -> None:
        super().__init__(f"{fact}: found {found!r}, expected {expected}")
        self.fact = fact
        self.found = found
        self.expected = expected


def parse_value(name: str, declared: Fact, raw: object) -> FactValue:
    """The value that a text (`NAME=TEXT`) or a JSON or YAML value stands for, in the form in which it is kept.

    Texts: `true`/`false`, whole numbers, `a,b` for `choices`, ISO 8601 for dates and periods, a reference for a
    link, a SHA-256 digest for a document. Raises BadValue.
    """
    if declared.kind == "choices":
        return _choices(name, declared.values, raw)
    if declared.kind == "yes_no":
        if isinstance(raw, bool) or raw in ("true", "false"):
            return raw in (True, "true")
        raise BadValue(name, raw, "true or false")
    if declared.kind == "number":
        return _number(name, raw)
    if not isinstance(raw, str):
        raise BadValue(name, raw, f"a text ({_SHAPES[declared.kind]})")
    return _text(name, declared, raw)


def validate(name: str, declared: Fact, value: FactValue) -> None:
    """Check that a value has the form in which this fact is kept. Raises BadValue."""
    if parse_value(name, declared, value) != value or isinstance(value, bool) != (declared.kind == "yes_no"):
        raise BadValue(name, value, _SHAPES[declared.kind])


_SHAPES = {
    "choice": "one of its values",
    "choices": "some of its values, in their order",
    "yes_no": "true or false",
    "number": "a whole number",
    "date": "a day such as 2027-03-01, or a time such as 2027-03-01T14:00",
    "period": "an ISO 8601 duration such as P14D, PT4H or P3M",
    "text": "some text",
    "link": "the reference of an instance",
    "document": "the SHA-256 digest of a document, 64 signs of 0-9 and a-f",
}


def _choices(name: str, values: tuple[str, ...], raw: object) -> tuple[str, ...]:
    words: Iterable[object]
    if isinstance(raw, str):
        words = [word.strip() for word in raw.split(",") if word.strip()]
    elif isinstance(raw, list | tuple):
        words = raw
    else:
        raise BadValue(name, raw, f"a list of {', '.join(values)}")
    chosen = {_word(name, values, word) for word in words}
    return tuple(value for value in values if value in chosen)


def _word(name: str, values: tuple[str, ...], raw: object) -> str:
    if isinstance(raw, str) and raw in values:
        return raw
    near = get_close_matches(str(raw), values, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise BadValue(name, raw, f"one of {', '.join(values)}{hint}")


def _number(name: str, raw: object) -> int:
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,16}", raw):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > GREATEST:
        raise BadValue(name, raw, f"a whole number between -{GREATEST} and {GREATEST}")
    return raw


def _text(name: str, declared: Fact, raw: str) -> str:
    if declared.kind == "choice":
        return _word(name, declared.values, raw)
    good = bool(raw.strip()) and len(raw) <= _LONGEST_TEXT
    if declared.kind == "date":
        good = _is_date(raw)
    elif declared.kind == "period":
        good = _is_period(raw)
    elif declared.kind == "document":
        good = _DIGEST.fullmatch(raw) is not None
    if not good:
        raise BadValue(name, raw, _SHAPES[declared.kind])
    return raw


def _is_date(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _is_period(text: str) -> bool:
    try:
        return not duration(text).negative
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def duration(text: str) -> Duration:
    """The duration that a `period` value holds. Raises ValueError."""
    return Duration.parse(text)


@lru_cache(maxsize=4096)
def moment(text: str) -> dt.date | dt.datetime:
    """What a `date` value holds: a day, or a time (naive where it was given in local time). Raises ValueError."""
    if not _DAY.fullmatch(text) and not _TIME.fullmatch(text):
        raise ValueError(f"{text!r} is neither a day nor a time")
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError(f"{text!r} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)


def starts_at(text: str, calendar: WorkCalendar) -> dt.datetime:
    """The instant (UTC) at which a `date` value begins: a bare day at its local start."""
    held = moment(text)
    if isinstance(held, dt.datetime):
        return calendar.local(held)
    return calendar.start_of_day(held)


def ends_at(text: str, calendar: WorkCalendar) -> dt.datetime:
    """The instant (UTC) at which a `date` value ends: a bare day at its local end."""
    held = moment(text)
    if isinstance(held, dt.datetime):
        return calendar.local(held)
    return calendar.end_of_day(held)


def local_day(text: str, calendar: WorkCalendar) -> dt.date:
    """The local day of a `date` value."""
    held = moment(text)
    if not isinstance(held, dt.datetime):
        return held
    return (held if held.tzinfo is None else held.astimezone(calendar.zone)).date()


def is_bare_day(text: str) -> bool:
    """Whether a `date` value is a day without a time."""
    return _DAY.fullmatch(text) is not None


def compare(one: FactValue, other: FactValue, calendar: WorkCalendar) -> int | None:
    """-1, 0 or 1 as one number, date or period is smaller than, equal to or greater than the other.

    Where one of two dates is a bare day, their local days are compared. None where it cannot be told: P1M against P30D.
    """
    if isinstance(one, str) and isinstance(other, str):
        if one.startswith("P"):
            return durations.compare(duration(one), duration(other))
        if is_bare_day(one) or is_bare_day(other):
            return _sign(local_day(one, calendar).toordinal(), local_day(other, calendar).toordinal())
        return _sign(starts_at(one, calendar).timestamp(), starts_at(other, calendar).timestamp())
    if isinstance(one, int) and isinstance(other, int):
        return _sign(one, other)
    return None


def _sign(one: float, other: float) -> int:
    return (one > other) - (one < other)
