"""The picture of a process as SVG, laid out here: no system package, no script, no outside font.

Made for narrow screens (360 wide) and for reading from top to bottom: each state is a box, under it stand the actions
that leave it, and each of them runs through a lane on the right to the state to which it leads. Lanes that run side by
side never share a stretch, and text has its own column, so that nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from state_machine.diagram import ArrowLine, StateBox, TrackPicture

WIDTH = 360
_MARGIN, _TEXT_RIGHT, _LANE = 12, 262, 9
_BOX_LEFT, _ROW, _LINE, _GAP, _BOX_PAD = 12, 26, 15, 8, 7
_LABEL_LEFT = 30
_FONT, _SMALL, _TITLE = 13, 11, 15
_BROAD = 0.58  # of the size of a letter: broader than the letters of common fonts are on average
_LINES = ("#5b6770", "#2f6f8f", "#8a5a2b", "#4f7a3a", "#7b4f8c", "#80727a")
_MARKED = "#c01818"


@dataclass(slots=True)
class _Run:
    """One arrow: from the row of its label to a box, in a lane of the gutter."""

    left: float
    start: float
    end: float
    marked: bool = False
    lane: int = 0

    @property
    def span(self) -> tuple[float, float]:
        return min(self.start, self.end), max(self.start, self.end)


@dataclass(slots=True)
class _Sheet:
    """What has been drawn so far, and how far down."""

    parts: list[str] = field(default_factory=list)
    y: float = _MARGIN
    width: float = WIDTH

    def text(
        self, x: float, y: float, said: str, size: int = _FONT, *, bold: bool = False, colour: str = "#1d2429"
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{weight}>{escape(said)}</text>')

    def shape(self, markup: str) -> None:
        self.parts.append(markup)


def svg(title: str, tracks: Sequence[TrackPicture], steps: Sequence[str] = ()) -> str:
    """The tracks below one another, as one SVG document; `title` says what it shows. All text is escaped.

    `steps` are told below the title, one by one; the ways that they went are drawn in red.
    """
    sheet = _Sheet()
    for line in _wrapped(title, WIDTH - 2 * _MARGIN, _TITLE):
        sheet.y += _TITLE + 3
        sheet.text(_MARGIN, sheet.y, line, _TITLE, bold=True)
    for step in steps:
        sheet.y += 4
        for line in _wrapped(step, WIDTH - 2 * _MARGIN, _SMALL):
            sheet.y += _LINE
            sheet.text(_MARGIN, sheet.y, line, _SMALL)
    for track in tracks:
        _draw_track(sheet, track)
    height = sheet.y + _MARGIN
    current = ", ".join(f"{t.label}: {s.label}" for t in tracks for s in t.states if s.current)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width:g} {height:g}" width="{sheet.width:g}"'
        f' height="{height:g}" role="img" font-family="system-ui, sans-serif">'
    )
    described = f"<title>{escape(title)}</title><desc>{escape(current)}</desc>"
    ground = f'<rect width="{sheet.width:g}" height="{height:g}" fill="#ffffff"/>'
    return "\n".join([head, described, ground, *sheet.parts, "</svg>"]) + "\n"


def _draw_track(sheet: _Sheet, track: TrackPicture) -> None:
    sheet.y += 18
    for line in _wrapped(track.label, WIDTH - 2 * _MARGIN, _FONT):
        sheet.y += _LINE
        sheet.text(_MARGIN, sheet.y, line, _FONT, bold=True, colour="#2f4858")
    sheet.y += 6
    boxes: dict[str, float] = {}
    names = {state.name: state.label for state in track.states}
    rows: list[tuple[ArrowLine, tuple[float, float]]] = []
    sources: list[tuple[StateBox | None, str | None]] = [(state, state.name) for state in track.states]
    if any(arrow.source is None for arrow in track.arrows):
        sources.append((None, None))
    for state, name in sources:
        middle = _draw_box(sheet, state)
        if state is not None:
            boxes[state.name] = middle
        for arrow in track.arrows:
            if arrow.source == name:
                rows.append((arrow, _draw_labels(sheet, arrow, names[arrow.to])))
        sheet.y += _GAP
    _draw_runs(sheet, [_Run(*start, boxes[arrow.to], bool(arrow.steps)) for arrow, start in rows])


def _draw_box(sheet: _Sheet, state: StateBox | None) -> float:
    """Draw a state (None: "from any state") and answer the height of its middle."""
    label = state.label if state is not None else "From any state"
    lines = _wrapped(label, _TEXT_RIGHT - _BOX_LEFT - 34, _FONT)
    height = _ROW + (len(lines) - 1) * _LINE
    top = sheet.y
    if state is not None:
        current = state.current
        fill, stroke, width = ("#ffe08a", "#7a5b00", 2.5) if current else ("#f3f6f8", "#7d8a94", 1)
        if state.steps:
            stroke, width = _MARKED, 2.5
        dashes = ' stroke-dasharray="5 3"' if "waits" in state.marks else ""
        box = f'x="{_BOX_LEFT}" y="{top:g}" width="{_TEXT_RIGHT - _BOX_LEFT}" height="{height}" rx="6"'
        sheet.shape(f'<rect {box} fill="{fill}" stroke="{stroke}" stroke-width="{width}"{dashes}/>')
        if "final" in state.marks:
            inner = f'x="{_BOX_LEFT + 3}" y="{top + 3:g}" width="{_TEXT_RIGHT - _BOX_LEFT - 6}" height="{height - 6}"'
            sheet.shape(f'<rect {inner} rx="4" fill="none" stroke="{stroke}"/>')
        if "start" in state.marks:
            sheet.shape(f'<circle cx="{_BOX_LEFT + 12}" cy="{top + height / 2:g}" r="4" fill="{stroke}"/>')
    for number, line in enumerate(lines):
        y = top + _BOX_PAD + 11 + number * _LINE
        bold = state is not None and state.current
        sheet.text(_BOX_LEFT + 22, y, line, bold=bold, colour="#1d2429" if state is not None else "#5b6770")
    sheet.y += height
    return top + height / 2


def _draw_labels(sheet: _Sheet, arrow: ArrowLine, target: str) -> tuple[float, float]:
    """Write the actions of an arrow and where they lead, and answer the place where the arrow leaves."""
    said = f"{', '.join(arrow.labels)} → {target}"
    lines = _wrapped(said, _TEXT_RIGHT - _LABEL_LEFT - 14, _SMALL)
    top = sheet.y
    for line in lines:
        sheet.y += _LINE
        sheet.text(
            _LABEL_LEFT, sheet.y, line, _SMALL, bold=bool(arrow.steps), colour=_MARKED if arrow.steps else "#39444c"
        )
    sheet.shape(f'<path d="M{_LABEL_LEFT - 7} {top + 5:g}V{sheet.y + 2:g}" stroke="#b5bfc6" fill="none"/>')
    return _LABEL_LEFT + len(lines[-1]) * _SMALL * _BROAD + 6, sheet.y - 4


def _draw_runs(sheet: _Sheet, runs: list[_Run]) -> None:
    """Give each arrow a lane of its own for its stretch, short ones inside, and draw it; widen the sheet if need be."""
    taken: list[list[tuple[float, float]]] = []
    for run in sorted(runs, key=lambda one: (one.span[1] - one.span[0], one.span)):
        low, high = run.span
        while run.lane < len(taken) and any(a < high + 4 and low < b + 4 for a, b in taken[run.lane]):
            run.lane += 1
        if run.lane == len(taken):
            taken.append([])
        taken[run.lane].append((low, high))
    ports: dict[float, int] = {}
    for number, run in enumerate(runs):
        x = _TEXT_RIGHT + 16 + run.lane * _LANE
        port = ports.get(run.end, 0)
        ports[run.end] = port + 1
        end = run.end + (-6, 0, 6, -3, 3)[port % 5]
        colour = _MARKED if run.marked else _LINES[number % len(_LINES)]
        way = f"M{run.left:g} {run.start:g}H{x:g}V{end:g}H{_TEXT_RIGHT + 6}"
        sheet.shape(f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{2.6 if run.marked else 1.3}"/>')
        sheet.shape(f'<path d="M{_TEXT_RIGHT + 2} {end:g}l6 -3v6z" fill="{colour}"/>')
        sheet.width = max(sheet.width, x + _MARGIN)


def _wrapped(text: str, width: float, size: int) -> list[str]:
    """The text in lines that surely fit; a word that is too long for a line is cut into pieces."""
    fits = max(4, int(width / (size * _BROAD)))
    lines, line = [], ""
    for word in text.split():
        rest = word
        while len(rest) > fits:
            if line:
                lines.append(line)
                line = ""
            lines.append(rest[:fits])
            rest = rest[fits:]
        joined = f"{line} {rest}".strip()
        if len(joined) <= fits:
            line = joined
        else:
            lines.append(line)
            line = rest
    return [*lines, line] if line or not lines else lines
