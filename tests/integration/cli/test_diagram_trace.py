"""`homeward workflow diagram --trace`: the steps of a file as a picture, of a check or of a scenario that is played."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from interfaces.errors import ExitCode
from tests.integration.cli.conftest import HARBOUR, Homeward

NO_WAY_ON = """\
process: case
tracks:
  lost: {starts: here, states: {here: {}, gone: {}}}
actions:
  lose_sight: {by: [case_manager], moves: {lost: {from: [here], to: gone}}, guards: [is_open]}
  look_again: {by: [case_manager], guards: [still_here]}
  close: {guards: [still_here]}
guards:
  is_open: {require: {track: case, is: open}}
  still_here: {require: {track: lost, is: here}}
"""
SCENARIO = """scenario: Somebody comes
workflow: {folder}
starts_at: 2027-01-04T09:00+07:00
people: {{sok: [case_manager]}}
steps:
  - {{open: case, name: c, as: sok}}
"""
LOST = "  - {act: lose_sight, in: c, as: sok}\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A house on the small workflow in which somebody who is lost sight of can never be let go."""
    shutil.copytree(HARBOUR, tmp_path / "harbour")
    folder = tmp_path / "draft"
    folder.mkdir()
    (folder / "workflow.yaml").write_text("workflow: draft\nsays: A draft\nextends: [harbour]\n", "utf-8")
    (folder / "case.yaml").write_text(NO_WAY_ON, "utf-8")
    return folder


@pytest.fixture
def checked(homeward: Homeward, draft: Path) -> Path:
    """What the check of the draft says, in a file."""
    file = draft.parent / "check.json"
    file.write_text(homeward("workflow", "check", str(draft), "--json").out, "utf-8")
    return file


class TestACheck:
    def test_is_drawn_by_the_property_that_is_named(self, homeward: Homeward, draft: Path, checked: Path) -> None:
        proofs = json.loads(checked.read_text("utf-8"))["proofs"]
        (fallen,) = (one for one in proofs if one["invariant"] == "case.ends:lost.gone")
        assert (fallen["verdict"], bool(fallen["counterexample"])) == ("violated", True)
        name = ("--trace", str(checked), "--proof", "case.ends:lost.gone")
        drawn = homeward("workflow", "diagram", str(draft), *name)
        assert drawn.code == ExitCode.DONE
        assert drawn.out.startswith("<svg")
        assert fallen["counterexample"][0]["says"].split(".")[0] in drawn.out

    def test_without_steps_is_refused_with_what_there_is(self, homeward: Homeward, draft: Path, checked: Path) -> None:
        unknown = homeward(
            "workflow", "diagram", str(draft), "--trace", str(checked), "--proof", "case.nothing", "--json"
        )
        assert "case.ends:lost.gone" in unknown.document["error"]["message"]
        checked.write_text('{"proofs": []}', "utf-8")
        empty = homeward("workflow", "diagram", str(draft), "--trace", str(checked), "--json")
        assert "nothing to draw" in empty.document["error"]["message"]

    @pytest.mark.parametrize(("text", "says"), [("{", "no JSON"), ("[]", "no list `proofs`")])
    def test_that_is_none_is_refused(self, homeward: Homeward, tmp_path: Path, text: str, says: str) -> None:
        file = tmp_path / "other.json"
        file.write_text(text, "utf-8")
        refused = homeward("workflow", "diagram", str(HARBOUR), "--trace", str(file), "--json")
        assert (refused.code, says in refused.document["error"]["message"]) == (ExitCode.FAILED, True)


class TestAScenario:
    @pytest.mark.parametrize("file", sorted((HARBOUR / "scenarios").glob("*.yaml")), ids=lambda one: one.stem)
    def test_is_played_and_drawn(self, homeward: Homeward, file: Path) -> None:
        drawn = homeward("workflow", "diagram", str(HARBOUR), "--trace", str(file), "--json")
        assert (drawn.code, drawn.document["format"]) == (ExitCode.DONE, "svg")
        assert "1. " in drawn.document["diagram"]

    def test_numbers_the_states_that_it_comes_to(self, homeward: Homeward, draft: Path, tmp_path: Path) -> None:
        file = tmp_path / "scenario.yaml"
        steps = SCENARIO.format(folder=draft) + LOST
        file.write_text(steps, "utf-8")
        drawn = homeward("workflow", "diagram", str(draft), "--trace", str(file)).out
        assert "2. lose sight" in drawn
        assert "Somebody comes" in drawn

    def test_that_fails_is_drawn_as_far_as_it_goes(self, homeward: Homeward, draft: Path, tmp_path: Path) -> None:
        file = tmp_path / "scenario.yaml"
        file.write_text(SCENARIO.format(folder=draft) + LOST + "  - {act: look_again, in: c, as: sok}\n", "utf-8")
        drawn = homeward("workflow", "diagram", str(draft), "--trace", str(file), "--json").document
        assert "step 3 expects applied, found refused" in drawn["title"]

    def test_has_no_property(self, homeward: Homeward, tmp_path: Path) -> None:
        file = tmp_path / "scenario.yaml"
        file.write_text(SCENARIO.format(folder=HARBOUR), "utf-8")
        refused = homeward("workflow", "diagram", str(HARBOUR), "--trace", str(file), "--proof", "case.x", "--json")
        assert "a scenario has none" in refused.document["error"]["message"]
