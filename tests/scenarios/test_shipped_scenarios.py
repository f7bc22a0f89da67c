"""The shipped scenarios pass, show every use of a guard, and notice it when one is taken out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from interfaces.scenarios.library import run_scenario
from state_machine.rules import Rules
from tests.scenarios.mutants import failure_under, without
from tests.scenarios.packs import FIRST, files_of, loaded, own_uses, packs
from tests.scenarios.uses import Shown, Use, missing, show_one, together, uses_of

FILES = [path for name in packs() for path in files_of(name)]
PROCESSES = sorted({(name, use[0]) for name in packs() for use in own_uses(name)})


@lru_cache
def _shown(name: str) -> dict[Path, Shown]:
    """What each scenario of a workflow shows; played once by each worker."""
    return {path: show_one(path) for path in files_of(name)}


def _noticed(name: str, use: Use) -> bool:
    """Whether one of the scenarios in which the guard alone decides fails without it."""
    rules = Rules.compile(without(loaded(name).workflow, use), loaded(name).hash)
    return any(failure_under(path, rules) for path, shown in _shown(name).items() if use in shown.alone)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_scenario_passes(path: Path) -> None:
    failure = run_scenario(path).failure
    assert failure is None, f"{path.name}:{failure.line}: expected {failure.expected}, found {failure.found}"


@pytest.mark.parametrize("name", packs())
def test_every_use_of_a_guard_is_shown_alone_and_letting_pass(name: str) -> None:
    assert missing(loaded(name).workflow, together(_shown(name).values()), own_uses(name)) == []


def test_a_use_that_no_scenario_shows_is_listed() -> None:
    others = [shown for path, shown in _shown(FIRST).items() if path.stem != "guards-meeting"]
    lines = missing(loaded(FIRST).workflow, together(others))
    assert "meeting.allow: visitor_is_no_suspect (must): nowhere does it alone refuse" in lines
    assert {line.partition(".")[0] for line in lines} == {"meeting"}


@pytest.mark.parametrize(("name", "process"), PROCESSES, ids=[".".join(one) for one in PROCESSES])
def test_no_use_of_a_guard_can_be_taken_out_unnoticed(name: str, process: str) -> None:
    uses = [use for use in sorted(own_uses(name)) if use[0] == process]
    assert [use for use in uses if not _noticed(name, use)] == []


@pytest.mark.parametrize(
    "use", [("meeting", "allow", "visitor_is_no_suspect"), ("case", "assign:interviewer", "staff_vetted")]
)
def test_taking_out_one_use_takes_out_no_other(use: Use) -> None:
    workflow = loaded(FIRST).workflow
    assert set(uses_of(workflow)) - set(uses_of(without(workflow, use))) == {use}
