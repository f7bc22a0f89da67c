"""The register of clauses: what carries each of them, or why no software does."""

from __future__ import annotations

from pathlib import Path

from config.coverage import counts, coverage
from tests.unit.config.houses import TINY, changed, load, problems


class TestCoverage:
    def test_it_names_the_elements_that_carry_a_clause(self, tmp_path: Path) -> None:
        rows = {row.id: row for row in coverage(load(tmp_path).workflow)}
        assert rows["KH-MS-7.1.6"].status == "carried"
        assert rows["KH-MS-7.1.6"].carried_by == ("case.guard.care_answered",)
        assert rows["KH-MS-7.9.2"].carried_by == ("case.deadline.next_visit",)
        assert rows["KH-MS-7.1.6"].where == "Prakas 7.1.6"

    def test_it_gives_the_reason_where_nothing_carries_one(self, tmp_path: Path) -> None:
        (row,) = [row for row in coverage(load(tmp_path).workflow) if row.status == "outside"]
        assert (row.id, row.reason, row.carried_by) == ("KH-MS-1.1", "A choice of governments.", ())

    def test_it_says_how_one_is_stated_by_a_person(self, tmp_path: Path) -> None:
        files = changed(
            "clauses.yaml",
            "outside:\n  KH-MS-1.1: A choice of governments.",
            "attested:\n  KH-MS-1.1: {action: hold, of: visit, by: worker, every: visit}",
        )
        row = coverage(load(tmp_path, files).workflow)[-1]
        assert (row.status, row.reason) == ("attested", "stated by worker with the action hold of visit, visit")

    def test_it_says_what_will_carry_one(self, tmp_path: Path) -> None:
        files = changed("clauses.yaml", "outside:", "scheduled:")
        assert [row.status for row in coverage(load(tmp_path, files).workflow)][-1] == "scheduled"

    def test_it_names_what_the_program_keeps_beside_elements(self, tmp_path: Path) -> None:
        files = changed("clauses.yaml", "kind: policy", "kind: access")
        files = changed(
            "clauses.yaml",
            "outside:\n  KH-MS-1.1: A choice of governments.",
            "built_in:\n  KH-MS-1.1: [sealing, lending]",
            files,
        )
        row = coverage(load(tmp_path / "alone", files).workflow)[-1]
        assert (row.status, row.carried_by) == ("carried", ("built_in.sealing", "built_in.lending"))
        files = changed("case.yaml", "danger: {require", "danger: {clauses: [KH-MS-1.1], require", files)
        row = coverage(load(tmp_path / "both", files).workflow)[-1]
        assert row.carried_by == ("case.guard.danger", "built_in.sealing", "built_in.lending")

    def test_what_the_program_keeps_is_a_closed_list_and_about_access(self, tmp_path: Path) -> None:
        old, new = "outside:\n  KH-MS-1.1: A choice of governments.", "built_in:\n  KH-MS-1.1: [sealingg]"
        unfit, wrong = problems(tmp_path, changed("clauses.yaml", old, new))
        assert (wrong.message, wrong.line) == ("unknown word for what the program keeps `sealingg` at all", 6)
        assert unfit.message.endswith("`KH-MS-1.1` is of the kind `policy`")

    def test_it_finds_clauses_on_every_kind_of_element(self, tmp_path: Path) -> None:
        places = {
            "case": ("process: case\nsays", "process: case\nclauses: [KH-MS-1.1]\nsays"),
            "case.track.case": ("    starts: open\n", "    starts: open\n    clauses: [KH-MS-1.1]\n"),
            "case.track.case.closed": ("closed: {}}", "closed: {clauses: [KH-MS-1.1]}}"),
            "case.fact.care": ("care: {kind", "care: {clauses: [KH-MS-1.1], kind"),
            "case.guard.danger": ("danger: {require", "danger: {clauses: [KH-MS-1.1], require"),
            "case.action.close": ("  close:\n", "  close:\n    clauses: [KH-MS-1.1]\n"),
            "case.deadline.next_visit.soon": ("{name: soon,", "{name: soon, clauses: [KH-MS-1.1],"),
            "case.invariant.care_first": ("care_first: {never", "care_first: {clauses: [KH-MS-1.1], never"),
        }
        base = {**TINY, "clauses.yaml": TINY["clauses.yaml"].partition("outside:")[0]}
        for name, (old, new) in places.items():
            row = coverage(load(tmp_path / name, changed("case.yaml", old, new, base)).workflow)[-1]
            assert row.carried_by == (name,)

    def test_it_counts(self, tmp_path: Path) -> None:
        assert counts(coverage(load(tmp_path).workflow)) == {
            "carried": 2,
            "attested": 0,
            "scheduled": 0,
            "outside": 1,
            "missing": 0,
        }
