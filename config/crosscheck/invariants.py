"""Invariants name what exists; whether they hold is proved elsewhere."""

from __future__ import annotations

from config.conditions import Condition
from config.crosscheck.conditions import check_condition
from config.crosscheck.context import Context
from config.definition import AlwaysWatched, Invariant, Never, NeverReads, NeverRefused
from config.yaml_tree import Path


def check_invariants(ctx: Context) -> None:
    """Check every invariant of every process."""
    for process, found in ctx.workflow.processes.items():
        for name, invariant in found.invariants.items():
            _check(ctx, invariant, ("processes", process, "invariants", name))


def _check(ctx: Context, invariant: Invariant, path: Path) -> None:
    if invariant.never is not None:
        _check_never(ctx, invariant.never, (*path, "never"))
    elif invariant.never_refused is not None:
        _check_never_refused(ctx, invariant.never_refused, (*path, "never_refused"))
    elif invariant.always_watched is not None:
        _check_watched(ctx, invariant.always_watched, (*path, "always_watched"))
    elif invariant.never_reads is not None:
        _check_never_reads(ctx, invariant.never_reads, (*path, "never_reads"))


def _check_never(ctx: Context, never: Never, path: Path) -> None:
    if ctx.process(never.process, (*path, "process")) is None:
        return
    for track, state in (never.enters or {}).items():
        where = (*path, "enters", track)
        if ctx.track(never.process, track, where) is not None:
            ctx.state(never.process, track, state, where)
    _condition(ctx, never.unless, (*path, "unless"), never.process)
    _condition(ctx, never.rests, (*path, "rests"), never.process)


def _check_never_refused(ctx: Context, never: NeverRefused, path: Path) -> None:
    if ctx.process(never.process, (*path, "process")) is not None:
        ctx.action(never.process, never.action, (*path, "action"))
        _condition(ctx, never.when, (*path, "when"), never.process)


def _check_watched(ctx: Context, watched: AlwaysWatched, path: Path) -> None:
    if ctx.process(watched.process, (*path, "process")) is not None:
        _condition(ctx, watched.except_, (*path, "except"), watched.process)


def _check_never_reads(ctx: Context, never: NeverReads, path: Path) -> None:
    """Facts and tracks are names of any process: what is never read may lie anywhere."""
    if ctx.process(never.process, (*path, "process")) is not None and never.actions != "any":
        for index, action in enumerate(never.actions):
            ctx.action(never.process, action, (*path, "actions", index))
    processes = ctx.workflow.processes.values()
    facts = {name for process in processes for name in process.facts}
    tracks = {name for process in processes for name in process.tracks}
    for kind, names, known in (("fact", never.facts, facts), ("track", never.tracks, tracks)):
        for index, name in enumerate(names):
            broken = any(other[2:] == (f"{kind}s", name) for other in ctx.broken) or ctx.has_broken_process()
            if name not in known and not broken:
                ctx.unknown(kind, name, known, (*path, f"{kind}s", index), "of any process")


def _condition(ctx: Context, condition: Condition | None, path: Path, process: str) -> None:
    if condition is not None:
        check_condition(ctx, condition, path, process)
