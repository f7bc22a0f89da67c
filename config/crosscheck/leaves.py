"""Walks a condition: every test in it, where it stands, and on which instance it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from config.conditions import All, AnyOf, Condition, Count, Every, NoneOf, Not, Some
from config.crosscheck.context import Context
from config.shapes import Part
from config.yaml_tree import Path

Quantified = Some | NoneOf | Every | Count
QUANTIFIERS = (Some, NoneOf, Every, Count)


@dataclass(frozen=True, slots=True)
class Spot:
    """A test, a name or a quantifier in a condition.

    `here` is the process of the instance on which it is read (inside `where`, the child; None if unknown), `home` the
    process in whose file the line stands: right sides belong to it.
    """

    part: Part | str
    path: Path
    here: str | None
    home: str


def child_of(quantified: Quantified) -> tuple[str, str]:
    """The key and the process of a quantifier."""
    match quantified:
        case Some():
            return "some", quantified.some
        case NoneOf():
            return "none", quantified.none
        case Every():
            return "every", quantified.every
        case Count():
            return "count", quantified.count


def spots(ctx: Context, condition: Condition, path: Path, here: str | None, home: str) -> Iterator[Spot]:
    """Every spot of one condition; what its names stand for is not followed."""
    match condition:
        case All():
            for place, part in enumerate(condition.all):
                yield from spots(ctx, part, (*path, "all", place), here, home)
        case AnyOf():
            for place, part in enumerate(condition.any):
                yield from spots(ctx, part, (*path, "any", place), here, home)
        case Not():
            yield from spots(ctx, condition.not_, (*path, "not"), here, home)
        case Some() | NoneOf() | Every() | Count():
            yield Spot(condition, path, here, home)
            if condition.where is not None:
                child = child_of(condition)[1]
                inside = child if child in ctx.workflow.processes else None
                yield from spots(ctx, condition.where, (*path, "where"), inside, home)
        case _:
            yield Spot(condition, path, here, home)


def named(ctx: Context, process: str, name: str) -> list[tuple[Condition, Path]]:
    """The conditions that a name stands for on a process: one, or the `require` and `when` of a guard."""
    found = ctx.workflow.processes[process]
    base: Path = ("processes", process)
    if name in found.conditions:
        return [(found.conditions[name], (*base, "conditions", name))]
    guard = found.guards.get(name)
    if guard is None:
        return []
    path = (*base, "guards", name)
    parts: list[tuple[Condition, Path]] = [(guard.require, (*path, "require"))]
    if guard.when is not None:
        parts.append((guard.when, (*path, "when")))
    return parts


def conditions_of(ctx: Context, process: str) -> Iterator[tuple[str, Condition, Path]]:
    """Every condition written in a process, with the kind of place where it stands (`guard`, `while` …)."""
    found = ctx.workflow.processes[process]
    base: Path = ("processes", process)
    if found.over is not None:
        yield "over", found.over, (*base, "over")
    for name, track in found.tracks.items():
        if track.shown_when is not None:
            yield "shown_when", track.shown_when, (*base, "tracks", name, "shown_when")
    for name, condition in found.conditions.items():
        yield "condition", condition, (*base, "conditions", name)
    for name, guard in found.guards.items():
        yield "guard", guard.require, (*base, "guards", name, "require")
        if guard.when is not None:
            yield "guard", guard.when, (*base, "guards", name, "when")
    for name, deadline in found.deadlines.items():
        yield "while", deadline.while_, (*base, "deadlines", name, "while")
        if deadline.pauses_while is not None:
            yield "pauses_while", deadline.pauses_while, (*base, "deadlines", name, "pauses_while")
