"""What follows by itself, in which order, and when an instance is over (semantics 3, 4, 12)."""

from __future__ import annotations

import pytest

from state_machine.automatic import by_the_house, deepest_first, is_over, next_automatic
from tests.unit.state_machine.town import DAY, NOW, Town, compiled

HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"
RULES = compiled(f"""
case:
  over: {{all: [{{track: case, is: closed}}, {{fact: told, is: true}}]}}
  tracks:
    case: {{starts: open, states: {{open: {{}}, closed: {{}}}}}}
    kept: {{starts: free, states: {{free: {{}}, kept: {{}}}}}}
  facts:
    adult: {{kind: yes_no, starts: false}}
    told: {{kind: yes_no}}
    permit: {{kind: yes_no, starts: false, lasts: {{for: P1D, {HOUSE}}}}}
    partner: {{kind: link, to: partner}}
  guards:
    is_adult: {{require: {{fact: adult, is: true}}}}
    is_told: {{require: {{fact: told, is: true}}}}
    no_permit: {{require: {{fact: permit, is: false}}}}
    partner_gone: {{require: {{track: listing, of: partner, is: gone}}}}
    advised: {{strength: may, require: {{fact: told, is: true}}}}
  actions:
    set_free: {{automatic: true, moves: {{kept: {{from: [kept], to: free}}}}, guards: [is_adult, advised]}}
    closes: {{automatic: true, moves: {{case: {{from: [open], to: closed}}}}, guards: [is_adult, is_told]}}
    ends: {{automatic: true, moves: {{kept: {{from: [kept], to: free}}}}, guards: [no_permit]}}
    stays: {{automatic: true, moves: {{kept: {{from: any, to: free, otherwise: stay}}}}, guards: [partner_gone]}}
visit:
  parent: case
  tracks: {{visit: {{starts: planned, states: {{planned: {{}}, fallen: {{}}}}}}}}
  guards: {{case_closed: {{require: {{fact: told, of: case, is: true}}}}}}
  actions:
    falls_off: {{automatic: true, moves: {{visit: {{from: [planned], to: fallen}}}}, guards: [case_closed]}}
partner:
  tracks: {{listing: {{starts: listed, states: {{listed: {{}}, gone: {{}}}}}}}}
""")


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", facts={"permit": True})
    made.add("visit", "V1", "C1")
    made.add("visit", "V2", "C1")
    return made


def follow(town: Town, at: object = NOW) -> list[tuple[str, str]]:
    """What follows, carried out until the family is at rest."""
    done = []
    while (
        found := next_automatic(
            RULES, by_the_house(town, NOW if at is NOW else NOW + DAY), list(town.instances.values())
        )
    ) is not None:
        instance, action, decision = found
        for track, (_, to) in decision.moves.items():
            town.moved(instance.ref, track, to)
        done.append((instance.ref, action))
    return done


class TestWhatFollows:
    def test_is_nothing_where_the_family_is_at_rest(self, town: Town) -> None:
        assert follow(town) == []

    def test_waits_for_a_definite_yes(self, town: Town) -> None:
        town.record("C1", adult=True)
        assert follow(town) == []

    def test_needs_a_move_that_fits(self, town: Town) -> None:
        town.record("C1", adult=True)
        town.moved("C1", "kept", "kept")
        assert follow(town) == [("C1", "set_free")]

    def test_comes_child_before_parent_then_in_order_of_opening_then_as_declared(self, town: Town) -> None:
        town.moved("C1", "kept", "kept")
        town.record("C1", adult=True, told=True)
        assert follow(town) == [("V1", "falls_off"), ("V2", "falls_off"), ("C1", "set_free"), ("C1", "closes")]

    def test_moves_something_or_does_not_come(self, town: Town) -> None:
        town.add("partner", "P1", tracks={"listing": "gone"})
        town.record("C1", partner="P1")
        assert follow(town) == []
        town.moved("C1", "kept", "kept")
        assert follow(town) == [("C1", "stays")]

    def test_follows_from_a_fact_that_has_lapsed(self, town: Town) -> None:
        town.moved("C1", "kept", "kept")
        assert follow(town) == []
        assert follow(town, at=NOW + DAY) == [("C1", "ends")]

    def test_is_done_by_the_system_with_what_it_read(self, town: Town) -> None:
        town.moved("C1", "kept", "kept")
        town.record("C1", adult=True)
        found = next_automatic(RULES, by_the_house(town, NOW), list(town.instances.values()))
        assert found is not None
        _, _, decision = found
        assert (decision.role, [read.what for read in decision.reads["is_adult"]]) == ("", ["adult"])
        assert [reason.guard for reason in decision.advice] == ["advised"]


class TestTheOrder:
    def test_has_the_deepest_first(self, town: Town) -> None:
        assert [one.ref for one in deepest_first(town.instances.values())] == ["V1", "V2", "C1"]


class TestOver:
    def test_is_a_definite_yes(self, town: Town) -> None:
        case = town.instances
        assert not is_over(RULES, by_the_house(town, NOW), case["C1"])
        town.moved("C1", "case", "closed")
        assert not is_over(RULES, by_the_house(town, NOW), case["C1"])
        town.record("C1", told=True)
        assert is_over(RULES, by_the_house(town, NOW), case["C1"])

    def test_is_never_where_the_process_does_not_say(self, town: Town) -> None:
        assert not is_over(RULES, by_the_house(town, NOW), town.instances["V1"])
