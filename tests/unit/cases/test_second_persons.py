"""What only `should` guards refuse waits for a second person (semantics 11); stand-ins act for others (10)."""

from __future__ import annotations

import datetime as dt

import orjson
import pytest

from cases.answers import Answer
from cases.errors import BadInput, UnknownName
from cases.override import SecondAnswer, override
from state_machine.view import SYSTEM
from tests.houses import SmallHouse, small_house


def ask_to_close(house: SmallHouse, case: str, who: str = "sok") -> Answer:
    return house.ask("act", who, case, action="close", reason="no lessons here")


def say(house: SmallHouse, who: str, attempt: str, *, yes: bool = True, key: str | None = None) -> Answer:
    said = SecondAnswer(house.house.actor(who), attempt, yes, "I have looked at it", key)
    return override(house.house, said, house.clock.now())


def clears(house: SmallHouse, ref: str) -> list[dict[str, object]]:
    with house.store.look() as tx:
        return [orjson.loads(entry.clear) for entry in tx.entries(ref)]


class TestAsking:
    def test_it_needs_a_reason(self) -> None:
        house = small_house()
        case = house.open("sok")
        answer = house.act("sok", case, "close")
        assert (answer.decision, answer.exception, answer.pending) == ("refused", "second_person", False)

    def test_it_leaves_the_attempt_open(self) -> None:
        house = small_house()
        case = house.open("sok")
        answer = ask_to_close(house, case)
        assert (answer.decision, answer.pending) == ("refused", True)
        with house.store.look() as tx:
            assert [one.attempt for one in tx.askings(case)] == [answer.attempt]
        assert house.kinds(case)[-1] == "case:override:asked"

    def test_the_very_same_is_asked_once(self) -> None:
        house = small_house()
        case = house.open("sok")
        answers = [ask_to_close(house, case) for _ in range(3)]
        assert [(one.decision, one.pending, one.attempt) for one in answers] == [
            ("refused", True, answers[0].attempt)
        ] * 3
        assert house.kinds(case)[-3:] == ["case:override:asked", "case:action:refused", "case:action:refused"]
        with house.store.look() as tx:
            assert len(tx.askings(case)) == 1
        assert say(house, "dara", answers[2].attempt).decision == "applied"

    def test_another_reason_or_another_person_asks_anew(self) -> None:
        house = small_house()
        case = house.open("sok")
        ask_to_close(house, case)
        assert house.ask("act", "sok", case, action="close", reason="others have learnt from it").pending
        house.ask("assign", "dara", case, assigned="vuth", role="manager")
        assert ask_to_close(house, case, "vuth").pending
        with house.store.look() as tx:
            assert len(tx.askings(case)) == 3

    def test_the_same_key_hears_of_the_question_that_was_open_before(self) -> None:
        house = small_house()
        case = house.open("sok")
        first = ask_to_close(house, case).attempt
        keyed = [house.ask("act", "sok", case, action="close", reason="no lessons here", key="k") for _ in range(2)]
        assert [(one.pending, one.repeated) for one in keyed] == [(True, False), (True, True)]
        assert {one.attempt for one in keyed} == {first}

    def test_it_cannot_be_about_a_must_guard(self) -> None:
        house = small_house()
        case = house.open("sok")
        assert not house.ask("act", "sok", case, action="begin_talk", reason="please").pending


