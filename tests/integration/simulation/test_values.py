"""Values that a refusal asks for, the order in which what is missing is seen to, and ways of tracks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.definition import Fact, FactValue
from interfaces.simulation.office import Office
from interfaces.simulation.plan import Plan, Staffing
from interfaces.simulation.values import asked_value, some_value
from interfaces.simulation.ways import first_action, leads_back
from state_machine.rules import Rules
from tests.houses import rules_of
from tests.integration.simulation.pier import STARTS, pier
from tests.small_workflow import SMALL
from wiring.clock import Chance

TODAY = dt.date(2027, 1, 4)


def fact(kind: str, *values: str) -> Fact:
    return Fact.model_validate(
        {"kind": kind, "values": list(values), "by": ["nurse"]} if values else {"kind": kind, "by": ["nurse"]}
    )


@pytest.mark.parametrize(
    ("kind", "values", "needed", "expected"),
    [
        ("choice", ("given", "declined", "open"), "given", {"given"}),
        ("choice", ("given", "declined", "open"), "given or declined", {"given", "declined"}),
        ("choice", ("given", "declined", "open"), "not open", {"given", "declined"}),
        ("choice", ("given", "given_up"), "given_up", {"given_up"}),
        ("yes_no", (), "true", {True}),
        ("yes_no", (), "not true", {False}),
        ("number", (), "at least 7", {7}),
        ("period", (), "at least P1Y", {"P1Y"}),
        ("date", (), "at most 2027-03-01", {"2027-03-01"}),
        ("choices", ("a", "b", "c"), "including a and c", {("a", "c")}),
    ],
)
def test_what_is_asked_is_what_is_said(
    kind: str, values: tuple[str, ...], needed: str, expected: set[FactValue]
) -> None:
    chance = Chance(1)
    said = {asked_value(fact(kind, *values), needed, chance, TODAY) for _ in range(40)}
    assert said == expected


def test_several_choices_are_added_to() -> None:
    found = asked_value(fact("choices", "a", "b", "c"), "including c", Chance(1), TODAY, ("b",))
    assert found == ("b", "c")


@pytest.mark.parametrize("kind", ["yes_no", "number", "date", "period", "document", "text"])
def test_any_value_is_of_its_kind_and_of_its_seed(kind: str) -> None:
    one, same = (some_value(fact(kind), Chance(3), TODAY) for _ in range(2))
    assert one == same
    assert one is not None


def test_a_link_cannot_be_made_up() -> None:
    link = Fact.model_validate({"kind": "link", "to": "partner", "by": ["nurse"]})
    assert some_value(link, Chance(1), TODAY) is None


class TestWays:
    def test_the_shortest_one_begins_with_the_action_that_leaves(self) -> None:
        talk = rules_of(SMALL).processes["case"].machines["talk"]
        assert first_action(talk, "waiting", {"talked"}) == "begin_talk"
        assert first_action(talk, "talked", {"nowhere"}) is None

    def test_one_that_undoes_more_than_it_does_leads_back(self, tmp_path: Path) -> None:
        loaded = pier(tmp_path)
        case = Rules.compile(loaded.workflow, loaded.hash).processes["case"]
        assert leads_back(case, {"case": ("closed", "open")})
        assert not leads_back(case, {"case": ("open", "closed")})
        assert not leads_back(case, {"case": ("closed", "open"), "talk": ("waiting", "talked")})


class TestTheOffice:
    office = Office(Plan(1, 1, 1, STARTS, {"nurse": Staffing(people=2, steps_a_day=2)}))

    def test_asks_who_did_least_and_nobody_beyond_the_day(self) -> None:
        nurses = self.office.units[0]["nurse"]
        asked = []
        while (one := self.office.free(nurses)) is not None:
            asked.append(one)
            self.office.works(one)
        assert asked == ["nurse_1", "nurse_2", "nurse_1", "nurse_2"]
        assert self.office.new_day().steps == {"nurse_1": 2, "nurse_2": 2}
        assert self.office.free(nurses, among=("nurse_2",)) == "nurse_2"
        assert self.office.role_of("nurse_2") == "nurse"
