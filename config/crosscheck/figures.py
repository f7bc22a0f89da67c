"""Figures: durations that must be positive, the facts that may hold them, and how they are counted."""

from __future__ import annotations

from config.conditions import Counts, FactRef
from config.crosscheck.context import Context
from config.crosscheck.places import place_of
from config.durations import Duration, compare
from config.yaml_tree import Path


def figure_fact(ctx: Context, figure: FactRef, home: str, path: Path, kind: str = "period") -> None:
    """Check a figure that a fact gives: the fact exists and is a period (or, for a count, a number)."""
    place = place_of(ctx, figure.of, home, (*path, "of"))
    fact = ctx.fact(place, figure.fact, (*path, "fact")) if place else None
    if fact is not None and fact.kind != kind:
        ctx.problem(
            (*path, "fact"),
            f"`{figure.fact}` gives no figure",
            found=f"a {fact.kind}",
            expected=f"a fact of kind {kind}",
        )


def check_positive(ctx: Context, duration: Duration, path: Path) -> None:
    """Report a duration that is nothing or negative where it must be longer than nothing."""
    if not duration.is_positive:
        ctx.problem(
            path, "this duration must be longer than nothing", found=duration.text, expected="such as P1D or PT4H"
        )


def check_counted(ctx: Context, duration: Duration, counts: Counts, path: Path) -> None:
    """Report weeks, months and years where working days are counted: they have no fixed number of them."""
    if counts == "working_days" and (duration.whole_months or "W" in duration.text):
        ctx.problem(
            path, "working days are counted in days", found=duration.text, expected="days and hours, such as P10D"
        )


def check_bounds(
    ctx: Context,
    key: str,
    figure: Duration | FactRef | None,
    bounds: tuple[Duration | None, Duration | None],
    path: Path,
) -> None:
    """at_least ≤ figure ≤ at_most, as far as they are known; `key` is that of the figure under `path`."""
    (least, most), known = bounds, figure if isinstance(figure, Duration) else None
    reported: set[str] = set()
    for where, smaller, greater in ((key, least, known), (key, known, most), ("at_most", least, most)):
        if smaller is None or greater is None or where in reported:
            continue
        order = compare(smaller, greater)
        if order == 1 or order is None:
            reported.add(where)
            ctx.problem(
                (*path, where),
                "the figure and its bounds do not fit" if order else "the figure and its bounds cannot be compared",
                found=f"{smaller.text} and {greater.text}",
                expected=f"at_least, then {key}, then at_most" if order else "the same unit in all of them",
            )
