"""What a year file says: how tasks are answered, which are left alone on purpose, and what else happens. Strict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config.conditions import Name
from config.durations import Duration, DurationText
from config.problems import DefinitionError, Mark, Report, nearest
from config.yaml_tree import Items, Node, Table
from interfaces.scenarios.model import Names, Step, read_said
from state_machine.rules import Rules
from wiring.people import PersonSaid

IT = "it"
"""In an answer: the instance on which the task lies."""
ABOVE = "above"
"""In an answer: the instance above it."""
WHOEVER = "whoever"
"""In an answer: the first of those in whose list the task lies."""
ON_TIME = Duration(days=1, text="P1D")
_ON_IT = ("record", "correct", "act", "assign", "unassign")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class JourneyName(_Part):
    """Something that a journey opened, by its name there."""

    journey: Annotated[int, Field(ge=1)]
    name: Name


class Answer(_Part):
    """How a task (`process.deadline`) is done: `before` it falls due, or at once where it is later than that.

    `where` names tracks of its instance and the states in which this answer fits; the first answer that fits is taken.
    `ends: false` says that the task goes on and something else ends it.
    """

    task: str
    where: dict[Name, Name | Names] = Field(default_factory=dict)
    before: DurationText = ON_TIME
    ends: bool = True
    steps: Annotated[tuple[Step, ...], Field(min_length=1, strict=False)]

    @field_validator("steps", mode="before")
    @classmethod
    def _on_it(cls, said: object) -> object:
        """A step says nothing of instance and person where it is about the task's own, by whoever has the task."""
        return [_filled(step) for step in said] if isinstance(said, list | tuple) else said


class Left(_Part):
    """A task that is not done in time: so long `late`, or never; on one instance or on all of its process.

    `times`: only so often, and from then on it is done like any other.
    """

    task: str
    in_: Name | None = Field(None, alias="in")
    late: DurationText | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    why: str


class Said(_Part):
    """A whole year file."""

    year: str
    workflow: str
    lasts: DurationText
    says: str | None = None
    people: dict[Name, PersonSaid | Names] = Field(default_factory=dict)
    cases: dict[Name, JourneyName] = Field(default_factory=dict)
    answers: Annotated[tuple[Answer, ...], Field(strict=False)] = ()
    left: Annotated[tuple[Left, ...], Field(strict=False)] = ()
    steps: Annotated[tuple[Step, ...], Field(strict=False)] = ()


@dataclass(frozen=True, slots=True)
class YearStory:
    """A year as it was read. `lines` says where each step stands, `answer_lines` the same for the steps of answers."""

    file: str
    said: Said
    people: Mapping[str, PersonSaid]
    lines: tuple[int, ...]
    answer_lines: tuple[tuple[int, ...], ...]


def _filled(step: object) -> object:
    if not isinstance(step, Mapping):
        return step
    given: dict[str, Any] = {"as": WHOEVER} if not {"wait", "check"} & step.keys() else {}
    if any(verb in step for verb in _ON_IT):
        given["in"] = IT
    return {**given, **step}


def read_year(path: Path, rules: Rules) -> YearStory:
    """Read a year file against its workflow. Raises DefinitionError with every problem, each at file:line:column."""
    report = Report()
    said, table = read_said(path, Said, "a year file", report)
    check_tasks(said.answers, said.left, table, rules, report)
    _check_steps(said.steps, table.entries.get("steps"), report)
    if report.problems:
        raise DefinitionError(report.problems)
    people = {name: one if isinstance(one, PersonSaid) else PersonSaid(roles=one) for name, one in said.people.items()}
    return YearStory(str(path), said, people, _lines(table.entries.get("steps")), answer_lines(table))


def answer_lines(table: Table) -> tuple[tuple[int, ...], ...]:
    """Where the steps of each answer of a file stand."""
    each = [one.entries.get("steps") for one in _items(table.entries.get("answers")) if isinstance(one, Table)]
    return tuple(_lines(steps) for steps in each)


def named_in(story: YearStory, played: Mapping[tuple[int | None, str], str]) -> dict[str, str]:
    """What the year calls what is there. `played` gives the reference of each (journey, name there).

    Raises DefinitionError where a journey opened nothing of that name.
    """
    report = Report()
    found = {}
    for name, one in story.said.cases.items():
        ref = played.get((one.journey, one.name))
        if ref is None:
            known = sorted(there for journey, there in played if journey == one.journey)
            message = f"{name}: journey {one.journey} opens nothing of this name"
            report.add(Mark(story.file), message, found=one.name, suggestion=nearest(one.name, known))
        else:
            found[name] = ref
    if report.problems:
        raise DefinitionError(report.problems)
    return found


def _items(node: Node | None) -> tuple[Node, ...]:
    return tuple(node.items) if isinstance(node, Items) else ()


def _lines(node: Node | None) -> tuple[int, ...]:
    return tuple(item.mark.line for item in _items(node))


def _check_steps(steps: tuple[Step, ...], nodes: Node | None, report: Report) -> None:
    """No step of the story asks what is not known while a year goes by."""
    for step, node in zip(steps, _items(nodes), strict=True):
        if step.told or step.not_told:
            report.add(node.mark, "who was told what is summed up when a year is over", expected="no told or not_told")


def check_tasks(
    answers: tuple[Answer, ...], left: tuple[Left, ...], table: Table, rules: Rules, report: Report
) -> None:
    """Report every answered or left task of a file that is none of the workflow."""
    known = {
        f"{process}.{name}": one.task_for
        for process, declared in rules.workflow.processes.items()
        for name, one in declared.deadlines.items()
    }
    parts: tuple[tuple[Literal["answers", "left"], tuple[Answer | Left, ...]], ...] = (
        ("answers", answers),
        ("left", left),
    )
    for key, listed in parts:
        for one, node in zip(listed, _items(table.entries.get(key)), strict=True):
            if one.task not in known:
                expected = "<process>.<deadline> of the workflow"
                report.add(
                    node.mark, "unknown task", found=one.task, expected=expected, suggestion=nearest(one.task, known)
                )
            elif not known[one.task]:
                report.add(node.mark, "this deadline lies in nobody's list", found=one.task, expected="a task")
            elif isinstance(one, Answer):
                _check_where(one, node.mark, rules, report)


def _check_where(answer: Answer, mark: Mark, rules: Rules, report: Report) -> None:
    """The tracks and states in which an answer fits are those of its task's process."""
    tracks = rules.workflow.processes[answer.task.partition(".")[0]].tracks
    for track, wanted in answer.where.items():
        if track not in tracks:
            report.add(mark, "unknown track", found=track, suggestion=nearest(track, tracks))
            continue
        for state in (wanted,) if isinstance(wanted, str) else wanted:
            if state not in tracks[track].states:
                suggestion = nearest(state, tracks[track].states)
                report.add(mark, f"unknown state of {track}", found=state, suggestion=suggestion)
