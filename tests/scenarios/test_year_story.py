"""What a year file can say, and what becomes of a year that goes otherwise than its file says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from cases.journal import Kind
from cases.look import history
from config.loader import load_workflow
from config.problems import DefinitionError
from interfaces.scenarios.library import people_of, year_file
from interfaces.scenarios.year_model import named_in, read_year
from interfaces.scenarios.year_play import YearPlayed, play_year
from state_machine.rules import Rules
from wiring.scenario_house import ScenarioHouse, scenario_house

START = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
WORKFLOW = """\
workflow: quay
says: A small house
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: supervisor
roles:
  case_manager: {says: Case manager, assigned: true}
  supervisor: {says: Supervisor}
notices: {late: {says: "{case}: {verb}, was due {due}."}}
"""
CASE = """\
process: case
over: {track: case, is: closed}
tracks:
  case: {starts: open, states: {open: {}, closed: {}}}
facts: {seen_on: {kind: date, by: [case_manager]}}
actions:
  open: {by: [case_manager]}
  call: {by: [case_manager]}
  close: {by: [supervisor], moves: {case: {from: [open], to: closed}}}
deadlines:
  call_again:
    while: {track: case, is: open}
    task_for: case_manager
    verb: call
    due: {after: P10D, source: {house: director, decided: 2026-11-01, why: a test}}
    done_by: {action: call}
    repeats: after_done
    ladder:
      - {name: soon, at: -P2D, tell: case_manager, as: late}
      - {name: late, at: P1D, tell: supervisor, as: late, again: P2D}
  end_it:
    while: {track: case, is: open}
    due: {after: P60D, source: {house: director, decided: 2026-11-01, why: a test}}
    ladder: [{name: end, at: PT0S, tell: supervisor, as: late, again: P30D}]
"""
HEAD = """\
year: A small year
workflow: quay
lasts: P50D
people: {sok: [case_manager], dara: [supervisor]}
"""
CALLED = "answers: [{task: case.call_again, steps: [{act: call}]}]\n"
OPENED = "steps:\n  - {open: case, name: c1, as: sok}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workflow of this file."""
    there = tmp_path_factory.mktemp("workflows") / "quay"
    there.mkdir()
    (there / "workflow.yaml").write_text(WORKFLOW, "utf-8")
    (there / "case.yaml").write_text(CASE, "utf-8")
    return there


@pytest.fixture(scope="module")
def rules(folder: Path) -> Rules:
    loaded = load_workflow(folder)
    return Rules.compile(loaded.workflow, loaded.hash)


class Playing:
    """A year of the small workflow, played."""

    def __init__(self, folder: Path, path: Path, rules: Rules) -> None:
        story = read_year(path, rules)
        people = people_of(story.file, story.people, rules)
        self.on: ScenarioHouse = scenario_house(load_workflow(folder), rules, people, START, seed="a small year")
        self.stops: list[dt.datetime] = []
        until = rules.calendar.add(START, story.said.lasts)
        self.played: YearPlayed = play_year(story, self.on, {}, until, self.stops.append)

    def entries(self, *kinds: Kind) -> list[tuple[str, int]]:
        """(action, day of the year) of the entries of the only case."""
        (ref,) = self.played.roots
        return [
            (orjson.loads(entry.clear)["action"], (entry.at - START).days)
            for entry in history(self.on.house, ref)
            if entry.kind in kinds
        ]


Play = Callable[[str], Playing]


@pytest.fixture
def play(folder: Path, tmp_path: Path, rules: Rules) -> Play:
    """Play a year file with this text below its head."""

    def played(text: str) -> Playing:
        path = tmp_path / "small.yaml"
        path.write_text(HEAD + text, "utf-8")
        return Playing(folder, path, rules)

    return played


def refused(tmp_path: Path, rules: Rules, text: str) -> str:
    """What is said of a year file with this text."""
    path = tmp_path / "wrong.yaml"
    path.write_text(HEAD + text, "utf-8")
    with pytest.raises(DefinitionError) as problem:
        read_year(path, rules)
    return str(problem.value)


