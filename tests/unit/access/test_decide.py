"""Every area × kind of post × relation, written out: who may open what, and what they hear where they may not."""

from __future__ import annotations

import itertools

import pytest

from access.decide import AREAS, NOBODY, Access, Relation, Viewer, decide_access, viewer_of
from cases.staff import Person
from tests.staffed_house import shipped

POSTS = {
    "nobody": NOBODY,
    "no post": Viewer("ana"),
    "staff": Viewer("sok", frozenset({"case_manager"}), None, frozenset({"staff"})),
    "supervision": Viewer("dara", frozenset({"supervisor"}), None, frozenset({"staff", "supervision"})),
    "administrator": Viewer("vanna", frozenset({"administrator"}), None, frozenset({"administrator"})),
    "auditor": Viewer("lin", frozenset({"auditor"}), None, frozenset({"auditor"})),
}

YES, SIGN_IN, NOT_YOURS = "yes", "sign_in", "not_your_post"
MISSING = "no_such_case (as missing)"
READS, NEEDS = "emergency_only_reads", "needs_grant"

# For each area and relation: nobody, no post, staff, supervision, administrator, auditor.
TABLE = (
    {("public", relation): (YES, YES, YES, YES, YES, YES) for relation in Relation}
    | {("account", relation): (SIGN_IN, YES, YES, YES, YES, YES) for relation in Relation}
    | {("staff", relation): (SIGN_IN, NOT_YOURS, YES, YES, NOT_YOURS, NOT_YOURS) for relation in Relation}
    | {("supervision", relation): (SIGN_IN, NOT_YOURS, NOT_YOURS, YES, NOT_YOURS, NOT_YOURS) for relation in Relation}
    | {
        ("administration", relation): (SIGN_IN, NOT_YOURS, NOT_YOURS, NOT_YOURS, YES, NOT_YOURS)
        for relation in Relation
    }
    | {("audit", relation): (SIGN_IN, NOT_YOURS, NOT_YOURS, NOT_YOURS, NOT_YOURS, YES) for relation in Relation}
    | {
        ("case", Relation.OWN): (SIGN_IN, MISSING, YES, YES, YES, YES),
        ("case", Relation.ASSIGNED): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case", Relation.STAND_IN): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case", Relation.HOUSE_WIDE): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case", Relation.EMERGENCY): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case", Relation.GRANT): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, MISSING),
        ("case", Relation.NONE): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, MISSING),
        ("case_act", Relation.OWN): (SIGN_IN, MISSING, YES, YES, YES, YES),
        ("case_act", Relation.ASSIGNED): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case_act", Relation.STAND_IN): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case_act", Relation.HOUSE_WIDE): (SIGN_IN, MISSING, YES, YES, MISSING, MISSING),
        ("case_act", Relation.EMERGENCY): (SIGN_IN, MISSING, READS, READS, MISSING, MISSING),
        ("case_act", Relation.GRANT): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, MISSING),
        ("case_act", Relation.NONE): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, MISSING),
        ("narrative", Relation.OWN): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, NEEDS),
        ("narrative", Relation.ASSIGNED): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, NEEDS),
        ("narrative", Relation.STAND_IN): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, NEEDS),
        ("narrative", Relation.HOUSE_WIDE): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, NEEDS),
        ("narrative", Relation.EMERGENCY): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, NEEDS),
        ("narrative", Relation.GRANT): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, YES),
        ("narrative", Relation.NONE): (SIGN_IN, MISSING, MISSING, MISSING, MISSING, NEEDS),
    }
)


def word(access: Access) -> str:
    if access.allowed:
        assert access == Access(True)
        return YES
    return f"{access.reason}{' (as missing)' if access.hidden_as_missing else ''}"


def test_the_table_has_every_area_and_relation() -> None:
    assert set(TABLE) == set(itertools.product(AREAS, Relation))


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("relation", Relation)
def test_what_is_decided_is_what_the_table_says(area: str, relation: Relation) -> None:
    found = tuple(word(decide_access(viewer, area, relation)) for viewer in POSTS.values())  # type: ignore[arg-type]  # one of the areas
    assert dict(zip(POSTS, found, strict=True)) == dict(zip(POSTS, TABLE[area, relation], strict=True))


def viewer(titles: str, acting: str | None = None, **other: bool) -> Viewer:
    _, rules = shipped()
    return viewer_of(Person("ana", frozenset(titles.split()), **other), rules.workflow, acting)  # type: ignore[arg-type]  # a flag of the person


class TestAViewer:
    @pytest.mark.parametrize(
        ("titles", "posts"),
        [
            ("case_manager", {"staff"}),
            ("supervisor", {"staff", "supervision"}),
            ("director", {"staff", "supervision"}),
            ("administrator", {"administrator"}),
            ("auditor", {"auditor"}),
            ("administrator auditor", {"administrator", "auditor"}),
            ("", set()),
            ("gone_from_the_workflow", set()),
        ],
    )
    def test_has_the_posts_of_their_titles(self, titles: str, posts: set[str]) -> None:
        assert viewer(titles).posts == posts

    def test_with_a_post_of_the_house_and_of_the_work_is_staff_until_they_choose(self) -> None:
        assert viewer("case_manager administrator").posts == {"staff"}
        assert viewer("case_manager administrator", "administrator").posts == {"administrator"}
        assert viewer("case_manager administrator", "case_manager").posts == {"staff"}

    def test_acting_in_one_title_has_no_other(self) -> None:
        assert viewer("case_manager supervisor", "case_manager").posts == {"staff"}
        assert viewer("case_manager supervisor", "case_manager").titles == {"case_manager"}

    def test_acting_in_a_title_that_is_not_theirs_has_no_post(self) -> None:
        assert viewer("case_manager", "supervisor").posts == set()

    def test_who_is_disabled_has_no_post(self) -> None:
        assert viewer("supervisor administrator", disabled=True).posts == set()
