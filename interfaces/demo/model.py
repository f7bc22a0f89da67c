"""What a demonstration's file says: the people of the house, and which stories are told when and with whom. Strict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.conditions import Name
from config.durations import Duration
from config.loader import Loaded
from config.problems import DefinitionError, Mark, Report, listed, nearest
from config.yaml_tree import Items, Table
from interfaces.scenarios.model import Names, Scenario, read_said, read_scenario
from interfaces.scenarios.year_model import Answer, Left, YearStory, answer_lines, check_tasks
from interfaces.scenarios.year_model import Said as YearSaid
from state_machine.rules import Rules
from wiring.people import PersonSaid

FOLDER = "demo"
FILE = "house.yaml"
STORIES = "stories"
_JOURNEY = re.compile(r"journey-(\d+)-")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Told(_Part):
    """A story that is told once: which, how long ago it began, and who takes the parts of its people.

    `story` is a file of `stories/`, or `journey-1` and so on. With `weeks_ago` it keeps its day of the week and its
    hour, in the last week before now or in an earlier one; with `hours_ago` it began then. `called` is a neutral
    working name. `forgotten`: nobody does what lies in somebody's list here, so that it is late.
    """

    story: str
    weeks_ago: Annotated[int, Field(ge=0, le=104)] | None = None
    hours_ago: Annotated[int, Field(ge=1, le=24 * 7)] | None = None
    cast: dict[Name, Name] = Field(default_factory=dict)
    called: str | None = None
    forgotten: bool = False

    @model_validator(mode="after")
    def _one_beginning(self) -> Told:
        if (self.weeks_ago is None) == (self.hours_ago is None):
            raise ValueError("say with weeks_ago or with hours_ago when the story began")
        return self


class DraftSaid(_Part):
    """A change of the workflow that somebody has proposed: a deadline of a process with another figure."""

    by: Name
    process: Name
    deadline: Name
    after: Annotated[str, Field(pattern=r"^P\w+$")]


class Said(_Part):
    """A whole demonstration. `people` are those of the house beside the ones that its stories bring along.

    `answers` come before those of the workflow's year, `left` in the place of what the year leaves alone.
    """

    demo: str
    workflow: str
    people: dict[Name, PersonSaid | Names]
    answers: Annotated[tuple[Answer, ...], Field(strict=False)] = ()
    left: Annotated[tuple[Left, ...], Field(strict=False)] = ()
    draft: DraftSaid | None = None
    cases: Annotated[tuple[Told, ...], Field(min_length=1, strict=False)]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A demonstration as it was read: `stories` holds the scenario of each of `told`, `everyday` how tasks are done."""

    file: str
    said: Said
    people: Mapping[str, PersonSaid]
    told: tuple[Told, ...]
    stories: Mapping[str, Scenario]
    everyday: YearStory


def demo_file(loaded: Loaded) -> Path | None:
    """The file of a workflow's demonstration; None where it has none."""
    path = loaded.folder / FOLDER / FILE
    return path if path.is_file() else None


def read_demonstration(path: Path, rules: Rules, year: YearStory | None) -> Demonstration:
    """Read a demonstration with the stories that it tells. `year` is the year of its workflow.

    Raises DefinitionError, each problem at file:line.
    """
    report = Report()
    said, table = read_said(path, Said, "the file of a demonstration", report)
    check_tasks(said.answers, said.left, table, rules, report)
    stories = _told(path, said, table, report)
    if report.problems:
        raise DefinitionError(report.problems)
    people = {name: one if isinstance(one, PersonSaid) else PersonSaid(roles=one) for name, one in said.people.items()}
    return Demonstration(str(path), said, people, said.cases, stories, _everyday(path, said, table, year))


def read_draft(path: Path) -> DraftSaid | None:
    """The change that waits in a demonstration, if one does. Raises DefinitionError, each problem at file:line."""
    return read_said(path, Said, "the file of a demonstration", Report())[0].draft


def _everyday(path: Path, said: Said, table: Table, year: YearStory | None) -> YearStory:
    """How tasks are done in the demonstration: as its file says, and else as in the year."""
    answers = said.answers + (year.said.answers if year is not None else ())
    lines = answer_lines(table) + (year.answer_lines if year is not None else ())
    combined = YearSaid(
        year=said.demo, workflow=said.workflow, lasts=Duration.parse("P1Y"), answers=answers, left=said.left
    )
    return YearStory(str(path), combined, {}, (), lines)


def _told(path: Path, said: Said, table: Table, report: Report) -> dict[str, Scenario]:
    files = _stories(path.parent)
    lines = _lines(table)
    stories: dict[str, Scenario] = {}
    for told, mark in zip(said.cases, lines, strict=True):
        file = files.get(told.story)
        if file is None:
            suggestion = nearest(told.story, files)
            report.add(
                mark, "there is no such story", found=told.story, expected=listed(tuple(files)), suggestion=suggestion
            )
            continue
        if told.story not in stories:
            stories[told.story] = read_scenario(file)
        story = stories[told.story]
        for part in told.cast:
            if part not in story.people:
                suggestion = nearest(part, story.people)
                report.add(mark, f"{told.story} has nobody of this name", found=part, suggestion=suggestion)
    return stories


def _stories(folder: Path) -> dict[str, Path]:
    """The stories of a demonstration: its own, and the journeys of its workflow by their numbers."""
    own = {path.stem: path for path in sorted((folder / STORIES).glob("*.yaml"))}
    journeys = {}
    for path in sorted((folder.parent / "scenarios").glob("journey-*.yaml")):
        found = _JOURNEY.match(path.name)
        if found:
            journeys[f"journey-{int(found[1])}"] = path
    return journeys | own


def _lines(table: Table) -> tuple[Mark, ...]:
    node = table.entries.get("cases")
    return tuple(item.mark for item in node.items) if isinstance(node, Items) else ()
