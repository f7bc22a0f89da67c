"""A repeated attempt is harmless: the rules of idempotency keys (semantics 5)."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.answers import Answer
from cases.errors import KeyReused
from tests.houses import SmallHouse, small_house


def begin(house: SmallHouse, case: str, key: str = "k1", who: str = "sok") -> Answer:
    return house.ask("act", who, case, action="begin_talk", key=key)


def ready(house: SmallHouse, case: str) -> None:
    house.record("maly", case, care="given")
    house.record("sok", case, place_safe=True)


def own(house: SmallHouse, person: str) -> str:
    with house.store.look() as tx:
        ref = tx.person_ref(person)
    assert ref is not None
    return ref


class TestAnAppliedAnswer:
    def test_it_is_repeated_for_ever_and_nothing_is_done_again(self) -> None:
        house = small_house()
        case = house.open("sok")
        ready(house, case)
        first = begin(house, case)
        house.record("sok", case, place_safe=False)
        house.wait(days=30)
        kinds = house.kinds(case)
        for _ in range(4):
            again = begin(house, case)
            assert again.repeated
            assert (again.decision, again.attempt, again.seq, again.moves, again.revision) == (
                "applied",
                first.attempt,
                first.seq,
                first.moves,
                first.revision,
            )
        assert house.kinds(case) == kinds

    def test_an_opening_is_repeated_with_its_reference(self) -> None:
        house = small_house()
        first = house.ask("open", "sok", None, process="case", key="k1")
        again = house.ask("open", "sok", None, process="case", key="k1")
        assert (again.ref, again.repeated) == (first.ref, True)

    def test_it_is_repeated_even_where_a_revision_was_expected(self) -> None:
        house = small_house()
        case = house.open("sok")
        revision = house.revision(case)
        said = {"facts": {"place_safe": True}, "key": "k1", "if_revision": revision}
        first = house.ask("record", "sok", case, **said)
        assert house.ask("record", "sok", case, **said).attempt == first.attempt


class TestARefusedAnswer:
    def test_it_is_repeated_while_nothing_has_changed(self) -> None:
        house = small_house()
        case = house.open("sok")
        first = begin(house, case)
        kinds = house.kinds(case)
        for _ in range(4):
            again = begin(house, case)
            assert (again.decision, again.attempt, again.seq) == ("refused", first.attempt, first.seq)
            assert again.repeated
            assert [reason.guard for reason in again.reasons] == ["safe_now", "care_first"]
        assert house.kinds(case) == kinds

    def test_it_is_decided_anew_once_something_has(self) -> None:
        house = small_house()
        case = house.open("sok")
        first = begin(house, case)
        house.record("maly", case, care="given")
        second = begin(house, case)
        assert (second.decision, second.repeated) == ("refused", False)
        assert second.attempt != first.attempt
        house.record("sok", case, place_safe=True)
        third = begin(house, case)
        assert (third.decision, third.repeated) == ("applied", False)
        assert begin(house, case).attempt == third.attempt

    def test_the_refusal_of_a_root_is_repeated_too(self) -> None:
        house = small_house()
        mine = own(house, "dir")
        first = house.ask("open", "dir", None, process="case", key="k1")
        kinds = house.kinds(mine)
        again = house.ask("open", "dir", None, process="case", key="k1")
        assert (again.repeated, again.attempt, again.seq) == (True, first.attempt, first.seq)
        assert house.kinds(mine) == kinds

    def test_it_says_again_that_a_second_person_may_answer(self) -> None:
        house = small_house()
        case = house.open("sok")
        said = {"action": "close", "reason": "urgent", "key": "k1"}
        first, again = house.ask("act", "sok", case, **said), house.ask("act", "sok", case, **said)
        assert (first.pending, again.pending, again.attempt) == (True, True, first.attempt)


class TestAnAnswerThatItIsTooEarly:
    def test_it_is_repeated_until_the_time_comes_and_then_decided_anew(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.record("maly", case, care="given")
        house.record("sok", case, place_safe=True)
        house.act("sok", case, "begin_talk")
        house.ask("assign", "dara", case, assigned="vuth", role="manager")
        said = {"action": "end_talk", "facts": {"told": True}, "key": "k1"}
        first = house.ask("act", "vuth", case, **said)
        kinds = house.kinds(case)
        again = house.ask("act", "vuth", case, **said)
        assert (first.decision, again.decision) == ("not_yet", "not_yet")
        assert (again.attempt, again.repeated, again.until) == (first.attempt, True, first.until)
        assert house.kinds(case) == kinds
        assert first.until is not None
        house.clock.move_to(first.until + dt.timedelta(seconds=1))
        assert house.ask("act", "vuth", case, **said).decision == "applied"


class TestAKey:
    def test_it_stands_for_one_attempt(self) -> None:
        house = small_house()
        case = house.open("sok")
        begin(house, case)
        with pytest.raises(KeyReused):
            house.ask("act", "sok", case, action="raise_alarm", key="k1")
        with pytest.raises(KeyReused):
            house.ask("act", "sok", case, action="begin_talk", key="k1", reason="another")

    def test_it_is_each_persons_own(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.ask("act", "sok", case, action="raise_alarm", key="k1")
        assert not house.ask("act", "maly", case, action="raise_alarm", key="k1").repeated

    def test_without_one_an_attempt_is_a_new_one_each_time(self) -> None:
        house = small_house()
        case = house.open("sok")
        assert len({house.act("sok", case, "raise_alarm").attempt for _ in range(3)}) == 3
