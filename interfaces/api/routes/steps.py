"""Attempts: open, record, correct, act, assign, unassign. Each passes the one door, or is refused with every reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from fastapi.responses import Response

from cases.correct import Correction, correct
from cases.request import Request
from cases.take_step import take_step
from interfaces.api.answering import answered
from interfaces.api.asked import An, Asked
from interfaces.api.given import Reading, actions_of, find
from interfaces.api.models import (
    NAME,
    Acting,
    AnswerTold,
    Assigning,
    Correcting,
    Opening,
    OpeningOfAny,
    Recording,
    Unassigning,
)
from interfaces.api.places import LARGEST_JSON, STEP, ApiPlaces, Gives, Takes
from interfaces.api.problems import ApiProblem, Wrong
from state_machine.rules import Rules

CASE = "case"
WITH_DOCUMENTS = Takes(largest=15 * LARGEST_JSON, decides=True)
places = ApiPlaces("steps")


@places.change("/cases", Gives(AnswerTold, status=201, tagged=True), WITH_DOCUMENTS, area="staff", named="open_case")
def open_case(asked: An, body: Opening) -> Response:
    """Open a case."""
    return _open(asked, body, CASE, None)


@places.change(
    "/instances", Gives(AnswerTold, status=201, tagged=True), WITH_DOCUMENTS, area="staff", named="open_instance"
)
def open_instance(asked: An, body: OpeningOfAny) -> Response:
    """Open an instance of any process, under another one or alone."""
    return _open(asked, body, body.process, body.under)


def _open(asked: Asked, body: Opening, process: str, under: str | None) -> Response:
    parent = asked.enter(under, "case_act") if under is not None else None
    reading = Reading(asked.now)
    rules = _rules(asked, body.workflow) if parent is None else find(asked.house, parent).rules
    if parent is not None and body.workflow is not None:
        reading.add("/workflow", "nothing: what stands under another instance follows its workflow")
    reading.known("/process", process, rules.workflow.processes)
    reading.done()
    declared = rules.workflow.processes[process]
    _fits(asked, reading, parent, declared.parent)
    facts = reading.facts(body.facts, process, declared.facts)
    observed = reading.observed(body.observed, rules)
    documents = reading.documents(body.documents, facts)
    reading.done()
    request = Request(
        "open",
        asked.actor,
        parent,
        process=process,
        facts=facts,
        documents=documents,
        observed=observed,
        reason=body.reason,
        key=asked.key,
        if_revision=asked.if_revision,
        workflow=body.workflow,
    )
    return answered(asked, take_step(asked.house, request, asked.now), opened=True)


def _rules(asked: Asked, workflow: str | None) -> Rules:
    """The version that a new family follows. Raises ApiProblem for a workflow that is not in force here."""
    in_force = dict.fromkeys(one.name for one in asked.house.store.versions.publications())
    if workflow is not None and workflow not in in_force:
        raise ApiProblem("unknown_name", wrong=(Wrong("/workflow", f"one of {', '.join(in_force)}"),))
    return asked.house.workflows.current(workflow)


def _fits(asked: Asked, reading: Reading, parent: str | None, needed: str | None) -> None:
    """What is opened stands under an instance of the process that it needs, or alone."""
    found = find(asked.house, parent).instance.process if parent is not None else None
    if found != needed:
        reading.add("/under", f"the reference of a {needed}" if needed else "nothing: it stands alone")


@places.change(
    "/instances/{ref}/facts", Gives(AnswerTold, tagged=True), WITH_DOCUMENTS, area="case_act", named="record_facts"
)
def record(asked: An, body: Recording) -> Response:
    """Record facts about an instance."""
    found, reading = find(asked.house, asked.ref), Reading(asked.now)
    facts = reading.facts(body.facts, found.instance.process, found.facts)
    observed = reading.observed(body.observed, found.rules)
    documents = reading.documents(body.documents, facts)
    reading.done()
    request = Request(
        "record",
        asked.actor,
        asked.ref,
        facts=facts,
        documents=documents,
        observed=observed,
        key=asked.key,
        if_revision=asked.if_revision,
    )
    return answered(asked, take_step(asked.house, request, asked.now))


@places.change(
    "/instances/{ref}/corrections", Gives(AnswerTold, tagged=True), STEP, area="case_act", named="correct_facts"
)
def correct_facts(asked: An, body: Correcting) -> Response:
    """Withdraw what a journal entry recorded, and record what is right; the old values stay in the journal."""
    found, reading = find(asked.house, asked.ref), Reading(asked.now)
    facts = reading.facts(body.facts, found.instance.process, found.facts)
    for name in body.only:
        reading.known("/only", name, found.facts)
    reading.done()
    names = tuple(dict.fromkeys((*body.only, *facts))) if body.only else tuple(facts)
    said = Correction(asked.actor, asked.ref, body.entry, facts, names, body.reason, asked.key, asked.if_revision)
    return answered(asked, correct(asked.house, said, asked.now))


@places.change(
    "/instances/{ref}/actions/{action}",
    Gives(AnswerTold, tagged=True),
    WITH_DOCUMENTS,
    area="case_act",
    named="attempt_action",
)
def act(asked: An, action: Annotated[str, Path(pattern=NAME)], body: Acting) -> Response:
    """Attempt an action, with the answers that it asks."""
    found, reading = find(asked.house, asked.ref), Reading(asked.now)
    reading.known("/action", action, actions_of(found.rules.workflow, found.instance.process))
    facts = reading.facts(body.facts, found.instance.process, found.facts)
    observed = reading.observed(body.observed, found.rules)
    documents = reading.documents(body.documents, facts)
    reading.done()
    request = Request(
        "act",
        asked.actor,
        asked.ref,
        action=action,
        facts=facts,
        documents=documents,
        observed=observed,
        reason=body.reason,
        key=asked.key,
        if_revision=asked.if_revision,
    )
    return answered(asked, take_step(asked.house, request, asked.now))


@places.change("/instances/{ref}/assignments", Gives(AnswerTold, tagged=True), STEP, area="case_act", named="assign")
def assign(asked: An, body: Assigning) -> Response:
    """Put a person into a role, on this instance and everything below it."""
    found, reading = find(asked.house, asked.ref), Reading(asked.now)
    reading.known("/role", body.role, found.rules.workflow.roles)
    reading.colleague("/person", body.person, asked.house)
    _has(reading, found.rules, found.instance.process, "assign")
    reading.done()
    request = Request(
        "assign",
        asked.actor,
        asked.ref,
        assigned=body.person,
        role=body.role,
        reason=body.reason,
        key=asked.key,
        if_revision=asked.if_revision,
    )
    return answered(asked, take_step(asked.house, request, asked.now))


@places.change(
    "/instances/{ref}/unassignments", Gives(AnswerTold, tagged=True), STEP, area="case_act", named="unassign"
)
def unassign(asked: An, body: Unassigning) -> Response:
    """Take a role from whoever holds it on this instance."""
    found, reading = find(asked.house, asked.ref), Reading(asked.now)
    reading.known("/role", body.role, found.rules.workflow.roles)
    _has(reading, found.rules, found.instance.process, "unassign")
    reading.done()
    request = Request(
        "unassign",
        asked.actor,
        asked.ref,
        role=body.role,
        reason=body.reason,
        key=asked.key,
        if_revision=asked.if_revision,
    )
    return answered(asked, take_step(asked.house, request, asked.now))


def _has(reading: Reading, rules: Rules, process: str, action: str) -> None:
    """A process must have the reserved action at all."""
    if action not in rules.workflow.processes[process].actions:
        reading.add("/role", f"an instance on which roles are given; a {process} has none", "unknown_name")
