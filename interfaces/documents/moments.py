"""Moments as people and programs give them: a day, a local time, or a time with its distance from UTC."""

from __future__ import annotations

import datetime as dt

from config.calendars import WorkCalendar
from state_machine.values import ends_at, moment


def observed_moment(text: str, calendar: WorkCalendar, now: dt.datetime) -> dt.datetime:
    """When something was seen: a day means its last moment, but never later than `now`.

    Both `now` and the answer are aware; local times are those of the calendar's zone. Raises ValueError.
    """
    moment(text)
    end = ends_at(text, calendar)
    zone = calendar.zone
    today = "T" not in text and end.astimezone(zone).date() <= now.astimezone(zone).date()
    return min(end, now) if today else end
