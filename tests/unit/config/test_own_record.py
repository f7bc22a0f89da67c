"""`own_record` of a role: where it may stand, and what such a role cannot be besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.canonical import from_canonical
from tests.unit.config.houses import changed, load, problems

WITH = changed(
    "workflow.yaml", "nurse: {says: Nurse}", "nurse: {says: Nurse}\n  self: {says: Oneself, own_record: true}"
)
STAFF = "actions:\n  open: {by: [director]}\n"


def with_self(file: str, old: str, new: str) -> dict[str, str]:
    return changed(file, old, new, WITH)


def test_it_is_kept_in_the_canonical_form_and_is_no_title(tmp_path: Path) -> None:
    loaded = load(tmp_path, with_self("staff.yaml", STAFF, STAFF + "  rest: {by: [self]}\n"))
    kept = from_canonical(loaded.canonical)
    assert kept.roles["self"].own_record
    assert "self" in kept.roles
    assert "self" not in kept.titles


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("visit.yaml", "hold: {by: [worker]", "hold: {by: [worker, self]"),
        ("workflow.yaml", "fallback: director", "fallback: self"),
        ("workflow.yaml", "second_person: [director]", "second_person: [director, self]"),
        ("workflow.yaml", "nurse: {says: Nurse}", "nurse: {says: Nurse, counts_as: [self]}"),
    ],
)
def test_it_means_nobody_where_no_record_of_a_person_is_at_hand(tmp_path: Path, file: str, old: str, new: str) -> None:
    found = problems(tmp_path, with_self(file, old, new))
    says = "`self` is held by everybody on the record that stands for them, and nowhere else"
    assert [problem.message for problem in found] == [says]
    assert found[0].line > 0


@pytest.mark.parametrize("more", ["assigned: true", "opens_cases: all", "counts_as: [nurse]"])
def test_it_is_nothing_else_besides(tmp_path: Path, more: str) -> None:
    found = problems(tmp_path, with_self("workflow.yaml", "own_record: true", f"own_record: true, {more}"))
    assert [problem.message for problem in found] == [
        "everybody holds `self` on their own record: nobody is assigned, and it opens nothing else"
    ]
