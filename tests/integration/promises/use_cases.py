"""One of each thing that the house does, on a family of its own: how it is prepared, and how it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cases.answers import Answer
from cases.correct import Correction, correct
from cases.elapse import elapse, take_family
from cases.errors import Failed
from cases.house import House
from cases.look import look
from cases.migrate import migrate
from cases.override import SecondAnswer, override
from cases.ports import Due, DueKind, Person, Store, Transaction
from cases.read_history import read_history
from cases.register_people import register_people
from cases.request import Request
from cases.take_step import take_step
from cases.why import why
from config.definition import FactValue
from state_machine.rules import Rules
from tests.houses import SMALL_STAFF, START, SmallHouse, rules_of, staff
from tests.small_workflow import SMALL
from wiring.people import ListedPeople

LATER = START + dt.timedelta(days=1)
OWED = "owe a house request"
PLACE_SAFE = "place_safe: {kind: yes_no, starts: false, by: [manager],"
# As the small workflow, but few may see whether the place is safe: so that whoever is told leaves a trace of it.
WATCHFUL = SMALL.replace(PLACE_SAFE, f"{PLACE_SAFE} seen_by: [manager],")
NEXT = WATCHFUL.replace("says: A small house", "says: The next version")


@lru_cache
def versions() -> tuple[Rules, Rules]:
    """The workflow in force, and the one to which families are moved."""
    return rules_of(WATCHFUL), rules_of(NEXT)


class TwoVersions:
    """Both versions, the first of them in force."""

    def rules(self, hash_: str) -> Rules:
        """The version of this hash."""
        return next(one for one in versions() if one.hash == hash_)

    def current(self, name: str | None) -> Rules:  # noqa: ARG002 - there is one name
        """The version in which families are opened."""
        return versions()[0]


@dataclass
class Prepared:
    """A family about which something is going to happen: the one to act on, all roots concerned, and what else."""

    ref: str
    roots: tuple[str, ...]
    also: dict[str, str] = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True)
class UseCase:
    """`do` answers what the door answered, if it is something that has a key. `anew`: done again it is another one."""

    prepare: Callable[[SmallHouse], Prepared]
    do: Callable[[SmallHouse, Prepared], Answer | None]
    anew: bool = False


def house_on(store: Store, seed: str) -> SmallHouse:
    """The house of one use case; references are its own."""
    house = SmallHouse(versions()[0], staff(**SMALL_STAFF), store, seed)
    house.house = replace(house.house, workflows=TwoVersions())
    return house


def _a_case(house: SmallHouse) -> Prepared:
    case = house.open("sok", place_safe=True, group="adult")
    house.record("maly", case, care="given")
    return Prepared(case, (case,))


def _nothing_yet(house: SmallHouse) -> Prepared:
    with house.store.look() as tx:
        own = tx.person_ref("vuth")
    assert own is not None
    return Prepared(own, (), {"key": f"open {house.seed}"})


def _a_mistrusting_case(house: SmallHouse) -> Prepared:
    partner = house.open("dara", "partner")
    house.act("dara", partner, "remove")
    case = house.open("sok", place_safe=True, partner=partner)
    return Prepared(case, (case, partner), {"partner": partner})


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


def _relist_partner(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("act", "dara", one.also["partner"], action="relist", key=f"relist {one.ref}")


def _take(house: SmallHouse, one: Prepared, *kinds: DueKind) -> None:
    """What a sweep does with rows of one family; the other families of this house are not its business here."""
    house.clock.move_to(LATER)
    rows = _due(house, one, *kinds)
    if rows:
        elapse(house.house, rows, LATER)


def _due(house: SmallHouse, one: Prepared, *kinds: DueKind) -> list[Due]:
    with house.store.look() as tx:
        return [row for row in tx.due_of(one.ref) if row.at <= LATER and row.kind in kinds]


def _elapse(house: SmallHouse, one: Prepared) -> None:
    _take(house, one, "lapse")


def _a_case_to_be_woken(house: SmallHouse) -> Prepared:
    one = _a_mistrusting_case(house)
    _relist_partner(house, one)
    return one


def _wake(house: SmallHouse, one: Prepared) -> None:
    _take(house, one, "wake")


def _a_case_that_relied_on_a_vetting(house: SmallHouse) -> Prepared:
    somebody = _somebody(house)
    person, now = somebody.also["person"], house.clock.now()
    known, dir_, sok = _with(house, person), house.house.actor("dir"), house.house.actor("sok")
    vetting = take_step(known, Request("record", dir_, somebody.ref, facts={"vetting": "clear"}), now).seq
    case = house.open("sok")
    for kind, actor in (("assign", sok), ("unassign", house.house.actor("dara"))):
        request = Request(kind, actor, case, assigned=person, role="helper")  # type: ignore[arg-type]  # a literal
        assert take_step(known, request, now).decision == "applied"
    correct(house.house, Correction(dir_, somebody.ref, vetting, reason="wrong"), now)
    return Prepared(case, (case,))


def _undermine(house: SmallHouse, one: Prepared) -> None:
    _take(house, one, "undermined")


def _a_case_about_which_the_house_owes(house: SmallHouse) -> Prepared:
    one = _a_case(house)
    with house.store.step() as tx:
        tx.note(one.ref, [], put_due=[Due(one.ref, one.ref, "request", "stuck.row", START)])
    return one


def _owe(house: SmallHouse, one: Prepared) -> None:
    _take(house, one, "request")


@dataclass
class Sore:
    """A store in which no step can be written, so that a sweep has to postpone."""

    store: Store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """A transaction that takes notes alone."""
        with self.store.step() as tx:
            yield SoreTransaction(tx)


class SoreTransaction:
    """Notes alone."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def commit_step(self, writes: object) -> int:
        """Fail."""
        raise Failed(f"it is sore: {type(writes).__name__}")


