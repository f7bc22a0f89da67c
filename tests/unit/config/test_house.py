"""Calendar, notices and forms; every clause is answered for; invariants name what exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import changed, place, problems


class TestTheHouse:
    @broken_by(
        Break(
            "a time zone",
            "workflow.yaml",
            "Asia/Phnom_Penh",
            "Asia/Phnom_Pen",
            "unknown time zone",
            "Asia/Phnom_Pen",
            "Asia/Phnom_Penh",
        ),
        Break(
            "a time zone that is a path",
            "workflow.yaml",
            "Asia/Phnom_Penh",
            "../../../etc/passwd",
            "unknown time zone",
            "../",
        ),
        Break("a country", "workflow.yaml", "holidays: KH", "holidays: KX", "unknown country", "KX"),
        Break(
            "a slot of a notice",
            "workflow.yaml",
            "{due}. {link}",
            "{due}. {name}",
            "other slots than the five",
            '"{case}',
        ),
        Break(
            "a slot with an expression",
            "workflow.yaml",
            "{due}. {link}",
            "{due!r}. {link}",
            "other slots than the five",
            '"{case}',
        ),
        Break(
            "a forbidden word",
            "workflow.yaml",
            "{verb} {due}",
            "{verb} of a Victim {due}",
            "must not leave the house",
            '"{case}',
        ),
        Break(
            "no second person in no time",
            "workflow.yaml",
            "second_person: [director]",
            "second_person: [director]\nsecond_person_within: PT0S",
            "longer than nothing",
            "PT0S",
        ),
        Break(
            "a form that is not there",
            "workflow.yaml",
            "First form, version: 1",
            "First form, version: 1, file: f1.pdf",
            "no such file in `forms`",
            "f1.pdf",
        ),
        Break(
            "a form outside",
            "workflow.yaml",
            "First form, version: 1",
            "First form, version: 1, file: ../f1.pdf",
            "lies in the folder `forms`",
            "../f1.pdf",
        ),
    )
    def test_it_is_told_of(self, tmp_path: Path, change: Break) -> None:
        check(tmp_path, change)

    def test_it_takes_a_form_that_is_there(self, tmp_path: Path) -> None:
        files = changed("workflow.yaml", "First form, version: 1", "First form, version: 1, file: f1.pdf")
        assert problems(tmp_path, {**files, "forms/f1.pdf": "content"}) == ()

    def test_a_forbidden_word_inside_another_is_not_it(self, tmp_path: Path) -> None:
        files = changed("workflow.yaml", "{verb} {due}", "{verb} victimology {due}")
        assert problems(tmp_path, files) == ()

    def test_a_forbidden_word_of_a_script_without_spaces_is_found_anywhere(self, tmp_path: Path) -> None:
        files = changed("workflow.yaml", "[victim, rescue]", "[ជនរងគ្រោះ]")
        files = changed("workflow.yaml", "{verb} {due}", "{verb} ជួយជនរងគ្រោះនៅ {due}", files)
        assert [problem.found for problem in problems(tmp_path, files)] == ["`ជនរងគ្រោះ`"]


class TestClauses:
    def test_each_is_answered_for(self, tmp_path: Path) -> None:
        files = changed("clauses.yaml", "outside:\n  KH-MS-1.1: A choice of governments.\n", "")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "nothing answers for the clause `KH-MS-1.1`"
        assert (problem.line, problem.column) == place(files, "clauses.yaml", "KH-MS-1.1")

    def test_each_is_answered_for_once(self, tmp_path: Path) -> None:
        files = changed("clauses.yaml", "outside:\n", "outside:\n  KH-MS-7.1.6: Said elsewhere.\n")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "the clause `KH-MS-7.1.6` is answered for twice"
        assert problem.found == "carried, outside by case.guard.care_answered"

    def test_the_book_lists_only_what_is_registered(self, tmp_path: Path) -> None:
        files = changed("clauses.yaml", "outside:\n", "outside:\n  KH-MS-1.2: Another.\n")
        assert [problem.message for problem in problems(tmp_path, files)] == ["unknown clause `KH-MS-1.2`"]

    @pytest.mark.parametrize(
        ("entry", "says"),
        [
            ("{action: hold, by: worker, every: visit}", ""),
            ("{fact: finding, by: worker, every: visit}", ""),
            ("{action: hold, of: visit, by: worker, every: visit}", ""),
            ("{action: holds, by: worker, every: visit}", "unknown action `holds` of any process"),
            ("{action: hold, by: wrker, every: visit}", "unknown role `wrker`"),
            ("{action: open, by: worker, every: case}", "several processes have the action `open`"),
            ("{fact: finding, of: case, by: worker, every: visit}", "unknown fact `finding` of `case`"),
        ],
    )
    def test_an_attestation_names_its_step(self, tmp_path: Path, entry: str, says: str) -> None:
        files = changed(
            "clauses.yaml", "outside:\n  KH-MS-1.1: A choice of governments.\n", f"attested:\n  KH-MS-1.1: {entry}\n"
        )
        assert [problem.message for problem in problems(tmp_path, files)] == ([says] if says else [])


class TestInvariants:
    @pytest.mark.parametrize(
        ("invariant", "says"),
        [
            ("never: {process: case, rests: {track: safety, is: in_crisis}}", ""),
            ("never_refused: {process: case, action: close, when: child_rules}", ""),
            ("never_refused: {process: case, action: clos}", "unknown action `clos` of `case`"),
            ("always_watched: {process: case, except: {track: case, is: closed}}", ""),
            (
                "always_watched: {process: case, except: {track: case, is: clsed}}",
                "unknown state `clsed` of the track `case`",
            ),
            ("never_reads: {process: visit, actions: any, facts: [nationality], tracks: [interview]}", ""),
            (
                "never_reads: {process: visit, actions: [hold], facts: [nationalty]}",
                "unknown fact `nationalty` of any process",
            ),
            (
                "never_reads: {process: visit, actions: [hold], tracks: [intervew]}",
                "unknown track `intervew` of any process",
            ),
            ("never_reads: {process: visit, actions: [hld]}", "unknown action `hld` of `visit`"),
        ],
    )
    def test_they_name_what_exists(self, tmp_path: Path, invariant: str, says: str) -> None:
        files = changed("case.yaml", "invariants:\n", f"invariants:\n  another: {{{invariant}}}\n")
        assert [problem.message for problem in problems(tmp_path, files)] == ([says] if says else [])
