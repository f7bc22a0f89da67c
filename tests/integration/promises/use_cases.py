"""One of each thing that the house does, on a family of its own: how it is prepared, and how it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from cases.answers import Answer
from cases.correct import Correction, correct
from cases.elapse import elapse
from cases.look import look
from cases.override import SecondAnswer, override
from cases.ports import Store
from tests.houses import START, SmallHouse, small_house

LATER = START + dt.timedelta(days=1)


@dataclass
class Prepared:
    """A family about which something is going to happen: the one to act on, all roots concerned, and what else."""

    ref: str
    roots: tuple[str, ...]
    also: dict[str, str] = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True)
class UseCase:
    """`do` answers what the door answered, if it is something that has a key."""

    prepare: Callable[[SmallHouse], Prepared]
    do: Callable[[SmallHouse, Prepared], Answer | None]


def house_on(store: Store, seed: str) -> SmallHouse:
    """The house of one use case; references are its own."""
    return small_house(store, seed=seed)


def _a_case(house: SmallHouse) -> Prepared:
    case = house.open("sok", place_safe=True, group="adult")
    house.record("maly", case, care="given")
    return Prepared(case, (case,))


def _nothing_yet(house: SmallHouse) -> Prepared:
    with house.store.look() as tx:
        own = tx.person_ref("vuth")
    assert own is not None
    return Prepared(own, (), {"key": f"open {house.seed}"})


def _a_trusting_case(house: SmallHouse) -> Prepared:
    partner = house.open("dara", "partner")
    case = house.open("sok", place_safe=True, partner=partner)
    return Prepared(case, (case, partner), {"partner": partner})


def _an_undermined_step(house: SmallHouse) -> Prepared:
    case = house.open("sok")
    house.record("maly", case, care="given")
    seq = house.record("sok", case, place_safe=True).seq
    house.act("sok", case, "begin_talk")
    return Prepared(case, (case,), seq=seq)


def _an_open_attempt(house: SmallHouse) -> Prepared:
    case = house.open("sok")
    asked = house.ask("act", "sok", case, action="close", reason="why")
    return Prepared(case, (case,), {"attempt": asked.attempt})


def _open(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("open", "sok", None, process="case", facts={"place_safe": True}, key=one.also["key"])


def _open_child(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("open", "sok", one.ref, process="visit", key=f"visit {one.ref}")


def _record(house: SmallHouse, one: Prepared) -> Answer:
    facts = {"place_safe": True, "group": "child", "secret": "s"}
    return house.ask("record", "sok", one.ref, facts=facts, key=f"record {one.ref}")


def _raise_alarm(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("act", "maly", one.ref, action="raise_alarm", key=f"alarm {one.ref}")


def _assign(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("assign", "dara", one.ref, assigned="vuth", role="manager", key=f"assign {one.ref}")


def _correct(house: SmallHouse, one: Prepared) -> Answer:
    said = Correction(house.house.actor("sok"), one.ref, one.seq, {"place_safe": False}, (), "wrong", f"fix {one.ref}")
    return correct(house.house, said, house.clock.now())


def _say_yes(house: SmallHouse, one: Prepared) -> Answer:
    said = SecondAnswer(house.house.actor("dara"), one.also["attempt"], True, "seen", f"yes {one.ref}")
    return override(house.house, said, house.clock.now())


def _refuse(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("act", "sok", one.ref, action="close", reason="why", key=f"close {one.ref}")


def _remove_partner(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("act", "dara", one.also["partner"], action="remove", key=f"remove {one.ref}")


def _elapse(house: SmallHouse, one: Prepared) -> None:
    """What a sweep does with one family; the other families of this house are not its business here."""
    house.clock.move_to(LATER)
    with house.store.look() as tx:
        rows = [row for row in tx.due_of(one.ref) if row.at <= LATER]
    if rows:
        elapse(house.house, rows, LATER)


def _look(house: SmallHouse, one: Prepared) -> None:
    look(house.house, house.house.actor("sok"), one.ref, house.clock.now())


def _with_a_secret(house: SmallHouse) -> Prepared:
    case = house.open("sok", secret="s")
    return Prepared(case, (case,))


USE_CASES = {
    "open": UseCase(_nothing_yet, _open),
    "open a child": UseCase(_a_case, _open_child),
    "record": UseCase(_a_case, _record),
    "act, and what follows": UseCase(_a_case, _raise_alarm),
    "assign": UseCase(_a_case, _assign),
    "correct, and what is undermined": UseCase(_an_undermined_step, _correct),
    "a second person says yes": UseCase(_an_open_attempt, _say_yes),
    "refuse": UseCase(_a_case, _refuse),
    "wake another family": UseCase(_a_trusting_case, _remove_partner),
    "elapse": UseCase(_a_trusting_case, _elapse),
    "look": UseCase(_with_a_secret, _look),
}
