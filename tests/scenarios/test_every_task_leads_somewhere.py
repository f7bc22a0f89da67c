"""A task leads to where it is done, in each shipped workflow: to a form or a list that is there, for its role."""

from __future__ import annotations

from functools import lru_cache

import pytest

from state_machine.answering import WayToAnswer, ways_to_answer
from state_machine.rules import ProcessRules, Rules
from tests.scenarios.packs import loaded, packs

NOT_BY_FORM = {"open", "assign", "unassign"}
OTHERS_DO_IT = {"tell_of_the_gap", "renew_agreement", "agreement_ends"}
"""Tasks of asking somebody else, who does what ends them."""


@lru_cache
def rules(name: str) -> Rules:
    found = loaded(name)
    return Rules.compile(found.workflow, found.hash)


def tasks(name: str) -> list[tuple[ProcessRules, str, str]]:
    """Process, deadline and role of each task."""
    return [
        (process, key, one.model.task_for)
        for process in rules(name).processes.values()
        for key, one in process.deadlines.items()
        if one.model.task_for is not None
    ]


def is_there(name: str, process: ProcessRules, role: str, way: WayToAnswer) -> bool:
    """Whether a page answers it, on which whoever has the role finds the form or the list."""
    whole = rules(name)
    at = whole.processes[way.at] if way.at else process
    may = {other for other, titles in whole.titles_for.items() if role in titles} | {role}
    match way.kind:
        case "act":
            action = at.actions[way.name].model
            return way.name not in NOT_BY_FORM and (not way.able or bool(may & set(action.by)))
        case "record":
            return not way.able or bool(may & set(at.facts[way.name].recorders))
        case "open":
            return way.name in at.below and bool(may & set(whole.processes[way.name].actions["open"].model.by))
        case "below":
            return way.name in at.below
    return way.name == "" or way.name in whole.workflow.roles


@pytest.mark.parametrize("name", packs())
def test_every_task_leads_to_a_form_or_a_list_that_is_there(name: str) -> None:
    every = tasks(name)
    assert len(every) > 80
    led = {(process.name, key): ways_to_answer(rules(name), process, key) for process, key, _ in every}
    assert [task for task, ways in led.items() if not ways] == []
    dead = [
        (process.name, key, way)
        for process, key, role in every
        for way in led[process.name, key]
        if not is_there(name, process, role, way)
    ]
    assert dead == []
    assert {key for (_, key), ways in led.items() if not all(way.able for way in ways)} <= OTHERS_DO_IT


@pytest.mark.parametrize("name", packs())
def test_a_task_of_an_open_state_begins_at_its_action(name: str) -> None:
    """Where a track stands decides which actions are named: none that does not go from there."""
    whole = rules(name)
    referral = whole.processes["referral"]
    at = {**referral.start_states, "referral": "sent"}
    named = {way.name for way in ways_to_answer(whole, referral, "answer", at)}
    leaving = {arrow.action for arrow in referral.machines["referral"].leaving["sent"]}
    assert named
    assert named <= leaving


def test_the_nearest_way_is_named_alone() -> None:
    case = rules("kh-2009").processes["case"]

    def of(deadline: str) -> list[tuple[str, str]]:
        return [(way.kind, way.name) for way in ways_to_answer(rules("kh-2009"), case, deadline)]

    assert of("find_age") == [("record", "age_group")]
    assert of("explain_rights") == [("record", "rights_explained")]
    assert of("first_plan") == [("act", "begin_interim_plan"), ("act", "agree_plan")]
    assert of("health_assessments") == [("open", "assessment")]
    assert of("next_visit") == [("below", "visit")]
    assert of("name_a_case_manager") == [("assign", "case_manager")]
    assert of("find_other_worker") == [("assign", "")]
    assert of("tell_of_freedom") == [("record", "told_free")]
