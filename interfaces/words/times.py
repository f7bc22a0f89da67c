"""Days, times, lateness and numbers in the words of a language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from babel.dates import format_datetime
from babel.lists import format_list

from interfaces.words.tongues import filled

if TYPE_CHECKING:
    from config.conditions import Counts
    from config.durations import Duration
    from interfaces.words.words import Words

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
IN_WORDS = 11
"""Up to this number, numbers in sentences are words."""


def said_moment(words: Words, moment: dt.datetime | dt.date, *, with_time: bool = False) -> str:
    """A day, or a moment (aware) as it falls in the reader's zone: a word for the days around today, else its date."""
    if not isinstance(moment, dt.datetime):
        return said_day(words, moment)
    here = moment.astimezone(words.zone)
    if here.time().replace(second=0, microsecond=0) == dt.time(0):
        # Days end at midnight: what is due then is due on the day before.
        return said_day(words, (here - dt.timedelta(minutes=1)).date())
    day = said_day(words, here.date())
    if not with_time:
        return day
    return words.pgettext("day with time", "%(day)s, %(time)s", day=day, time=said_clock(words, moment))


def said_day(words: Words, day: dt.date) -> str:
    """`today`, `tomorrow`, `yesterday`, or `Thu 3 Dec` with the year where it is not this one."""
    today = words.now.astimezone(words.zone).date()
    match (day - today).days:
        case 0:
            return words.gettext("today")
        case 1:
            return words.gettext("tomorrow")
        case -1:
            return words.gettext("yesterday")
    if day.year == today.year:
        pattern = words.pgettext("date pattern", "EEE d MMM")
    else:
        pattern = words.pgettext("date pattern", "EEE d MMM y")
    return format_datetime(dt.datetime.combine(day, dt.time(12)), pattern, locale=words.locale)


def said_clock(words: Words, moment: dt.datetime) -> str:
    """The time of day in the reader's zone; the zone is named where the house's shows another time."""
    here = moment.astimezone(words.zone)
    clock = f"{here:%H:%M}"
    if words.house_zone is None or moment.astimezone(words.house_zone).utcoffset() == here.utcoffset():
        return clock
    return f"{clock} {_offset(here.utcoffset() or dt.timedelta())}"


def _offset(offset: dt.timedelta) -> str:
    """The distance of a zone from UTC: `UTC+7`, `UTC+5:30`."""
    hours, rest = divmod(abs(offset), HOUR)
    return f"UTC{'-' if offset < dt.timedelta() else '+'}{hours}{f':{rest // MINUTE:02}' if rest else ''}"


def said_span(words: Words, delta: dt.timedelta) -> str:
    """A length of time in its largest whole unit, at least a minute."""
    delta = abs(delta)
    if delta >= DAY:
        return words.ngettext("%(num)s day", "%(num)s days", delta // DAY)
    if delta >= HOUR:
        return words.ngettext("%(num)s hour", "%(num)s hours", delta // HOUR)
    return words.ngettext("%(num)s minute", "%(num)s minutes", max(1, delta // MINUTE))


def said_length(words: Words, duration: Duration, counts: Counts = "days") -> str:
    """A duration of a workflow without its sign: `14 days`, `20 working days`, `2 years and 6 months`."""
    minutes, _ = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    said = []
    if duration.years:
        said.append(words.ngettext("%(num)s year", "%(num)s years", duration.years))
    if duration.months:
        said.append(words.ngettext("%(num)s month", "%(num)s months", duration.months))
    if duration.days and counts == "working_days":
        said.append(words.ngettext("%(num)s working day", "%(num)s working days", duration.days))
    elif duration.days:
        said.append(words.ngettext("%(num)s day", "%(num)s days", duration.days))
    if hours:
        said.append(words.ngettext("%(num)s hour", "%(num)s hours", hours))
    if minutes:
        said.append(words.ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return said_list(words, said or [words.gettext("no time")])


def said_late(words: Words, delta: dt.timedelta, *, first: bool = False) -> str:
    """By how much something is late, as part of a sentence or as its beginning."""
    span = words.gettext("less than an hour") if abs(delta) < HOUR else said_span(words, delta)
    return words.gettext("Late by %(time)s", time=span) if first else words.gettext("late by %(time)s", time=span)


def said_number(words: Words, number: int, *, first: bool = False) -> str:
    """A number in a sentence, as a word up to eleven."""
    if not 0 <= number <= IN_WORDS:
        return str(number)
    word = _numbers(words)[number]
    return word[:1].upper() + word[1:] if first else word


def _numbers(words: Words) -> tuple[str, ...]:
    return (
        words.pgettext("number", "none"),
        words.pgettext("number", "one"),
        words.pgettext("number", "two"),
        words.pgettext("number", "three"),
        words.pgettext("number", "four"),
        words.pgettext("number", "five"),
        words.pgettext("number", "six"),
        words.pgettext("number", "seven"),
        words.pgettext("number", "eight"),
        words.pgettext("number", "nine"),
        words.pgettext("number", "ten"),
        words.pgettext("number", "eleven"),
    )


def said_list(words: Words, parts: Sequence[str], *, last: str = "and") -> str:
    """Several things in one sentence, joined as the language joins them; English without a comma before the last."""
    if words.locale == "en":
        word = words.pgettext("list", "and") if last == "and" else words.pgettext("list", "or")
        return parts[0] if len(parts) == 1 else f" {word} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
    style: Literal["standard", "or"] = "standard" if last == "and" else "or"
    places = [str(place) for place in range(len(parts))]
    values = dict(zip(places, parts, strict=True))
    return filled(lambda put: format_list([put[one] for one in places], style=style, locale=words.locale), values)
