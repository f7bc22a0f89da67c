"""Every deadline of the shipped workflows is shown: each rung, its end and its pause; none can go missing unseen."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from config.definition import Workflow
from interfaces.scenarios.library import house_for
from interfaces.scenarios.model import Step, read_scenario
from interfaces.scenarios.run import play
from state_machine.rules import Rules
from tests.scenarios.mutants import failure_under, without_pause, without_rung
from tests.scenarios.packs import FIRST, files_of, loaded, own_moments, packs
from tests.scenarios.rungs import Moment, Shown, missing, moments_of, show_one, together

LONGEST = 200
DEADLINES = sorted({(name, *moment[:2]) for name in packs() for moment in own_moments(name)})


def _files(name: str) -> list[Path]:
    """The scenarios of a workflow that are about time."""
    return [path for path in files_of(name) if path.stem.startswith("time-")]


@lru_cache
def _shown(name: str) -> dict[Path, Shown]:
    """What each scenario about time shows; played once by each worker."""
    return {path: show_one(path) for path in _files(name)}


def _noticed(name: str, moment: Moment, changed: Workflow) -> bool:
    """Whether one of the scenarios that show this moment fails in the changed workflow."""
    rules = Rules.compile(changed, loaded(name).hash)
    rung = moment[2].removeprefix("rung ").partition(":")[0]
    showing = [path for path, shown in _shown(name).items() if moment in shown.moments]
    showing.sort(key=lambda path: f"{moment[1]}.{rung}" not in path.read_text("utf-8"))  # soonest where it is checked
    return any(failure_under(path, rules) is not None for path in showing)


def _rungs(name: str, process: str, deadline: str) -> list[tuple[Moment, str]]:
    """The rungs of a deadline as they have to be seen, with their names."""
    said = loaded(name).workflow.processes[process].deadlines[deadline]
    return [
        (moment, rung.name)
        for moment in own_moments(name)
        for rung in said.ladder
        if moment[:2] == (process, deadline)
        and moment[2].startswith(f"rung {rung.name}: ")
        and not moment[2].endswith(": again")
    ]


@pytest.mark.parametrize("name", packs())
def test_every_rung_every_end_and_every_pause_is_shown(name: str) -> None:
    assert missing(own_moments(name), together(_shown(name).values())) == []


def test_the_first_workflow_shows_every_deadline_that_it_has() -> None:
    assert own_moments(FIRST) == tuple(moments_of(loaded(FIRST).workflow))


def test_a_deadline_that_no_scenario_shows_is_listed() -> None:
    others = [shown for path, shown in _shown(FIRST).items() if path.stem != "time-emergency-access"]
    lines = missing(own_moments(FIRST), together(others))
    assert "house_request.review_emergency: nowhere rung late: case:deadline:breached" in lines
    assert "house_request.review_emergency: nowhere ended" in lines
    assert {line.partition(".")[0] for line in lines} == {"house_request"}


def test_a_pause_that_no_scenario_shows_is_listed() -> None:
    others = [shown for path, shown in _shown(FIRST).items() if path.stem != "time-case-plan"]
    lines = missing(own_moments(FIRST), together(others))
    assert {"case.plan_review: nowhere paused", "case.plan_review: nowhere resumed"} <= set(lines)


@pytest.mark.parametrize(("name", "process", "deadline"), DEADLINES, ids=[".".join(one) for one in DEADLINES])
def test_no_rung_can_be_taken_out_unnoticed(name: str, process: str, deadline: str) -> None:
    workflow, rungs = loaded(name).workflow, _rungs(name, process, deadline)
    assert len(rungs) == len(workflow.processes[process].deadlines[deadline].ladder)
    unseen = [
        rung for moment, rung in rungs if not _noticed(name, moment, without_rung(workflow, process, deadline, rung))
    ]
    assert unseen == []


@pytest.mark.parametrize("name", packs())
def test_no_pause_can_be_taken_out_unnoticed(name: str) -> None:
    workflow = loaded(name).workflow
    pauses = [moment for moment in own_moments(name) if moment[2] == "paused"]
    assert pauses or name != FIRST
    assert [one for one in pauses if not _noticed(name, one, without_pause(workflow, one[0], one[1]))] == []


@pytest.mark.parametrize(
    "path",
    [path for name in packs() for path in _files(name)],
    ids=lambda path: f"{path.parent.parent.name}-{path.stem}",
)
def test_each_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize(
    "said",
    [
        {"not_told": {"sok": ["find_age.never"]}},
        {"not_tasks": {"sok": ["find_nothing"]}},
        {"tasks": {"sok": ["first_plan"]}, "not_tasks": {"sok": ["first_plan"]}},
        {"told": {"sok": ["find_age.breach"]}},
        {"due": {"first_plan": "2027-01-07"}},
    ],
)
def test_a_check_of_time_that_is_wrong_fails(said: dict[str, Any]) -> None:
    scenario = read_scenario(next(path for path in _files(FIRST) if path.stem == "time-case-plan"))
    steps = (*scenario.steps[:2], Step.model_validate({"check": "c1"} | said))
    result = play(replace(scenario, steps=steps, lines=scenario.lines[:3]), house_for(scenario))
    assert result.failure is not None
    assert result.failure.step == 3
