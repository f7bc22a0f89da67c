"""A fact that lasts as long as another one says: its row moves with that other, and with the workflow's version."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from cases.correct import Correction, correct
from cases.migrate import migrate
from state_machine.rules import Rules
from tests.houses import START, SmallHouse, rules_of, staff

KEEPING = """
workflow: keeping
says: A house in which the case says how long what is seen on a visit counts
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: manager
roles: {manager: {says: Manager}}
processes:
  - process: case
    tracks: {case: {starts: open, states: {open: {}}}}
    facts:
      keeps:
        kind: period
        starts: STARTS
        by: [manager]
        lasts: {for: P20D, source: &house {house: manager, decided: 2026-11-01, why: a test}}
    actions: {open: {by: [manager]}}
  - process: visit
    parent: case
    tracks: {visit: {starts: held, states: {held: {}, stale: {}}}}
    facts: {safe: {kind: yes_no, starts: false, by: [manager], lasts: {for: {fact: keeps, of: case}, source: *house}}}
    guards: {no_longer_safe: {require: {fact: safe, is: false}}}
    actions:
      open: {by: [manager]}
      grow_stale: {automatic: true, moves: {visit: {from: [held], to: stale}}, guards: [no_longer_safe]}
"""
RULES, NEXT = rules_of(KEEPING.replace("STARTS", "P40D")), rules_of(KEEPING.replace("STARTS", "P2D"))


class Versions:
    """Both versions, the first in force."""

    def rules(self, hash_: str) -> Rules:
        """The version of this hash."""
        return {one.hash: one for one in (RULES, NEXT)}[hash_]

    def current(self, name: str | None) -> Rules:
        """The version in which families are opened."""
        return RULES if name in (None, "keeping") else NEXT


@pytest.fixture
def house() -> SmallHouse:
    """A house with both versions."""
    made = SmallHouse(RULES, staff(sok="manager"))
    made.house = replace(made.house, workflows=Versions())
    return made


def visited(house: SmallHouse, **facts: str) -> tuple[str, str]:
    """A case with a visit at which all was safe."""
    case = house.open("sok", **facts)
    return case, house.open("sok", "visit", case, safe=True)


def lapses_after(house: SmallHouse, visit: str) -> dt.timedelta | None:
    """After what time what was seen on the visit lapses, by its row."""
    with house.store.look() as tx:
        rows = [row for row in tx.due_of(house.instance(visit).family) if (row.instance, row.kind) == (visit, "lapse")]
    return rows[0].at - START if rows else None


class TestAFigureOnTheInstanceAbove:
    def test_moves_the_row_when_it_is_recorded(self, house: SmallHouse) -> None:
        case, visit = visited(house, keeps="P10D")
        assert lapses_after(house, visit) == dt.timedelta(days=10)
        house.record("sok", case, keeps="P3D")
        assert lapses_after(house, visit) == dt.timedelta(days=3)
        assert house.wait(days=3).followed == ((visit, "grow_stale"),)

    def test_moves_the_row_when_it_is_withdrawn(self, house: SmallHouse) -> None:
        case, visit = visited(house)
        seq = house.record("sok", case, keeps="P3D").seq
        said = Correction(house.house.actor("sok"), case, seq, only=("keeps",), reason="a slip")
        assert correct(house.house, said, house.clock.now()).decision == "applied"
        assert lapses_after(house, visit) == dt.timedelta(days=40)

    def test_moves_the_row_when_it_lapses_itself(self, house: SmallHouse) -> None:
        _, visit = visited(house, keeps="P30D")
        house.wait(days=20)  # from then on it reads as forty days again
        assert lapses_after(house, visit) == dt.timedelta(days=40)

    def test_that_is_another_in_the_next_version_moves_the_row(self, house: SmallHouse) -> None:
        case, visit = visited(house)
        assert lapses_after(house, visit) == dt.timedelta(days=40)
        migrate(house.house, case, NEXT.hash, house.clock.now())
        assert lapses_after(house, visit) == dt.timedelta(days=2)
        assert house.wait(days=2).followed == ((visit, "grow_stale"),)

    def test_ends_it_at_once_where_its_time_has_passed(self, house: SmallHouse) -> None:
        case, visit = visited(house, keeps="P10D")
        house.wait(days=5)
        answer = house.record("sok", case, keeps="P3D")
        assert answer.followed == ((visit, "grow_stale"),)
        assert lapses_after(house, visit) is None
