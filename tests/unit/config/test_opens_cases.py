"""`opens_cases` of a role: `own` unless something else is said, narrowed by overlays and never widened; kept titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.canonical import from_canonical
from config.difference import differences
from config.loader import load_workflow
from tests.unit.config.houses import OVERLAY, changed, load, overlay_problems, problems, write

WIDE = changed("workflow.yaml", "nurse: {says: Nurse}", "nurse: {says: Nurse, opens_cases: all}")


def test_a_role_opens_its_own_cases_unless_it_says_otherwise(tmp_path: Path) -> None:
    roles = load(tmp_path, WIDE).workflow.roles
    assert {name: role.opens_cases for name, role in roles.items()} == {
        "director": "own",
        "worker": "own",
        "nurse": "all",
    }


def test_it_is_part_of_the_canonical_form_and_of_the_hash(tmp_path: Path) -> None:
    narrow, wide = load(tmp_path / "a"), load(tmp_path / "b", WIDE)
    assert narrow.hash != wide.hash
    assert from_canonical(wide.canonical).roles["nurse"].opens_cases == "all"


def test_a_word_that_is_none_of_the_two_is_an_error(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, changed("workflow.yaml", "{says: Nurse}", "{says: Nurse, opens_cases: some}"))
    assert "`opens_cases` does not know this word" in problem.message


class TestAnOverlay:
    def test_narrows_it(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", WIDE)
        overlay = {"workflow.yaml": OVERLAY + "roles: {nurse: {opens_cases: own}}\n"}
        strict = load_workflow(write(tmp_path / "strict", overlay))
        assert strict.workflow.roles["nurse"].opens_cases == "own"

    def test_may_say_the_same_again(self, tmp_path: Path) -> None:
        overlay = {"workflow.yaml": OVERLAY + "roles: {nurse: {opens_cases: all}}\n"}
        assert overlay_problems(tmp_path, overlay, WIDE) == ()

    def test_never_widens_it(self, tmp_path: Path) -> None:
        overlay = {"workflow.yaml": OVERLAY + "roles: {nurse: {opens_cases: all}}\n"}
        (problem,) = overlay_problems(tmp_path, overlay)
        assert problem.message == "an overlay may only narrow `opens_cases` of the role `nurse` of the workflow `tiny`"
        assert problem.line == 4

    def test_brings_roles_of_its_own_that_open_every_case(self, tmp_path: Path) -> None:
        overlay = {"workflow.yaml": OVERLAY + "roles: {cook: {says: Cook, opens_cases: all}}\n"}
        assert overlay_problems(tmp_path, overlay) == ()


@pytest.mark.parametrize("post", ["administrator", "auditor"])
def test_no_workflow_gives_a_post_of_the_house(tmp_path: Path, post: str) -> None:
    said = changed("workflow.yaml", "  nurse: {says: Nurse}\n", f"  nurse: {{says: Nurse}}\n  {post}: {{says: Post}}\n")
    (problem,) = problems(tmp_path, said)
    assert problem.message == f"the role `{post}` is a post of the house, which no workflow gives"


def test_a_change_is_told_in_words(tmp_path: Path) -> None:
    narrow, wide = load(tmp_path / "a").workflow, load(tmp_path / "b", WIDE).workflow
    (wider,), (narrower,) = differences(narrow, wide), differences(wide, narrow)
    assert wider.says == "the role nurse opens every case, and not what somebody holds a role in"
    assert narrower.says == "the role nurse opens what somebody holds a role in, and not every case"
