"""Posts that nobody fills are found by the sweep, told to the fallback role, and told again for as long as it is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import orjson
import pytest

from cases.look import history
from cases.ports import Person
from cases.vacancies import AGAIN, look_for_vacancies
from state_machine.rules import Rules
from tests.houses import SmallHouse, rules_of, staff
from tests.offices import ONE_DEADLINE
from wiring.people import ListedPeople

ASKING = ONE_DEADLINE.replace(
    "facts: {kind: {kind: choice, values: [ask, undermined, stuck], by: [director]}}",
    """facts:
      kind: {kind: choice, values: [ask, undermined, stuck, vacant], by: [director]}
      about: {kind: text, by: [director]}
      asked_role: {kind: choice, values: [supervisor, director], starts: director, by: [director]}""",
).replace("second_person: [director]", "second_person: [director, supervisor]")
RULES = rules_of(ASKING)
STAFF = staff(sok="manager", vuth="manager", dara="supervisor", dir="director")


def changed(house: SmallHouse, rules: Rules = RULES, **people: Person | None) -> None:
    """Somebody edits the file of people, and the house is opened again and swept."""
    now: dict[str, Person] = {**STAFF, **{name: one for name, one in people.items() if one is not None}}
    for name in [name for name, one in people.items() if one is None]:
        del now[name]
    house.house = replace(house.house, people=ListedPeople(now))
    look_for_vacancies(house.house, rules, house.clock.now())
    house.wait()


def disabled(name: str, **more: object) -> Person:
    """Somebody who acts no more."""
    return replace(STAFF[name], disabled=True, **more)  # type: ignore[arg-type]  # tests say what they mean


def asked(house: SmallHouse) -> list[Mapping[str, object]]:
    """What the house asks about vacant posts: the facts of its requests."""
    with house.store.look() as tx:
        requests = tx.list_instances("house_request")
    facts = [{name: held.value for name, held in one.facts.items()} for one in requests]
    return [one for one in facts if one["kind"] == "vacant"]


@pytest.fixture
def house() -> SmallHouse:
    """A house in which nothing is wrong."""
    return SmallHouse(RULES, STAFF)


class TestACaseWhoseHolderIsGone:
    @pytest.mark.parametrize("gone", [disabled("sok"), None], ids=["disabled", "no longer written down"])
    def test_is_told_with_its_reference_and_role(self, house: SmallHouse, gone: Person | None) -> None:
        case = house.open("sok")
        changed(house, sok=gone)
        (one,) = asked(house)
        assert one["about"] == f"sok cannot be asked any more, and nobody stands in: manager on {case}"
        assert "asked_role" not in one  # it starts with the fallback role

    def test_is_told_once_however_often_the_house_is_opened(self, house: SmallHouse) -> None:
        house.open("sok")
        changed(house, sok=disabled("sok"))
        changed(house, sok=disabled("sok"))
        assert len(asked(house)) == 1

    def test_is_told_again_each_week_until_somebody_else_has_it(self, house: SmallHouse) -> None:
        case = house.open("sok")
        changed(house, sok=disabled("sok"))
        house.wait(days=7)
        assert len(asked(house)) == 2
        house.ask("assign", "dara", case, assigned="vuth", role="manager")
        house.wait(days=30)
        assert len(asked(house)) == 2
        with house.store.look() as tx:
            own = tx.person_ref("sok")
            assert own is not None
            assert tx.due_of(own) == []

    def test_is_quiet_where_somebody_stands_in(self, house: SmallHouse) -> None:
        house.open("sok")
        changed(house, sok=disabled("sok", stand_in="vuth"))
        assert asked(house) == []

    def test_is_quiet_where_the_case_is_over_and_is_looked_at_again_after_a_week(self, house: SmallHouse) -> None:
        house.act("sok", house.open("sok"), "end")
        changed(house, sok=disabled("sok"))
        assert asked(house) == []
        with house.store.look() as tx:
            own = tx.person_ref("sok")
            assert own is not None
            assert [row.at - house.clock.now() for row in tx.due_of(own)] == [AGAIN]

    def test_is_not_asked_about_where_the_workflow_cannot(self) -> None:
        rules = rules_of(ONE_DEADLINE)
        house = SmallHouse(rules, STAFF)
        house.open("sok")
        changed(house, rules, sok=disabled("sok"))
        with house.store.look() as tx:
            assert tx.list_instances("house_request") == []


class TestAFallbackRoleThatNobodyHas:
    def test_is_told_to_a_second_person_who_is_left(self, house: SmallHouse) -> None:
        changed(house, dir=disabled("dir"))
        (one,) = asked(house)
        assert one["about"] == "nobody has the role director"
        assert one["asked_role"] == "supervisor"

    def test_is_told_even_if_nobody_may_be_a_second_person(self, house: SmallHouse) -> None:
        changed(house, dir=disabled("dir"), dara=disabled("dara"))
        (one,) = asked(house)
        assert "asked_role" not in one

    def test_is_quiet_where_somebody_stands_in(self, house: SmallHouse) -> None:
        changed(house, dir=disabled("dir", stand_in="vuth"))
        assert asked(house) == []


class TestWhatIsAsked:
    def test_says_nothing_in_clear(self, house: SmallHouse) -> None:
        case = house.open("sok")
        changed(house, sok=disabled("sok"))
        with house.store.look() as tx:
            (request,) = tx.list_instances("house_request")
        for entry in history(house.house, request.ref):
            assert case.encode() not in entry.clear
            assert orjson.loads(entry.clear)["actor"] == "system"
