"""Tests of the one who acts: roles, links, and "somebody other than the one who …" (language §4, semantics 9)."""

from __future__ import annotations

import pytest

from state_machine.evaluation import Truth
from state_machine.view import SYSTEM, Actor
from tests.unit.state_machine.town import DAY, NOW, Town, compiled

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"
RULES = compiled(f"""
case:
  facts:
    evidence: {{kind: text, lasts: {{for: P1D, {HOUSE}}}}}
    chosen: {{kind: link, to: staff}}
  actions:
    prepare: {{by: [manager]}}
visit:
  parent: case
  actions:
    hold: {{by: [worker]}}
staff:
  stands_for: person
""")


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", holders={"manager": "sok"})
    made.add("staff", "S-nita", stands_for="nita")
    return made


class TestWhoRecorded:
    OTHER = "{not: {actor: {fact: evidence}}}"

    def test_is_not_another_person(self, town: Town) -> None:
        town.record("C1", evidence="x", by="dara")
        assert town.truth(self.OTHER, who="dara") is NO
        assert town.truth(self.OTHER, who="sok") is YES

    def test_nor_is_their_stand_in(self, town: Town) -> None:
        town.record("C1", evidence="x", by="dara")
        assert town.truth(self.OTHER, who=town.actor("sok", on_behalf="dara")) is NO

    def test_nor_the_one_on_whose_behalf_it_was_recorded(self, town: Town) -> None:
        town.record("C1", evidence="x", by="sok", on_behalf="dara")
        assert town.truth(self.OTHER, who="dara") is NO
        assert town.truth(self.OTHER, who="sok") is NO
        assert town.truth(self.OTHER, who=town.actor("nita", on_behalf="dara")) is NO
        assert town.truth(self.OTHER, who="nita") is YES

    def test_is_unknown_where_nobody_did(self, town: Town) -> None:
        assert town.truth(self.OTHER) is UNKNOWN

    def test_is_unknown_once_the_value_has_lapsed(self, town: Town) -> None:
        town.record("C1", evidence="x", by="dara")
        assert town.truth(self.OTHER, at=NOW + DAY) is UNKNOWN


class TestWhoDid:
    def test_an_action_is_compared(self, town: Town) -> None:
        town.did("C1", "prepare", by="sok")
        assert town.truth("{actor: {action: prepare}}", who="sok") is YES
        assert town.truth("{actor: {action: prepare}}", who="dara") is NO

    def test_it_last_on_any_child_counts(self, town: Town) -> None:
        town.add("visit", "V1", "C1")
        town.add("visit", "V2", "C1")
        town.did("V2", "hold", by="sok")
        town.did("V1", "hold", by="nita")
        assert town.truth("{actor: {action: hold, of: visit}}", who="nita") is YES
        assert town.truth("{actor: {action: hold, of: visit}}", who="sok") is NO

    def test_the_system_is_nobody_else(self, town: Town) -> None:
        town.did("C1", "prepare", by=SYSTEM)
        assert town.truth("{not: {actor: {action: prepare}}}", who=Actor(SYSTEM)) is NO


class TestWhoActs:
    def test_has_a_role_by_title_or_by_assignment(self, town: Town) -> None:
        assert town.truth("{actor: supervisor}", who="dara") is YES
        assert town.truth("{actor: manager}", who="sok") is YES
        assert town.truth("{actor: worker}", who="nita") is NO

    def test_can_be_the_person_of_a_link(self, town: Town) -> None:
        assert town.truth("{actor: chosen}", who="nita") is UNKNOWN
        town.record("C1", chosen="S-nita")
        assert town.truth("{actor: chosen}", who="nita") is YES
        assert town.truth("{actor: chosen}", who="sok") is NO

    def test_can_be_the_person_being_assigned(self, town: Town) -> None:
        assert town.truth("{actor: assigned}", who="nita", assigned="nita") is YES
        assert town.truth("{actor: assigned}", who="dara", assigned="nita") is NO
        assert town.truth("{actor: assigned}", who="dara") is UNKNOWN

    def test_that_means_nothing_does_not_compile(self, town: Town) -> None:
        with pytest.raises(ValueError, match="of: nobody is no ancestor"):
            town.truth("{actor: nobody}")