class TestATask:
    def test_is_done_a_day_before_it_is_due_by_whoever_has_it(self, play: Play) -> None:
        year = play(CALLED + OPENED)
        assert year.played.failure is None
        assert year.entries(Kind.APPLIED) == [("call", day) for day in (9, 18, 27, 36, 45)]

    def test_is_done_as_long_before_as_the_file_says(self, play: Play) -> None:
        year = play("answers: [{task: case.call_again, before: P3D, steps: [{act: call}]}]\n" + OPENED)
        assert year.entries(Kind.APPLIED) == [("call", day) for day in range(7, 50, 7)]

    def test_that_nothing_is_said_of_is_left_alone(self, play: Play) -> None:
        year = play(OPENED)
        assert year.entries(Kind.APPLIED) == []
        assert year.entries(Kind.REMINDED)[:3] == [("elapse", 8), ("elapse", 11), ("elapse", 13)]

    def test_is_done_by_a_role_that_the_file_names(self, play: Play) -> None:
        year = play("answers: [{task: case.call_again, steps: [{act: close, as: supervisor}]}]\n" + OPENED)
        assert year.entries(Kind.APPLIED) == [("close", 9)]

    def test_is_done_by_the_first_answer_that_fits_where_it_stands(self, play: Play) -> None:
        year = play(
            "answers:\n"
            "  - {task: case.call_again, where: {case: closed}, steps: [{act: close, as: dara}]}\n"
            "  - {task: case.call_again, where: {case: [closed, open]}, steps: [{act: call}]}\n" + OPENED
        )
        assert year.played.failure is None
        assert {action for action, _ in year.entries(Kind.APPLIED)} == {"call"}

    def test_may_be_begun_by_an_answer_and_ended_by_something_else(self, play: Play) -> None:
        answer = "answers: [{task: case.call_again, ends: false, steps: [{record: {seen_on: in P3D}}]}]\n"
        year = play(answer + OPENED)
        assert year.played.failure is None
        assert year.entries(Kind.RECORDED) == [("record", 9)]
        assert ("elapse", 11) in year.entries(Kind.REMINDED)

    def test_takes_days_that_are_counted_from_then(self, play: Play) -> None:
        answer = "answers: [{task: case.call_again, steps: [{record: {seen_on: in P14D}}, {act: call}]}]\n"
        year = play(answer + OPENED + "  - {wait: P10D}\n  - {check: c1, facts: {seen_on: 2027-01-27}}\n")
        assert year.played.failure is None


class TestATaskThatIsLeft:
    def test_is_done_so_much_too_late(self, play: Play) -> None:
        year = play(CALLED + "left: [{task: case.call_again, late: P3D, why: a test}]\n" + OPENED)
        assert year.entries(Kind.APPLIED) == [("call", day) for day in (13, 26, 39)]
        assert year.entries(Kind.REMINDED)[:3] == [("elapse", 8), ("elapse", 11), ("elapse", 13)]

    def test_is_left_as_often_as_the_file_says(self, play: Play) -> None:
        year = play(CALLED + "left: [{task: case.call_again, in: c1, late: P3D, times: 1, why: a test}]\n" + OPENED)
        assert year.entries(Kind.APPLIED) == [("call", day) for day in (13, 22, 31, 40, 49)]

    def test_may_never_be_done(self, play: Play) -> None:
        year = play(CALLED + "left: [{task: case.call_again, why: a test}]\n" + OPENED)
        assert year.entries(Kind.APPLIED) == []


class TestAYear:
    def test_jumps_from_one_thing_to_the_next_and_ends_when_it_is_over(self, play: Play) -> None:
        year = play(CALLED + OPENED)
        days = [(stop - START).days for stop in year.stops]
        assert days == sorted(set(days))
        assert days == [0, 8, 9, 17, 18, 26, 27, 35, 36, 44, 45, 50]

    def test_knows_what_its_story_opened(self, play: Play) -> None:
        assert len(play(OPENED).played.roots) == 1


