"""What breaks a property, as a scenario: it plays in the workflow that is broken, and not in the one that is sound."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from config.loader import Loaded, load_workflow
from interfaces.cli.traces import Written, why_not, write_traces
from state_machine.checks.verdict import Report
from state_machine.rules import Rules
from tests.integration.cli.conftest import HARBOUR, Homeward
from tests.unit.state_machine.checks.faults.breaking import SMALL, Fault, broken_tree, compiled, sound_tree
from tests.unit.state_machine.checks.faults.test_faults import FAULTS, found

IN_THE_HOUSE = (
    "a second way into the interview of a shipped house",
    "victim leaves waits for a supervisor",
    "the last deadline of a crisis is gone",
    "nationality refuses a service",
    "who is foreign is not brought out",
    "a no waits for a month",
    "a restriction is never looked at again",
)
SHOWN = [fault for fault in FAULTS if fault.on == SMALL and fault.breaks in ("safety", "liberty", "oversight")]
HASH = "0" * 64
TALK = """\
process: case
actions:
  talk_quickly:
    by: [interviewer]
    moves: {identification: {from: [presumed], to: interviewing}}
"""


@lru_cache(maxsize=1)
def _harbour() -> Loaded:
    return load_workflow(HARBOUR)


@lru_cache(maxsize=8)
def _sound(name: str) -> Rules:
    return compiled(sound_tree(name), HASH)


def loaded(rules: Rules) -> Loaded:
    """A workflow that was never a file, as the scenario runner takes it."""
    return replace(_harbour(), workflow=rules.workflow, hash=HASH)


def written(fault: Fault, folder: Path) -> Written:
    """The trace of a fault, written down."""
    proof = found(fault)
    assert proof.counterexample
    rules = compiled(broken_tree(fault), HASH)
    (one,) = write_traces(folder, loaded(rules), Report("small", HASH, (proof,)))
    return one


class TestATrace:
    @pytest.mark.parametrize("fault", [fault for fault in SHOWN if not fault.undecided and not fault.bare], ids=str)
    def test_plays_as_a_scenario_in_the_broken_workflow_alone(self, fault: Fault, tmp_path: Path) -> None:
        one = written(fault, tmp_path)
        assert one.why_not == ""
        assert one.scenario is not None
        sound = _sound(SMALL)
        assert (why_not(one.scenario, loaded(sound), sound) != "") is not fault.looks_the_same

    @pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in IN_THE_HOUSE], ids=str)
    def test_of_a_shipped_workflow_plays_too(self, fault: Fault, tmp_path: Path) -> None:
        one = written(fault, tmp_path)
        assert (one.why_not, one.scenario is None) == ("", False)
        assert one.scenario is not None
        sound = _sound(fault.on)
        assert (why_not(one.scenario, loaded(sound), sound) != "") is not fault.looks_the_same

    def test_of_what_goes_round_for_ever_ends_in_a_step_that_fails(self, tmp_path: Path) -> None:
        (fault,) = (fault for fault in FAULTS if fault.falls == "case.no_loop" and fault.on == SMALL)
        one = written(fault, tmp_path)
        assert one.scenario is not None, one.why_not
        assert yaml.safe_load(one.scenario.read_text("utf-8"))["steps"][-1]["expect"] == "failed"
        sound = _sound(SMALL)
        assert "expected failed, found applied" in why_not(one.scenario, loaded(sound), sound)

    @pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.shown], ids=str)
    def test_of_what_never_comes_leads_to_where_it_is_waited_for(self, fault: Fault, tmp_path: Path) -> None:
        one = written(fault, tmp_path)
        assert one.scenario is not None, one.why_not

    def test_is_drawn_into_the_process(self, tmp_path: Path) -> None:
        picture = written(SHOWN[0], tmp_path).picture.read_text("utf-8")
        assert "2. talk quickly" in picture
        assert "1. A worker: open." in picture
        assert picture.count('stroke="#c01818"') == 2  # the state and the way to it


class TestADraft:
    """A house that builds on a small one and adds a second way into its interview."""

    @pytest.fixture
    def draft(self, tmp_path: Path) -> Path:
        """The draft beside a copy of what it extends."""
        shutil.copytree(HARBOUR, tmp_path / "harbour")
        case = tmp_path / "harbour" / "case.yaml"
        promise = "invariants:\n  care_first: {never: {process: case, enters: {identification: interviewing},"
        case.write_text(f"{case.read_text('utf-8')}{promise} unless: care_answered}}}}\n", "utf-8")
        folder = tmp_path / "draft"
        folder.mkdir()
        (folder / "workflow.yaml").write_text("workflow: draft\nsays: A draft\nextends: [harbour]\n", "utf-8")
        (folder / "case.yaml").write_text(TALK, "utf-8")
        return folder

    def test_is_refused_with_a_trace_that_the_mended_one_refuses(
        self, homeward: Homeward, draft: Path, tmp_path: Path
    ) -> None:
        traces = tmp_path / "traces"
        ran = homeward("workflow", "check", str(draft), "--traces", str(traces), "--json")
        assert ran.code == 1
        assert ran.document["ok"] is False
        assert "without the guards of the others" in ran.document["errors"][0]["message"]
        fallen = {proof["invariant"] for proof in ran.document["proofs"] if proof["verdict"] == "violated"}
        assert {"case.care_first", "case.new_way:talk_quickly.identification.interviewing.harbour"} <= fallen
        scenario = traces / "case-care_first.yaml"
        assert homeward("scenario", "run", str(scenario)).code == 0
        (draft / "case.yaml").write_text(f"{TALK}    guards: [care_answered]\n", "utf-8")
        mended = homeward("scenario", "run", str(scenario), "--workflow", str(draft), "--json")
        assert mended.code == 1
        assert "care_answered" in json.dumps(mended.document)

    def test_cannot_be_loaded_for_use(self, homeward: Homeward, draft: Path) -> None:
        assert homeward("workflow", "show", str(draft)).code == 1

    def test_is_drawn(self, homeward: Homeward, draft: Path) -> None:
        ran = homeward("workflow", "diagram", str(draft), "--proof", "case.care_first", "--json")
        assert ran.code == 0
        assert ran.document["property"] == "case.care_first"
        assert "2. talk quickly" in ran.document["diagram"]
        unknown = homeward("workflow", "diagram", str(draft), "--proof", "case.care_frist")
        assert unknown.code == 1
        assert "case.care_first" in unknown.err + unknown.out
        both = homeward("workflow", "diagram", str(draft), "--proof", "case.care_first", "--process", "case")
        assert both.code == 1


class TestComposing:
    def test_tells_what_comes_of_it_and_writes_the_same(self, homeward: Homeward, tmp_path: Path) -> None:
        shutil.copytree(HARBOUR, tmp_path / "harbour")
        quay = tmp_path / "quay"
        quay.mkdir()
        (quay / "workflow.yaml").write_text("workflow: quay\nsays: More\nextends: [harbour]\n", "utf-8")
        (quay / "case.yaml").write_text("process: case\nfacts: {mood: {kind: text, by: [case_manager]}}\n", "utf-8")
        into = tmp_path / "both"
        sources = [str(tmp_path / "harbour"), str(quay)]
        ran = homeward("workflow", "compose", *sources, "--into", str(into), "--json")
        again = homeward("workflow", "compose", *reversed(sources), "--name", "both", "--json")
        assert again.document["hash"] == ran.document["hash"]
        assert load_workflow(into).hash == ran.document["hash"]
        layers = {layer["workflow"]: layer["counts"] for layer in ran.document["layers"]}
        assert list(layers) == ["harbour", "quay", "both"]
        assert layers["quay"] == layers["both"] | {"processes": 1, "facts": 1}
        kinds = {proof["kind"] for proof in ran.document["proofs"]}
        assert kinds >= {"safety", "independence", "words", "composition"} - {"safety"}
        text = homeward("workflow", "compose", *sources).out
        assert "harbour-with-quay" in text

    def test_of_two_nations_counts_by_the_calendar_that_is_named(self, homeward: Homeward, tmp_path: Path) -> None:
        refused = homeward("workflow", "compose", "kh-2009", "vn-2011", "--json")
        (error,) = refused.document["errors"]
        assert (refused.code, "--calendar NAME" in error["expected"]) == (1, True)
        into = tmp_path / "both"
        chosen = ("--calendar", "vn-2011", "--into", str(into), "--json")
        ran = homeward("workflow", "compose", "kh-2009", "vn-2011", *chosen)
        assert (ran.code, ran.document["ok"]) == (1, False)
        # What one text asks by values and roles that the other does not know is for people to judge.
        open_ones = [proof for proof in ran.document["proofs"] if proof["verdict"] != "holds"]
        assert {proof["kind"] for proof in open_ones} == {"composition"}
        assert any("counted on the calendar of vn-2011" in doubt for doubt in ran.document["doubts"])
        written = load_workflow(into)
        assert (written.hash, written.workflow.calendar.holidays) == (ran.document["hash"], "VN")

    def test_overwrites_nothing_and_takes_each_once(self, homeward: Homeward, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        (tmp_path / "there" / "notes.txt").write_text("mine", "utf-8")
        ran = homeward("workflow", "compose", str(HARBOUR), "--into", str(tmp_path / "there"), "--json")
        assert ran.code == 1
        assert "is not empty" in ran.document["error"]["message"]
        elsewhere = homeward("workflow", "compose", str(HARBOUR), "--into", str(tmp_path / "ours"), "--json")
        assert "must lie beside it" in elsewhere.document["error"]["message"]
        assert not (tmp_path / "ours").exists()
        twice = homeward("workflow", "compose", str(HARBOUR), str(HARBOUR), "--json")
        assert twice.code == 1
        assert "given twice" in twice.document["errors"][0]["message"]
