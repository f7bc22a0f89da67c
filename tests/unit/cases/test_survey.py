"""One reading for a whole page answers what its parts answer by themselves, and journals what they journal."""

from __future__ import annotations

import orjson
import pytest

from cases.due_list import due_of
from cases.errors import UnknownReference
from cases.look import look
from cases.outlook import outlook
from cases.survey import survey
from cases.why import why
from tests.houses import SmallHouse, small_house

ONLY = {"note", "group"}


def told(house: SmallHouse, ref: str) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    """Kind, clear part without what is new in every entry, and what was seen, of each entry."""
    with house.store.look() as tx:
        entries = tx.entries(ref)
    place = {"seq", "previous", "commitment", "at", "attempt", "order"}
    return [
        (
            one.kind,
            {name: value for name, value in orjson.loads(one.clear).items() if name not in place},
            orjson.loads(one.sealed or b"{}").get("seen", {}),
        )
        for one in entries
    ]


@pytest.mark.parametrize("person", ["sok", "dara", "heng"])
def test_it_answers_what_its_parts_answer(person: str) -> None:
    house = small_house()
    case = house.open("sok", note="n", secret="s", group="adult")
    actor, now = house.house.actor(person), house.clock.now()
    found = survey(house.house, actor, case, now, only=ONLY)
    assert found.sight == look(house.house, actor, case, now, only=ONLY)
    assert list(found.answers) == list(why(house.house, actor, case, now))
    assert found.lines == due_of(house.house, case, now)
    assert found.outlook == outlook(house.house, actor, case, now)
    assert found.entries == ()


def test_it_journals_what_its_parts_journal() -> None:
    journals = []
    for together in (True, False):
        house = small_house()
        case = house.open("sok", note="n", secret="s", group="adult")
        actor, now = house.house.actor("sok"), house.clock.now()
        if together:
            survey(house.house, actor, case, now)
        else:
            look(house.house, actor, case, now)
            why(house.house, actor, case, now)
        journals.append(told(house, case))
    assert journals[0] == journals[1]
    assert [kind for kind, _, _ in journals[0]].count("case:fact:seen") >= 1


def test_it_journals_nothing_where_nothing_sensitive_is_shown() -> None:
    house = small_house()
    case = house.open("sok", note="n", secret="s")
    before = house.kinds(case)
    found = survey(house.house, house.house.actor("sok"), case, house.clock.now(), only={"note"}, journal=True)
    assert set(found.sight.facts) == {"note"}
    assert [entry.kind for entry in found.entries] == before == house.kinds(case)


def test_it_finds_no_instance_that_is_not_there() -> None:
    house = small_house()
    with pytest.raises(UnknownReference):
        survey(house.house, house.house.actor("sok"), "0000-0000-0000", house.clock.now())
