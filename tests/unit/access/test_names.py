"""A working name says nothing about the person."""

from __future__ import annotations

import pytest

from access.names import LONGEST, name_refusal
from cases.errors import UnknownReference
from storage.memory import MemoryStore
from tests.conformance.screens_house import listed_house
from tests.houses import SmallHouse


@pytest.fixture
def house() -> SmallHouse:
    return listed_house(MemoryStore())


@pytest.fixture
def case(house: SmallHouse) -> str:
    ref = house.open("sok")
    house.ask("assign", "dara", ref, assigned="sok", role="manager")
    house.record("sok", ref, secret="Srey  Mom", note="She likes the lotus pond very much")
    return ref


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Lotus", None),
        ("", "empty"),
        ("   ", "empty"),
        ("L" * (LONGEST + 1), "too_long"),
        ("Case 7", "has_digits"),
        ("srey mom", "recorded"),
        ("SREY", "recorded"),
        ("She likes the lotus pond very much", "recorded"),
        ("Sok", "staff"),
        ("Lo\u0000tus", "signs"),
        ("Lotus\u202ePond", "signs"),
    ],
)
def test_a_name_is_refused_for_one_reason(house: SmallHouse, case: str, name: str, why: str | None) -> None:
    assert name_refusal(house.house, house.house.actor("sok"), case, name, house.clock.now()) == why


def test_a_case_that_is_not_there_has_no_name(house: SmallHouse) -> None:
    with pytest.raises(UnknownReference):
        name_refusal(house.house, house.house.actor("sok"), "0000-0000-0000", "Lotus", house.clock.now())
