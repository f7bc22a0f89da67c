"""Every deadline of the shipped workflows is shown: each rung, its end and its pause; and none can go missing unseen."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from config.definition import Workflow
from config.loader import Loaded, load_workflow
from interfaces.scenarios.library import scenario_files
from state_machine.rules import Rules
from tests.scenarios.mutants import failure_under, without_pause, without_rung
from tests.scenarios.rungs import Moment, Shown, missing, moments_of, show_one, together

WORKFLOW = "kh-2009"
FILES = [path for path in scenario_files([WORKFLOW]) if path.stem.startswith("time-")]
LONGEST = 200


@lru_cache(maxsize=1)
def _loaded() -> Loaded:
    return load_workflow(WORKFLOW)


@lru_cache(maxsize=1)
def _shown() -> dict[Path, Shown]:
    """What each scenario about time shows; played once by each worker."""
    return {path: show_one(path) for path in FILES}


def _noticed(moment: Moment, changed: Workflow) -> bool:
    """Whether one of the scenarios that show this moment fails in the changed workflow."""
    rules = Rules.compile(changed, _loaded().hash)
    showing = [path for path, shown in _shown().items() if moment in shown.moments]
    return any(failure_under(path, rules) is not None for path in showing)


def _of(process: str, beginning: str) -> list[Moment]:
    return [
        moment
        for moment in moments_of(_loaded().workflow)
        if moment[0] == process and moment[2].startswith(beginning) and not moment[2].endswith(": again")
    ]


PROCESSES = sorted({moment[0] for moment in moments_of(_loaded().workflow)})


def test_every_rung_every_end_and_every_pause_is_shown() -> None:
    assert missing(_loaded().workflow, together(_shown().values())) == []


def test_a_deadline_that_no_scenario_shows_is_listed() -> None:
    others = [shown for path, shown in _shown().items() if path.stem != "time-crisis"]
    lines = missing(_loaded().workflow, together(others))
    assert "crisis.act_now: nowhere rung breach: case:deadline:breached" in lines
    assert "crisis.finish: nowhere ended" in lines
    assert {line.partition(".")[0] for line in lines} == {"crisis"}


def test_a_pause_that_no_scenario_shows_is_listed() -> None:
    others = [shown for path, shown in _shown().items() if path.stem != "time-case-plan"]
    lines = missing(_loaded().workflow, together(others))
    assert {"case.plan_review: nowhere paused", "case.plan_review: nowhere resumed"} <= set(lines)


@pytest.mark.parametrize("process", PROCESSES)
def test_no_rung_can_be_taken_out_unnoticed(process: str) -> None:
    unnoticed = []
    for moment in _of(process, "rung "):
        name = moment[2].removeprefix("rung ").partition(":")[0]
        if not _noticed(moment, without_rung(_loaded().workflow, process, moment[1], name)):
            unnoticed.append(moment)
    assert unnoticed == []


def test_no_pause_can_be_taken_out_unnoticed() -> None:
    workflow = _loaded().workflow
    pauses = [moment for moment in moments_of(workflow) if moment[2] == "paused"]
    assert pauses
    assert [one for one in pauses if not _noticed(one, without_pause(workflow, one[0], one[1]))] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
