"""Days as forms and addresses give them: one way to read them, and none that a calendar cannot count."""

from __future__ import annotations

import datetime as dt

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Outside of these no day of a case lies, and counting in a time zone would leave the calendar."""


def day_of(text: str) -> dt.date | None:
    """A day such as 2027-03-01 between 1900 and 2199; None for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def beginning_of(text: str, zone: dt.tzinfo, ahead: int = 0) -> dt.datetime | None:
    """The moment (aware, UTC) at which a day begins in a zone, or the day so many days ahead of it; None: no day."""
    day = day_of(text)
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=ahead), dt.time(), zone).astimezone(dt.UTC)
