"""`homeward scenario run` and `homeward journeys`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.cli.conftest import HARBOUR, Homeward

SCENARIO_KEYS = {"name", "file", "ok", "steps", "failed_step", "expected", "found"}


class TestScenarioRun:
    def test_plays_the_scenarios_of_a_folder(self, homeward: Homeward) -> None:
        ran = homeward("scenario", "run", str(HARBOUR), "--json")
        assert ran.code == 0
        assert (ran.document["passed"], ran.document["failed"]) == (1, 0)
        assert ran.document["scenarios"][0].keys() >= SCENARIO_KEYS
        assert ran.document["scenarios"][0]["ok"] is True

    def test_says_step_expected_and_found_of_a_failure(self, homeward: Homeward, tmp_path: Path) -> None:
        copy = Path(shutil.copytree(HARBOUR, tmp_path / "harbour"))
        file = copy / "scenarios" / "care_first.yaml"
        file.write_text(file.read_text("utf-8").replace(", expect: refused, because: [care_answered]", ""), "utf-8")
        ran = homeward("scenario", "run", str(file), "--json")
        assert ran.code == 1
        (told,) = ran.document["scenarios"]
        assert (told["ok"], told["failed_step"], told["expected"]) == (False, 3, "applied")
        assert "care_answered" in told["found"]
        out = homeward("scenario", "run", str(file)).out
        assert "FAILED    Care comes first" in out
        assert "0 passed, 1 failed" in out

    def test_reports_a_broken_file_and_goes_on(self, homeward: Homeward, tmp_path: Path) -> None:
        broken = tmp_path / "broken.yaml"
        broken.write_text("scenario: x\nsteps: []\n", "utf-8")
        ran = homeward("scenario", "run", str(broken), str(HARBOUR), "--json")
        assert ran.code == 1
        assert (ran.document["passed"], ran.document["failed"]) == (1, 1)

    def test_traces_every_step(self, homeward: Homeward) -> None:
        out = homeward("scenario", "run", str(HARBOUR), "--trace").out
        assert "nita: start interview (c1) start_interview: refused" in out
        assert "HB-1.1 – Care comes before questions." in out
        assert "3 days later" in out
        traced = homeward("scenario", "run", str(HARBOUR), "--trace", "--json").document["scenarios"][0]["trace"]
        assert len(traced) == 7

    def test_says_where_there_is_none(self, homeward: Homeward, tmp_path: Path) -> None:
        ran = homeward("scenario", "run", str(tmp_path / "nowhere"))
        assert ran.code == 1
        assert "there is no scenario here" in ran.err


class TestJourneys:
    @pytest.fixture
    def place(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = home.with_name("journeys")
        monkeypatch.setenv("HOMEWARD_HOME", str(folder))
        return folder

    def play(self, homeward: Homeward) -> dict[str, str]:
        ran = homeward("journeys", "--workflow", str(HARBOUR), "--json")
        assert ran.code == 0
        (played,) = ran.document["journeys"]
        return {"case": played["case"], "person": played["person"]}

    @pytest.mark.usefixtures("place")
    def test_leave_a_house_that_can_be_explored(self, homeward: Homeward) -> None:
        played = self.play(homeward)
        shown = homeward("case", "show", played["case"], "--as", played["person"], "--json").document
        assert shown["tracks"]["identification"] == "interviewing"
        assert homeward("case", "why", played["case"], "--as", played["person"]).code == 0
        assert homeward("case", "history", played["case"], "--as", played["person"]).code == 0

    def test_tell_a_timeline_and_what_to_type_next(self, homeward: Homeward, place: Path) -> None:
        ran = homeward("journeys", "--workflow", str(HARBOUR))
        assert ran.code == 0
        assert "1  Care comes first" in ran.out
        assert "Care comes before the interview." in ran.out
        assert "1 of 1 journeys came to their end." in ran.out
        assert f"export HOMEWARD_HOME={place}" in ran.out
        assert "homeward case list" in ran.out

    @pytest.mark.usefixtures("place")
    def test_can_be_played_again(self, homeward: Homeward) -> None:
        self.play(homeward)
        self.play(homeward)
        assert len(homeward("case", "list", "--json").document["instances"]) == 1

    @pytest.mark.usefixtures("place")
    def test_can_be_played_again_after_their_cases_were_worked_on(self, homeward: Homeward) -> None:
        played = self.play(homeward)
        assert homeward("case", "record", played["case"], "wishes=rest", "--as", "sok").code == 0
        self.play(homeward)

    def test_never_overwrite_a_house(self, homeward: Homeward) -> None:
        homeward("case", "open", "--as", "sok")
        ran = homeward("journeys", "--workflow", str(HARBOUR))
        assert ran.code == 1
        assert "set HOMEWARD_HOME to an empty folder" in " ".join(ran.err.split())
        assert len(homeward("case", "list", "--json").document["instances"]) == 1

    @pytest.mark.usefixtures("place")
    def test_never_overwrite_a_case_that_somebody_opened_among_them(self, homeward: Homeward) -> None:
        self.play(homeward)
        added = homeward("case", "open", "--as", "sok", "--json").document["ref"]
        ran = homeward("journeys", "--workflow", str(HARBOUR), "--json")
        assert ran.code == 1
        assert added in ran.document["error"]["message"]

    def test_clear_away_a_run_that_was_interrupted(self, homeward: Homeward, place: Path) -> None:
        half = place.with_name("journeys.playing")
        half.mkdir()
        (half / "journeys.json").write_text("{}", "utf-8")
        (half / "house.db").write_bytes(b"half")
        self.play(homeward)
        assert not half.exists()