def _postpone(house: SmallHouse, one: Prepared) -> None:
    house.clock.move_to(LATER)
    rows = _due(house, one, "lapse")
    if rows:
        take_family(replace(house.house, store=Sore(house.store)), rows, LATER)


def _with(house: SmallHouse, person: str, **facts: FactValue) -> House:
    """The house with one more helper in it, of whom this is known."""
    people = {**staff(**SMALL_STAFF), person: Person(person, frozenset({"helper"}), facts=facts)}
    return replace(house.house, people=ListedPeople(people))


def _somebody(house: SmallHouse) -> Prepared:
    person = f"helper of {house.seed}"
    register_people(_with(house, person), versions()[0], house.clock.now())
    with house.store.look() as tx:
        ref = tx.person_ref(person)
    assert ref is not None
    return Prepared(ref, (ref,), {"person": person})


def _register(house: SmallHouse, one: Prepared) -> None:
    register_people(_with(house, one.also["person"], vetting="clear"), versions()[0], house.clock.now())


def _refuse_a_root(house: SmallHouse, one: Prepared) -> Answer:
    known = _with(house, one.also["person"])
    request = Request("open", known.actor(one.also["person"]), None, process="case", key=f"open {one.ref}")
    return take_step(known, request, house.clock.now())


def _migrate(house: SmallHouse, one: Prepared) -> Answer:
    return migrate(house.house, one.ref, versions()[1].hash, house.clock.now())


def _unassign(house: SmallHouse, one: Prepared) -> Answer:
    return house.ask("unassign", "dara", one.ref, assigned="sok", role="manager", key=f"unassign {one.ref}")


def _say_no(house: SmallHouse, one: Prepared) -> Answer:
    said = SecondAnswer(house.house.actor("dara"), one.also["attempt"], False, "no", f"no {one.ref}")
    return override(house.house, said, house.clock.now())


def _read_history(house: SmallHouse, one: Prepared) -> None:
    read_history(house.house, house.house.actor("sok"), one.ref, house.clock.now())


def _an_unsafe_place(house: SmallHouse) -> Prepared:
    case = house.open("sok", place_safe=False)
    return Prepared(case, (case,))


def _why(house: SmallHouse, one: Prepared) -> None:
    why(house.house, house.house.actor("sok"), one.ref, house.clock.now(), "begin_talk")


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
    "wake another family": UseCase(_a_mistrusting_case, _relist_partner),
    "elapse": UseCase(_a_trusting_case, _elapse),
    "look": UseCase(_with_a_secret, _look, anew=True),
    "read the history": UseCase(_with_a_secret, _read_history, anew=True),
    "ask why": UseCase(_an_unsafe_place, _why, anew=True),
    "unassign": UseCase(_a_case, _unassign),
    "a second person says no": UseCase(_an_open_attempt, _say_no),
    "refuse a root": UseCase(_somebody, _refuse_a_root),
    "register people": UseCase(_somebody, _register),
    "migrate": UseCase(_a_case, _migrate),
    "be woken": UseCase(_a_case_to_be_woken, _wake),
    "be undermined from elsewhere": UseCase(_a_case_that_relied_on_a_vetting, _undermine),
    "postpone": UseCase(_a_case, _postpone),
    OWED: UseCase(_a_case_about_which_the_house_owes, _owe),
}
