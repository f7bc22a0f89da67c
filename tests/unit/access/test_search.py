"""Searching by one's own words finds what one may see, and what of few is shown is journaled."""

from __future__ import annotations

import pytest

from access.relation import Reach
from access.search import Hits, search
from storage.memory import MemoryStore
from tests.conformance import screens_reference as slow
from tests.conformance.screens_house import listed_house
from tests.houses import SmallHouse


@pytest.fixture
def house() -> SmallHouse:
    return listed_house(MemoryStore())


@pytest.fixture
def case(house: SmallHouse) -> str:
    """A case of sok's with a few facts, and one that is nobody's."""
    ref = house.open("sok")
    house.ask("assign", "dara", ref, assigned="sok", role="manager")
    house.record("sok", ref, note="A quiet day by the river", secret="The blue house", group="adult")
    house.open("dara")
    return ref


def find(house: SmallHouse, who: str, words: str) -> Hits:
    assert isinstance(house.store, MemoryStore)
    reach: Reach = slow.reach(house, who)
    return search(house.house, house.store.screens, reach, house.house.actor(who), words)


def by(hits: Hits) -> list[tuple[str, str]]:
    return [(one.case.ref, one.by) for one in hits.hits]


class TestASearch:
    def test_finds_a_case_by_the_beginning_of_its_reference(self, house: SmallHouse, case: str) -> None:
        for words in (case, case[:7].lower(), case.replace("-", "")[:6]):
            assert by(find(house, "sok", words)) == [(case, "reference")]

    def test_finds_a_case_by_words_of_a_fact(self, house: SmallHouse, case: str) -> None:
        (hit,) = find(house, "sok", "RIVER quiet").hits
        assert (hit.case.ref, hit.by, hit.instance, hit.fact) == (case, "fact", case, "note")

    def test_finds_a_case_by_a_coded_value_and_by_its_working_name(self, house: SmallHouse, case: str) -> None:
        assert isinstance(house.store, MemoryStore)
        house.store.screens.desk.name_case(case, "Lotus")
        assert by(find(house, "sok", "adult")) == [(case, "value")]
        assert by(find(house, "sok", "lotus")) == [(case, "name")]
        assert [one.case.name for one in find(house, "sok", "lotus").hits] == ["Lotus"]

    def test_finds_nothing_of_others(self, house: SmallHouse, case: str) -> None:
        for words in ("river", "adult", case, "Lotus"):
            assert by(find(house, "heng", words)) == []

    def test_opens_no_fact_for_whoever_sees_all_cases_but_holds_no_role(self, house: SmallHouse, case: str) -> None:
        found = find(house, "dara", "river")
        assert (found.hits, found.looked_through) == ((), 0)
        assert by(find(house, "dara", case)) == [(case, "reference")]

    @pytest.mark.usefixtures("case")
    @pytest.mark.parametrize("words", ["", "   ", "nothing like it", "zzz"])
    def test_for_what_is_not_there_finds_nothing(self, house: SmallHouse, words: str) -> None:
        assert find(house, "sok", words).hits == ()

    def test_that_shows_what_few_may_see_is_journaled(self, house: SmallHouse, case: str) -> None:
        before = house.kinds(case)
        find(house, "sok", "river")
        assert house.kinds(case) == before
        find(house, "sok", "blue house")
        assert house.kinds(case) == [*before, "case:fact:seen"]
        assert house.revision(case) == 3

    def test_by_a_stand_in_finds_what_the_other_may_see(self, house: SmallHouse, case: str) -> None:
        house.ask("assign", "dara", case, assigned="away", role="manager")
        assert by(find(house, "sok", "river")) == [(case, "fact")]
        assert by(find(house, "vuth", "river")) == []
