"""Durations in words: `P30D` counted in working days is `30 working days`."""

from __future__ import annotations

from typing import Any

from config.durations import Duration

_CLOCK = ((3600, "hour"), (60, "minute"), (1, "second"))


def in_words(figure: Any, counts: str) -> str:
    """A figure of a definition in words: a duration, or which fact gives it (`{fact: …}`); nothing given is at once."""
    if figure is None:
        return "at once"
    if not isinstance(figure, str):
        fact = figure.get("fact", "")
        of = f" of {figure['of']}" if figure.get("of") else ""
        return f"as long as {fact}{of} says"
    duration = Duration.parse(figure)
    days = "working day" if counts == "working_days" else "day"
    parts = [_counted(duration.years, "year"), _counted(duration.months, "month"), _counted(duration.days, days)]
    seconds = duration.seconds
    for size, unit in _CLOCK:
        parts.append(_counted(seconds // size, unit))
        seconds %= size
    said = " ".join(part for part in parts if part) or "at once"
    return f"{said} before" if duration.negative else said


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}" if count else ""
