"""Which elements of a workflow its scenarios use: said by a guard, done, recorded, come due, or looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from config.definition import Workflow
from config.loader import Loaded
from interfaces.scenarios.library import scenario_files
from interfaces.scenarios.model import Scenario, Step, read_scenario

Used = tuple[str, str]
"""An element without its process: `("guard", "care_answered")`, or a state: `("track", "care.given")`."""


def scenarios_of(loaded: Loaded) -> tuple[Scenario, ...]:
    """The scenarios that lie in a workflow's own folder; none is no error. Raises DefinitionError for a broken file."""
    if not any((loaded.folder / "scenarios").rglob("*.yaml")):
        return ()
    return tuple(read_scenario(path) for path in scenario_files([str(loaded.folder)]))


def exercised(workflow: Workflow, scenarios: tuple[Scenario, ...]) -> Mapping[str, tuple[str, ...]]:
    """For each element, written as coverage writes it (`case.guard.care_answered`), the scenarios that use it.

    A step that is expected to be refused uses the guards that it names, and no action. A deadline is used where
    somebody is told, has it as a task, or its moment is compared.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for scenario in scenarios:
        for process, (kind, name) in _of_scenario(workflow, scenario):
            for carrier in _carriers(workflow, process, kind, name):
                found[carrier][scenario.name] = None
    return {carrier: tuple(names) for carrier, names in found.items()}


def _of_scenario(workflow: Workflow, scenario: Scenario) -> Iterator[tuple[str | None, Used]]:
    standing = next((name for name, one in workflow.processes.items() if one.stands_for == "person"), None)
    opened: dict[str, str | None] = dict.fromkeys(scenario.people, standing)
    for said in scenario.people.values():
        yield from ((standing, ("fact", name)) for name in said.facts)
    for step in scenario.steps:
        if step.open:
            opened[step.name or step.open] = step.open
        process = _process(step, opened)
        yield from ((process, used) for used in _of_attempt(step))
        yield from ((process if kind in ("track", "guard") else None, (kind, name)) for kind, name in _seen(step))


def _process(step: Step, opened: Mapping[str, str | None]) -> str | None:
    """The process of the instance that a step is about: `c1/crisis` is a crisis."""
    if step.open:
        return step.open
    first, *below = (step.in_ or step.check or "").split("/")
    return below[-1] if below else opened.get(first)


def _of_attempt(step: Step) -> Iterator[Used]:
    if step.expect == "applied":
        if step.open:
            yield "process", step.open
        if step.act:
            yield "action", step.act
        for name in chain(step.record or (), step.correct or (), step.facts or ()):
            yield "fact", name
    held_back = chain.from_iterable((step.held_back or {}).values())
    for guard in chain(step.because, step.only_because, step.advised or (), held_back):
        yield "guard", guard


def _seen(step: Step) -> Iterator[Used]:
    """What a check compares, whoever it belongs to: tracks of the instance, and deadlines of anything below it."""
    for track, state in (step.tracks or {}).items():
        yield "track", track
        yield "track", f"{track}.{state}"
    for process in step.children or ():
        yield "process", process
    told = chain.from_iterable((step.told or {}).values())
    tasks = chain.from_iterable((step.tasks or {}).values())
    for name in chain(told, tasks, step.due or ()):
        deadline, _, rung = name.rpartition("/")[2].partition(".")
        yield "deadline", deadline
        if rung:
            yield "deadline", f"{deadline}.{rung}"


def _carriers(workflow: Workflow, process: str | None, kind: str, name: str) -> Iterator[str]:
    if kind == "process":
        yield name
        yield f"{name}.action.open"
        return
    first = name.partition(".")[0]
    for having, declared in workflow.processes.items():
        elements: Mapping[str, object] = getattr(declared, f"{kind}s")
        if first in elements and process in (None, having):
            yield f"{having}.{kind}.{name}"
            if kind == "action":
                for track, move in declared.actions[name].moves.items():
                    yield from (f"{having}.track.{track}", f"{having}.track.{track}.{move.to}")
