"""`homeward workflow publish | diff | versions | migrate`: two persons, words for what changes, a move seen first."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from config.loader import DefinitionError, load_workflow
from config.settings import Settings
from interfaces.errors import ExitCode
from tests.integration.cli.conftest import HARBOUR, Homeward
from wiring.house import open_house

OURS = """\
workflow: ours
says: Our house
extends: [base]
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
"""
REVIEW = """\
process: case
deadlines:
  plan_review:
    due: {after: P21D, source: {house: director, decided: 2026-11-29, why: people are seen more often}}
"""
UNPROVED = """\
invariants:
  nobody_is_ever_received:
    never: {process: case, enters: {reception: received}, unless: {track: plan, is: agreed}}
"""
SOONER = REVIEW.replace("P21D", "P14D")
FIND_AGE = "find_age:\n    due: {after: P2D, source: {house: director, decided: 2026-11-29, why: it hangs on it}}"
PEOPLE = "sok: [case_manager]\ndara: [supervisor]\nvanna: [director]\n"


@pytest.fixture
def ours(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a house's own workflow; its first version comes into force with the house."""
    folder = home.parent / "ours"
    folder.mkdir()
    (folder / "workflow.yaml").write_text(OURS, "utf-8")
    (folder / "case.yaml").write_text(REVIEW, "utf-8")
    (home / "people.yaml").write_text(PEOPLE, "utf-8")
    monkeypatch.setenv("HOMEWARD_WORKFLOW", str(folder))
    return folder


class TestTheWholeWay:
    def test_one_person_is_refused_and_two_bring_it_into_force_and_move_what_is_open(
        self, homeward: Homeward, ours: Path
    ) -> None:
        case = homeward("case", "open", "--as", "sok", "--json").document["ref"]
        (first,) = homeward("workflow", "versions", "--json").document["publications"]
        assert (first["proposed_by"], first["in_force"]) == (None, True)

        (ours / "case.yaml").write_text(SOONER.rstrip() + f"\n  {FIND_AGE}\n", "utf-8")
        one = homeward("workflow", "publish", str(ours), "--as", "dara", "--json")
        assert (one.code, one.document["outcome"], one.document["replaces"]) == (
            ExitCode.REFUSED,
            "waits",
            first["hash"],
        )
        said = [found["says"] for found in one.document["differences"]]
        assert "the deadline plan_review of case: 21 → 14 working days" in said
        assert "the deadline find_age of case: 3 → 2 working days" in said

        same = homeward("workflow", "publish", str(ours), "--approve", "--as", "dara", "--json")
        assert (same.code, same.document["objections"][0]["code"]) == (ExitCode.REFUSED, "same_person")
        two = homeward("workflow", "publish", str(ours), "--approve", "--as", "vanna")
        assert two.code == ExitCode.DONE
        assert "is in force" in two.out
        assert "dara, approved by vanna" in two.out
        published = homeward("workflow", "versions", "--json").document["publications"][-1]
        assert (published["hash"], published["signed_in"]) == (one.document["hash"], False)

        # Back to the version that is not in force any more takes a second person too.
        back = homeward("workflow", "migrate", "ours", first["hash"], "--as", "dara", "--json")
        assert (back.code, back.document["objections"][0]["code"]) == (ExitCode.REFUSED, "second_person")
        both = homeward("workflow", "migrate", "ours", first["hash"], "--as", "dara", "--second", "vanna", "--json")
        assert both.code == ExitCode.DONE

        # The case keeps its version until it is moved; what that would do is told first.
        dry = homeward("workflow", "migrate", first["hash"][:8], "ours", "--dry-run", "--json").document
        assert (dry["needs_a_decision"], dry["closed"]) == (0, 1)  # closed: the question to whoever may approve
        (moved,) = [found for found in dry["deadlines"] if found["deadline"] == "find_age"]
        assert moved["ref"] == case
        assert moved["due"] < moved["was"]
        told = homeward("workflow", "migrate", first["hash"][:8], "ours", "--dry-run").out
        assert "1 × case.find_age falls due sooner" in told
        assert homeward("workflow", "migrate", first["hash"], "ours", "--as", "sok").code == ExitCode.REFUSED
        done = homeward("workflow", "migrate", first["hash"], "ours", "--as", "vanna", "--json").document
        assert (done["moved"], done["left"]) == (dry["fits"], [])
        assert "moved to another version of the workflow" in homeward("case", "history", case).out
        assert [one["families"] for one in homeward("workflow", "versions", "--json").document["publications"]] == [
            dry["closed"],
            dry["fits"],
        ]


