"""The journeys of every shipped workflow that is no mere adoption of another one: real lives, played to their ends."""

from __future__ import annotations

from collections import defaultdict

import pytest

from cases.journal import Kind
from interfaces.scenarios.library import house_for
from interfaces.scenarios.run import play
from storage.memory import MemoryStore
from tests.scenarios.packs import loaded, packs
from tests.scenarios.stories import journeys, story

FEWEST = 6
PACKS = [name for name in packs() if not set(loaded(name).workflow.extends) & set(packs())]
JOURNEYS = [(name, one.journey or 0) for name in PACKS for one in journeys(name)]


@pytest.mark.parametrize("name", PACKS)
def test_there_are_enough_and_they_are_numbered(name: str) -> None:
    numbers = [one.journey for one in journeys(name)]
    assert len(numbers) >= FEWEST
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(("name", "number"), JOURNEYS)
def test_each_passes(name: str, number: int) -> None:
    failure = story(number, name).result.failure
    assert failure is None, f"line {failure.line}: expected {failure.expected}, found {failure.found}"


@pytest.mark.parametrize(("name", "number"), JOURNEYS)
def test_each_is_long_enough_to_matter_and_short_enough_to_read(name: str, number: int) -> None:
    one = story(number, name)
    assert 20 <= len(one.scenario.steps) <= 70
    assert one.scenario.steps[-1].check is not None
    assert one.scenario.says
    assert one.scenario.starts_at < one.on.clock.now()


@pytest.mark.parametrize(("name", "number"), JOURNEYS)
def test_each_teaches_rules(name: str, number: int) -> None:
    steps = story(number, name).scenario.steps
    refused = [step for step in steps if step.expect != "applied"]
    assert len(refused) + len([step for step in steps if step.advised]) >= 3
    assert all(step.because or step.only_because for step in refused)


@pytest.mark.parametrize(("name", "number"), JOURNEYS)
def test_no_rung_of_a_round_comes_twice(name: str, number: int) -> None:
    one = story(number, name)
    assert len(one.rungs) == len(set(one.rungs))


@pytest.mark.parametrize("name", PACKS)
def test_they_remind_and_escalate(name: str) -> None:
    kinds = {line.kind for one in journeys(name) for line in story(one.journey or 0, name).lines}
    assert {Kind.REMINDED, Kind.BREACHED, Kind.DATED} <= kinds


@pytest.mark.parametrize("name", PACKS)
def test_they_play_one_after_another_in_one_house(name: str) -> None:
    store = MemoryStore()
    assert [play(one, house_for(one, store)).failure for one in journeys(name)] == [None] * len(journeys(name))


@pytest.mark.parametrize("name", PACKS)
def test_they_share_their_people(name: str) -> None:
    said = defaultdict(set)
    for one in journeys(name):
        for person, about in one.people.items():
            said[person].add(about.model_dump_json())
    assert {person: found for person, found in said.items() if len(found) > 1} == {}
