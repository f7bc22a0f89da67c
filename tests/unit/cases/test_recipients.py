"""Who is told as a role: the holder, their stand-in, all with the role, the fallback, and never nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cases.ports import Person
from cases.recipients import Recipients, recipients
from cases.workspace import Workspace
from tests.houses import SmallHouse, rules_of, staff
from tests.offices import ONE_DEADLINE

WITH_TITLES = ONE_DEADLINE.replace(
    "  supervisor: {says: Supervisor}",
    "  supervisor: {says: Supervisor}\n  old_hand: {says: Old hand, assigned: true, counts_as: [manager]}",
).replace(
    "  - process: staff_member",
    "  - process: visit\n    parent: case\n    tracks: {visit: {starts: planned, states: {planned: {}}}}\n"
    "    actions: {open: {by: [manager]}, assign: {by: [supervisor]}, unassign: {by: [supervisor]}}\n"
    "  - process: staff_member",
)
RULES = rules_of(WITH_TITLES)
STAFF = staff(sok="manager", vuth="manager", rith="old_hand", dara="supervisor", lim="supervisor", dir="director")


def told(role: str, on: str = "case", *, people: Mapping[str, Person] = STAFF, **holders: str) -> Recipients:
    """Who is told as a role on a case of sok's (or the visit below it), where others hold roles as said."""
    house = SmallHouse(RULES, STAFF)
    refs = {"case": house.open("sok")}
    refs["visit"] = house.open("sok", "visit", refs["case"])
    # Who opens something holds it from then on; here only what is said counts.
    assert house.ask("unassign", "dara", refs["visit"], role="manager").decision == "applied"
    for where, person in holders.items():
        place, _, held = where.partition("__")
        assert house.ask("assign", "dara", refs[place], assigned=person, role=held).decision == "applied"
    with house.store.look() as tx:
        view = Workspace(house.house, tx, house.clock.now(), tx.load(refs["case"]))
        return recipients(view, SmallHouse(RULES, people).house.people, view.instances[refs[on]], role)


def without(*names: str, **changes: object) -> dict[str, Person]:
    """The people, some of them disabled; `sok_stand_in="vuth"` says who stands in."""
    people = {name: replace(one, disabled=name in names) for name, one in STAFF.items()}
    for what, value in changes.items():
        name = what.removesuffix("_stand_in")
        people[name] = replace(people[name], stand_in=str(value))
    return people


class TestTheHolder:
    def test_is_told(self) -> None:
        assert told("manager") == Recipients(("sok",), "holder")

    def test_on_the_instance_goes_before_the_one_above(self) -> None:
        assert told("manager", "visit", visit__manager="vuth") == Recipients(("vuth",), "holder")

    def test_of_the_nearest_ancestor_is_told_where_there_is_none_here(self) -> None:
        assert told("manager", "visit", case__manager="vuth") == Recipients(("vuth",), "holder")

    def test_of_a_title_that_counts_as_the_role_is_told(self) -> None:
        assert told("manager", "visit", visit__old_hand="rith") == Recipients(("rith",), "holder")


class TestADisabledHolder:
    def test_is_stood_in_for(self) -> None:
        people = without("sok", sok_stand_in="lim")
        assert told("manager", people=people) == Recipients(("lim",), "stand_in", "sok")

    def test_is_stood_in_for_by_the_stand_in_of_the_stand_in(self) -> None:
        people = without("sok", "lim", sok_stand_in="lim", lim_stand_in="vuth")
        assert told("manager", people=people) == Recipients(("vuth",), "stand_in", "sok")

    def test_whose_stand_ins_go_round_in_a_circle_leaves_it_to_all_with_the_role(self) -> None:
        people = without("sok", "lim", sok_stand_in="lim", lim_stand_in="sok")
        assert told("manager", people=people) == Recipients(("vuth", "rith"), "role", "sok")

    def test_without_stand_in_leaves_it_to_all_with_the_role(self) -> None:
        assert told("manager", people=without("sok")) == Recipients(("vuth", "rith"), "role", "sok")

    def test_who_is_no_longer_written_down_does_so_too(self) -> None:
        people = {name: one for name, one in STAFF.items() if name != "sok"}
        assert told("manager", people=people) == Recipients(("vuth", "rith"), "role", "sok")


class TestARoleThatNobodyHoldsHere:
    def test_is_all_who_have_it(self) -> None:
        assert told("supervisor") == Recipients(("dara", "lim"), "role")

    def test_leaves_out_the_disabled(self) -> None:
        assert told("supervisor", people=without("dara")) == Recipients(("lim",), "role")

    def test_is_their_stand_ins_where_all_are_disabled(self) -> None:
        people = without("dara", "lim", dara_stand_in="vuth", lim_stand_in="vuth")
        assert told("supervisor", people=people) == Recipients(("vuth",), "role")

    def test_is_the_fallback_where_nobody_is_left(self) -> None:
        assert told("supervisor", people=without("dara", "lim")) == Recipients(("dir",), "fallback")

    def test_is_everybody_where_the_fallback_is_gone_too(self) -> None:
        people = without("dara", "lim", "dir")
        assert told("supervisor", people=people) == Recipients(("sok", "vuth", "rith"), "everybody")


class TestNobody:
    @pytest.mark.parametrize("role", ["manager", "supervisor"])
    def test_is_said_only_of_a_house_without_people(self, role: str) -> None:
        found = told(role, people=without(*STAFF))
        assert (found.people, found.how) == ((), "nobody")


OWN = rules_of(
    ONE_DEADLINE.replace(
        "  director: {says: Director}\n", "  director: {says: Director}\n  self: {says: Self, own_record: true}\n", 1
    )
)


def told_on_the_own_record(people: Mapping[str, Person]) -> Recipients:
    """Who is told as `self` on the record that stands for sok."""
    house = SmallHouse(OWN, STAFF)
    with house.store.look() as tx:
        ref = tx.person_ref("sok")
        assert ref is not None
        view = Workspace(house.house, tx, house.clock.now(), tx.load(ref))
        return recipients(view, SmallHouse(OWN, people).house.people, view.instances[ref], "self")


class TestTheirOwnRecord:
    def test_tells_the_person(self) -> None:
        assert told_on_the_own_record(STAFF) == Recipients(("sok",), "holder")

    def test_is_told_to_no_stand_in(self) -> None:
        away = {**STAFF, "sok": replace(STAFF["sok"], stand_in="vuth", away=True)}
        assert told_on_the_own_record(away) == Recipients(("sok",), "holder")

    def test_of_whoever_left_is_seen_to_by_the_fallback(self) -> None:
        assert told_on_the_own_record(without("sok", sok_stand_in="vuth")) == Recipients(("dir",), "fallback", "sok")
