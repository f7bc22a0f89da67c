"""`homeward simulate`: figures, pictures, and what is wrong with a staffing file."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.integration.cli.conftest import HARBOUR, Homeward

FEW = ("--cases", "4", "--years", "0.1")


class TestItsFigures:
    def test_are_one_document(self, homeward: Homeward) -> None:
        (told,) = homeward("simulate", str(HARBOUR), *FEW, "--json").document["simulations"]
        assert (told["workflow"], told["cases"], told["days"], told["opened"]) == ("harbour", 4, 36, 4)
        assert told["steps"] > told["refused"] > 0
        assert told["refused_by"]["case.care_answered"] > 0

    def test_are_told_in_words(self, homeward: Homeward) -> None:
        said = homeward("simulate", str(HARBOUR), *FEW).out
        assert "4, of which" in said
        assert "tasks of a person" in said

    def test_of_two_stand_beside_each_other_in_a_folder(self, homeward: Homeward, tmp_path: Path) -> None:
        into = tmp_path / "made" / "here"
        ran = homeward("simulate", str(HARBOUR), "--against", str(HARBOUR), *FEW, "--into", str(into), "--json")
        assert {Path(path).name for path in ran.document["files"]} == {path.name for path in into.iterdir()}
        figures = orjson.loads((into / "figures.json").read_bytes())["simulations"]
        assert figures == ran.document["simulations"]
        assert figures[0] == figures[1]
        page = (into / "report.html").read_text("utf-8")
        assert page.count("data:image/png;base64,") == 6
        assert "http" not in page


class TestAStaffingFile:
    def test_says_how_many_there_are(self, homeward: Homeward, tmp_path: Path) -> None:
        file = tmp_path / "staff.yaml"
        file.write_text("staff:\n  supervisor: {people: 3, steps_a_day: 2}\n", "utf-8")
        (told,) = homeward("simulate", str(HARBOUR), *FEW, "--staff", str(file), "--json").document["simulations"]
        assert told["staff"]["supervisor"] == {"people": 3, "steps_a_day": 2}
        assert told["staff"]["interviewer"] == {"people": 1, "steps_a_day": 8}

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("staff:\n  supervizor: {people: 3}\n", 2, "supervisor"),
            ("staff:\n  supervisor: {people: 0}\n", 2, "people"),
            ("staff:\n  supervisor: {people: 1}\n  interviewer: {people: two}\n", 3, "people"),
            ("staff:\n  supervisor:\n    steps_a_day: 3\n", 2, "people"),
            ("hands: {}\n", 1, "staff"),
        ],
    )
    def test_that_is_wrong_is_told_at_its_line(
        self, homeward: Homeward, tmp_path: Path, text: str, line: int, said: str
    ) -> None:
        file = tmp_path / "staff.yaml"
        file.write_text(text, "utf-8")
        ran = homeward("simulate", str(HARBOUR), *FEW, "--staff", str(file))
        assert ran.code == 1
        assert f"staff.yaml:{line}:" in ran.err
        assert said in ran.err

    def test_that_is_not_there_is_told(self, homeward: Homeward, tmp_path: Path) -> None:
        ran = homeward("simulate", str(HARBOUR), *FEW, "--staff", str(tmp_path / "none.yaml"))
        assert ran.code == 1
        assert "none.yaml" in ran.err


class TestWhatItRefuses:
    def test_a_workflow_that_opens_no_case(self, homeward: Homeward, tmp_path: Path) -> None:
        house = tmp_path / "office"
        house.mkdir()
        calendar = "calendar: {time_zone: Asia/Phnom_Penh, holidays: KH, working_days: [mon]}"
        roles = "roles: {clerk: {says: Clerk}}\nfallback: clerk\nsecond_person: [clerk]"
        (house / "workflow.yaml").write_text(f"workflow: office\nsays: An office\n{calendar}\n{roles}\n", "utf-8")
        (house / "letter.yaml").write_text("process: letter\nsays: A letter\nactions: {open: {by: [clerk]}}\n", "utf-8")
        ran = homeward("simulate", str(house), *FEW)
        assert ran.code != 0
        assert "no process `case`" in ran.err

    @pytest.mark.parametrize("words", [("--cases", "0"), ("--years", "-1"), ("--seed", "x")])
    def test_plans_that_are_none(self, homeward: Homeward, words: tuple[str, str]) -> None:
        assert homeward("simulate", str(HARBOUR), *words).code == 2
