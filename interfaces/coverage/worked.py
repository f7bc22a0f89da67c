"""Which facts a workflow works with: an action asks them, a condition or deadline reads them, a person attests by them.

What is only offered by a form, or only lapses, may stay empty for ever and nobody hears of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from config.definition import Process, Workflow

Fact = tuple[str, str]
"""A process and a fact of it."""

_CHILDREN = ("some", "none", "every", "count")


def worked_with(workflow: Workflow) -> frozenset[Fact]:
    """Every fact that is asked, read, reminded of or attested with.

    Where a line reads through a link or a role, the facts of this name of all processes are meant.
    """
    found = set[Fact]()
    for name, process in workflow.processes.items():
        found |= set(_of_process(workflow, name, process))
    for attested in workflow.clauses.attested.values():
        if attested.fact is not None:
            found |= _meant(workflow, attested.of, attested.fact)
    return frozenset(found)


def _of_process(workflow: Workflow, name: str, process: Process) -> Iterator[Fact]:
    for action in process.actions.values():
        yield from ((name, fact) for fact in action.asks)
    read = (process.over, *process.conditions.values())
    ruled = (*process.guards.values(), *process.deadlines.values(), *process.tracks.values())
    for part in (*read, *ruled):
        yield from _read(workflow, name, _plain(part))


def _plain(part: Any) -> Any:
    return part.model_dump(mode="json", by_alias=True, exclude_none=True) if hasattr(part, "model_dump") else part


def _read(workflow: Workflow, here: str, part: Any) -> Iterator[Fact]:
    """The facts that a part reads which stands in the process `here`, whatever it is nested in."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from _read(workflow, here, _plain(one))
    if not isinstance(part, Mapping):
        return
    if isinstance(part.get("fact"), str):
        yield from _meant(workflow, part.get("of") or here, part["fact"])
    child = next((part[head] for head in _CHILDREN if isinstance(part.get(head), str)), here)
    for key, one in part.items():
        yield from _read(workflow, child if key == "where" else here, one)


def _meant(workflow: Workflow, of: str | None, fact: str) -> set[Fact]:
    """The facts of this name: of one process where `of` is one, else of every process that has it."""
    only = (of,) if of in workflow.processes else tuple(workflow.processes)
    return {(name, fact) for name in only if name is not None and fact in workflow.processes[name].facts}