class TestPublish:
    def test_asks_who_does_it(self, homeward: Homeward) -> None:
        assert homeward("workflow", "publish", str(HARBOUR)).code == ExitCode.USAGE

    def test_either_approves_or_takes_back(self, homeward: Homeward) -> None:
        both = homeward("workflow", "publish", str(HARBOUR), "--approve", "--withdraw", "--as", "dara")
        assert both.code == ExitCode.USAGE

    def test_refuses_what_does_not_build_on_the_base(self, homeward: Homeward, tmp_path: Path) -> None:
        folder = tmp_path / "harbour"
        shutil.copytree(HARBOUR, folder)
        top = (folder / "workflow.yaml").read_text("utf-8")
        (folder / "workflow.yaml").write_text(top.replace("says: ", "says: Another ", 1), "utf-8")
        refused = homeward("workflow", "publish", str(folder), "--as", "dara", "--json")
        assert refused.code == ExitCode.REFUSED
        assert "without_base" in [one["code"] for one in refused.document["objections"]]

    def test_the_first_of_its_name_is_compared_with_what_the_house_follows(
        self, homeward: Homeward, ours: Path
    ) -> None:
        (own,) = homeward("workflow", "versions", "--json").document["publications"]
        folder = ours.parent / "theirs"
        shutil.copytree(ours, folder)
        (folder / "workflow.yaml").write_text(OURS.replace("workflow: ours", "workflow: theirs"), "utf-8")
        (folder / "case.yaml").write_text(SOONER, "utf-8")
        first = homeward("workflow", "publish", str(folder), "--as", "dara", "--json").document
        assert first["compared_with"] == {"workflow": "ours", "hash": own["hash"]}
        assert "the deadline plan_review of case: 21 → 14 working days" in [one["says"] for one in first["differences"]]
        told = homeward("workflow", "publish", str(folder), "--as", "dara").out
        assert "theirs is the first of its name" in told
        assert "Nothing is otherwise" not in told

    def test_refuses_a_workflow_that_is_no_workflow(self, homeward: Homeward, tmp_path: Path) -> None:
        folder = tmp_path / "broken"
        folder.mkdir()
        (folder / "workflow.yaml").write_text("workflow: broken\n", "utf-8")
        assert homeward("workflow", "publish", str(folder), "--as", "dara").code == ExitCode.FAILED


