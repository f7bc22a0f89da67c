"""How and when a notice goes out to somebody: by which channels, after quiet hours, alone or with the day's digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from cases.wishes import Wishes
from notifications.channels.inbox import NAME as INBOX

SETTLES = dt.timedelta(minutes=2)
"""A digest takes nothing that is made less than this before it goes out: longer than any transaction lives, so that
nothing is added to a digest which has gone."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a notice goes out: not before a moment, as part of a digest or by itself."""

    channel: str
    not_before: dt.datetime
    in_digest: bool = False


def ways(
    wishes: Wishes, available: Collection[str], zone: dt.tzinfo, now: dt.datetime, *, urgent: bool
) -> tuple[Way, ...]:
    """The ways of a notice to a person: the inbox at once, and those of their channels that are set up here.

    `zone` is the person's. What is urgent waits for nothing.
    """
    chosen = [channel for channel in wishes.channels if channel in available and channel != INBOX]
    if urgent:
        return (Way(INBOX, now), *(Way(channel, now) for channel in chosen))
    if wishes.digest_at is not None:
        moment = after_quiet(wishes, zone, next_digest(wishes.digest_at, zone, now))
        return (Way(INBOX, now), *(Way(channel, moment, in_digest=True) for channel in chosen))
    moment = after_quiet(wishes, zone, now)
    return (Way(INBOX, now), *(Way(channel, moment) for channel in chosen))


def after_quiet(wishes: Wishes, zone: dt.tzinfo, now: dt.datetime) -> dt.datetime:
    """`now`, or the end of the person's quiet hours if it lies in them; in UTC."""
    if wishes.quiet is None:
        return now
    begin, end = wishes.quiet
    here = now.astimezone(zone)
    time = here.time()
    is_quiet = begin <= time < end if begin <= end else time >= begin or time < end
    if not is_quiet:
        return now
    day = here.date() if time < end else here.date() + dt.timedelta(days=1)
    # Where the clock is put forward over the end, the moment after the gap; never earlier than now.
    return max(now, dt.datetime.combine(day, end, zone).astimezone(dt.UTC))


def next_digest(at: dt.time, zone: dt.tzinfo, now: dt.datetime) -> dt.datetime:
    """The next moment at which a digest that goes out at this time of day can still take a notice; in UTC."""
    day = now.astimezone(zone).date()
    while True:
        moment = dt.datetime.combine(day, at, zone).astimezone(dt.UTC)
        if moment >= now + SETTLES:
            return moment
        day += dt.timedelta(days=1)
