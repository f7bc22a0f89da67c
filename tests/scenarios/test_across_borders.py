"""Returns across a border as they were played: what each side does, in the journal of one return."""

from __future__ import annotations

from pathlib import Path

import pytest

from interfaces.scenarios.model import read_scenario
from state_machine.view import SYSTEM
from tests.scenarios.stories import Story, journeys, story, tell

COMMIT = "commit"
NUMBERS = [one.journey or 0 for one in journeys(COMMIT)]
SENDING = ("announce", "depart")
RECEIVING = ("confirm_reception", "hand_over")


def returned(one: Story) -> bool:
    return bool(one.applied("repatriation", "hand_over"))


ACROSS = [number for number in NUMBERS if returned(story(number, COMMIT))]


def test_two_and_more_go_across() -> None:
    assert len(ACROSS) >= 2


@pytest.mark.parametrize("number", ACROSS)
class TestAReturn:
    def test_shows_both_sides_in_their_order(self, number: int) -> None:
        one = story(number, COMMIT)
        last = {line.action: line.order for line in one.applied("repatriation", *SENDING, *RECEIVING)}
        assert list(last) == sorted(last, key=lambda action: last[action])
        assert last["announce"] < last["confirm_reception"] < last["depart"] < last["hand_over"]

    def test_is_moved_by_people_of_each_side(self, number: int) -> None:
        one = story(number, COMMIT)
        roles = {name: said.roles for name, said in one.scenario.people.items()}
        there = {"receiving_manager", "receiving_focal_point"}
        for line in one.applied("repatriation", *RECEIVING):
            assert there & set(roles[line.actor]), line
        for line in one.applied("repatriation", *SENDING):
            assert not there & set(roles[line.actor]), line

    def test_leaves_both_tracks_at_their_end(self, number: int) -> None:
        handed = story(number, COMMIT).applied("repatriation", "hand_over")[0]
        assert (handed.moves["sending"][1], handed.moves["receiving"][1]) == ("handed_over", "received")
        assert handed.moves["repatriation"] == ["departed", "arrived"]

    def test_goes_on_with_first_words_until_follow_up_is_answered(self, number: int) -> None:
        one = story(number, COMMIT)
        handed = one.applied("repatriation", "hand_over")[0]
        opened = [line for line in one.lines if line.opens == "homecoming" or line.process == "homecoming"]
        assert opened[0].attempt == handed.attempt
        assert one.applied("homecoming", "go_home", "go_to_transit", "go_elsewhere")
        first, over = one.applied("homecoming", "keep_in_touch")[0], one.applied("homecoming", "pass_to_follow_up")[0]
        assert handed.order < first.order < over.order


def companies(one: Story) -> set[object]:
    """Who goes along on the legs of a journey, as it stands at its end."""
    legs = [step.name or "" for step in one.scenario.steps if step.open == "travel_leg"]
    return {one.instance(leg).facts["company"].value for leg in legs}


def test_a_child_is_escorted_on_each_leg_and_an_adult_may_decline() -> None:
    children, adults = set[object](), set[object]()
    for one in (story(number, COMMIT) for number in ACROSS):
        of = children if one.instance("c1").facts["age_group"].value == "child" else adults
        of |= companies(one)
    assert children == {"escorted"}
    assert "declined" in adults


SIDES = {"vse-3": (7, 8), "vn-2011": (8, 9)}
"""Where the receiving side is a house of the same kind: it has a file of its own, `after`, and people of its own."""
OF_TWO_HOUSES = [(name, number) for name, numbers in SIDES.items() for number in numbers]


def acting(one: Story, side: str) -> set[str]:
    """Who did something in the file of one side and below it."""
    with one.on.house.store.look() as tx:
        loaded = tx.load(one.result.names[side])
    assert loaded is not None
    refs = {inner.ref for inner in loaded.instances}
    return {line.actor for line in one.lines if line.ref in refs and line.actor != SYSTEM}


@pytest.mark.parametrize(("name", "number"), OF_TWO_HOUSES)
class TestTwoHouses:
    def test_the_person_leaves_the_one_and_is_received_by_the_other(self, name: str, number: int) -> None:
        one = story(number, name)
        before, after = one.instance("before"), one.instance("after")
        assert (before.tracks["stay"].state, after.tracks["stay"].state) == ("left", "here")
        (arrived,) = one.applied("repatriation", "arrive")
        assert max(line.order for line in one.applied("repatriation", "depart")) < arrived.order
        assert after.ref in [line.ref for line in one.applied("case", "receive")]

    def test_nobody_of_one_side_acts_on_the_other(self, name: str, number: int) -> None:
        one = story(number, name)
        people = {side: acting(one, side) for side in ("before", "after")}
        assert people["before"]
        assert people["after"]
        assert people["before"].isdisjoint(people["after"])

    def test_nobody_departs_against_the_own_wish(self, name: str, number: int) -> None:
        refused = [line for line in story(number, name).lines if line.action == "depart" and line.refused]
        assert refused


def test_three_standards_in_one_house_are_kept_together_across_a_border() -> None:
    path = Path(__file__).with_name("together") / "scenarios" / "across.yaml"
    one = tell(read_scenario(path))
    assert one.result.failure is None, f"line {one.result.failure.line}: {one.result.failure.found}"
    refused = {guard for line in one.refused("repatriation", "depart") for guard in line.because}
    assert {"receiving_side_is_told", "receiving_side_has_confirmed"} <= refused
    assert {"channel_is_safe"} <= {guard for line in one.refused("disclosure", "send") for guard in line.because}
    (handed,) = one.applied("repatriation", "hand_over")
    assert (handed.moves["sending"][1], handed.moves["receiving"][1]) == ("handed_over", "received")
