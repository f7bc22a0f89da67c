"""What each shipped workflow has to show by its own scenarios: everything that no earlier one shows in the same form.

What several workflows share word for word (what they all take from `base`) is shown once, by the first that holds it;
what one of them adds or changes is shown by itself. So the time that the tests take grows with what is new.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from config.definition import Action, Deadline, Element, Process, Workflow
from config.loader import Loaded, load_workflow
from tests.scenarios import rungs, uses
from tests.tables.write import shipped

FIRST = "kh-2009"
"""The workflow whose scenarios show what all others take from `base`."""

_WORDS = {"says", "clauses", "refusal", "remedy", "source", "task_says"}
"""What is said of an element, which no scenario can tell from another wording."""


@lru_cache
def packs() -> tuple[str, ...]:
    """The shipped workflows that stand by themselves, the first one first."""
    return (FIRST, *(name for name in shipped() if name != FIRST))


@lru_cache
def loaded(name: str) -> Loaded:
    """A shipped workflow."""
    return load_workflow(name)


@lru_cache
def files_of(name: str) -> tuple[Path, ...]:
    """The scenario files of a shipped workflow; none where it has none, so that what it does not show is told."""
    return tuple(sorted((loaded(name).folder / "scenarios").rglob("*.yaml")))


@lru_cache
def own_uses(name: str) -> frozenset[uses.Use]:
    """The uses of guards that the scenarios of this workflow have to show."""
    earlier = {key for pack in _before(name) for key in use_keys(loaded(pack).workflow).values()}
    return frozenset(use for use, key in use_keys(loaded(name).workflow).items() if key not in earlier)


@lru_cache
def own_moments(name: str) -> tuple[rungs.Moment, ...]:
    """The moments of deadlines that the scenarios of this workflow have to show."""
    earlier = {key for pack in _before(name) for key in deadline_keys(loaded(pack).workflow).values()}
    keys = deadline_keys(loaded(name).workflow)
    return tuple(one for one in rungs.moments_of(loaded(name).workflow) if keys[one[0], one[1]] not in earlier)


def _before(name: str) -> tuple[str, ...]:
    return packs()[: packs().index(name)]


def use_keys(workflow: Workflow) -> dict[uses.Use, str]:
    """Each use of a guard with everything that decides about it: the guard with its conditions, and the action."""
    found: dict[uses.Use, str] = {}
    for use in uses.uses_of(workflow):
        process = workflow.processes[use[0]]
        action = process.actions[use[1].partition(":")[0]]
        found[use] = f"{use} {_guard(process, use[2])} {_bare(action, 'moves', 'opens')}"
    return found


def deadline_keys(workflow: Workflow) -> dict[tuple[str, str], str]:
    """Each deadline with everything that decides about it, and no words."""
    return {
        (process.process, deadline): f"{process.process}.{deadline} {_bare(said)} {_named(process, _bare(said))}"
        for process in workflow.processes.values()
        for deadline, said in process.deadlines.items()
    }


def _guard(process: Process, name: str) -> str:
    said = _bare(process.guards[name])
    return f"{said} {_named(process, said)}"


def _named(process: Process, said: str) -> str:
    """The named conditions and guards that a text of a condition may refer to, with what they say."""
    parts = [(name, condition) for name, condition in process.conditions.items() if f"'{name}'" in said]
    guards = [name for name in process.guards if f"'{name}'" in said]
    return f"{parts} {[(name, _bare(process.guards[name])) for name in guards]}"


def _bare(element: Action | Deadline | Element, *only: str) -> str:
    """An element without its words."""
    dumped = element.model_dump(by_alias=True)
    kept = {key: value for key, value in dumped.items() if key not in _WORDS and (not only or key in only)}
    for rung in kept.get("ladder", ()):
        rung.pop("says", None)
        rung.pop("clauses", None)
    if isinstance(kept.get("due"), dict):
        kept["due"].pop("source", None)
    return str(kept)
