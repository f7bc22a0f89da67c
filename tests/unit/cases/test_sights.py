"""What is seen is seen by right, and what few may see leaves an entry (promise 17)."""

from __future__ import annotations

import orjson
import pytest

from cases.errors import UnknownReference
from cases.look import look
from cases.read_history import read_history
from tests.houses import SmallHouse, small_house


def seen_entry(house: SmallHouse, ref: str) -> tuple[dict[str, object], dict[str, object]]:
    with house.store.look() as tx:
        entry = tx.entries(ref)[-1]
    assert entry.sealed is not None
    return orjson.loads(entry.clear), orjson.loads(entry.sealed)


class TestLooking:
    def test_it_shows_what_the_person_may_see(self) -> None:
        house = small_house()
        case = house.open("sok", note="n", secret="s", group="adult")
        sight = look(house.house, house.house.actor("sok"), case, house.clock.now())
        assert (set(sight.facts), sight.hidden) == ({"note", "secret", "group"}, ())

    def test_it_does_not_even_name_facts_to_whoever_has_nothing_to_do_with_it(self) -> None:
        house = small_house()
        case = house.open("sok", note="n", secret="s")
        sight = look(house.house, house.house.actor("dara"), case, house.clock.now())
        assert (sight.facts, set(sight.hidden)) == ({}, set())

    def test_it_hides_the_secret_from_somebody_who_works_there_in_another_role(self) -> None:
        house = small_house()
        case = house.open("sok", note="n", secret="s")
        house.record("dir", person(house, "heng"), vetting="clear")
        assert house.ask("assign", "dara", case, assigned="heng", role="helper").decision == "applied"
        sight = look(house.house, house.house.actor("heng"), case, house.clock.now())
        assert (set(sight.facts), sight.hidden) == ({"note"}, ("secret",))

    def test_it_shows_no_fact_to_nobody(self) -> None:
        house = small_house()
        case = house.open("sok", secret="s")
        kinds = house.kinds(case)
        sight = look(house.house, None, case, house.clock.now())
        assert (sight.facts, sight.hidden) == ({}, ())
        assert house.kinds(case) == kinds

    def test_it_finds_no_instance_that_is_not_there(self) -> None:
        house = small_house()
        for actor in (None, house.house.actor("sok")):
            with pytest.raises(UnknownReference):
                look(house.house, actor, "0000-0000-0000", house.clock.now())


class TestASight:
    def test_it_is_journaled_where_few_may_see(self) -> None:
        house = small_house()
        case = house.open("sok", note="n", secret="s")
        look(house.house, house.house.actor("sok"), case, house.clock.now())
        clear, sealed = seen_entry(house, case)
        assert (clear["kind"], clear["actor"], sealed["seen"]) == ("case:fact:seen", "sok", ["secret"])
        assert b"secret" not in orjson.dumps(clear)

    def test_it_changes_no_revision(self) -> None:
        house = small_house()
        case = house.open("sok", secret="s")
        before, revision = house.family(case), house.revision(case)
        look(house.house, house.house.actor("sok"), case, house.clock.now())
        assert (house.family(case), house.revision(case)) == (before, revision)

    def test_it_is_not_journaled_where_nothing_sensitive_is_shown(self) -> None:
        house = small_house()
        case = house.open("sok", note="n", secret="s")
        kinds = house.kinds(case)
        look(house.house, house.house.actor("dara"), case, house.clock.now())
        assert house.kinds(case) == kinds
        other = house.open("vuth", note="n")
        look(house.house, house.house.actor("vuth"), other, house.clock.now())
        assert house.kinds(other) == ["case:instance:opened"]

    def test_it_is_journaled_for_a_journal_too(self) -> None:
        house = small_house()
        case = house.open("sok", note="n", secret="s")
        (entry,) = read_history(house.house, house.house.actor("sok"), case, house.clock.now())
        assert entry.facts == {"note": "n", "secret": "s"}
        assert seen_entry(house, case)[1]["seen"] == ["secret"]

    def test_a_journal_hides_facts_their_names_and_reasons(self) -> None:
        house = small_house()
        case = house.open("sok", secret="s")
        house.ask("record", "sok", case, facts={"note": "n"}, reason="why")
        kinds = house.kinds(case)
        opened, recorded = read_history(house.house, house.house.actor("maly"), case, house.clock.now())
        assert (opened.facts, opened.hidden) == ({}, ())
        assert (recorded.facts, recorded.hidden, recorded.reason) == ({}, (), None)
        assert house.kinds(case) == kinds


def person(house: SmallHouse, name: str) -> str:
    with house.store.look() as tx:
        ref = tx.person_ref(name)
    assert ref is not None
    return ref
