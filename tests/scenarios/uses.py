"""What the scenarios of a workflow show: for every use of a guard, where it alone refuses and where it lets pass.

`python -m tests.scenarios.uses WORKFLOW …` lists the uses that the scenarios of these workflows do not show yet.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from cases.journal import Kind
from cases.look import history
from config.definition import Process, Workflow
from interfaces.scenarios.library import house_for
from interfaces.scenarios.model import read_scenario
from interfaces.scenarios.run import Played, Result, play
from state_machine.decision import Fixed
from state_machine.view import SYSTEM
from tests.scenarios.stories import refs_of
from wiring.scenario_house import ScenarioHouse

Use = tuple[str, str, str]
"""Process, action (for a role's guards `assign:ROLE`) and guard."""

_APPLIED = (Kind.APPLIED, Kind.OPENED, Kind.ASSIGNED, Kind.UNASSIGNED)


@dataclass
class Shown:
    """The uses that were seen: alone refusing (or advising, or holding an automatic action back), and letting pass."""

    alone: set[Use] = field(default_factory=set)
    passed: set[Use] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)


def uses_of(workflow: Workflow) -> dict[Use, str]:
    """Every use of a guard that is asked, with its strength."""
    found: dict[Use, str] = {}
    for process in workflow.processes.values():
        for name, action in process.actions.items():
            for guard in action.guards:
                found[process.process, name, guard] = process.guards[guard].strength
        found.update(_of_roles(workflow, process))
    return {use: strength for use, strength in found.items() if strength != "off"}


def _of_roles(workflow: Workflow, process: Process) -> dict[Use, str]:
    if "assign" not in process.actions:
        return {}
    return {
        (process.process, f"assign:{role}", guard): process.guards[guard].strength
        for role, said in workflow.roles.items()
        for guard in said.guards
        if guard in process.guards
    }


def show(files: Iterable[Path]) -> Shown:
    """Play all scenarios and collect what they show."""
    return together(show_one(path) for path in files)


def show_one(path: Path) -> Shown:
    """Play one scenario and collect what it shows."""
    scenario, shown = read_scenario(path), Shown()
    on = house_for(scenario)
    result = play(scenario, on, lambda played: _collect(shown, on, played))
    shown.results.append(result)
    for ref in refs_of(on, result):
        _by_time(shown, on, ref)
    return shown


def together(parts: Iterable[Shown]) -> Shown:
    """What several scenarios show together."""
    whole = Shown()
    for part in parts:
        whole.alone |= part.alone
        whole.passed |= part.passed
        whole.results += part.results
    return whole


def _collect(shown: Shown, on: ScenarioHouse, played: Played) -> None:
    if played.step.held_back and played.ref_of_check:
        process = _process_of(on, played.ref_of_check)
        for action, guards in played.step.held_back.items():
            if len(guards) == 1:
                shown.alone.add((process, action, guards[0]))
    if played.answer is None or not played.answer.seq:
        return
    with on.house.store.look() as tx:
        loaded = tx.load(played.answer.ref)
        if loaded is None:  # a root that was refused: nothing was opened
            return
        journals = {one.ref: tx.entries(one.ref) for one in loaded.instances}
    for entries in journals.values():
        for entry in entries:
            clear = orjson.loads(entry.clear)
            if clear["attempt"] == played.answer.attempt:
                _entry(shown, entry.kind, clear)


def _by_time(shown: Shown, on: ScenarioHouse, ref: str) -> None:
    """What rungs did, or were refused: nobody attempts it in a step."""
    entries = [(entry.kind, orjson.loads(entry.clear)) for entry in history(on.house, ref)]
    actions = {clear["action"] for kind, clear in entries if kind == Kind.ACTED}
    for kind, clear in entries:
        followed = kind == Kind.APPLIED and clear["actor"] == SYSTEM and clear["action"] in actions
        if kind == Kind.ACT_REFUSED or followed:
            _entry(shown, kind, clear)


def _entry(shown: Shown, kind: str, clear: dict[str, object]) -> None:
    process, action = str(clear["process"]), str(clear["action"])
    if clear.get("opens"):
        process = str(clear["opens"])
    uses = (action, f"assign:{clear['to']}") if action == "assign" and "to" in clear else (action,)
    outcomes: dict[str, str] = clear.get("guards", {})  # type: ignore[assignment]  # the journal's own shape
    because: list[str] = clear.get("because", [])  # type: ignore[assignment]  # as above
    advice: list[str] = clear.get("advice", [])  # type: ignore[assignment]  # as above
    for use in uses:
        if kind in _APPLIED:
            shown.passed |= {(process, use, guard) for guard, said in outcomes.items() if said == "yes"}
        if len(because) == 1 and because[0] not in set(Fixed):
            shown.alone.add((process, use, because[0]))
        shown.alone |= {(process, use, guard) for guard in advice}


def _process_of(on: ScenarioHouse, ref: str | None) -> str:
    with on.house.store.look() as tx:
        loaded = tx.load(ref or "")
    assert loaded is not None
    return next(one.process for one in loaded.instances if one.ref == ref)


def missing(workflow: Workflow, shown: Shown, only: Container[Use] | None = None) -> list[str]:
    """A line for each use (of these, where `only` is given) that is not shown alone, or not shown letting pass."""
    lines = []
    for use, strength in uses_of(workflow).items():
        if only is not None and use not in only:
            continue
        name = f"{use[0]}.{use[1]}: {use[2]} ({strength})"
        if use not in shown.alone:
            lines.append(f"{name}: nowhere does it alone {'advise' if strength == 'may' else 'refuse'}")
        if use not in shown.passed:
            lines.append(f"{name}: nowhere does it let pass")
    return lines


def main(names: Iterable[str]) -> None:
    """Play the scenarios of these workflows, and print which fail and what is missing."""
    from tests.scenarios.packs import files_of, loaded, own_uses

    for name in names:
        seen = show(files_of(name))
        for result in seen.results:
            if result.failure:
                failure = result.failure
                sys.stdout.write(
                    f"FAILED {result.scenario.file}:{failure.line}: {failure.expected} / {failure.found}\n"
                )
        sys.stdout.writelines(f"{line}\n" for line in missing(loaded(name).workflow, seen, own_uses(name)))


if __name__ == "__main__":
    main(sys.argv[1:] or ["kh-2009"])
