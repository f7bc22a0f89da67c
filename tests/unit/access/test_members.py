"""Changing people: by whom, never to an empty post, journaled for both, and those of the file left alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from access.members import (
    Changed,
    Changes,
    add_person,
    change_person,
    disable_person,
    enable_person,
    set_leave,
    set_stand_in,
)
from access.people import StoredPeople
from cases.errors import BadInput, UnknownName
from cases.recipients import present, with_role
from cases.staff import Leave, Person
from state_machine.view import SYSTEM
from tests.staffed_house import START, StaffedHouse, member


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse(in_file={"paper": Person("paper", frozenset({"reporter"}))})


def codes(done: Changed) -> list[str]:
    return [one.code for one in done.objections]


def leave(stand_in: str = "dara", begins: float = 1, ends: float = 3) -> Leave:
    return Leave(START + dt.timedelta(days=begins), START + dt.timedelta(days=ends), stand_in)


class TestAdding:
    def test_somebody_who_acts_from_now_on(self, at: StaffedHouse) -> None:
        done = add_person(at.house, "vanna", member("new", "case_worker", teams=frozenset({"north"})), at.now)
        assert done.outcome == "changed"
        assert at.house.actor("new").titles == {"case_worker"}
        assert at.people.member("new") == done.member

    def test_is_journaled_for_both(self, at: StaffedHouse) -> None:
        add_person(at.house, "vanna", member("new", "case_worker", email="canary@example.org"), at.now)
        for person in ("vanna", "new"):
            (entry,) = at.journal_of(person, "house:person:")
            assert (entry["kind"], entry["actor"], entry["person"]) == ("house:person:added", "vanna", "new")
            assert "canary" not in str(entry)

    def test_by_the_owner_at_the_command_line(self, at: StaffedHouse) -> None:
        assert add_person(at.house, SYSTEM, member("new", "administrator"), at.now).outcome == "changed"
        assert [one["actor"] for one in at.journal_of("new", "house:person:")] == [SYSTEM]

    @pytest.mark.parametrize("who", ["dara", "sok", "lin", "dir"])
    def test_is_for_administrators_and_a_try_is_journaled(self, at: StaffedHouse, who: str) -> None:
        assert codes(add_person(at.house, who, member("new", "case_worker"), at.now)) == ["not_your_post"]
        assert at.people.person("new") is None
        assert [one["because"] for one in at.journal_of(who, "house:person:refused")] == [["not_your_post"]]

    @pytest.mark.parametrize("name", ["sok", "paper"])
    def test_takes_no_name_that_somebody_has(self, at: StaffedHouse, name: str) -> None:
        assert codes(add_person(at.house, "vanna", member(name, "case_worker"), at.now)) == ["name_taken"]

    @pytest.mark.parametrize(
        ("name", "other"),
        [
            ("New", {}),
            (SYSTEM, {}),
            ("", {}),
            ("new", {"titles": frozenset({"casemanager"})}),
            ("new", {"stand_in": "nobody"}),
            ("new", {"stand_in": "new"}),
            ("new", {"email": "not an address"}),
            ("new", {"language": "Khmer"}),
            ("new", {"teams": frozenset({" "})}),
            ("new", {"display": "two\nlines"}),
        ],
    )
    def test_what_cannot_be_said_is_an_error(self, at: StaffedHouse, name: str, other: dict[str, Any]) -> None:
        with pytest.raises((BadInput, UnknownName)):
            add_person(at.house, "vanna", replace(member(name, "case_worker"), **other), at.now)


class TestChanging:
    def test_titles_and_who_stands_in(self, at: StaffedHouse) -> None:
        changes = Changes(titles=frozenset({"case_worker", "counsellor"}), stand_in="sok")
        set_stand_in(at.house, "nita", "nita", "sok", at.now)
        assert change_person(at.house, "vanna", "nita", changes, at.now).outcome == "changed"
        assert at.house.actor("nita").titles == {"case_worker", "counsellor"}
        (entry,) = at.journal_of("nita", "house:person:")
        assert (entry["changed"], entry["titles"]) == (["titles"], ["case_worker", "counsellor"])
        assert change_person(at.house, "vanna", "nita", Changes(stand_in=""), at.now).member == member(
            "nita", "case_worker counsellor"
        )

    def test_nothing_is_no_change(self, at: StaffedHouse) -> None:
        before = at.store.staff.revision()
        assert change_person(at.house, "vanna", "nita", Changes(), at.now).outcome == "same"
        assert at.store.staff.revision() == before

    def test_somebody_of_the_file_is_left_alone(self, at: StaffedHouse) -> None:
        done = change_person(at.house, "vanna", "paper", Changes(titles=frozenset()), at.now)
        assert codes(done) == ["in_file"]

    def test_somebody_who_is_not_there_is_an_error(self, at: StaffedHouse) -> None:
        with pytest.raises(UnknownName):
            change_person(at.house, "vanna", "nobody", Changes(), at.now)


class TestAPostThatMustBeHeld:
    @pytest.mark.parametrize("name", ["lin", "dir"])
    def test_keeps_its_last_holder(self, at: StaffedHouse, name: str) -> None:
        assert codes(disable_person(at.house, "vanna", name, "left", at.now)) == ["last_of_post"]
        assert codes(change_person(at.house, "vanna", name, Changes(titles=frozenset()), at.now)) == ["last_of_post"]
        assert at.house.actor(name).titles

    def test_of_administrator_too(self, at: StaffedHouse) -> None:
        assert disable_person(at.house, "vanna", "both", "left", at.now).outcome == "changed"
        assert codes(disable_person(at.house, SYSTEM, "vanna", "left", at.now)) == ["last_of_post"]

    def test_may_be_left_when_somebody_else_holds_it(self, at: StaffedHouse) -> None:
        add_person(at.house, SYSTEM, member("next", "director"), at.now)
        assert disable_person(at.house, "vanna", "dir", "left", at.now).outcome == "changed"

    def test_is_kept_where_two_leave_one_after_the_other(self, at: StaffedHouse) -> None:
        add_person(at.house, SYSTEM, member("next", "director"), at.now)
        outcomes = [codes(disable_person(at.house, "vanna", name, "left", at.now)) for name in ("dir", "next")]
        assert outcomes == [[], ["last_of_post"]]


class TestDisabling:
    def test_ends_that_somebody_acts(self, at: StaffedHouse) -> None:
        disable_person(at.house, "vanna", "sok", "left the house", at.now)
        with pytest.raises(UnknownName):
            at.house.actor("sok")
        assert enable_person(at.house, "vanna", "sok", at.now).outcome == "changed"
        assert at.house.actor("sok").person == "sok"

    def test_needs_a_reason_and_somebody_else(self, at: StaffedHouse) -> None:
        with pytest.raises(BadInput):
            disable_person(at.house, "vanna", "sok", " ", at.now)
        assert codes(disable_person(at.house, "vanna", "vanna", "left", at.now)) == ["yourself"]


class TestLeave:
    def test_lets_the_stand_in_act_and_be_told_meanwhile(self, at: StaffedHouse) -> None:
        assert set_leave(at.house, "sok", "sok", leave("nita"), at.now).outcome == "changed"
        seen = []
        for days in (0, 1, 2, 3):
            at.people.look_again(START + dt.timedelta(days=days))
            stands_in = [one.on_behalf for one in at.house.on_behalf(at.house.actor("nita"))]
            seen.append((present(at.people, "sok"), stands_in))
        assert seen == [("sok", []), ("nita", ["sok"]), ("nita", ["sok"]), ("sok", [])]

    def test_leaves_a_role_to_those_who_are_there(self, at: StaffedHouse) -> None:
        set_leave(at.house, "dara", "dara", leave("sok"), at.now)
        at.people.look_again(START + dt.timedelta(days=2))
        assert with_role(at.people, at.rules, "supervisor") == ("rany",)

    def test_of_everybody_still_finds_somebody(self, at: StaffedHouse) -> None:
        set_leave(at.house, "dir", "dir", leave("lin"), at.now)
        set_leave(at.house, "lin", "lin", leave("dir"), at.now)
        at.people.look_again(START + dt.timedelta(days=2))
        assert present(at.people, "dir") == "dir"

    def test_that_is_over_keeps_nobody_from_being_changed(self, at: StaffedHouse) -> None:
        set_leave(at.house, "sok", "sok", leave("nita"), at.now)
        at.wait(days=30)
        assert change_person(at.house, "vanna", "sok", Changes(display="Sok A."), at.now).outcome == "changed"

    def test_with_somebody_who_has_left_keeps_nobody_from_being_changed(self, at: StaffedHouse) -> None:
        set_stand_in(at.house, "sok", "sok", "nita", at.now)
        disable_person(at.house, "vanna", "nita", "left the house", at.now)
        assert change_person(at.house, "vanna", "sok", Changes(display="Sok A."), at.now).outcome == "changed"
        with pytest.raises(UnknownName):
            set_stand_in(at.house, "rith", "rith", "nita", at.now)

    @pytest.mark.parametrize(("who", "may"), [("sok", True), ("dara", True), ("vanna", False), ("nita", False)])
    def test_is_set_by_the_person_and_by_supervision(self, at: StaffedHouse, who: str, may: bool) -> None:
        assert (set_leave(at.house, who, "sok", leave("nita"), at.now).outcome == "changed") is may

    @pytest.mark.parametrize("wrong", [leave("sok"), leave("nobody"), leave(begins=3, ends=1), leave(ends=500)])
    def test_that_cannot_be_is_an_error(self, at: StaffedHouse, wrong: Leave) -> None:
        with pytest.raises((BadInput, UnknownName)):
            set_leave(at.house, "sok", "sok", wrong, at.now)

    def test_is_taken_back(self, at: StaffedHouse) -> None:
        set_leave(at.house, "sok", "sok", leave("nita"), at.now)
        set_leave(at.house, "sok", "sok", None, at.now)
        at.people.look_again(START + dt.timedelta(days=2))
        assert present(at.people, "sok") == "sok"


class Counted:
    """A store's staff that counts how often everybody is read."""

    def __init__(self, staff: Any) -> None:
        self.staff = staff
        self.read = 0

    def revision(self) -> int:
        return int(self.staff.revision())

    def members(self) -> Any:
        self.read += 1
        return self.staff.members()


class TestThePeople:
    def test_are_read_again_only_after_a_change(self, at: StaffedHouse) -> None:
        staff: Any = Counted(at.store.staff)
        people = StoredPeople([], staff)
        for _ in range(3):
            people.look_again(at.now)
        assert staff.read == 1
        change_person(at.house, "vanna", "nita", Changes(display="Nita A."), at.now)
        people.look_again(at.now)
        assert staff.read == 2
        nita = people.person("nita")
        assert nita is not None
        assert nita.display == "Nita A."

    def test_of_the_file_come_first_and_stay_as_they_are_written(self, at: StaffedHouse) -> None:
        in_file = Person("sok", frozenset({"director"}))
        people = StoredPeople([in_file], at.store.staff)
        people.look_again(at.now)
        sok = people.all()[0]
        assert (sok.name, sorted(sok.titles), sok.in_file) == ("sok", ["director"], True)
        assert people.member("sok") is None
        assert people.member("nita") is not None
