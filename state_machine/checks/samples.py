"""Values that a trace records: of the fact's kind, and such that the tests in question say what they have to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from config.calendars import WorkCalendar
from config.definition import Fact, FactValue
from config.durations import Duration
from state_machine.values import compare

Test = tuple[str, object, str]
"""A test against a value, and what it has to say of a known fact: yes, no or unclear."""


def sample(declared: Fact, now: dt.datetime, calendar: WorkCalendar, tests: Sequence[Test] = ()) -> FactValue | None:
    """A value of a fact whose values the model does not tell apart; None where none is found that fits."""
    for candidate in _candidates(declared, now, [test[1] for test in tests]):
        if all(_says(candidate, test, value, calendar) == wanted for test, value, wanted in tests):
            return candidate
    return None


def usual(declared: Fact, now: dt.datetime, calendar: WorkCalendar) -> FactValue:
    """Any value of a fact."""
    if declared.kind == "choice":
        return declared.values[0]
    if declared.kind == "yes_no":
        return True
    found = sample(declared, now, calendar)
    assert found is not None  # without tests the first candidate fits
    return found


def _candidates(declared: Fact, now: dt.datetime, mentioned: Iterable[object]) -> Iterable[FactValue]:
    values = [value for value in mentioned if isinstance(value, str)]
    match declared.kind:
        case "choices":
            yield from ((), declared.values)
        case "number":
            yield 1
        case "date":
            yield now.date().isoformat()
            for value in values:
                day = dt.date.fromisoformat(value[:10])
                yield value
                yield (day - dt.timedelta(days=2)).isoformat()
                yield (day + dt.timedelta(days=2)).isoformat()
        case "period":
            yield from ("P30D", *values, "PT1S", "P1D", "P20Y", "P1M")
        case "document":
            yield "a" * 64
        case _:
            yield from ("said so", *values)


def _says(candidate: FactValue, test: str, value: object, calendar: WorkCalendar) -> str:
    if not isinstance(value, str | int):
        return "unclear"
    if test in ("is", "includes"):
        return "yes" if candidate == value else "no"
    order = compare(candidate, value, calendar)
    if order is None:
        return "unclear"
    return "yes" if (order >= 0 if test == "at_least" else order <= 0) else "no"


def shifted(value: FactValue, way: str) -> FactValue | None:
    """A value that stands so to the given one: less, same, more, or unclear (a period that cannot be compared)."""
    if way == "same":
        return value
    if isinstance(value, bool | tuple):
        return None
    if isinstance(value, int):
        return value + (1 if way == "more" else -1)
    if value.startswith("P"):
        return {"less": "PT1S", "more": "P40Y", "unclear": "P1M" if not value.endswith("M") else "P30D"}[way]
    try:
        day = dt.date.fromisoformat(value[:10])
    except ValueError:
        return f"not {value}"
    return (day + dt.timedelta(days=2 if way == "more" else -2)).isoformat()


def surely_after(length: Duration) -> dt.timedelta:
    """A time that is surely longer than a duration, whether days or working days are counted."""
    return dt.timedelta(seconds=abs(length.nominal_seconds)) * 2 + dt.timedelta(days=14)
