"""What the file of a demonstration can say, and how a story is moved to the weeks before now."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.loader import load_workflow
from config.problems import DefinitionError
from interfaces.demo.model import Told, read_demonstration
from interfaces.demo.strand import strand
from interfaces.scenarios.model import Scenario, read_scenario
from state_machine.rules import Rules

NOW = dt.datetime(2027, 6, 3, 2, 0, tzinfo=dt.UTC)
STORY = """\
scenario: A visit on a Tuesday
workflow: kh-2009
starts_at: 2027-01-05T09:00+07:00
people: {sok: {roles: [case_manager]}, dara: {roles: [supervisor]}}
steps:
  - {open: case, as: sok}
  - {assign: sok, to: case_manager, in: case, as: dara}
  - {open: visit, under: case, name: first, as: sok, facts: {manner: announced, planned_for: "2027-01-12T10:00"}}
  - {record: {advocate: sok}, in: case, as: sok, expect: refused, only_because: [not_your_role]}
"""
HOUSE = """\
demo: A small house
workflow: kh-2009
people: {vanna: {roles: [administrator]}}
cases:
  - {story: visit, weeks_ago: 0, called: Fern}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "visit.yaml").write_text(STORY, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def rules() -> Rules:
    loaded = load_workflow("kh-2009")
    return Rules.compile(loaded.workflow, loaded.hash)


def problems(folder: Path, rules: Rules, house: str) -> str:
    (folder / "house.yaml").write_text(house, "utf-8")
    with pytest.raises(DefinitionError) as problem:
        read_demonstration(folder / "house.yaml", rules, None)
    return str(problem.value)


def test_a_story_that_is_not_there_is_told_at_its_line(folder: Path, rules: Rules) -> None:
    said = problems(folder, rules, HOUSE.replace("story: visit", "story: visits"))
    assert "house.yaml:5" in said
    assert "visit" in said


def test_nobody_takes_a_part_that_the_story_does_not_have(folder: Path, rules: Rules) -> None:
    said = problems(folder, rules, HOUSE.replace("weeks_ago: 0", "weeks_ago: 0, cast: {sokk: chann}"))
    assert "house.yaml:5" in said
    assert "sokk" in said


@pytest.mark.parametrize("beginning", ["weeks_ago: 0, hours_ago: 3", "forgotten: true"])
def test_a_story_began_at_one_moment(folder: Path, rules: Rules, beginning: str) -> None:
    assert "weeks_ago" in problems(folder, rules, HOUSE.replace("weeks_ago: 0", beginning))


def test_an_answer_to_no_task_is_told(folder: Path, rules: Rules) -> None:
    said = problems(folder, rules, HOUSE + "answers:\n  - {task: case.nothing, steps: [{act: check_in}]}\n")
    assert "unknown task" in said


def moved(folder: Path, told: Told) -> Scenario:
    return strand(0, told, read_scenario(folder / "stories" / "visit.yaml"), NOW, "seed").scenario


def test_by_weeks_a_story_keeps_its_day_and_hour(folder: Path) -> None:
    story = moved(folder, Told(story="visit", weeks_ago=2))
    assert f"{story.starts_at:%a %H:%M}" == "Tue 09:00"
    assert dt.timedelta(days=14) <= NOW - story.starts_at < dt.timedelta(days=21)
    assert (story.steps[2].facts or {})["planned_for"] == f"{story.starts_at + dt.timedelta(days=7):%Y-%m-%d}T10:00"


def test_by_hours_it_began_then(folder: Path) -> None:
    assert NOW - moved(folder, Told(story="visit", hours_ago=5)).starts_at == dt.timedelta(hours=5)


def test_others_take_the_parts(folder: Path) -> None:
    story = moved(folder, Told(story="visit", hours_ago=5, cast={"sok": "chann"}))
    assert set(story.people) == {"chann", "dara"}
    assert (story.steps[0].as_, story.steps[1].assign, story.steps[1].as_) == ("chann", "chann", "dara")
    assert (story.steps[3].record or {})["advocate"] == "chann"


def test_only_the_decision_is_compared(folder: Path) -> None:
    step = moved(folder, Told(story="visit", hours_ago=5)).steps[3]
    assert (step.expect, step.only_because) == ("refused", ())


def test_the_same_seed_gives_the_same_pauses(folder: Path) -> None:
    story = read_scenario(folder / "stories" / "visit.yaml")
    told = Told(story="visit", weeks_ago=1)
    assert strand(3, told, story, NOW, "one").pauses == strand(3, told, story, NOW, "one").pauses
