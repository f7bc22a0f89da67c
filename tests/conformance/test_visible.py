"""What somebody may open is the same as a relation and as a list, on every store: compared on drawn families."""

from __future__ import annotations

import random
from typing import Any

import pytest

from access.decide import Relation
from access.relation import Reach, relation_in
from cases.ports import Store
from cases.staff import HouseWrites, Loan, LoanChange
from state_machine.view import Instance
from tests.conformance.making import START, commit, instance, later, opening

PEOPLE = ("ana", "bo", "chan", "dara")
ROOTS = ("case", "case", "case", "provider", "staff_member")


def drawn(chance: random.Random, number: int) -> tuple[Instance, ...]:
    """A family of up to six instances, three deep at most, held by some of these people or by nobody."""
    root = f"F{number}"
    refs = [root]
    process = chance.choice(ROOTS)
    members = []
    for ordinal in range(chance.randint(1, 6)):
        ref = root if ordinal == 0 else f"{root}-{ordinal}"
        parent = chance.choice(refs) if ordinal else None
        refs.append(ref)
        held = {role: chance.choice(PEOPLE) for role in ("manager", "nurse") if chance.random() < 0.2}
        other: dict[str, Any] = {
            "family": root,
            "parent": parent,
            "ordinal": ordinal,
            "process": process if ordinal == 0 else "visit",
            "holders": held,
            "opened_by": chance.choice(PEOPLE),
            "opened_at": later(minutes=number),
        }
        if process == "staff_member" and ordinal == 0 and number < len(PEOPLE):
            other["stands_for"] = PEOPLE[number]
        members.append(instance(ref, **other))
    return tuple(members)


def reaches(chance: random.Random) -> list[Reach]:
    """Viewers of every kind, some of whom stand in for others."""
    found = []
    for person in PEOPLE:
        others = frozenset(one for one in PEOPLE if one != person and chance.random() < 0.3)
        for staff, auditor in ((True, False), (False, True), (True, True), (False, False)):
            processes = frozenset({"provider"}) if chance.random() < 0.5 else frozenset[str]()
            every = staff and chance.random() < 0.2
            found.append(Reach(person, others, every, processes, staff, auditor, later(hours=1)))
    return found


@pytest.fixture
def refs(store: Store) -> list[str]:
    """The references of thirty families, and things lent of a third of them: open, over and only asked for."""
    chance = random.Random(20270104)
    all_ = []
    for number in range(30):
        root, *children = drawn(chance, number)
        commit(store, opening(root.ref, *children, **{name: getattr(root, name) for name in Instance.__slots__[1:]}))
        all_ += [root.ref, *(one.ref for one in children)]
        if number % 3 == 0:
            lend(store, chance, root.ref)
    return all_


def lend(store: Store, chance: random.Random, family: str) -> None:
    way = chance.choice(("emergency", "grant"))
    until = later(hours=chance.choice((0, 2)), minutes=30)
    state = chance.choice(("open", "open", "ended", "asked"))
    loan = Loan(family, way, chance.choice(PEOPLE), family, family, "danger", "all", "words", START, until, state)  # type: ignore[arg-type]  # words of the kinds
    with store.step() as tx:
        tx.administer(HouseWrites(START, {}, loans=(LoanChange(loan, None),)))


def test_a_list_holds_what_a_relation_opens(store: Any, refs: list[str]) -> None:
    seen = set()
    for reach in reaches(random.Random(1)):
        by_relation = {ref: relation_in(reach, store.staff.around(ref, reach.person, reach.now)) for ref in refs}
        seen |= set(by_relation.values())
        opened = {ref for ref, relation in by_relation.items() if relation is not Relation.NONE}
        assert set(store.staff.visible(reach)) == opened, reach
    assert seen == set(Relation), "every relation has come up"


def test_a_list_is_of_one_process_newest_first_and_ends(store: Any, refs: list[str]) -> None:
    everything = Reach("ana", frozenset(), True, frozenset(), True, False, later(hours=1))
    assert sorted(store.staff.visible(everything)) == sorted(refs)
    cases = store.staff.visible(everything, "case")
    with store.look() as tx:
        assert cases == [one.ref for one in reversed(tx.list_instances("case"))]
    assert store.staff.visible(everything, "case", 3) == cases[:3]


def test_nothing_of_other_families_is_seen_by_looking_as_somebody(store: Any, refs: list[str]) -> None:
    """Whatever stands behind it, who sees everything sees everything."""
    everything = Reach("ana", frozenset(), True, frozenset(), True, False, later(hours=1))
    with store.look_as(everything) as tx:
        assert {one.ref for one in tx.list_instances(None)} == set(refs)
