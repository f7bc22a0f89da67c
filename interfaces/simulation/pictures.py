"""The pictures of one simulation, or of two beside each other, as PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

Summary = Mapping[str, Any]

INK, MUTED, LINE = "#22302f", "#55625f", "#ddd8ce"
SHADES = ("#0f5b57", "#b0702a")
"""The first and the second workflow; told apart by light as well as by colour, and always named."""
ROWS = 14
PALETTE = ("#0f5b57", "#b0702a", "#5b6f9e", "#8c2f1b", "#6b8f3c", "#7a5c86", "#a08b2d", "#4f7f8f")


def pictures(summaries: Sequence[Summary]) -> dict[str, bytes]:
    """Each picture by its name. The same figures give the same bytes."""
    return {name: draw(summaries) for name, draw in _PICTURES.items()}


def _work(summaries: Sequence[Summary]) -> bytes:
    """Steps of each role and week, a panel for each workflow."""
    figure, panels = _panels(len(summaries), height=3.6)
    top = max((max(weeks, default=0) for one in summaries for weeks in one["work"].values()), default=1)
    for axes, one in zip(panels, summaries, strict=True):
        roles = sorted(one["work"], key=lambda role: -sum(one["work"][role]))[: len(PALETTE)]
        for colour, role in zip(PALETTE, roles, strict=False):
            axes.plot(range(1, len(one["work"][role]) + 1), one["work"][role], color=colour, label=_spoken(role))
        _calm(axes, one["workflow"])
        axes.set_ylim(0, max(top, 1) * 1.05)
        axes.set_xlabel("week", color=MUTED)
        axes.set_ylabel("steps", color=MUTED)
        axes.legend(frameon=False, fontsize=8, ncols=2, labelcolor=INK)
    return _png(figure)


def _days(summaries: Sequence[Summary]) -> bytes:
    """Steps and notices of a person and day: average, median, ninth decile, most."""
    figure, panels = _panels(2, height=3.2, beside=True)
    kinds = (("steps_of_a_person_and_day", "steps"), ("notices_of_a_person_and_day", "notices"))
    for axes, (key, title) in zip(panels, kinds, strict=True):
        names = list(summaries[0][key])
        _beside(axes, names, [[one[key][name] for name in names] for one in summaries], summaries)
        _calm(axes, f"{title} of a person and day")
    return _png(figure)


def _breached(summaries: Sequence[Summary]) -> bytes:
    """Of the rounds of each deadline, the share that was breached; those with the most breaches."""
    totals = {name for one in summaries for name, told in one["breached"].items() if told["breached"]}
    worst = sorted(totals, key=lambda name: (-max(_share(one, name) for one in summaries), name))
    return _bars(
        worst, [[_share(one, name) for name in worst[:ROWS]] for one in summaries], summaries, "share breached"
    )


def _waits(summaries: Sequence[Summary]) -> bytes:
    """How often a case waited because nobody of a role had a hand free."""
    names = {name for one in summaries for name in one["waited_for"]}
    most = sorted(names, key=lambda name: (-max(one["waited_for"].get(name, 0) for one in summaries), name))
    counts = [[one["waited_for"].get(name, 0) for name in most[:ROWS]] for one in summaries]
    return _bars(most, counts, summaries, "times that a case waited for a free hand")


def _stays(summaries: Sequence[Summary]) -> bytes:
    """For how many days, over all cases, a track stood in a state before it went on."""
    names = {name for one in summaries for name in one["days_in"]}
    most = sorted(names, key=lambda name: (-max(one["days_in"].get(name, 0) for one in summaries), name))
    counts = [[one["days_in"].get(name, 0) for name in most[:ROWS]] for one in summaries]
    return _bars(most, counts, summaries, "days of all cases in a state before they went on")


def _milestones(summaries: Sequence[Summary]) -> bytes:
    """After how many days half of those that came so far had reached a state."""
    names = {name for one in summaries for name in one["milestones"]}
    most = sorted(names, key=lambda name: (-max(_reached(one, name) for one in summaries), name))[:ROWS]
    days = [[_median(one, name) for name in most] for one in summaries]
    return _bars(most, days, summaries, "days until a case first reached a state (median)")


_PICTURES: dict[str, Callable[[Sequence[Summary]], bytes]] = {
    "work": _work,
    "days": _days,
    "breached": _breached,
    "waits": _waits,
    "stays": _stays,
    "milestones": _milestones,
}


def _share(one: Summary, name: str) -> float:
    told = one["breached"].get(name)
    return float(told["share"]) if told else 0.0


def _reached(one: Summary, name: str) -> int:
    return int(one["milestones"].get(name, {}).get("cases", 0))


def _median(one: Summary, name: str) -> float:
    return float(one["milestones"].get(name, {}).get("median_days", 0.0))


def _bars(names: list[str], values: list[list[float]], summaries: Sequence[Summary], title: str) -> bytes:
    shown = names[:ROWS]
    figure, (axes,) = _panels(1, height=1.2 + 0.24 * max(len(shown), 1) * len(summaries) + 0.12 * len(shown))
    thick = 0.8 / len(summaries)
    for number, (one, of_one) in enumerate(zip(summaries, values, strict=True)):
        places = [row + number * thick for row in range(len(shown))]
        axes.barh(places, of_one, height=thick * 0.9, color=SHADES[number], label=one["workflow"])
    axes.set_yticks(
        [row + thick * (len(summaries) - 1) / 2 for row in range(len(shown))], [_spoken(one) for one in shown]
    )
    axes.invert_yaxis()
    _calm(axes, title if shown else f"{title}: none")
    if len(summaries) > 1:
        axes.legend(frameon=False, fontsize=8, labelcolor=INK)
    return _png(figure)


def _beside(axes: Axes, names: list[str], values: list[list[float]], summaries: Sequence[Summary]) -> None:
    wide = 0.8 / len(summaries)
    for number, (one, of_one) in enumerate(zip(summaries, values, strict=True)):
        drawn = axes.bar(
            [place + number * wide for place in range(len(names))],
            of_one,
            width=wide * 0.9,
            color=SHADES[number],
            label=one["workflow"],
        )
        axes.bar_label(drawn, fontsize=8, color=INK)
    axes.set_xticks([place + wide * (len(summaries) - 1) / 2 for place in range(len(names))], names)
    if len(summaries) > 1:
        axes.legend(frameon=False, fontsize=8, labelcolor=INK)


def _panels(count: int, *, height: float, beside: bool = False) -> tuple[Figure, list[Axes]]:
    rows, columns = (1, count) if beside else (count, 1)
    figure = Figure(figsize=(9, height * rows), layout="constrained", facecolor="white")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _calm(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=11, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8)


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ")


def _png(figure: Figure) -> bytes:
    written = io.BytesIO()
    # No date and no version: the same figures are the same file.
    figure.savefig(written, format="png", dpi=110, metadata={"Software": None})
    return written.getvalue()
