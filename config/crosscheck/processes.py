"""Processes among each other: parents, who stands for people, how they are opened, and names used twice."""

from __future__ import annotations

from config.crosscheck.context import Context
from config.yaml_tree import Path


def check_processes(ctx: Context) -> None:
    """Check what concerns a process as a whole."""
    standing: list[str] = []
    for name, process in ctx.workflow.processes.items():
        path: Path = ("processes", name)
        if process.parent is not None and ctx.process(process.parent, (*path, "parent")):
            _check_parents(ctx, name, process.parent, path)
        if process.stands_for:
            standing.append(name)
            if len(standing) > 1:
                ctx.problem(
                    (*path, "stands_for"),
                    "only one process stands for the people who act",
                    found=f"also `{standing[0]}`",
                )
        if "open" not in process.actions and (*path, "actions", "open") not in ctx.broken:
            ctx.problem_at_key(path, f"the process `{name}` has no action `open`", expected="`open` among its actions")
        for both in [guard for guard in process.guards if guard in process.conditions]:
            ctx.problem_at_key(
                (*path, "guards", both), f"`{both}` is the name of a condition and of a guard", found=f"`{both}`"
            )


def _check_parents(ctx: Context, name: str, parent: str, path: Path) -> None:
    chain = [name, parent]
    while (above := ctx.workflow.processes.get(chain[-1])) is not None and above.parent is not None:
        if above.parent in chain:
            if above.parent == name:
                ctx.problem((*path, "parent"), "a process cannot be its own ancestor", found=" → ".join([*chain, name]))
            return
        chain.append(above.parent)
