"""What guards read is told with who recorded it; words and what few may see stay hidden."""

from __future__ import annotations

import pytest

from access.guard_reads import GuardRead, guard_reads
from cases.errors import UnknownReference
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house() -> SmallHouse:
    return small_house()


@pytest.fixture
def case(house: SmallHouse) -> str:
    ref = house.open("sok")
    house.ask("assign", "dara", ref, assigned="sok", role="manager")
    house.record("maly", ref, care="given")
    house.record("sok", ref, note="Words of the person", place_safe=True)
    return ref


def last(house: SmallHouse, case: str) -> dict[str, GuardRead]:
    reads = guard_reads(house.house, case, house.clock.now())
    return {one.guard: one for one in reads[max(reads)]}


def test_a_coded_value_is_told_with_who_recorded_it_and_when(house: SmallHouse, case: str) -> None:
    assert house.act("sok", case, "begin_talk").decision == "applied"
    care = last(house, case)["care_first"]
    assert (care.fact, care.value, care.hidden, care.by, care.seq) == ("care", "given", False, "maly", 3)
    assert care.at == house.clock.now()


def test_words_are_not_told(house: SmallHouse, case: str) -> None:
    house.act("sok", case, "begin_talk")
    note = last(house, case)["note_written"]
    assert (note.fact, note.value, note.hidden, note.by) == ("note", None, True, "sok")


def test_what_was_not_recorded_is_told_to_be_missing(house: SmallHouse) -> None:
    ref = house.open("sok")
    house.ask("assign", "dara", ref, assigned="sok", role="manager")
    assert house.act("sok", ref, "begin_talk").decision == "refused"
    care = last(house, ref)["care_first"]
    assert (care.value, care.hidden, care.seq, care.by) == (None, False, None, None)


def test_a_case_that_is_not_there_is_unknown(house: SmallHouse) -> None:
    with pytest.raises(UnknownReference):
        guard_reads(house.house, "0000-0000-0000", house.clock.now())
