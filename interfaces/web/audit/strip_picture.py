"""Strips of time: one for each track, a segment for each state with its word; overlaps, returns and delays show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from interfaces.words.words import Words

WIDTH, LABEL, ROW, BAR = 1000, 150, 34, 24
SIGN = 7.2
"""About the width of a sign at the size of the words; a word that does not fit is left to the table."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A track over time: (state, from, until) in order, and marks at moments: ✕ refused, ! overridden, ▲ late."""

    name: str
    segments: Sequence[tuple[str, dt.datetime, dt.datetime]]
    marks: Sequence[tuple[dt.datetime, str]] = field(default_factory=list)


def strip_picture(words: Words, strips: Sequence[Strip], now: dt.datetime) -> Markup:
    """The strips as SVG with real text; the table below it says the same."""
    if not strips:
        return Markup("")
    start = min(segment[1] for strip in strips for segment in strip.segments)
    span = max((now - start).total_seconds(), 1.0)

    def x(moment: dt.datetime) -> float:
        return LABEL + (WIDTH - LABEL) * max((moment - start).total_seconds(), 0.0) / span

    parts: list[Markup] = []
    for place, strip in enumerate(strips):
        top = 20 + place * ROW
        parts.append(Markup('<text x="0" y="{}">{}</text>').format(top + 17, strip.name))
        for state, since, until in strip.segments:
            parts.append(_segment(state, x(since), x(until), top))
        parts += [_sign(mark, x(at), top) for at, mark in strip.marks]
    height = 24 + len(strips) * ROW
    first, last = words.when(start), words.when(now)
    title = words.gettext("The tracks over time, from %(first)s to %(last)s", first=first, last=last)
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" class="strips" focusable="false"><title>{}</title>'
        '<text x="{}" y="12" class="small">{}</text><text x="{}" y="12" class="small end">{}</text>{}</svg>'
    ).format(WIDTH, height, title, LABEL, first, WIDTH, last, Markup("").join(parts))


def _segment(state: str, left: float, right: float, top: int) -> Markup:
    width = max(right - left, 2.0)
    said = escape(state) if len(state) * SIGN + 10 < width else ""
    return Markup(
        '<g><title>{}</title><rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" rx="4"/>'
        '<text x="{:.1f}" y="{}">{}</text></g>'
    ).format(state, left, top, width, BAR, left + 6, top + 17, said)


def _sign(mark: str, at: float, top: int) -> Markup:
    return Markup('<text x="{:.1f}" y="{}" class="sign">{}</text>').format(at - 4, top - 2, mark)