class TestTheWorkflowOnDisk:
    def test_takes_no_effect_unpublished_and_that_is_said(
        self, homeward: Homeward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "harbour"
        shutil.copytree(HARBOUR, folder)
        monkeypatch.setenv("HOMEWARD_WORKFLOW", str(folder))
        assert homeward("case", "open", "--as", "sok").err == ""
        top = (folder / "workflow.yaml").read_text("utf-8")
        (folder / "workflow.yaml").write_text(top.replace("says: ", "says: Another ", 1), "utf-8")
        again = homeward("case", "open", "--as", "sok")
        assert again.code == ExitCode.DONE
        assert "is in force" in " ".join(again.err.split())
        assert len(homeward("workflow", "versions", "--json").document["publications"]) == 1

    def test_of_another_name_is_not_taken_by_itself(
        self, homeward: Homeward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert homeward("case", "open", "--as", "sok").code == ExitCode.DONE
        folder = tmp_path / "haven"
        shutil.copytree(HARBOUR, folder)
        top = (folder / "workflow.yaml").read_text("utf-8")
        (folder / "workflow.yaml").write_text(top.replace("workflow: harbour", "workflow: haven", 1), "utf-8")
        monkeypatch.setenv("HOMEWARD_WORKFLOW", str(folder))
        refused = homeward("case", "open", "--as", "sok", "--json")
        assert (refused.code, refused.document["error"]["kind"]) == (ExitCode.FAILED, "cannot_start")

    def test_that_is_published_is_followed_by_a_house_that_runs_already(self, home: Path) -> None:
        running = open_house(Settings(home=home, workflow=str(HARBOUR)))
        try:
            other = load_workflow("vse-3")
            store, name = running.store, running.rules.workflow.workflow
            store.publish(other.hash, name, other.canonical, running.clock.now())
            assert running.house.workflows.current(None).hash == running.rules.hash
            running.sweep()
            assert running.house.workflows.current(None).hash == other.hash
        finally:
            running.close()


class TestTheFolderOnDisk:
    def test_that_is_broken_keeps_nobody_from_the_cases(self, homeward: Homeward, ours: Path) -> None:
        case = homeward("case", "open", "--as", "sok", "--json").document["ref"]
        (ours / "case.yaml").write_text("process: case\nfacts: {no colon\n", "utf-8")
        shown = homeward("case", "show", case, "--as", "sok")
        assert shown.code == ExitCode.DONE
        assert "cannot be read" in shown.err
        assert "case.yaml:" in "".join(shown.err.split())
        assert "stays in force" in " ".join(shown.err.split())
        assert homeward("case", "open", "--as", "sok").code == ExitCode.DONE

    def test_that_is_broken_is_not_published(self, homeward: Homeward, ours: Path) -> None:
        homeward("case", "open", "--as", "sok")
        (ours / "case.yaml").write_text("process: case\nfacts: {no colon\n", "utf-8")
        refused = homeward("workflow", "publish", str(ours), "--as", "dara", "--json")
        assert (refused.code, refused.document["error"]["kind"]) == (ExitCode.FAILED, "definition")

    def test_that_is_broken_is_no_beginning_of_a_house(self, homeward: Homeward, ours: Path) -> None:
        (ours / "case.yaml").write_text("process: case\nfacts: {no colon\n", "utf-8")
        refused = homeward("case", "list", "--json")
        assert (refused.code, refused.document["error"]["kind"]) == (ExitCode.FAILED, "definition")

    def test_that_is_broken_stands_for_none_of_several_workflows_without_its_name(self, home: Path, ours: Path) -> None:
        with closing(open_house(Settings(home=home, workflow=str(ours)))) as running:
            other = load_workflow("vse-3")
            running.store.publish(other.hash, "theirs", other.canonical, running.clock.now())
        (ours / "case.yaml").write_text("process: case\nfacts: {no colon\n", "utf-8")
        with closing(open_house(Settings(home=home, workflow=str(ours)))) as running:
            assert running.rules.workflow.workflow == "ours"
        away = ours.rename(ours.with_name("elsewhere"))
        with pytest.raises(DefinitionError, match=r"case\.yaml"):
            open_house(Settings(home=home, workflow=str(away)))

    def test_is_proved_before_it_begins_a_house(self, homeward: Homeward, ours: Path) -> None:
        (ours / "case.yaml").write_text(REVIEW + UNPROVED, "utf-8")
        refused = homeward("case", "list", "--json")
        assert (refused.code, refused.document["error"]["kind"]) == (ExitCode.FAILED, "cannot_start")
        assert "homeward workflow check" in refused.document["error"]["message"]
        assert homeward("workflow", "check", str(ours)).code == ExitCode.FAILED


class TestDiff:
    def test_tells_two_workflows_apart(self, homeward: Homeward) -> None:
        told = homeward("workflow", "diff", "vse-3", "vse-3-adopted", "--json").document
        assert "the guard no_risk_goes_on of case: strength: may → should" in [
            one["says"] for one in told["differences"]
        ]

    def test_of_the_same_has_none(self, homeward: Homeward) -> None:
        assert "0 differences" in homeward("workflow", "diff", str(HARBOUR), str(HARBOUR)).out

    def test_reads_what_was_published(self, homeward: Homeward) -> None:
        (published,) = homeward("workflow", "versions", "--json").document["publications"]
        same = homeward("workflow", "diff", published["hash"][:6], str(HARBOUR), "--json").document
        assert (same["before"], same["differences"]) == (published["hash"], [])

    def test_says_where_nothing_is(self, homeward: Homeward) -> None:
        unknown = homeward("workflow", "diff", "abcdef", str(HARBOUR), "--json")
        assert (unknown.code, unknown.document["error"]["kind"]) == (ExitCode.FAILED, "unknown_workflow")


class TestMigrate:
    def test_needs_two_versions(self, homeward: Homeward) -> None:
        assert homeward("workflow", "migrate", "harbour", "harbour", "--dry-run").code == ExitCode.FAILED
        assert homeward("workflow", "migrate", "harbour", "abcdef", "--dry-run").code == ExitCode.FAILED

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("--put", "case.plan=agreed"),
            ("--drop", "plan"),
            ("--forget", "case.a.b"),
            ("--end", "plan_review"),
            ("--same", "case.plan_review"),
        ],
    )
    def test_reads_decisions_strictly(self, homeward: Homeward, option: str, value: str) -> None:
        typed = homeward("workflow", "migrate", "harbour", "abcdef", "--dry-run", option, value)
        assert typed.code == ExitCode.USAGE
        assert value in typed.err
