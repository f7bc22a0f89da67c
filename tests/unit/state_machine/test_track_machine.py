"""Tracks: the machine and the table compiled from the same arrows are equal (design §2.2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings

from state_machine.rules import ProcessRules, Rules
from state_machine.track_machine import Arrow
from tests.tables.write import rules_of, shipped
from tests.unit.state_machine.generated import workflows
from tests.unit.state_machine.town import compiled

RULES = compiled("""
case:
  tracks:
    case: {starts: open, states: {open: {}, watched: {}, closed: {}}}
    other: {starts: a, states: {a: {}, b: {}}}
  actions:
    close: {by: [manager], moves: {case: {from: [open, watched], to: closed}}}
    reopen: {by: [manager], moves: {case: {from: [closed], to: open, otherwise: stay}, other: {from: any, to: a}}}
    settle: {by: [manager], moves: {other: {from: any, to: b}}}
    look: {by: [manager]}
""")
CASE = RULES.processes["case"]


def differences(process: ProcessRules) -> list[str]:
    """Where the table that decisions read says something else than the machine."""
    found = []
    for action in process.actions.values():
        moved = {arrows.track: arrows for arrows in action.arrows}
        for track, machine in process.machines.items():
            for state in machine.states:
                arrows = moved.get(track)
                table = arrows.follow(state) if arrows is not None else None
                told = machine.follow(action.name, state)
                stays = arrows is not None and arrows.stays and told is None
                if table != (state if stays else told):
                    found.append(f"{process.name}.{track}: {action.name} from {state}: {table} and {told}")
    return found


class TestTheMachine:
    def test_has_the_states_of_its_track(self) -> None:
        assert CASE.machines["case"].states == ("open", "watched", "closed")
        assert CASE.machines["case"].starts == "open"

    def test_has_the_arrows_in_order_of_actions_and_states(self) -> None:
        assert CASE.machines["case"].arrows == (
            Arrow("close", "open", "closed"),
            Arrow("close", "watched", "closed"),
            Arrow("reopen", "closed", "open"),
        )

    def test_has_an_arrow_from_every_state_for_any(self) -> None:
        assert [arrow for arrow in CASE.machines["other"].arrows if arrow.action == "settle"] == [
            Arrow("settle", "a", "b"),
            Arrow("settle", "b", "b"),
        ]

    def test_leads_nowhere_but_along_its_arrows(self) -> None:
        machine = CASE.machines["case"]
        assert machine.follow("close", "open") == "closed"
        assert machine.follow("close", "closed") is None
        assert machine.follow("look", "open") is None

    def test_has_no_trigger_of_its_own_making(self) -> None:
        actions = {arrow.action for arrow in CASE.machines["case"].arrows}
        assert actions == {"close", "reopen"}

    def test_can_be_asked_by_many_threads_at_once(self) -> None:
        machine = CASE.machines["case"]
        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(lambda _: machine.follow("close", "open"), range(500)))
        assert answers == {"closed"}


class TestTheTable:
    def test_refuses_where_no_arrow_leaves(self) -> None:
        (arrows,) = CASE.actions["close"].arrows
        assert [arrows.follow(state) for state in ("open", "watched", "closed")] == ["closed", "closed", None]

    def test_stays_where_the_action_says_so(self) -> None:
        arrows = CASE.actions["reopen"].arrows[0]
        assert [arrows.follow(state) for state in ("open", "watched", "closed")] == ["open", "watched", "open"]

    @pytest.mark.parametrize("name", shipped())
    def test_equals_the_machine_in_every_shipped_workflow(self, name: str) -> None:
        assert [line for process in rules_of(name).processes.values() for line in differences(process)] == []

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(workflows())
    def test_equals_the_machine_in_generated_workflows(self, rules: Rules) -> None:
        assert [line for process in rules.processes.values() for line in differences(process)] == []
