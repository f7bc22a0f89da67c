"""Days off that a house adds: they move dates that are set from then on, stay known by hash, and are told by name."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from cases.due_list import Explanation, explain_due
from cases.request import Request
from cases.take_step import take_step
from config.problems import DefinitionError
from interfaces.cli.main import main
from interfaces.errors import fault_of
from tests.integration.flows.quay_house import QUAY, SOK, Quay, quay_in
from wiring.decreed import read_decreed

# Thursday; three working days later is Wednesday 14 July 2027. Nothing of it is a holiday of the country.
THURSDAY = dt.datetime(2027, 7, 8, 3, 0, tzinfo=dt.UTC)
MOURNING = "2027-07-12: {name: Day of mourning, decreed_by: the government}\n"
IN_HOURS = "{after: PT1H, source: {house: supervisor, decided: 2026-11-01, why: an hour}}\n    ladder: [{name: breach"
IN_DAYS = IN_HOURS.replace("PT1H,", "P3D, counts: working_days,")


@pytest.fixture
def quay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quay:
    """A house in which the plan of a case is due after three working days; the environment names it."""
    workflow = tmp_path / "quay"
    copytree(QUAY, workflow)
    said = (workflow / "case.yaml").read_text("utf-8")
    assert said.count(IN_HOURS) == 1
    (workflow / "case.yaml").write_text(said.replace(IN_HOURS, IN_DAYS), "utf-8")
    made = quay_in(tmp_path / "house", None)
    house = Quay({**made.environment, "HOMEWARD_WORKFLOW": str(workflow)})
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    return house


def home(quay: Quay) -> Path:
    return Path(quay.environment["HOMEWARD_HOME"])


def decree(quay: Quay, text: str) -> None:
    """Somebody writes the file."""
    (home(quay) / "holidays.yaml").write_text(text, "utf-8")


def opened(quay: Quay) -> str:
    """A case, opened on Thursday."""
    with quay.opened(THURSDAY) as running:
        request = Request("open", running.house.actor(SOK), None, process="case", facts={"story": "x"})
        return take_step(running.house, request, running.clock.now()).ref


def why(quay: Quay, ref: str) -> Explanation:
    with quay.opened(THURSDAY) as running:
        return explain_due(running.house, ref, "plan", running.clock.now())


def due(quay: Quay, ref: str) -> dt.date:
    with quay.opened(THURSDAY) as running, running.store.look() as tx:
        loaded = tx.load(ref)
    assert loaded is not None
    (root,) = loaded.instances
    return root.deadlines["plan"].due.date()


def rests(told: Explanation) -> Mapping[int, tuple[str, str]]:
    return {one.day.day: (one.name, one.decreed_by) for one in told.days_of_rest}


class TestADecreedDay:
    def test_moves_what_is_dated_from_then_on_and_nothing_that_stands(self, quay: Quay) -> None:
        before = opened(quay)
        decree(quay, MOURNING)
        after = opened(quay)
        assert due(quay, before) == dt.date(2027, 7, 13)
        assert due(quay, after) == dt.date(2027, 7, 14)

    def test_makes_another_calendar_and_both_are_kept(self, quay: Quay) -> None:
        before = why(quay, opened(quay)).calendar
        decree(quay, MOURNING)
        after = why(quay, opened(quay)).calendar
        assert before != after
        with quay.opened(THURSDAY) as running:
            kept = {hash_: json.loads(running.store.versions.calendar(hash_) or b"{}") for hash_ in (before, after)}
        assert kept[before]["decreed"] == {}
        assert kept[after]["decreed"] == {"2027-07-12": ["Day of mourning", "the government"]}

    def test_is_not_told_of_a_date_that_was_counted_without_it(self, quay: Quay) -> None:
        ref = opened(quay)
        decree(quay, MOURNING)
        told = why(quay, ref)
        assert told.calendar_kept
        assert rests(told) == {10: ("", ""), 11: ("", "")}

    def test_is_told_of_a_date_that_was_counted_with_it_when_it_is_gone_again(self, quay: Quay) -> None:
        decree(quay, MOURNING)
        ref = opened(quay)
        (home(quay) / "holidays.yaml").unlink()
        assert rests(why(quay, ref)) == {
            10: ("", ""),
            11: ("", ""),
            12: ("Day of mourning", "the government"),
        }

    def test_a_calendar_that_somebody_changed_counts_as_not_kept(self, quay: Quay) -> None:
        decree(quay, MOURNING)
        ref = opened(quay)
        (home(quay) / "holidays.yaml").unlink()
        database = sqlite3.connect(home(quay) / "house.db")
        with database:
            database.execute("DROP TRIGGER calendars_never_change")
            database.execute("UPDATE calendars SET content = CAST(replace(content, 'mourning', 'joy') AS BLOB)")
        database.close()
        told = why(quay, ref)
        assert not told.calendar_kept
        assert set(rests(told)) == {10, 11}


class TestDueExplained:
    def said(self, ref: str, capsys: pytest.CaptureFixture[str]) -> str:
        capsys.readouterr()
        assert main(["due", ref, "--explain"]) == 0
        return " ".join(capsys.readouterr().out.split())

    def test_names_the_days_and_the_entry(self, quay: Quay, capsys: pytest.CaptureFixture[str]) -> None:
        decree(quay, MOURNING + "2027-07-09: {name: Flood, decreed_by: the province}\n")
        ref = opened(quay)
        said = self.said(ref, capsys)
        assert (
            "rest days not counted: Fri 9 Jul (Flood, decreed by the province); Sat 10 Jul; Sun 11 Jul; "
            "Mon 12 Jul (Day of mourning, decreed by the government)"
        ) in said
        assert f"by entry 1 ({SOK}: opened)" in said

    def test_names_a_holiday_of_the_country(self, quay: Quay, capsys: pytest.CaptureFixture[str]) -> None:
        with quay.opened(dt.datetime(2027, 1, 5, 3, 0, tzinfo=dt.UTC)) as running:
            request = Request("open", running.house.actor(SOK), None, process="case", facts={"story": "x"})
            ref = take_step(running.house, request, running.clock.now()).ref
        assert "Thu 7 Jan (Day of Victory over the Genocidal Regime)" in self.said(ref, capsys)

    def test_is_told_to_programs(self, quay: Quay, capsys: pytest.CaptureFixture[str]) -> None:
        decree(quay, MOURNING)
        ref = opened(quay)
        capsys.readouterr()
        assert main(["due", ref, "--explain", "--json"]) == 0
        lines: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["due"]
        (told,) = [one["why"] for one in lines if one["deadline"] == "plan"]
        assert (told["entry"], told["kind"], told["actor"]) == (1, "case:instance:opened", SOK)
        assert told["calendar_kept"]
        assert told["days_of_rest"][-1] == {
            "day": "2027-07-12",
            "name": "Day of mourning",
            "decreed_by": "the government",
        }


BAD = {
    "2027-02-30: {name: A, decreed_by: B}": "this is no day",
    "'20270201': {name: A, decreed_by: B}": "this is no day",
    "tomorrow: {name: A, decreed_by: B}": "this is no day",
    "2072-02-01: {name: A, decreed_by: B}": "a day too far away",
    "2027-02-01: A": "2027-02-01: nothing says what day it is and who decreed it",
    "2027-02-01: {name: A}": "2027-02-01: decreed_by is missing",
    "2027-02-01: {decreed_by: A}": "2027-02-01: name is missing",
    "2027-02-01: {name: 7, decreed_by: A}": "2027-02-01: name is no text",
    "2027-02-01: {name: [A], decreed_by: A}": "2027-02-01: name is no text",
    "2027-02-01: {name: A, decreed_by: ' '}": "2027-02-01: decreed_by is no text",
    "2027-02-01: {name: A, decreed_by: B, wy: C}": "unknown key",
    "2027-07-12: {name: A, decreed_by: B}": "2027-07-12",
}


class TestAFileThatIsBroken:
    @pytest.mark.parametrize("line", list(BAD))
    def test_is_refused_with_its_line(self, tmp_path: Path, line: str) -> None:
        path = tmp_path / "holidays.yaml"
        path.write_text(f"# decreed\n{MOURNING}{line}\n", "utf-8")
        with pytest.raises(DefinitionError) as caught:
            read_decreed(path)
        (problem,) = caught.value.problems
        assert (problem.file, problem.line) == (str(path), 3)
        assert BAD[line] in str(problem)

    def test_opens_no_house(self, quay: Quay, capsys: pytest.CaptureFixture[str]) -> None:
        decree(quay, "tomorrow: {name: A, decreed_by: B}\n")
        assert main(["due"]) == 1
        err = "".join(capsys.readouterr().err.split())
        assert "holidays.yaml:1:1" in err
        with pytest.raises(DefinitionError) as caught:
            read_decreed(home(quay) / "holidays.yaml")
        assert fault_of(caught.value).message == "1 problem in the days off of the house"

    def test_no_file_adds_no_day(self, tmp_path: Path) -> None:
        assert read_decreed(tmp_path / "holidays.yaml") == ()
