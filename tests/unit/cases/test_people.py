"""Everybody who acts has one instance that stands for them, and it follows what is said about them."""

from __future__ import annotations

from dataclasses import replace

from cases.ports import Person
from cases.register_people import register_people
from state_machine.view import Instance
from tests.houses import SmallHouse, rules_of, small_house, small_rules, staff
from tests.small_workflow import SMALL


def registered(house: SmallHouse) -> list[Instance]:
    with house.store.look() as tx:
        return list(tx.list_instances("staff_member"))


def again(house: SmallHouse) -> None:
    register_people(house.house, house.rules, house.clock.now())


class TestRegistering:
    def test_it_opens_one_instance_for_each(self) -> None:
        house = small_house()
        assert {one.stands_for for one in registered(house)} == {"sok", "vuth", "maly", "dara", "rith", "dir", "heng"}

    def test_a_second_time_changes_nothing(self) -> None:
        house = small_house()
        before = registered(house)
        again(house)
        again(house)
        assert registered(house) == before
        assert {tuple(house.kinds(one.ref)) for one in before} == {("case:instance:opened",)}

    def test_it_records_what_is_said_anew(self) -> None:
        people = {"heng": Person("heng", frozenset({"helper"}), facts={"vetting": "clear"})}
        house = SmallHouse(small_rules(), people)
        (one,) = registered(house)
        assert one.facts["vetting"].value == "clear"
        changed = replace(people["heng"], facts={"vetting": "not_clear"})
        house = SmallHouse(small_rules(), {"heng": changed}, house.store, "another")
        (one,) = registered(house)
        assert one.facts["vetting"].value == "not_clear"
        assert house.kinds(one.ref) == ["case:instance:opened", "case:fact:recorded"]

    def test_it_leaves_out_what_the_workflow_does_not_ask(self) -> None:
        house = SmallHouse(small_rules(), {"sok": Person("sok", frozenset({"manager"}), facts={"shoe_size": 42})})
        assert dict(registered(house)[0].facts) == {}

    def test_it_does_nothing_where_nobody_is_stood_for(self) -> None:
        house = SmallHouse(rules_of(SMALL.replace("    stands_for: person\n", "")), staff(sok="manager"))
        assert registered(house) == []

    def test_a_disabled_person_acts_no_more_and_is_still_stood_for(self) -> None:
        people = {"sok": Person("sok", frozenset({"manager"}), disabled=True)}
        house = SmallHouse(small_rules(), people)
        assert [one.stands_for for one in registered(house)] == ["sok"]
