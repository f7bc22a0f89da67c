"""Promise 8: fifty at once on one family get the answers of some order of one after the other, and nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest

from cases.answers import Answer
from cases.errors import Stale
from cases.ports import Store
from tests.houses import small_house
from tests.integration.promises.loose import Loose
from tests.integration.promises.serial import Wish, World, begin, differences
from tests.integration.promises.signs import loaded
from tests.integration.promises.together import once_per_thread, together

AT_ONCE = 50
CASE, VISIT, CRISIS = 0, 1, 2
WISHES = [
    Wish("record", "sok", CASE, {"facts": {"place_safe": True}}),
    Wish("record", "sok", CASE, {"facts": {"place_safe": False}}),
    Wish("record", "sok", CASE, {"facts": {"note": "seen"}}),
    Wish("record", "sok", CASE, {"facts": {"group": "child"}}),
    Wish("record", "maly", CASE, {"facts": {"care": "declined"}}),
    Wish("record", "heng", CASE, {"facts": {"note": "not mine to say"}}),
    Wish("record", "dara", CASE, {"facts": {"lessons": "many"}}),
    Wish("act", "sok", CASE, {"action": "begin_talk"}),
    Wish("act", "dara", CASE, {"action": "end_talk", "facts": {"told": True}}),
    Wish("act", "maly", CASE, {"action": "raise_alarm"}),
    Wish("act", "sok", CASE, {"action": "close"}),
    Wish("act", "sok", CASE, {"action": "choose_partner", "partner": True}),
    Wish("act", "sok", VISIT, {"action": "send"}),
    Wish("act", "sok", VISIT, {"action": "hold"}),
    Wish("act", "sok", CRISIS, {"action": "end"}),
    Wish("open", "sok", CASE, {"process": "visit"}),
    Wish("assign", "dara", CASE, {"assigned": "heng", "role": "helper"}),
    Wish("unassign", "dara", CASE, {"role": "helper"}),
]
# Each of them reads what another changes.
CROSSING = [WISHES[10], WISHES[12]]


def drawn(seed: int) -> list[Wish]:
    """Fifty wishes, a fifth of them said twice under one key."""
    chance = random.Random(seed)
    wishes = [chance.choice(WISHES) for _ in range(AT_ONCE * 4 // 5)]
    keyed = [Wish(one.kind, one.who, one.place, {**one.more, "key": f"k{seed}.{n}"}) for n, one in enumerate(wishes)]
    return keyed + keyed[: AT_ONCE - len(keyed)]


def a_round(store: Store, seed: int) -> list[str]:
    """One round: what is wrong with it."""
    world = begin(small_house(store, seed=f"round {seed}"))
    wishes = drawn(seed)
    refs = {place: world.ref(place) for place in (CASE, VISIT, CRISIS)}
    ask: list[Callable[[], Answer]] = [partial(world.ask, wish, refs[wish.place]) for wish in wishes]
    return differences(world, list(zip(wishes, together(ask), strict=True)))


class TestFiftyAtOnce:
    def test_they_get_the_answers_of_some_order(self, store: Store, full: bool) -> None:
        for seed in range(200 if full else 8):
            assert a_round(store, seed) == [], f"round {seed}"

    @pytest.mark.parametrize("family", [True, False])
    def test_without_the_compare_and_set_this_very_test_fails(self, store: Store, family: bool) -> None:
        """With everybody reading before anybody writes, all rests on the fence."""
        wrong: list[str] = []
        for seed in range(3):
            loose = Loose(store, family=family)
            lessons = Wish("record", "sok", CASE, {"facts": {"lessons": "many"}})
            world = begin(small_house(loose, seed=f"loose {seed} {family}"), lessons)
            loose.between = once_per_thread(len(CROSSING))
            refs = {place: world.ref(place) for place in (CASE, VISIT)}
            answers = together([partial(world.ask, wish, refs[wish.place]) for wish in CROSSING])
            loose.between = lambda: None
            wrong += differences(world, list(zip(CROSSING, answers, strict=True)))
        assert (wrong == []) == family


class TestAnExpectedRevision:
    def test_exactly_one_of_fifty_wins(self, store: Store, full: bool) -> None:
        for seed in range(200 if full else 3):
            world = begin(small_house(store, seed=f"match {seed}"))
            expected = loaded(store, world.root).family.revision

            def ask(world: World = world, expected: int = expected) -> str:
                wish = Wish("record", "sok", CASE, {"facts": {"note": "mine"}, "if_revision": expected})
                try:
                    return world.ask(wish, world.root).decision
                except Stale:
                    return "stale"

            assert sorted(together([ask] * AT_ONCE)) == ["applied"] + ["stale"] * (AT_ONCE - 1)
            assert loaded(store, world.root).family.revision == expected + 1


class TestOneKey:
    def test_fifty_with_it_are_one(self, store: Store, full: bool) -> None:
        for seed in range(200 if full else 3):
            world = begin(small_house(store, seed=f"key {seed}"))
            for wish in (WISHES[9], WISHES[10]):
                keyed = Wish(wish.kind, wish.who, wish.place, {**wish.more, "key": f"one {seed} {wish.more}"})
                before = len(loaded(store, world.root).instances)
                answers = together([partial(world.ask, keyed, world.root)] * AT_ONCE)
                assert len({answer.attempt for answer in answers}) == 1
                assert [answer.repeated for answer in answers].count(False) == 1
                opened = 1 if wish is WISHES[9] else 0
                assert len(loaded(store, world.root).instances) == before + opened
