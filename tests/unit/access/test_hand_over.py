"""Handing over: each role in its own step through the door, taken up again where it broke off, both told once."""

from __future__ import annotations

import pytest

from access.hand_over import HandOver, Holding, hand_over, holdings
from cases.errors import BadInput, UnknownName
from cases.house import House
from tests.houses import SmallHouse, small_house


@pytest.fixture
def at() -> SmallHouse:
    """sok manages two cases, and heng helps in one."""
    house = small_house()
    for _ in range(2):
        ref = house.open("sok")
        assert house.ask("assign", "dara", ref, assigned="sok", role="manager").decision == "applied"
    return house


def asked(key: str = "k1", taker: str = "vuth", **other: object) -> HandOver:
    given = {"giver": "sok", "taker": taker, "reason": "sok goes to another house", "key": key}
    return HandOver(**(given | other))  # type: ignore[arg-type]  # tests say what they mean


def do(at: SmallHouse, what: HandOver) -> tuple[int, int]:
    done = hand_over(at.house, at.house.actor("dara"), what, at.clock.now())
    return len(done.moved), len(done.kept)


def inbox(house: House, person: str) -> list[str]:
    return [one.text for one in house.store.outbox.inbox(person)]


def test_all_that_somebody_holds_passes_to_another(at: SmallHouse) -> None:
    held = list(holdings(at.house, "sok"))
    assert len(held) == 2
    assert do(at, asked()) == (2, 0)
    assert holdings(at.house, "sok") == []
    assert list(holdings(at.house, "vuth")) == held


def test_only_what_was_chosen_passes(at: SmallHouse) -> None:
    first, second = holdings(at.house, "sok")
    assert do(at, asked(only=(first,))) == (1, 0)
    assert list(holdings(at.house, "sok")) == [second]


def test_each_is_a_step_with_its_reason(at: SmallHouse) -> None:
    first, _ = holdings(at.house, "sok")
    do(at, asked())
    assert at.kinds(first.ref)[-1] == "case:role:assigned"


def test_both_are_told_once_by_references_alone(at: SmallHouse) -> None:
    refs = [one.ref for one in holdings(at.house, "sok")]
    for _ in range(2):
        do(at, asked(only=tuple(Holding(ref, "manager") for ref in refs)))
    assert inbox(at.house, "vuth") == [f"Handed over to you: {', '.join(refs)}."]
    assert inbox(at.house, "sok") == [f"Handed over: {', '.join(refs)}."]


def test_under_the_same_key_it_is_taken_up_again(at: SmallHouse) -> None:
    both = tuple(holdings(at.house, "sok"))
    do(at, asked(only=both[:1]))
    before = at.revision(both[0].ref)
    assert do(at, asked(only=both)) == (2, 0)
    assert at.revision(both[0].ref) == before


def test_what_the_door_refuses_stays_and_says_why(at: SmallHouse) -> None:
    done = hand_over(at.house, at.house.actor("heng"), asked(), at.clock.now())
    assert (len(done.moved), len(done.kept)) == (0, 2)
    assert done.kept[0].reasons[0].guard == "not_your_role"
    assert inbox(at.house, "vuth") == []


def test_needs_a_reason_and_somebody_else_who_is_there(at: SmallHouse) -> None:
    for wrong in (asked(reason=" "), asked(taker="sok")):
        with pytest.raises(BadInput):
            do(at, wrong)
    with pytest.raises(UnknownName):
        do(at, asked(taker="nobody"))
