"""Opening a sealed document by right; a sight of what few may see is journaled."""

from __future__ import annotations

import datetime as dt

from cases.effects import who
from cases.house import House
from cases.journal import Kind
from cases.look import looks_as
from cases.ports import Document, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial
from state_machine.evaluation import Evaluation
from state_machine.roles import may_see
from state_machine.view import Actor


def open_document(house: House, actor: Actor, ref: str, fact: str, now: dt.datetime) -> Document | None:
    """The document that a fact of an instance names, at `now` (aware, UTC), where this person may read the fact.

    None where they may not, where the fact is none that holds a document, and where there is none: the three are not
    told apart. A fact with `seen_by` leaves a journal entry (`case:fact:seen`). Raises UnknownReference.
    """
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, actor, ref, fact, now, trial))


def _one_try(
    house: House, tx: Transaction, actor: Actor, ref: str, fact: str, now: dt.datetime, trial: Trial
) -> Document | None:
    ws = load_workspace(house, tx, ref, now, trial)
    instance = ws.instances[ref]
    declared = ws.family_rules.workflow.processes[instance.process].facts.get(fact)
    recorded = instance.facts.get(fact)
    if declared is None or declared.kind != "document" or recorded is None:
        return None
    reader = looks_as(ws, instance, actor)
    if not may_see(ws.family_rules, Evaluation(ws, ws.now, reader), instance, reader, fact):
        return None
    found = tx.document(ws.family, str(recorded.value))
    if found is not None and declared.seen_by is not None:
        tx.note(ws.family, [ws.entry(ref, Kind.SEEN, who(reader), {"seen": [fact]})])
    return found
