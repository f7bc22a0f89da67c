"""`homeward workflow list | check | show | diagram | coverage`."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.integration.cli.conftest import HARBOUR, Homeward

CHECK_KEYS = {"workflow", "hash", "ok", "errors", "proofs", "unproved", "warnings"}
ERROR_KEYS = {"file", "line", "column", "message", "found", "expected", "suggestion"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the small workflow, to be broken."""
    return Path(shutil.copytree(HARBOUR, tmp_path / "harbour"))


def spoil(copy: Path, before: str, after: str) -> int:
    """Replace a piece of `case.yaml`; answers the line on which it stands."""
    text = (copy / "case.yaml").read_text("utf-8")
    assert before in text
    (copy / "case.yaml").write_text(text.replace(before, after), "utf-8")
    return text[: text.index(before)].count("\n") + 1


class TestList:
    def test_names_the_shipped_workflows(self, homeward: Homeward) -> None:
        told = homeward("workflow", "list", "--json").document["workflows"]
        assert {"base", "kh-2009"} <= {one["workflow"] for one in told}
        assert "kh-2009" in homeward("workflow", "list").out


class TestCheck:
    def test_passes_a_sound_workflow(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "check", str(HARBOUR), "--json")
        assert ran.code == 0
        assert ran.document.keys() >= CHECK_KEYS
        assert (ran.document["workflow"], ran.document["ok"], ran.document["errors"]) == ("harbour", True, [])
        proved = ran.document["proofs"]
        assert {proof["verdict"] for proof in proved} == {"holds"}
        assert f"{len(proved)} of {len(proved)} properties" in homeward("workflow", "check", str(HARBOUR)).out

    def test_names_the_place_and_the_nearest_name_of_a_misspelt_guard(self, homeward: Homeward, copy: Path) -> None:
        line = spoil(copy, "guards: [care_answered]", "guards: [care_answred]")
        ran = homeward("workflow", "check", str(copy), "--json")
        assert ran.code == 1
        assert ran.document["ok"] is False
        (error,) = [one for one in ran.document["errors"] if "care_answered" in (one["suggestion"] or "")]
        assert error.keys() >= ERROR_KEYS
        assert error["file"].endswith("case.yaml")
        assert error["line"] == line

    def test_writes_problems_as_a_compiler_does(self, homeward: Homeward, copy: Path) -> None:
        line = spoil(copy, "guards: [care_answered]", "guards: [care_answred]")
        ran = homeward("workflow", "check", str(copy))
        assert ran.code == 1
        assert f"{copy}/case.yaml:{line}:" in ran.out
        assert "perhaps   care_answered" in ran.out

    def test_finds_a_key_twice(self, homeward: Homeward, copy: Path) -> None:
        spoil(copy, "says: A person", "says: Twice\nsays: A person")
        ran = homeward("workflow", "check", str(copy), "--json")
        assert ran.code == 1
        assert any(one["line"] == 3 for one in ran.document["errors"])

    def test_names_known_workflows_for_an_unknown_one(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "check", "kh-2008")
        assert ran.code == 1
        assert "kh-2009" in ran.out


class TestShow:
    def test_tells_processes_tracks_and_actions(self, homeward: Homeward) -> None:
        out = homeward("workflow", "show", str(HARBOUR)).out
        assert "Process visit (under case)" in out
        assert "presumed, interviewing" in out
        assert "guards care_answered" in out

    def test_gives_the_composed_form_as_json(self, homeward: Homeward) -> None:
        told = homeward("workflow", "show", str(HARBOUR), "--json").document
        assert told["processes"]["case"]["tracks"]["identification"] == ["presumed", "interviewing"]
        assert told["definition"]

    def test_tells_problems_as_errors(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "show", "kh-2008", "--json")
        assert ran.code == 1
        assert ran.document["error"]["kind"] == "definition"


class TestDiagram:
    def test_draws_a_process_as_mermaid(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "diagram", str(HARBOUR))
        assert ran.code == 0
        assert ran.out.startswith("stateDiagram-v2") or "stateDiagram-v2" in ran.out
        assert "interviewing" in ran.out

    def test_draws_a_process_as_svg(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "diagram", str(HARBOUR), "--process", "visit", "--format", "svg")
        assert ran.out.lstrip().startswith("<svg") or "<svg" in ran.out

    def test_marks_where_a_case_stands(self, homeward: Homeward, case: str) -> None:
        plain = homeward("workflow", "diagram", str(HARBOUR), "--json").document
        marked = homeward("workflow", "diagram", str(HARBOUR), "--case", case, "--json").document
        assert marked["current"] == {"case": "open", "identification": "presumed"}
        assert marked["diagram"] != plain["diagram"]

    def test_names_the_nearest_process(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "diagram", str(HARBOUR), "--process", "vist")
        assert ran.code == 1
        assert "Did you mean visit?" in " ".join(ran.err.split())


class TestCoverage:
    def test_gives_every_clause_a_status(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "coverage", str(HARBOUR), "--json")
        assert ran.code == 0
        told = {one["id"]: one for one in ran.document["clauses"]}
        assert told["HB-1.1"]["status"] == "carried"
        assert told["HB-1.1"]["carried_by"]
        assert told["HB-1.2"]["status"] == "outside"
        assert told["HB-1.2"]["reason"]
        assert ran.document["counts"]["carried"] == 1

    def test_tells_the_register(self, homeward: Homeward) -> None:
        out = homeward("workflow", "coverage", str(HARBOUR)).out
        assert "HB-1.1" in out
        assert "carried" in out


class TestExport:
    def test_writes_a_process_as_scxml(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "export", str(HARBOUR), "--process", "visit")
        assert ran.code == 0
        root = ElementTree.fromstring(ran.out)
        assert root.get("name") == "visit"

    def test_says_what_each_input_stands_for(self, homeward: Homeward) -> None:
        told = homeward("workflow", "export", str(HARBOUR), "--json").document
        assert told["process"] == "case"
        assert all(name in told["chart"] and says for name, says in told["inputs"].items())
        assert told["inputs"]

    def test_names_the_nearest_process(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "export", str(HARBOUR), "--process", "vist")
        assert ran.code == 1
        assert "Did you mean visit?" in " ".join(ran.err.split())
