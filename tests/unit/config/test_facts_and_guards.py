"""Facts are declared in full; guards read what they may."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import changed, place, problems


class TestDeclarationsOfFacts:
    @broken_by(
        Break(
            "values of a text",
            "case.yaml",
            "nationality: {kind: text,",
            "nationality: {kind: text, values: [one],",
            "`values` is for choice",
            "values: [one]",
        ),
        Break(
            "a link to nowhere",
            "case.yaml",
            "{kind: link, to: staff, by",
            "{kind: link, by",
            "a link needs `to`",
            "{kind: link, by",
        ),
        Break(
            "to on a text",
            "case.yaml",
            "nationality: {kind: text,",
            "nationality: {kind: text, to: staff,",
            "`to` is for link only",
            "to: staff, protected",
        ),
        Break(
            "a form of a text",
            "case.yaml",
            "nationality: {kind: text,",
            "nationality: {kind: text, form: F1,",
            "`form` is for document only",
            "form: F1, protected",
        ),
        Break(
            "a text found in lists",
            "case.yaml",
            "nationality: {kind: text,",
            "nationality: {kind: text, find_by: true,",
            "`find_by` is for",
            "find_by",
        ),
        Break(
            "a start outside the values",
            "case.yaml",
            "starts: uncertain",
            "starts: unsure",
            "does not fit the fact",
            "unsure",
        ),
        Break("a word for no", "case.yaml", "starts: false", "starts: no", "does not fit the fact", "no, by"),
        Break(
            "a lapse of nothing",
            "case.yaml",
            "in_danger: {kind: yes_no,",
            "in_danger: {kind: yes_no, lasts: {for: -P1D, source: {clause: KH-MS-1.1}},",
            "longer than nothing",
            "-P1D",
        ),
        Break(
            "a lapse outside its bounds",
            "case.yaml",
            "in_danger: {kind: yes_no,",
            "in_danger: {kind: yes_no, lasts: {for: P9D, at_most: P2D, source: {clause: KH-MS-1.1}},",
            "the figure and its bounds do not fit",
            "P9D",
        ),
        Break(
            "a bound of nothing",
            "case.yaml",
            "in_danger: {kind: yes_no,",
            "in_danger: {kind: yes_no, lasts: {for: P9D, at_least: -P2D, source: {clause: KH-MS-1.1}},",
            "longer than nothing",
            "-P2D",
        ),
        Break(
            "bounds without a figure",
            "case.yaml",
            "in_danger: {kind: yes_no,",
            "in_danger: {kind: yes_no, lasts: {at_most: P2D, until: [{action: close}]},",
            "bounds of `for`, which is missing",
            "{at_most: P2D",
        ),
        Break(
            "a lapse by an unknown event",
            "case.yaml",
            "in_danger: {kind: yes_no,",
            "in_danger: {kind: yes_no, lasts: {until: [{action: clsoe}]},",
            "unknown action",
            "clsoe",
        ),
        Break("a recorder", "case.yaml", "by: [nurse]", "by: [nurses]", "unknown role", "nurses"),
    )
    def test_they_are_told_of(self, tmp_path: Path, change: Break) -> None:
        check(tmp_path, change)

    def test_they_are_told_of_a_choice_without_values(self, tmp_path: Path) -> None:
        files = changed("visit.yaml", "{kind: choice, values: [safe, unsafe], by", "{kind: choice, by")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "a choice needs `values`"


class TestGuardsAndRoles:
    def test_they_are_told_of_a_protected_fact(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml", "{some: visit, where: {track: visit, is: held}}", "{fact: nationality, known: true}"
        )
        (problem,) = problems(tmp_path, files)
        assert problem.message == "the guard `visited` reads the protected fact `nationality`"
        assert (problem.line, problem.column) == place(files, "case.yaml", "{fact: nationality, known")

    def test_they_are_told_of_a_protected_fact_behind_a_name(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "conditions:\n", "conditions:\n  foreign: {fact: nationality, known: true}\n")
        files = changed("case.yaml", "{some: visit, where: {track: visit, is: held}}", "{not: foreign}", files)
        assert [p.message for p in problems(tmp_path, files)] == [
            "the guard `visited` reads the protected fact `nationality`"
        ]

    def test_they_may_read_it_where_they_protect(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml",
            "{some: visit, where: {track: visit, is: held}}",
            "{fact: nationality, known: true}, protects: true",
        )
        assert problems(tmp_path, files) == ()

    def test_they_know_who_is_assigned_in_assign_alone(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "guards: [visited]", "guards: [visited, vetted]")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "the guard `vetted` reads the person being assigned"
        assert (problem.line, problem.column) == place(files, "case.yaml", "vetted]")

    def test_roles_ask_guards_that_every_process_with_assign_defines(self, tmp_path: Path) -> None:
        files = changed("visit.yaml", "actions:\n", "actions:\n  assign: {by: [director]}\n")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "the process `visit` can assign, but does not define the guard `vetted`"
        assert (problem.line, problem.column) == place(files, "workflow.yaml", "vetted]")

    def test_roles_that_nobody_is_assigned_to_have_no_guards(self, tmp_path: Path) -> None:
        files = changed("workflow.yaml", "nurse: {says: Nurse}", "nurse: {says: Nurse, guards: [vetted]}")
        (problem,) = problems(tmp_path, files)
        assert "nobody is ever assigned to it" in problem.message

    def test_roles_do_not_count_as_themselves(self, tmp_path: Path) -> None:
        files = changed(
            "workflow.yaml",
            "nurse: {says: Nurse}",
            "nurse: {says: Nurse, counts_as: [medic]}\n  medic: {says: Medic, counts_as: [nurse]}",
        )
        assert {problem.message for problem in problems(tmp_path, files)} == {
            "the role `nurse` counts as itself",
            "the role `medic` counts as itself",
        }

    def test_a_person_is_needed_where_persons_are_read(self, tmp_path: Path) -> None:
        files = changed("staff.yaml", "stands_for: person\n", "")
        assert any("`of: assigned` names a person" in problem.message for problem in problems(tmp_path, files))