class TestYes:
    def test_it_carries_the_attempt_out_in_the_name_of_who_asked(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        answer = say(house, "dara", asked.attempt)
        assert (answer.decision, answer.attempt) == ("applied", asked.attempt)
        assert house.instance(case).tracks["case"].state == "closed"
        granted, applied = clears(house, case)[-2:]
        assert (granted["kind"], granted["actor"], granted["asked_by"]) == ("case:override:granted", "dara", "sok")
        assert granted["overridden"] == ["lessons_written"]
        assert (applied["actor"], applied["overridden"]) == ("sok", ["lessons_written"])
        assert house.instance(case).done["close"].by == "sok"

    def test_it_ends_the_waiting(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        say(house, "dara", asked.attempt)
        with pytest.raises(UnknownName, match="granted"):
            say(house, "rith", asked.attempt)
        assert house.wait(days=30).taken == 0

    def test_it_asks_the_must_guards_again(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        visit = house.open("sok", "visit", case)
        house.act("sok", visit, "send")
        answer = say(house, "dara", asked.attempt)
        assert (answer.decision, [reason.guard for reason in answer.reasons]) == ("refused", ["no_open_visit"])
        entry = clears(house, case)[-1]
        assert (entry["kind"], entry["actor"], entry["second_actor"]) == ("case:action:refused", "sok", "dara")
        house.act("sok", visit, "hold")
        assert say(house, "dara", asked.attempt).decision == "applied"

    def test_it_may_be_said_again_under_its_key_once_something_has_changed(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        visit = house.open("sok", "visit", case)
        house.act("sok", visit, "send")
        first = say(house, "dara", asked.attempt, key="k1")
        kinds = house.kinds(case)
        again = say(house, "dara", asked.attempt, key="k1")
        assert (first.decision, again.decision, again.repeated) == ("refused", "refused", True)
        assert house.kinds(case) == kinds
        house.act("sok", visit, "hold")
        done = say(house, "dara", asked.attempt, key="k1")
        assert (done.decision, done.repeated) == ("applied", False)
        assert say(house, "dara", asked.attempt, key="k1").repeated

    def test_it_keeps_the_documents_that_came_along(self) -> None:
        house = small_house()
        case = house.open("sok")
        digest = "0" * 64
        asked = house.ask(
            "act", "sok", case, action="close", reason="why", documents=((digest, "text/plain", b"content"),)
        )
        say(house, "dara", asked.attempt)
        with house.store.look() as tx:
            document = tx.document(case, digest)
        assert document is not None
        assert document.content == b"content"


class TestNo:
    def test_it_ends_the_attempt_and_changes_nothing_else(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        before = house.instance(case)
        say(house, "dara", asked.attempt, yes=False)
        assert house.instance(case) == before
        entry = clears(house, case)[-1]
        assert (entry["kind"], entry["actor"], entry["asked_by"]) == ("case:override:denied", "dara", "sok")
        with pytest.raises(UnknownName, match="denied"):
            say(house, "rith", asked.attempt)

    def test_it_needs_a_reason(self) -> None:
        house = small_house()
        asked = ask_to_close(house, house.open("sok"))
        with pytest.raises(BadInput, match="reason"):
            override(house.house, SecondAnswer(house.house.actor("dara"), asked.attempt, False, " "), house.clock.now())


class TestTheSecondPerson:
    def test_they_are_never_the_one_who_asked(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = house.ask("act", "dara", case, action="close", reason="why")
        answer = say(house, "dara", asked.attempt)
        assert (answer.decision, answer.reasons[0].guard) == ("refused", "not_your_role")
        assert house.instance(case).tracks["case"].state == "open"
        assert say(house, "rith", asked.attempt).decision == "applied"

    def test_they_are_not_the_one_for_whom_was_asked_either(self) -> None:
        house = small_house(dara="rith", sok="vuth")
        case = house.open("sok")
        asked = ask_to_close(house, case, "vuth")
        assert asked.pending
        with house.store.look() as tx:
            waiting = tx.asking(asked.attempt)
        assert waiting is not None
        assert (waiting.person, waiting.on_behalf) == ("vuth", "sok")
        for name in ("vuth", "sok"):
            assert say(house, name, asked.attempt).decision == "refused"

    def test_they_need_a_role_that_may(self) -> None:
        house = small_house()
        asked = ask_to_close(house, house.open("sok"))
        assert say(house, "maly", asked.attempt).reasons[0].guard == "not_your_role"

    def test_they_may_be_refused_twice_and_hear_the_same(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        answers = [say(house, "maly", asked.attempt) for _ in range(3)]
        assert [answer.decision for answer in answers] == ["refused"] * 3
        assert house.kinds(case)[1:] == ["case:override:asked", "case:action:refused"]


class TestSilence:
    def test_it_lapses(self) -> None:
        house = small_house()
        case = house.open("sok")
        asked = ask_to_close(house, case)
        with house.store.look() as tx:
            waiting = tx.asking(asked.attempt)
        assert waiting is not None
        house.clock.move_to(waiting.lapses_at)
        with pytest.raises(UnknownName, match="lapsed"):
            say(house, "dara", asked.attempt)
        assert house.wait(seconds=0).taken == 1
        entry = clears(house, case)[-1]
        assert (entry["kind"], entry["actor"], entry["asked_by"]) == ("case:override:lapsed", SYSTEM, "sok")
        with house.store.look() as tx:
            assert tx.askings(case) == []

    def test_it_lapses_once(self) -> None:
        house = small_house()
        case = house.open("sok")
        ask_to_close(house, case)
        house.wait(days=30)
        kinds = house.kinds(case)
        house.clock.move_to(house.clock.now() + dt.timedelta(days=30))
        assert house.wait(seconds=0).taken == 0
        assert house.kinds(case) == kinds


class TestAStandIn:
    def test_they_act_on_behalf_of_who_holds_the_role(self) -> None:
        house = small_house(sok="vuth")
        case = house.open("sok")
        answer = house.record("vuth", case, place_safe=True)
        assert answer.decision == "applied"
        entry = clears(house, case)[-1]
        assert (entry["actor"], entry["on_behalf"]) == ("vuth", "sok")
        fact = house.instance(case).facts["place_safe"]
        assert (fact.by, fact.on_behalf) == ("vuth", "sok")

    def test_nobody_else_may(self) -> None:
        house = small_house()
        case = house.open("sok")
        answer = house.record("vuth", case, place_safe=True)
        assert (answer.decision, answer.reasons[0].guard) == ("refused", "not_open_to_you")

    def test_what_they_may_themselves_they_do_as_themselves(self) -> None:
        house = small_house(sok="vuth")
        case = house.open("vuth")
        house.record("vuth", case, place_safe=True)
        assert "on_behalf" not in clears(house, case)[-1]
