"""The shipped scenarios pass, show every use of a guard, and notice it when one is taken out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from config.loader import Loaded, load_workflow
from interfaces.scenarios.library import run_scenario, scenario_files
from state_machine.rules import Rules
from tests.scenarios.mutants import failure_under, without
from tests.scenarios.uses import Shown, Use, missing, show_one, together, uses_of

WORKFLOW = "kh-2009"
FILES = scenario_files([WORKFLOW])


@lru_cache(maxsize=1)
def _loaded() -> Loaded:
    return load_workflow(WORKFLOW)


@lru_cache(maxsize=1)
def _shown() -> dict[Path, Shown]:
    """What each scenario shows; played once by each worker."""
    return {path: show_one(path) for path in FILES}


def _noticed(use: Use) -> bool:
    """Whether one of the scenarios in which the guard alone decides fails without it."""
    loaded = _loaded()
    rules = Rules.compile(without(loaded.workflow, use), loaded.hash)
    return any(failure_under(path, rules) for path, shown in _shown().items() if use in shown.alone)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario_passes(path: Path) -> None:
    failure = run_scenario(path).failure
    assert failure is None, f"{path.name}:{failure.line}: expected {failure.expected}, found {failure.found}"


def test_every_use_of_a_guard_is_shown_alone_and_letting_pass() -> None:
    assert missing(_loaded().workflow, together(_shown().values())) == []


def test_a_use_that_no_scenario_shows_is_listed() -> None:
    others = [shown for path, shown in _shown().items() if path.stem != "guards-meeting"]
    lines = missing(_loaded().workflow, together(others))
    assert "meeting.allow: visitor_is_no_suspect (must): nowhere does it alone refuse" in lines
    assert {line.partition(".")[0] for line in lines} == {"meeting"}


@pytest.mark.parametrize("process", sorted({use[0] for use in uses_of(_loaded().workflow)}))
def test_no_use_of_a_guard_can_be_taken_out_unnoticed(process: str) -> None:
    uses = [use for use in uses_of(_loaded().workflow) if use[0] == process]
    assert [use for use in uses if not _noticed(use)] == []


@pytest.mark.parametrize(
    "use", [("meeting", "allow", "visitor_is_no_suspect"), ("case", "assign:interviewer", "staff_vetted")]
)
def test_taking_out_one_use_takes_out_no_other(use: Use) -> None:
    workflow = _loaded().workflow
    assert set(uses_of(workflow)) - set(uses_of(without(workflow, use))) == {use}
