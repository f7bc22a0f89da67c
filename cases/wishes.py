"""How somebody wishes to be told: by which channels, in which language, and when not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person has said about notices. Nothing said: the inbox alone, in the language and zone of the house.

    `channels` gives the address on each channel besides the inbox, which nobody can turn off. `quiet` is a stretch of
    the day in `time_zone` in which only what is urgent goes out; it may go over midnight. `digest_at` is the time of
    day at which everything that is not urgent goes out as one; without it each notice goes out by itself.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    time_zone: str | None = None
    quiet: tuple[dt.time, dt.time] | None = None
    digest_at: dt.time | None = None


NOTHING_SAID = Wishes()
