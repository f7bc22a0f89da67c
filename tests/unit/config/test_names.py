"""Names mean something, and one thing only."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import TINY, changed, place, problems


class TestTheSmallHouse:
    def test_it_is_sound(self, tmp_path: Path) -> None:
        assert problems(tmp_path, TINY) == ()


class TestNames:
    @broken_by(
        Break(
            "a misspelt guard",
            "case.yaml",
            "guards: [care_answered, interest_noted]",
            "guards: [care_answerd, interest_noted]",
            "unknown guard `care_answerd` of `case`",
            "care_answerd",
            "care_answered",
        ),
        Break(
            "a fact",
            "case.yaml",
            "{fact: in_danger, is",
            "{fact: in_dangr, is",
            "unknown fact",
            "in_dangr",
            "in_danger",
        ),
        Break(
            "a role in by",
            "case.yaml",
            "close:\n    by: [worker]",
            "close:\n    by: [wroker]",
            "unknown role",
            "wroker",
            "worker",
        ),
        Break("a track", "case.yaml", "over: {track: case,", "over: {track: cse,", "unknown track", "cse", "case"),
        Break(
            "a state",
            "case.yaml",
            "over: {track: case, is: closed}",
            "over: {track: case, is: closd}",
            "unknown state",
            "closd",
            "closed",
        ),
        Break(
            "a state in a list",
            "case.yaml",
            "{from: [waiting], to: interviewing}",
            "{from: [waitin], to: interviewing}",
            "unknown state",
            "waitin]",
        ),
        Break("a process", "case.yaml", "some: visit", "some: vist", "unknown process", "vist", "visit"),
        Break(
            "a clause",
            "case.yaml",
            "clauses: [KH-MS-7.1.6]",
            "clauses: [KH-MS-7.1.6, KH-MS-7.1.7]",
            "unknown clause",
            "KH-MS-7.1.7",
        ),
        Break(
            "a clause of a source",
            "case.yaml",
            "source: {clause: KH-MS-7.9.2}",
            "source: {clause: KH-MS-7.9.3}",
            "unknown clause",
            "KH-MS-7.9.3",
        ),
        Break("a form", "case.yaml", "form: F1", "form: F2", "unknown form", "F2"),
        Break("a notice", "case.yaml", "as: late", "as: lat", "unknown notice", "lat}", "late"),
        Break(
            "a condition",
            "case.yaml",
            "when: child_rules",
            "when: child_rule",
            "unknown condition or guard",
            "child_rule\n",
            "child_rules",
        ),
        Break("an action done by a rung", "case.yaml", "do: reopen", "do: reopn", "unknown action", "reopn}", "reopen"),
        Break(
            "an action of an event",
            "case.yaml",
            "action: hold, of",
            "action: held, of",
            "unknown action `held` of `visit`",
            "held, of",
            "hold",
        ),
        Break(
            "a fact that is asked",
            "visit.yaml",
            "asks: [finding]",
            "asks: [findings]",
            "unknown fact",
            "findings]",
            "finding",
        ),
        Break("a parent", "visit.yaml", "parent: case", "parent: cas", "unknown process", "cas\n", "case"),
        Break(
            "the fallback",
            "workflow.yaml",
            "fallback: director",
            "fallback: directr",
            "unknown role",
            "directr",
            "director",
        ),
        Break(
            "a second person",
            "workflow.yaml",
            "second_person: [director]",
            "second_person: [boss]",
            "unknown role",
            "boss",
        ),
        Break("the target of a link", "case.yaml", "to: staff", "to: stuff", "unknown process", "stuff", "staff"),
        Break(
            "an instance",
            "case.yaml",
            "of: assigned, is: clear",
            "of: asigned, is: clear",
            "unknown instance `asigned` for `case`",
            "asigned",
            "assigned",
        ),
        Break(
            "a track moved by an action",
            "case.yaml",
            "moves: {case: {from: [open]",
            "moves: {cas: {from: [open]",
            "unknown track",
            "cas: {from",
        ),
        Break(
            "the process of an invariant",
            "case.yaml",
            "never: {process: case",
            "never: {process: cse",
            "unknown process",
            "cse, enters",
            "case",
        ),
        Break(
            "a state of an invariant",
            "case.yaml",
            "{interview: interviewing}, unless",
            "{interview: interviewin}, unless",
            "unknown state",
            "interviewin}",
        ),
        Break(
            "the actor",
            "case.yaml",
            "danger: {require: {fact: in_danger, is: true}}",
            "danger: {require: {fact: in_danger, is: true}}\n  who: {require: {actor: wroker}}",
            "unknown role or link",
            "wroker",
            "worker",
        ),
    )
    def test_it_is_told_of_unknown(self, tmp_path: Path, change: Break) -> None:
        files = changed(change.file, change.old, change.new)
        line, column = place(files, change.file, change.at)
        found = [p for p in problems(tmp_path, files) if (p.line, p.column) == (line, column)]
        assert [change.says in p.message for p in found] == [True]
        assert found[0].suggestion == change.suggests or not change.suggests

    def test_it_is_told_of_two_meanings_of_one_name(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml",
            "interpreter: {kind: link, to: staff, by: [worker]}",
            "nurse: {kind: link, to: staff, by: [worker]}",
        )
        files = changed("case.yaml", "{fact: in_danger, is: true}}", "{fact: vetting, of: nurse, is: clear}}", files)
        (problem,) = problems(tmp_path, files)
        assert problem.message == "`of: nurse` has two meanings here"
        assert problem.found == "the link `nurse` and the holder of the role `nurse`"

    @broken_by(
        Break(
            "one that is both condition and guard",
            "case.yaml",
            "  danger: {require",
            "  child_rules: {require: {fact: in_danger, is: true}}\n  danger: {require",
            "is the name of a condition and of a guard",
            "child_rules: {require",
        ),
        Break(
            "one that says itself",
            "case.yaml",
            "child_rules: {not: {fact: age_group, is: adult}}",
            "child_rules: {not: child_rules}",
            "says itself",
            "child_rules: {not",
        ),
        Break(
            "two that say each other",
            "case.yaml",
            "child_rules: {not: {fact: age_group, is: adult}}",
            "child_rules: {not: danger}\n  other: danger\n",
            "`danger` says itself",
            "danger: {require",
        ),
    )
    def test_it_is_told_of_a_name(self, tmp_path: Path, change: Break) -> None:
        if change.id == "two that say each other":
            files = changed(change.file, change.old, change.new)
            files = changed(
                "case.yaml",
                "danger: {require: {fact: in_danger, is: true}}",
                "danger: {require: {not: child_rules}}",
                files,
            )
            assert any("says itself" in problem.message for problem in problems(tmp_path, files))
        else:
            check(tmp_path, change)
