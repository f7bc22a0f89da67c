"""What a simulation is told: how many cases, how long, and with how many hands."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.conditions import Name
from config.definition import Workflow
from config.problems import DefinitionError, Mark, Report, nearest
from config.yaml_tree import Node, Table, mark_of_key, plain, read_yaml

STEPS_A_DAY = 8
"""What one person gets done on a working day, where nobody says otherwise: a step is a talk, a form, a decision."""
CASES_TO_A_PERSON = 25
"""How many living cases there are to one person of each role, where nobody says otherwise."""


class Staffing(BaseModel):
    """The hands of one role."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    people: int = Field(ge=1, le=10_000)
    steps_a_day: int = Field(STEPS_A_DAY, ge=1, le=1_000)


class _Said(BaseModel):
    """A staffing file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    staff: dict[Name, Staffing]


@dataclass(frozen=True, slots=True)
class Plan:
    """One simulation. Cases come evenly over `days`; the same plan on the same workflow gives the same answer.

    `starts_at` is aware. `staff` names every role of the workflow.
    """

    cases: int
    days: int
    seed: int
    starts_at: dt.datetime
    staff: Mapping[str, Staffing]


def staffing(workflow: Workflow, cases: int, days: int, file: Path | None) -> dict[str, Staffing]:
    """How many hands each role has: as a file says, or in proportion to the cases that live at the same time.

    Raises DefinitionError for a broken file, or one that names a role that the workflow does not have.
    """
    living = max(1, cases * min(1.0, 365 / days))
    usual = Staffing(people=max(1, math.ceil(living / CASES_TO_A_PERSON)), steps_a_day=STEPS_A_DAY)
    told = _read(file, workflow) if file is not None else {}
    return {role: told.get(role, usual) for role in workflow.titles}


def _read(file: Path, workflow: Workflow) -> dict[str, Staffing]:
    report = Report()
    mark = Mark(str(file))
    try:
        content = file.read_bytes()
    except OSError as problem:
        report.add(mark, f"this file cannot be read: {problem.strerror}", expected="a file of the hands of each role")
        raise DefinitionError(report.problems) from problem
    table = read_yaml(content, str(file), report)
    if table is None or report.problems:
        raise DefinitionError(report.problems)
    try:
        said = _Said.model_validate(plain(table))
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            where = ".".join(str(part) for part in error["loc"])
            expected = "staff: {role: {people: 3, steps_a_day: 8}}"
            place = mark_of_key(table, _written(table, error["loc"]))
            report.add(place, f"{where}: {error['msg']}", found=str(error["input"])[:80], expected=expected)
        raise DefinitionError(report.problems) from problem
    for role in said.staff:
        if role not in workflow.titles:
            place = mark_of_key(table, ("staff", role))
            known = f"one of {', '.join(workflow.titles)}"
            report.add(place, "unknown role", found=role, expected=known, suggestion=nearest(role, workflow.titles))
    if report.problems:
        raise DefinitionError(report.problems)
    return dict(said.staff)


def _written(table: Node, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """So much of a path as is written; what is missing is told where it would stand."""
    for length, part in enumerate(path):
        if not isinstance(table, Table) or part not in table.entries:
            return path[:length]
        table = table.entries[str(part)]
    return path
