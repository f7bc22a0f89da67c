"""The pictures of one simulation, or of two beside each other, as PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

Summary = Mapping[str, Any]

INK, MUTED, LINE = "#22302f", "#55625f", "#ddd8ce"
SHADES = ("#0f5b57", "#b0702a")
"""The first and the second workflow; told apart by light as well as by colour, and always named."""
ROWS = 14
_TINTS = LinearSegmentedColormap.from_list("tints", ["#faf8f4", "#e3efec", "#0f5b57"])


def pictures(summaries: Sequence[Summary]) -> dict[str, bytes]:
    """Each picture by its name. The same figures give the same bytes."""
    return {name: draw(summaries) for name, draw in _PICTURES.items()}


def _work(summaries: Sequence[Summary]) -> bytes:
    """Steps of each role and week, a panel for each workflow: the darker, the more."""
    roles = [sorted(one["work"], key=_most_first(one["work"])) for one in summaries]
    tall = 1.1 + 0.2 * max((len(of_one) for of_one in roles), default=1)
    figure, panels = _panels(len(summaries), height=tall)
    top = max((max(weeks, default=0) for one in summaries for weeks in one["work"].values()), default=0)
    for axes, one, of_one in zip(panels, summaries, roles, strict=True):
        if of_one:
            shown = [one["work"][role] for role in of_one]
            axes.imshow(shown, cmap=_TINTS, vmin=0, vmax=max(top, 1), aspect="auto", interpolation="nearest")
        axes.set_yticks(range(len(of_one)), [f"{_spoken(role)}  {sum(one['work'][role]):,}" for role in of_one])
        _calm(axes, f"{one['workflow']}: darkest is {top:,} steps a week")
        axes.set_xlabel("week, from 0", color=MUTED, fontsize=8)
    return _png(figure)


def _days(summaries: Sequence[Summary]) -> bytes:
    """Steps, tasks and notices of a person and day: average, median, ninth decile, most."""
    kinds = ("steps", "tasks", "notices")
    figure, panels = _panels(len(kinds), height=1.9)
    for axes, kind in zip(panels, kinds, strict=True):
        names = {"average": "average", "median": "median", "p90": "nine in ten at most", "most": "most"}
        values = [[one[f"{kind}_of_a_person_and_day"][name] for name in names] for one in summaries]
        _beside(axes, list(names.values()), values, summaries)
        _calm(axes, f"{kind} of a person and day")
    return _png(figure)


def _breached(summaries: Sequence[Summary]) -> bytes:
    """Of the rounds of each deadline, the share that was breached; those with the most breaches."""
    totals = {name for one in summaries for name, told in one["breached"].items() if told["breached"]}
    worst = sorted(totals, key=lambda name: (-max(_breaches(one, name)[0] for one in summaries), name))[:ROWS]
    values = [[_share(one, name) for name in worst] for one in summaries]
    labels = [["{} of {}".format(*_breaches(one, name)) for name in worst] for one in summaries]
    return _bars(worst, values, summaries, "share of rounds breached", labels)


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


def _breaches(one: Summary, name: str) -> tuple[int, int]:
    told = one["breached"].get(name, {"breached": 0, "rounds": 0})
    return told["breached"], told["rounds"]


def _share(one: Summary, name: str) -> float:
    told = one["breached"].get(name)
    return float(told["share"]) if told else 0.0


def _reached(one: Summary, name: str) -> int:
    return int(one["milestones"].get(name, {}).get("cases", 0))


def _median(one: Summary, name: str) -> float:
    return float(one["milestones"].get(name, {}).get("median_days", 0.0))


def _most_first(work: Mapping[str, list[int]]) -> Callable[[str], tuple[int, str]]:
    return lambda role: (-sum(work[role]), role)


def _bars(
    names: list[str],
    values: list[list[float]],
    summaries: Sequence[Summary],
    title: str,
    labels: list[list[str]] | None = None,
) -> bytes:
    shown = names[:ROWS]
    thick = 0.8 / len(summaries)
    # The key stands above the bars, so that it covers none.
    figure, (axes,) = _panels(1, height=0.9 + 0.3 * (len(summaries) - 1) + (0.17 * len(summaries) + 0.06) * len(shown))
    for number, (one, of_one) in enumerate(zip(summaries, values, strict=True)):
        places = [row + number * thick for row in range(len(shown))]
        drawn = axes.barh(places, of_one, height=thick * 0.9, color=SHADES[number], label=one["workflow"])
        said = labels[number] if labels is not None else [f"{value:,g}" for value in of_one]
        axes.bar_label(drawn, said, padding=3, fontsize=7, color=MUTED)
    axes.set_yticks(
        [row + thick * (len(summaries) - 1) / 2 for row in range(len(shown))], [_spoken(one) for one in shown]
    )
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.margins(x=0.16)
    _calm(axes, title if shown else f"{title}: none")
    _key(figure, axes, summaries)
    return _png(figure)


def _key(figure: Figure, axes: Axes, summaries: Sequence[Summary]) -> None:
    if len(summaries) > 1:
        handles, names = axes.get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper left", ncols=2, frameon=False, fontsize=8, labelcolor=INK)


def _beside(axes: Axes, names: list[str], values: list[list[float]], summaries: Sequence[Summary]) -> None:
    thick = 0.8 / len(summaries)
    for number, (one, of_one) in enumerate(zip(summaries, values, strict=True)):
        places = [place + number * thick for place in range(len(names))]
        drawn = axes.barh(places, of_one, height=thick * 0.9, color=SHADES[number], label=one["workflow"])
        axes.bar_label(drawn, [f"{one['workflow']} {value:,g}" for value in of_one], padding=3, fontsize=7, color=MUTED)
    axes.set_yticks([place + thick * (len(summaries) - 1) / 2 for place in range(len(names))], names)
    axes.invert_yaxis()
    axes.margins(x=0.3)


def _panels(count: int, *, height: float) -> tuple[Figure, list[Axes]]:
    """Panels below each other, narrow enough to be read on a telephone."""
    figure = Figure(figsize=(5.2, height * count), layout="constrained", facecolor="white")
    return figure, list(figure.subplots(count, 1, squeeze=False).flat)


def _calm(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=9, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8)


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ")


def _png(figure: Figure) -> bytes:
    written = io.BytesIO()
    # No date and no version: the same figures are the same file.
    figure.savefig(written, format="png", dpi=160, metadata={"Software": None})
    return written.getvalue()
