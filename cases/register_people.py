"""Everybody who acts has an instance that stands for them: their vetting, gender and training are its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cases.cascade import follow
from cases.commit import commit
from cases.effects import effect
from cases.house import House
from cases.ports import Person, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from config.definition import FactValue
from state_machine.decision import Applied, Attempt
from state_machine.rules import Rules
from state_machine.view import SYSTEM, Actor


def register_people(house: House, rules: Rules, now: dt.datetime) -> None:
    """Open the missing instances of the process that `stands_for: person`, and record facts that changed, by the house.

    Does nothing where the workflow has no such process. Safe to call at every start and by two at once.
    """
    process = next((name for name, one in rules.workflow.processes.items() if one.stands_for), None)
    if process is None:
        return
    for person in house.people.all():
        _register(house, rules, process, person, now)


def register_person(house: House, person: Person, now: dt.datetime) -> None:
    """The same for one person, under the version in force, at `now` (aware, UTC)."""
    rules = house.workflows.current(None)
    process = next((name for name, one in rules.workflow.processes.items() if one.stands_for), None)
    if process is not None:
        _register(house, rules, process, person, now)


def _register(house: House, rules: Rules, process: str, person: Person, now: dt.datetime) -> None:
    declared = rules.workflow.processes[process].facts
    facts = {name: value for name, value in person.facts.items() if name in declared}

    def one_try(tx: Transaction, trial: Trial) -> None:
        ref = tx.person_ref(person.name)
        if ref is None:
            _open(house, tx, rules, process, person.name, facts, now)
            return
        ws = load_workspace(house, tx, ref, now, trial)
        known = ws.instances[ref].facts
        # The instance may still follow an older version, which does not have every fact.
        theirs = ws.family_rules.workflow.processes[process].facts
        changed = {
            name: value
            for name, value in facts.items()
            if name in theirs and (name not in known or known[name].value != value)
        }
        if changed:
            attempt = Attempt("record", ref, Actor(SYSTEM), process, facts=changed)
            _step(tx, ws, attempt)

    at_the_door(house, one_try)


def _open(
    house: House,
    tx: Transaction,
    rules: Rules,
    process: str,
    person: str,
    facts: Mapping[str, FactValue],
    now: dt.datetime,
) -> None:
    ref = house.ids.reference()
    ws = Workspace(house, tx, now, None, fresh=(ref, rules))
    attempt = Attempt("open", ref, Actor(SYSTEM), process, "open", facts=facts, assigned=person, by_skipped=True)
    _step(tx, ws, attempt)


def _step(tx: Transaction, ws: Workspace, attempt: Attempt) -> None:
    effect(ws, attempt, Applied(moves={}, outcomes={}))
    follow(ws)
    commit(tx, ws)
