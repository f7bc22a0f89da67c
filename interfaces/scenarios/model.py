"""What a scenario file says: people, a start, and steps. Strict, like every definition."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.conditions import Name
from config.durations import DurationText
from config.problems import DefinitionError, Mark, Report, nearest
from config.yaml_tree import Items, Table, read_yaml
from config.yaml_tree import plain as plain_value
from wiring.people import PersonSaid

Names = Annotated[tuple[str, ...], Field(strict=False)]
Expected = Literal["applied", "refused", "not_yet", "failed"]
"""`failed`: more follows from the step than one step takes, so that nothing was changed."""
Value = bool | int | str | Annotated[tuple[str, ...], Field(strict=False)]
Facts = dict[Name, Value]

M = TypeVar("M", bound=BaseModel)

VERBS = ("open", "record", "correct", "act", "assign", "unassign", "override", "wait", "check")
"""What a step can be; each step has exactly one of these as its key."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Step(_Part):
    """One step: what is attempted (or waited for, or checked) and what must come of it.

    `says` is a heading for the reader: what happens from this step on, and why.
    """

    open: Name | None = None
    record: Facts | None = None
    correct: Facts | Names | None = None
    act: Name | None = None
    assign: str | None = None
    unassign: Name | None = None
    override: str | None = None
    wait: DurationText | None = None
    check: str | None = None

    says: str | None = None
    name: Name | None = None
    in_: str | None = Field(None, alias="in")
    under: str | None = None
    as_: str | None = Field(None, alias="as")
    role: Name | None = None
    to: Name | None = None
    facts: Facts | None = None
    observed: str | None = None
    reason: str | None = None
    attempt: str | None = None
    answer: Literal["yes", "no"] | None = None

    expect: Expected = "applied"
    because: Names = ()
    only_because: Names = ()
    advised: Names | None = None
    until: str | None = None

    tracks: dict[Name, Name] | None = None
    holders: dict[Name, str] | None = None
    children: dict[Name, int] | None = None
    unknown: Names = ()
    journal_has: Names = ()
    journal_lacks: Names = ()
    silent_for: DurationText | None = None
    held_back: dict[Name, Names] | None = None
    tasks: dict[Name, Names] | None = None
    not_tasks: dict[Name, Names] | None = None
    told: dict[Name, Names] | None = None
    not_told: dict[Name, Names] | None = None
    due: dict[Name, str] | None = None

    @property
    def verb(self) -> str:
        """Which of the verbs this step is."""
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @model_validator(mode="after")
    def _one_verb(self) -> Step:
        found = [verb for verb in VERBS if getattr(self, verb) is not None]
        if len(found) != 1:
            raise ValueError(f"a step has exactly one of {', '.join(VERBS)}; found {', '.join(found) or 'none'}")
        needs = {"record": "in", "correct": "in", "act": "in", "assign": "in", "unassign": "in"}.get(found[0])
        if needs and self.in_ is None:
            raise ValueError(f"a step that says {found[0]} names its instance with in:")
        if found[0] not in ("wait", "check") and self.as_ is None:
            raise ValueError("say with as: who does it")
        if found[0] == "assign" and self.to is None:
            raise ValueError("say with to: which role the person gets")
        if found[0] == "override" and (self.answer is None or self.reason is None):
            raise ValueError("an override has an answer: yes or no, and a reason:")
        if (self.because or self.only_because) and self.expect in ("applied", "failed"):
            raise ValueError("because: goes with expect: refused or not_yet")
        return self


class Said(_Part):
    """A whole scenario file."""

    scenario: str
    workflow: str
    starts_at: str
    says: str | None = None
    journey: Annotated[int, Field(ge=1)] | None = None
    people: dict[Name, PersonSaid | Names]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, strict=False)]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as it was read: `lines` says where each step stands in the file. `starts_at` is aware."""

    file: str
    name: str
    workflow: str
    starts_at: dt.datetime
    journey: int | None
    says: str | None
    people: dict[str, PersonSaid]
    steps: tuple[Step, ...]
    lines: tuple[int, ...]


def read_said(path: Path, shape: type[M], what: str, report: Report) -> tuple[M, Table]:
    """What a file says in this shape, and its tree. Raises DefinitionError with every problem at file:line:column."""
    shown = str(path)
    try:
        content = path.read_bytes()
    except OSError as problem:
        report.add(Mark(shown), f"this file cannot be read: {problem.strerror}", expected=what)
        raise DefinitionError(report.problems) from problem
    table = read_yaml(content, shown, report)
    if table is None or report.problems:
        raise DefinitionError(report.problems)
    try:
        return shape.model_validate(plain_value(table)), table
    except ValidationError as problem:
        _describe(problem, table, report)
        raise DefinitionError(report.problems) from problem


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises DefinitionError with every problem, each at file:line:column."""
    report, shown = Report(), str(path)
    said, table = read_said(path, Said, "a scenario file", report)
    try:
        starts_at = dt.datetime.fromisoformat(said.starts_at)
        if starts_at.tzinfo is None:
            raise ValueError
    except ValueError as problem:
        expected = "a moment with its zone, such as 2027-01-04T09:00+07:00"
        report.add(_mark(table, ("starts_at",)), "starts_at is no moment", found=said.starts_at, expected=expected)
        raise DefinitionError(report.problems) from problem
    people = {name: one if isinstance(one, PersonSaid) else PersonSaid(roles=one) for name, one in said.people.items()}
    steps = table.entries["steps"]
    lines = tuple(item.mark.line for item in steps.items) if isinstance(steps, Items) else ()
    return Scenario(shown, said.scenario, said.workflow, starts_at, said.journey, said.says, people, said.steps, lines)


def _describe(problem: ValidationError, table: Table, report: Report) -> None:
    """Report what is wrong with the steps of a file, each where it stands."""
    for error in problem.errors(include_url=False):
        found, suggestion, message = "", "", error["msg"]
        if error["type"] == "missing":
            message = f"the key `{error['loc'][-1]}` is missing"
        if error["type"] == "extra_forbidden":
            key = str(error["loc"][-1])
            suggestion = nearest(key, [info.alias or name for name, info in Step.model_fields.items()])
            found = key
        report.add(_mark(table, error["loc"]), message, found=found, suggestion=suggestion)


def _mark(table: Table, loc: tuple[Any, ...]) -> Mark:
    """The deepest place of an error's path that stands in the file."""
    node: Any = table
    mark = table.mark
    for part in loc:
        if isinstance(node, Table) and part in node.entries:
            mark, node = node.keys[part], node.entries[part]
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            mark = node.mark
    return mark
