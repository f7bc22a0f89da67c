"""The picture of a process map: layers from left to right, the same for the same map; loops run below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from interfaces.words.words import Words

WIDTH, HEIGHT = 190, 76
ACROSS, DOWN = 250, 104
WIDTHS = (1.0, 1.75, 2.5, 3.5, 5.0)
SIGNS = 24


@dataclass(frozen=True, slots=True)
class Box:
    """An action: how many cases passed it, and how often it was refused."""

    name: str
    says: str
    cases: int
    refused: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """One action after another: how often, and what is written beside it."""

    before: str
    after: str
    count: int
    says: str


def map_picture(words: Words, boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Markup:
    """The map as SVG with real text; the tables below it say the same."""
    if not boxes:
        return Markup("")
    places = _places(boxes, arrows)
    most = max((arrow.count for arrow in arrows), default=1)
    lowest = max(y for _, y in places.values()) + HEIGHT
    lines = [_arrow(arrow, places, most, lowest) for arrow in arrows if arrow.before != arrow.after]
    drawn = [_box(words, box, *places[box.name]) for box in boxes]
    width = max(x for x, _ in places.values()) + WIDTH + 20
    loops = any(places[one.after][0] <= places[one.before][0] for one in arrows if one.before != one.after)
    title = words.gettext("Process map: %(count)s actions, drawn from left to right", count=len(boxes))
    return Markup(
        '<svg viewBox="0 0 {} {}" width="{}" role="img" class="map" focusable="false"><title>{}</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>{}{}</svg>'
    ).format(width, lowest + (70 if loops else 10), width, title, Markup("").join(lines), Markup("").join(drawn))


def layers(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[str, int]:
    """The layer of each box: how many steps it lies after the most usual beginning, loops left out."""
    order = {box.name: place for place, box in enumerate(boxes)}
    found = dict.fromkeys(order, 0)
    strongest = sorted(arrows, key=lambda arrow: (-arrow.count, order[arrow.before], order[arrow.after]))
    kept: set[tuple[str, str]] = set()
    for arrow in strongest:
        if arrow.before != arrow.after and not _reaches(kept, arrow.after, arrow.before):
            kept.add((arrow.before, arrow.after))
    for _ in boxes:
        for before, after in kept:
            found[after] = max(found[after], found[before] + 1)
    return found


def _reaches(edges: set[tuple[str, str]], start: str, end: str) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        at = waiting.pop()
        if at == end:
            return True
        fresh = [after for before, after in edges if before == at and after not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _places(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[str, tuple[int, int]]:
    layer = layers(boxes, arrows)
    rows: dict[int, int] = {}
    places = {}
    for box in sorted(boxes, key=lambda one: (layer[one.name], -one.cases, one.name)):
        row = rows.get(layer[box.name], 0)
        rows[layer[box.name]] = row + 1
        places[box.name] = (10 + layer[box.name] * ACROSS, 10 + row * DOWN)
    return places


def _box(words: Words, box: Box, x: int, y: int) -> Markup:
    lines = wrap(box.says, SIGNS)[:2]
    texts = [
        Markup('<text x="{}" y="{}">{}</text>').format(x + 10, y + 22 + 16 * row, text)
        for row, text in enumerate(lines)
    ]
    count = words.ngettext("%(num)s case", "%(num)s cases", box.cases)
    if box.refused:
        count += ", " + words.ngettext("%(num)s refused", "%(num)s refused", box.refused)
    return Markup(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="8"/>{}'
        '<text x="{}" y="{}" class="muted">{}</text></g>'
    ).format(box.says, x, y, WIDTH, HEIGHT, Markup("").join(texts), x + 10, y + HEIGHT - 10, count)


def _arrow(arrow: Arrow, places: dict[str, tuple[int, int]], most: int, lowest: int) -> Markup:
    (x1, y1), (x2, y2) = places[arrow.before], places[arrow.after]
    width = WIDTHS[min(len(WIDTHS) - 1, len(WIDTHS) * arrow.count // (most + 1))]
    middle = HEIGHT // 2
    if x2 > x1:
        start, end = (x1 + WIDTH, y1 + middle), (x2, y2 + middle)
        bend = (start[0] + end[0]) // 2
        path = f"M{start[0]} {start[1]}C{bend} {start[1]} {bend} {end[1]} {end[0]} {end[1]}"
        label = (bend, (start[1] + end[1]) // 2 - 4)
    else:
        depth = lowest + 40
        start, end = (x1 + WIDTH // 2, y1 + HEIGHT), (x2 + WIDTH // 2, y2 + HEIGHT)
        path = f"M{start[0]} {start[1]}C{start[0]} {depth} {end[0]} {depth} {end[0]} {end[1]}"
        label = ((start[0] + end[0]) // 2, (3 * depth + max(start[1], end[1])) // 4 - 4)
    return Markup(
        '<path d="{}" stroke-width="{}" marker-end="url(#tip)"/><text x="{}" y="{}" class="beside">{}</text>'
    ).format(path, width, label[0], label[1], arrow.says)
