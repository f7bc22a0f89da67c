"""Guards and roles: who confirms, who is asked what when a person is assigned, and protected facts."""

from __future__ import annotations

from config.crosscheck.context import Context
from config.crosscheck.leaves import Spot, conditions_of
from config.crosscheck.reading import Reader, Reads
from config.posts import HOUSE_POSTS
from config.yaml_tree import Path

NO_CLOCK = ("over", "while", "pauses_while", "shown_when")
"""Conditions that hold or not whatever the time: time acts only through rungs and lapsing facts (semantics 4)."""


def check_guards(ctx: Context, reader: Reader) -> None:
    """Check what every guard reads, and every condition that decides without an attempt (`while`, `over` …)."""
    for process, found in ctx.workflow.processes.items():
        for name, guard in found.guards.items():
            path: Path = ("processes", process, "guards", name)
            reads = reader.name(process, name)
            if not guard.protects:
                _check_protected(ctx, name, reads, path)
            if reads.assigned is not None:
                _check_assigned(ctx, process, name)
        for kind, condition, where in conditions_of(ctx, process):
            if kind in NO_CLOCK:
                _check_standing(ctx, kind, reader.condition(condition, where, process), where)
        for name, action in found.actions.items():
            if action.automatic:
                for index, guard_name in enumerate(action.guards):
                    path = ("processes", process, "actions", name, "guards", index)
                    _check_automatic(ctx, guard_name, reader.name(process, guard_name), path)


def _check_standing(ctx: Context, kind: str, reads: Reads, path: Path) -> None:
    spot = reads.clock or reads.actor or reads.assigned
    if spot is not None:
        ctx.problem(
            spot.path if spot.path[: len(path)] == path else path,
            f"`{kind}` {'reads the clock' if reads.clock else 'reads who acts'}",
            found=f"in {_where(spot)}",
            expected="facts, tracks and other instances only; use a deadline or a lapsing fact for time",
        )
    for owner, fact in reads.facts:
        if kind != "shown_when" and ctx.workflow.processes[owner].facts[fact].protected:
            ctx.warn(path, f"`{kind}` reads the protected fact `{fact}`", found=f"`{owner}.{fact}`")


def _check_protected(ctx: Context, guard: str, reads: Reads, path: Path) -> None:
    for (owner, fact), spot in reads.facts.items():
        if ctx.workflow.processes[owner].facts[fact].protected:
            ctx.unsafe(
                spot.path if spot.path[: len(path)] == path else path,
                f"the guard `{guard}` reads the protected fact `{fact}`",
                found=f"`{owner}.{fact}`, a ground on which nothing may be withheld",
                expected="another fact, or `protects: true` on a guard that only adds protection",
            )


def _check_assigned(ctx: Context, process: str, guard: str) -> None:
    """Who is being assigned is known in `assign` alone."""
    for name, action in ctx.workflow.processes[process].actions.items():
        if name != "assign" and guard in action.guards:
            ctx.problem(
                ("processes", process, "actions", name, "guards", action.guards.index(guard)),
                f"the guard `{guard}` reads the person being assigned",
                found=f"in `{name}`",
                expected="such a guard in `assign`, or among the guards of a role",
            )


def _check_automatic(ctx: Context, guard: str, reads: Reads, path: Path) -> None:
    """Nobody attempts an automatic action, and no moment is its own: it follows from what is recorded."""
    what = "the clock" if reads.clock else "the person being assigned" if reads.assigned else "who acts"
    spot = reads.clock or reads.assigned or reads.actor
    if spot is not None:
        ctx.problem(
            path,
            f"the guard `{guard}` of an automatic action reads {what}",
            found=f"in {_where(spot)}",
            expected="facts, tracks and other instances only",
        )


def _where(spot: Spot) -> str:
    return ".".join(str(step) for step in spot.path[1:])


def check_roles(ctx: Context) -> None:
    """Check the roles of the workflow, and that each process with `assign` defines the guards of all of them."""
    for process, found in ctx.workflow.processes.items():
        for name, element in found.guards.items():
            ctx.roles(element.second_person, ("processes", process, "guards", name, "second_person"))
    _check_names_of_posts(ctx)
    for name, role in ctx.workflow.roles.items():
        path: Path = ("roles", name)
        ctx.roles(role.counts_as, (*path, "counts_as"))
        if role.own_record and (role.assigned or role.counts_as or role.opens_cases == "all"):
            ctx.problem_at_key(
                (*path, "own_record"),
                f"everybody holds `{name}` on their own record: nobody is assigned, and it opens nothing else",
                expected="`own_record: true` without `assigned`, `counts_as` and `opens_cases`",
            )
        if role.guards and not role.assigned:
            ctx.problem_at_key(
                (*path, "guards"),
                f"the role `{name}` has guards, but nobody is ever assigned to it",
                expected="`assigned: true`",
            )
        for index, guard in enumerate(role.guards):
            for process, found in ctx.workflow.processes.items():
                if (
                    "assign" in found.actions
                    and guard not in found.guards
                    and ("processes", process, "guards", guard) not in ctx.broken
                ):
                    ctx.problem(
                        (*path, "guards", index),
                        f"the process `{process}` can assign, but does not define the guard `{guard}`",
                        found=f"`{guard}`, asked when somebody becomes `{name}`",
                        expected=f"a guard `{guard}` in `{process}`",
                    )
    _check_counts_as(ctx)
    ctx.roles(ctx.workflow.second_person, ("second_person",))
    if ("fallback",) not in ctx.broken:
        ctx.role(ctx.workflow.fallback, ("fallback",))


def _check_names_of_posts(ctx: Context) -> None:
    """Two titles belong to the house: a workflow that gave them would say who configures it and who audits it."""
    for name in HOUSE_POSTS:
        if name in ctx.workflow.roles:
            ctx.problem_at_key(
                ("roles", name),
                f"the role `{name}` is a post of the house, which no workflow gives",
                found=f"`{name}`",
                expected=f"another name; posts of the house are {' and '.join(HOUSE_POSTS)}",
            )


def _check_counts_as(ctx: Context) -> None:
    """A title acts as other roles, but not as itself by a detour."""
    for name in ctx.workflow.roles:
        reached_roles: list[str] = []
        waiting = list(ctx.workflow.roles[name].counts_as)
        while waiting:
            other = waiting.pop()
            if other == name:
                ctx.problem(
                    ("roles", name, "counts_as"),
                    f"the role `{name}` counts as itself",
                    found=" → ".join([name, *reached_roles, name]),
                )
                break
            if other in ctx.workflow.roles and other not in reached_roles:
                reached_roles.append(other)
                waiting += ctx.workflow.roles[other].counts_as
