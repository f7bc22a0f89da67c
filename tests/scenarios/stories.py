"""Journeys as they were played, with the lines of their journals in the order in which they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson

from cases.journal import Kind
from cases.look import history
from interfaces.scenarios.library import house_for, scenario_files
from interfaces.scenarios.model import Scenario, Step, read_scenario
from interfaces.scenarios.run import Played, Result, play
from state_machine.view import Instance
from wiring.scenario_house import ScenarioHouse

WORKFLOW = "kh-2009"

_RUNG = ("deadline", "generation", "dating", "rung", "repeat")


@dataclass(frozen=True, slots=True)
class Line:
    """One journal entry, as far as it stands in clear. `order` runs through the whole family, automatic steps too."""

    ref: str
    process: str
    action: str
    kind: str
    actor: str
    attempt: str
    order: int
    moves: Mapping[str, Sequence[str]]
    guards: Mapping[str, str]
    because: Sequence[str]
    opens: str | None
    rung: tuple[str, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether it tells of something that was done."""
        return self.kind in (Kind.APPLIED, Kind.OPENED)

    @property
    def refused(self) -> bool:
        """Whether it tells of something that was not done."""
        return self.kind in (Kind.REFUSED, Kind.NOT_YET)


@dataclass(frozen=True, slots=True)
class Story:
    """A journey that was played: what came of each step, the house it was played in, and its journal."""

    scenario: Scenario
    on: ScenarioHouse
    result: Result
    played: tuple[Played, ...]
    lines: tuple[Line, ...]

    def instance(self, name: str = "case") -> Instance:
        """An instance of the journey by its name in it, as it stands at the end."""
        ref = self.result.names[name]
        with self.on.house.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None
        return next(one for one in loaded.instances if one.ref == ref)

    def applied(self, process: str, *actions: str) -> list[Line]:
        """The lines of these actions where they were done."""
        return [line for line in self.lines if line.process == process and line.action in actions and line.applied]

    @property
    def rungs(self) -> list[tuple[str, ...]]:
        """Every rung that came, with its instance, round, dating and repeat."""
        return [(line.ref, *line.rung) for line in self.lines if line.rung]

    def refused(self, process: str, *actions: str) -> list[Line]:
        """The lines of these actions where they were refused, or possible only later."""
        return [line for line in self.lines if line.process == process and line.action in actions and line.refused]


@lru_cache
def journeys(workflow: str = WORKFLOW) -> tuple[Scenario, ...]:
    """The shipped journeys of a workflow, by their numbers."""
    read = [read_scenario(path) for path in scenario_files([workflow])]
    return tuple(sorted((one for one in read if one.journey is not None), key=lambda one: one.journey or 0))


@lru_cache(maxsize=32)
def story(number: int, workflow: str = WORKFLOW) -> Story:
    """A journey, played in a house of its own."""
    return tell(next(one for one in journeys(workflow) if one.journey == number))


def stories() -> tuple[Story, ...]:
    """All journeys, each played in a house of its own."""
    return tuple(story(one.journey or 0) for one in journeys())


def going_on(number: int, *said: Mapping[str, Any], workflow: str = WORKFLOW) -> Story:
    """A journey with more steps after its end, written as in a scenario file."""
    scenario = next(one for one in journeys(workflow) if one.journey == number)
    more = tuple(Step.model_validate(step) for step in said)
    lines = (*scenario.lines, *(scenario.lines[-1] for _ in more))
    return tell(replace(scenario, steps=(*scenario.steps, *more), lines=lines))


def tell(scenario: Scenario) -> Story:
    """Play a scenario and read its journal."""
    on = house_for(scenario)
    played: list[Played] = []
    result = play(scenario, on, played.append)
    lines = [line for ref in refs_of(on, result) for line in _lines(on, ref)]
    return Story(scenario, on, result, tuple(played), tuple(sorted(lines, key=lambda line: line.order)))


def refs_of(on: ScenarioHouse, result: Result) -> set[str]:
    """Every instance of every family that the scenario opened, and those that stand for its people."""
    refs: set[str] = set()
    with on.house.store.look() as tx:
        people = [tx.person_ref(name) for name in result.scenario.people]
    for ref in [*result.names.values(), *(one for one in people if one is not None)]:
        with on.house.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None
        refs |= {one.ref for one in loaded.instances}
    return refs


def _lines(on: ScenarioHouse, ref: str) -> list[Line]:
    lines = []
    for entry in history(on.house, ref):
        clear = orjson.loads(entry.clear)
        lines.append(
            Line(
                ref=ref,
                process=clear["process"],
                action=clear["action"],
                kind=entry.kind,
                actor=clear["actor"],
                attempt=clear["attempt"],
                order=clear["order"],
                moves=clear.get("moves", {}),
                guards=clear.get("guards", {}),
                because=clear.get("because", ()),
                opens=clear.get("opens"),
                rung=tuple(str(clear[key]) for key in _RUNG) if "rung" in clear else (),
            )
        )
    return lines
