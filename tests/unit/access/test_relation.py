"""What somebody has to do with an instance: each relation, the first that fits, by the titles and the moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from access.decide import Relation
from access.members import set_leave, set_stand_in
from access.opened import opened_for
from access.relation import acts_at, opens_every_case, reach_of, relation, relation_in
from cases.staff import Around, Leave
from config.definition import Role
from tests.staffed_house import START, StaffedHouse

ROLES = ("sok", "nita", "rith", "maly", "heng", "dara", "dir", "vanna", "lin", "both")


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse(duty="duty_worker", watch="monitoring_official")


@pytest.fixture
def case(at: StaffedHouse) -> str:
    """A case that sok manages and nita stands in for; rith works on a child of it."""
    ref = at.open("both")
    at.assign(ref, "case_manager", "sok")
    set_stand_in(at.house, "dara", "sok", "nita", at.now)
    return ref


def sees(at: StaffedHouse, who: str, ref: str, acting: str | None = None) -> Relation:
    return relation(at.house, at.viewer(who, acting), ref, at.now)


@pytest.mark.parametrize(
    ("who", "is_"),
    [
        ("sok", Relation.ASSIGNED),
        ("nita", Relation.STAND_IN),
        ("dara", Relation.HOUSE_WIDE),
        ("dir", Relation.HOUSE_WIDE),
        ("maly", Relation.HOUSE_WIDE),
        ("duty", Relation.HOUSE_WIDE),
        ("rith", Relation.NONE),
        ("heng", Relation.NONE),
        ("watch", Relation.NONE),
        ("vanna", Relation.NONE),
        ("lin", Relation.NONE),
        ("both", Relation.NONE),
    ],
)
def test_to_a_case(at: StaffedHouse, case: str, who: str, is_: Relation) -> None:
    assert sees(at, who, case) is is_


def test_whoever_opened_a_case_sees_it_until_somebody_holds_it(at: StaffedHouse) -> None:
    reach = reach_of(at.house, at.viewer("rith"), at.now)
    around = Around("C1", "C1", "case", None, "rith", frozenset(), False, {})
    assert relation_in(reach, around) is Relation.ASSIGNED
    assert relation_in(reach, replace(around, held=True)) is Relation.NONE
    assert relation_in(reach, replace(around, opened_by="sok")) is Relation.NONE


def test_ends_with_the_assignment(at: StaffedHouse, case: str) -> None:
    at.assign(case, "case_manager", "rith")
    assert (sees(at, "sok", case), sees(at, "rith", case)) == (Relation.NONE, Relation.ASSIGNED)


def test_of_a_stand_in_by_leave_lasts_as_long_as_that(at: StaffedHouse, case: str) -> None:
    set_leave(at.house, "sok", "sok", Leave(START + dt.timedelta(days=1), START + dt.timedelta(days=2), "rith"), at.now)
    seen = []
    for days in (0, 1, 2):
        at.clock.move_to(START + dt.timedelta(days=days))
        at.people.look_again(at.now)
        seen.append(sees(at, "rith", case))
    assert seen == [Relation.NONE, Relation.STAND_IN, Relation.NONE]


def test_to_nothing_is_none_for_everybody(at: StaffedHouse) -> None:
    assert {sees(at, who, "7K3M-9XQT-2HDJ") for who in ROLES} == {Relation.NONE}


def test_of_an_administrator_who_is_staff_too_is_that_of_the_post_they_chose(at: StaffedHouse, case: str) -> None:
    at.assign(case, "case_manager", "both")
    assert sees(at, "both", case) is Relation.ASSIGNED
    assert sees(at, "both", case, "administrator") is Relation.NONE


def test_to_the_houses_own_affairs_is_of_those_who_act_there(at: StaffedHouse) -> None:
    ref = at.open("dir", "house_request", kind="ask")
    assert sees(at, "watch", ref) is Relation.HOUSE_WIDE
    assert {sees(at, who, ref) for who in ("sok", "heng", "vanna", "lin")} == {Relation.NONE}


def test_what_stands_for_oneself_is_ones_own_in_every_post(at: StaffedHouse) -> None:
    with at.store.look() as tx:
        ref = tx.person_ref("heng")
    assert ref is not None
    assert (sees(at, "heng", ref), sees(at, "rith", ref)) == (Relation.OWN, Relation.NONE)
    around = Around(ref, ref, "staff_member", "lin", "system", frozenset(), False, {})
    assert relation_in(reach_of(at.house, at.viewer("lin"), at.now), around) is Relation.OWN


class TestTitles:
    def test_open_every_case_through_what_they_count_as(self, at: StaffedHouse) -> None:
        workflow = at.rules.workflow
        senior = workflow.model_copy(
            update={"roles": {**workflow.roles, "senior": Role(says="Senior", counts_as=("supervisor",))}}
        )
        assert opens_every_case(senior, "senior")
        assert not opens_every_case(senior, "case_manager")
        assert not opens_every_case(senior, "administrator")

    def test_act_at_roots_that_are_no_case(self, at: StaffedHouse) -> None:
        found = acts_at(at.rules.workflow, {"monitoring_official"})
        assert "house_request" in found
        assert not found & {"case", "staff_member"}
        assert acts_at(at.rules.workflow, {"auditor", "administrator"}) == set()


class TestTheOrder:
    def test_is_assigned_stand_in_house_wide_emergency_grant(self, at: StaffedHouse) -> None:
        reach = replace(reach_of(at.house, at.viewer("sok"), at.now), stands_in_for=frozenset({"rith"}), auditor=True)
        around = Around(
            "C1", "C1", "case", None, "heng", frozenset({"sok", "rith"}), True, {"emergency": "E", "grant": "G"}
        )
        wide = replace(reach, every_case=True)
        assert relation_in(wide, around) is Relation.ASSIGNED
        assert relation_in(wide, replace(around, holders=frozenset({"rith"}))) is Relation.STAND_IN
        nobody = replace(around, holders=frozenset())
        assert relation_in(wide, nobody) is Relation.HOUSE_WIDE
        assert relation_in(reach, nobody) is Relation.EMERGENCY
        assert relation_in(reach, replace(nobody, lent={"grant": "G"})) is Relation.GRANT
        assert relation_in(reach, replace(nobody, lent={})) is Relation.NONE


def test_nothing_is_opened_by_the_usual_relations(at: StaffedHouse, case: str) -> None:
    for usual in (Relation.ASSIGNED, Relation.HOUSE_WIDE, Relation.NONE):
        assert opened_for(at.house, at.viewer("sok"), case, usual, at.now) is None
