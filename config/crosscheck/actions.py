"""Actions: who may do them, what they ask, which guards they have, what they open, and which run by themselves."""

from __future__ import annotations

from config.crosscheck.context import Context
from config.crosscheck.values import comparable
from config.definition import RESERVED_ACTIONS, Action, Opens, Process
from config.problems import listed
from config.yaml_tree import Path


def check_actions(ctx: Context) -> None:
    """Check every action of every process; moves are checked with the tracks."""
    opened = {
        opens.process
        for process in ctx.workflow.processes.values()
        for action in process.actions.values()
        for opens in action.opens
    }
    for process, found in ctx.workflow.processes.items():
        done_by_time = {rung.do for deadline in found.deadlines.values() for rung in deadline.ladder}
        for name, action in found.actions.items():
            path: Path = ("processes", process, "actions", name)
            ctx.roles(action.by, (*path, "by"))
            for key, facts in (("asks", action.asks), ("offers", action.offers)):
                for index, fact in enumerate(facts):
                    ctx.fact(process, fact, (*path, key, index))
            for index, guard in enumerate(action.guards):
                ctx.guard(process, guard, (*path, "guards", index))
            for index, opens in enumerate(action.opens):
                _check_opening(ctx, process, opens, (*path, "opens", index))
            if action.automatic:
                _check_automatic(ctx, name, action, path)
            elif not action.by and name not in done_by_time:
                _check_somebody(ctx, found, name, process in opened, path)
            if name == "open" and action.moves:
                ctx.problem_at_key((*path, "moves"), "`open` moves nothing: tracks begin in `starts`")


def _check_somebody(ctx: Context, process: Process, name: str, opened: bool, path: Path) -> None:
    """`by` may be empty only for what a rung does, what is automatic, and what other actions or the house open."""
    if any(broken[:3] == (*path[:2], "deadlines") for broken in ctx.broken):
        return
    if name == "open" and (opened or process.stands_for):
        return
    ctx.problem_at_key(
        path,
        f"nobody can do `{name}`",
        found="no `by`",
        expected="roles in `by`, a rung that does it, or `automatic: true`",
    )


def _check_opening(ctx: Context, process: str, opens: Opens, path: Path) -> None:
    child = ctx.process(opens.process, (*path, "process"))
    if child is None:
        return
    if child.parent != process:
        found = f"its parent is `{child.parent}`" if child.parent else "it has no parent"
        ctx.problem((*path, "process"), f"`{opens.process}` is no child of `{process}`", found=found)
    for index, name in enumerate(opens.copies):
        where = (*path, "copies", index)
        here = ctx.fact(process, name, where)
        there = ctx.fact(opens.process, name, where)
        why = comparable(here, there, "is") if here and there and here.kind != "choices" else ""
        if here and there and (why or here.kind != there.kind):
            ctx.problem(where, f"`{name}` cannot be copied: {why or 'the kinds differ'}", found=f"`{name}`")
    start = child.actions.get("open")
    missing = [name for name in (start.asks if start else ()) if name not in opens.copies]
    if missing:
        ctx.problem(
            path,
            f"opening `{opens.process}` asks facts that are not copied",
            found=f"copies {listed(opens.copies) or 'nothing'}",
            expected=f"{listed(missing)} in `copies`",
        )


def _check_automatic(ctx: Context, name: str, action: Action, path: Path) -> None:
    if name in RESERVED_ACTIONS:
        ctx.problem_at_key((*path, "automatic"), f"`{name}` is always somebody's act", expected="no `automatic`")
    for key, given in (("by", action.by), ("asks", action.asks)):
        if given:
            ctx.problem_at_key((*path, key), f"an automatic action has no `{key}`: nobody does it", found=listed(given))
    if not any(move.otherwise == "refuse" for move in action.moves.values()):
        ctx.problem_at_key(
            path, "an automatic action must move a track", expected="at least one move without `otherwise: stay`"
        )