class TestAYearThatGoesOtherwise:
    def test_says_which_answer_was_refused_and_where_it_stands(self, play: Play) -> None:
        failure = play("answers: [{task: case.call_again, steps: [{act: close}]}]\n" + OPENED).played.failure
        assert failure is not None
        assert (failure.line, failure.expected) == (5, "applied")
        assert "not_your_role" in failure.found

    def test_says_which_answer_did_not_do_its_task(self, play: Play) -> None:
        answers = "answers:\n  - task: case.call_again\n    steps:\n      - {record: {seen_on: in P3D}}\n"
        failure = play(answers + OPENED).played.failure
        assert failure is not None
        assert (failure.line, failure.expected) == (8, "case.call_again to be done by this")

    def test_says_which_step_of_the_story_came_out_otherwise(self, play: Play) -> None:
        failure = play(OPENED + "  - {check: c1, tracks: {case: closed}}\n").played.failure
        assert failure is not None
        assert (failure.line, failure.expected, failure.found) == (7, "case: closed", "case: open")

    def test_stops_at_that_moment(self, play: Play) -> None:
        year = play("answers: [{task: case.call_again, steps: [{act: close}]}]\n" + OPENED)
        assert (year.on.clock.now() - START).days == 9


class TestAFileIsRefused:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("answers: [{task: case.call_agian, steps: [{act: call}]}]\n", "unknown task"),
            ("answers: [{task: case.call_agian, steps: [{act: call}]}]\n", "case.call_again"),
            ("answers: [{task: case.end_it, steps: [{act: call}]}]\n", "nobody's list"),
            (
                "answers: [{task: case.call_again, where: {cas: open}, steps: [{act: call}]}]\n",
                "unknown track",
            ),
            (
                "answers: [{task: case.call_again, where: {case: [opne]}, steps: [{act: call}]}]\n",
                "unknown state of case",
            ),
            ("left: [{task: case.call_again}]\n", "why"),
            ("left: [{task: case.nothing, why: a test}]\n", "unknown task"),
            ("answers: [{task: case.call_again, steps: []}]\n", "at least 1"),
            ("answers: [{task: case.call_again, steps: [{act: call, frm: sok}]}]\n", "frm"),
            ("steps: [{check: c1, told: {sok: [call_again.soon]}}]\n", "summed up"),
            ("cases: {c1: {journey: 0, name: case}}\n", "greater than or equal to 1"),
        ],
    )
    def test_that_says(self, tmp_path: Path, rules: Rules, text: str, told: str) -> None:
        said = refused(tmp_path, rules, text)
        assert told in said
        assert "wrong.yaml:5:" in said

    def test_that_is_not_there(self, tmp_path: Path, rules: Rules) -> None:
        with pytest.raises(DefinitionError, match="cannot be read"):
            read_year(tmp_path / "nowhere.yaml", rules)

    def test_whose_case_no_journey_opens(self, tmp_path: Path, rules: Rules) -> None:
        path = tmp_path / "small.yaml"
        path.write_text(HEAD + "cases: {c1: {journey: 1, name: cas}}\n", "utf-8")
        story = read_year(path, rules)
        with pytest.raises(DefinitionError, match="journey 1 opens nothing of this name"):
            named_in(story, {(1, "case"): "7K3M-9XQT-2HDJ"})
        assert named_in(story, {(1, "cas"): "7K3M-9XQT-2HDJ"}) == {"c1": "7K3M-9XQT-2HDJ"}

    def test_that_is_one_of_two(self, folder: Path, tmp_path: Path) -> None:
        there = tmp_path / "quay"
        (there / "years").mkdir(parents=True)
        for name in ("workflow.yaml", "case.yaml"):
            (there / name).write_text((folder / name).read_text("utf-8"), "utf-8")
        assert year_file(load_workflow(there)) is None
        (there / "years" / "one.yaml").write_text(HEAD, "utf-8")
        assert year_file(load_workflow(there)) == there / "years" / "one.yaml"
        (there / "years" / "two.yaml").write_text(HEAD, "utf-8")
        with pytest.raises(DefinitionError, match="a workflow has one year"):
            year_file(load_workflow(there))
