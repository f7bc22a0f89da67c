"""What is allowed, but probably not meant: warnings, never errors."""

from __future__ import annotations

from collections.abc import Iterator

from config.conditions import (
    ActionMoment,
    Condition,
    Count,
    FactMoment,
    FactRef,
    NoneOf,
    Some,
)
from config.crosscheck.context import Context
from config.crosscheck.leaves import child_of, conditions_of, spots
from config.crosscheck.places import silent_place_of
from config.crosscheck.reading import Reader, facts_of
from config.definition import Fact, Process
from config.problems import listed
from config.yaml_tree import Path

SAFE_CONTACT = "safe_contact"
"""The fact that is shown beside every task to tell, call or visit; the language itself reads it."""


def warn_of_doubts(ctx: Context, reader: Reader) -> None:
    """Note everything doubtful of an otherwise sound workflow."""
    if ctx.broken:
        return
    _unused_guards(ctx)
    _unread_facts(ctx)
    _ended_children(ctx, reader)
    _remedies(ctx, reader)
    _findable_secrets(ctx)


def _unused_guards(ctx: Context) -> None:
    used = set(_used_names(ctx))
    for process, found in ctx.workflow.processes.items():
        for kind, names in (("guard", found.guards), ("condition", found.conditions)):
            for name in names:
                if (process, name) not in used:
                    path: Path = ("processes", process, f"{kind}s", name)
                    ctx.warn(
                        path,
                        f"nothing uses the {kind} `{name}`",
                        expected="an action, a role or another condition that names it",
                    )


def _used_names(ctx: Context) -> Iterator[tuple[str, str]]:
    """Every condition and guard, with its process, that an action, a role or another condition names."""
    for process, found in ctx.workflow.processes.items():
        yield from ((process, guard) for action in found.actions.values() for guard in action.guards)
        yield from ((process, guard) for role in ctx.workflow.roles.values() for guard in role.guards)
        for _, condition, path in conditions_of(ctx, process):
            for spot in spots(ctx, condition, path, process, process):
                if isinstance(spot.part, str) and spot.here is not None:
                    yield spot.here, spot.part


def _unread_facts(ctx: Context) -> None:
    read = set(_read(ctx))
    for process, found in ctx.workflow.processes.items():
        for name, fact in found.facts.items():
            if (process, name) in read or _speaks_for_itself(name, fact):
                continue
            path: Path = ("processes", process, "facts", name)
            ctx.warn(
                path,
                f"nothing reads the fact `{name}`, and nothing asks it",
                expected="a guard that reads it, or an action that asks it",
            )


def _speaks_for_itself(name: str, fact: Fact) -> bool:
    """Whether a fact is there for lists, for a form, for a clause that wants it recorded, or never to be read."""
    return bool(fact.form or fact.find_by or fact.clauses or fact.protected) or name == SAFE_CONTACT


def _read(ctx: Context) -> Iterator[tuple[str, str]]:
    """Every fact that a condition, a deadline, a lapse, an action or the clause book refers to."""
    for process, found in ctx.workflow.processes.items():
        for _, condition, path in conditions_of(ctx, process):
            for spot in spots(ctx, condition, path, process, process):
                yield from facts_of(ctx, spot)
        for action in found.actions.values():
            yield from ((process, fact) for fact in (*action.asks, *action.offers))
            yield from (
                (owner, fact) for opens in action.opens for fact in opens.copies for owner in (process, opens.process)
            )
        for part in _figures_and_moments(found):
            yield from _named(ctx, part, process)
    for attested in ctx.workflow.clauses.attested.values():
        if attested.fact:
            yield from ((process, attested.fact) for process in ctx.workflow.processes)


def _figures_and_moments(process: Process) -> Iterator[object]:
    for deadline in process.deadlines.values():
        yield from (deadline.due.after, deadline.due.since, deadline.done_by)
    for fact in process.facts.values():
        if fact.lasts:
            yield from (fact.lasts.for_, *fact.lasts.until)


def _named(ctx: Context, part: object, process: str) -> Iterator[tuple[str, str]]:
    if not isinstance(part, FactRef | FactMoment | ActionMoment):
        return
    if part.of is not None:
        yield process, part.of
    owner = silent_place_of(ctx, part.of, process)
    if owner is not None and isinstance(part, FactRef | FactMoment):
        yield owner, part.fact


def _ended_children(ctx: Context, reader: Reader) -> None:
    """A child that has ended keeps its state, so a `where` that names such a state also means children of long ago."""
    for process in ctx.workflow.processes:
        for _, condition, path in conditions_of(ctx, process):
            for spot in spots(ctx, condition, path, process, process):
                if isinstance(spot.part, Some | NoneOf | Count) and spot.part.where is not None:
                    child = child_of(spot.part)[1]
                    kept = sorted(_states(reader, spot.part.where, child) & _ended(reader, child))
                    if kept:
                        ctx.warn(
                            spot.path,
                            f"a `{child}` that has ended keeps this state: old ones count too",
                            found=listed(f"{track}: {state}" for track, state in kept),
                        )


def _states(reader: Reader, condition: Condition, process: str) -> set[tuple[str, str]]:
    """The states of a process's own tracks that a condition names, directly or through names."""
    if process not in reader.ctx.workflow.processes:
        return set()
    states = reader.condition(condition, (), process).states
    return {(track, state) for owner, track, state in states if owner == process}


def _ended(reader: Reader, process: str) -> set[tuple[str, str]]:
    found = reader.ctx.workflow.processes.get(process)
    return _states(reader, found.over, process) if found is not None and found.over is not None else set()


def _remedies(ctx: Context, reader: Reader) -> None:
    """A guard that asks for a fact which nobody may record can never be met."""
    for process, found in ctx.workflow.processes.items():
        for name in found.guards:
            for owner, fact in reader.name(process, name).facts:
                if _nobody_records(ctx, owner, fact, ctx.workflow.processes[owner].facts[fact]):
                    path: Path = ("processes", process, "guards", name)
                    ctx.warn(
                        path, f"nobody may record `{fact}`, which the guard `{name}` reads", found=f"`{owner}.{fact}`"
                    )


def _nobody_records(ctx: Context, process: str, name: str, fact: Fact) -> bool:
    asked = any(name in action.asks for action in ctx.workflow.processes[process].actions.values())
    return fact.by == () and not asked


def _findable_secrets(ctx: Context) -> None:
    for process, found in ctx.workflow.processes.items():
        for name, fact in found.facts.items():
            if fact.find_by and fact.seen_by is not None:
                path: Path = ("processes", process, "facts", name)
                ctx.warn(
                    path,
                    f"`{name}` has `seen_by`, but `find_by` lets everybody find it in lists",
                    expected="one of the two",
                )
