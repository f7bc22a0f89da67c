"""What the scenarios of a workflow show of time: for every deadline each rung, its end, and its pause if it has one.

`python -m tests.scenarios.rungs WORKFLOW …` lists what the scenarios of these workflows do not show yet.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from cases.journal import Kind
from cases.look import history
from config.definition import Deadline, Rung, Workflow
from interfaces.scenarios.library import house_for
from interfaces.scenarios.model import read_scenario
from interfaces.scenarios.run import Result, play
from tests.scenarios.stories import refs_of
from wiring.scenario_house import ScenarioHouse

Moment = tuple[str, str, str]
"""Process, deadline, and what became of it: `rung NAME` with the kind of its entry, `done`, `ended`, `paused` …"""

_RUNGS = (Kind.REMINDED, Kind.BREACHED, Kind.ACTED, Kind.ACT_REFUSED)


@dataclass
class Shown:
    """The moments that were seen, and how the scenarios came out."""

    moments: set[Moment] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)


def moments_of(workflow: Workflow) -> list[Moment]:
    """Every moment that has to be seen: each rung as what it is, how the round ends, and pauses."""
    return [
        (process.process, name, what)
        for process in workflow.processes.values()
        for name, deadline in process.deadlines.items()
        if deadline.strength != "off"
        for what in _moments(deadline)
    ]


def _moments(deadline: Deadline) -> Iterator[str]:
    for rung in deadline.ladder:
        yield f"rung {rung.name}: {_kind(deadline, rung)}"
        if rung.again is not None:
            yield f"rung {rung.name}: again"
    yield "done" if deadline.done_by is not None else "ended"
    if deadline.pauses_while is not None:
        yield from ("paused", "resumed")


def _kind(deadline: Deadline, rung: Rung) -> str:
    if rung.do is not None:
        return Kind.ACTED.value
    return (Kind.BREACHED if rung.breach and deadline.strength == "must" else Kind.REMINDED).value


def show(files: Iterable[Path]) -> Shown:
    """Play all scenarios and collect what they show."""
    return together(show_one(path) for path in files)


def show_one(path: Path) -> Shown:
    """Play one scenario and collect what it shows."""
    scenario = read_scenario(path)
    on = house_for(scenario)
    result = play(scenario, on)
    seen = {moment for ref in refs_of(on, result) for moment in _seen(on, ref)}
    return Shown(seen, [result])


def together(parts: Iterable[Shown]) -> Shown:
    """What several scenarios show together."""
    whole = Shown()
    for part in parts:
        whole.moments |= part.moments
        whole.results += part.results
    return whole


def _seen(on: ScenarioHouse, ref: str) -> Iterator[Moment]:
    for entry in history(on.house, ref):
        clear = orjson.loads(entry.clear)
        process = clear["process"]
        if entry.kind in _RUNGS:
            yield process, clear["deadline"], f"rung {clear['rung']}: {entry.kind}"
            if clear["repeat"] > 1:
                yield process, clear["deadline"], f"rung {clear['rung']}: again"
        for name, said in clear.get("deadlines", {}).items():
            yield process, name, said["what"]


def missing(moments: Iterable[Moment], shown: Shown) -> list[str]:
    """A line for each of these moments that no scenario shows."""
    return [
        f"{process}.{deadline}: nowhere {what}"
        for process, deadline, what in moments
        if (process, deadline, what) not in shown.moments
    ]


def main(names: Iterable[str]) -> None:
    """Play the scenarios of these workflows, and print which fail and what is missing."""
    from tests.scenarios.packs import files_of, own_moments

    for name in names:
        everything = show(files_of(name))
        for played in everything.results:
            if played.failure:
                failure = played.failure
                sys.stdout.write(
                    f"FAILED {played.scenario.file}:{failure.line}: {failure.expected} / {failure.found}\n"
                )
        sys.stdout.writelines(f"{line}\n" for line in missing(own_moments(name), everything))


if __name__ == "__main__":
    main(sys.argv[1:] or ["kh-2009"])
