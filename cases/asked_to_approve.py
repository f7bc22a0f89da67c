"""A version of a workflow that waits for a second person: those who may approve it are asked by a `house_request`.

So they have it among their tasks, are told at once and reminded, and somebody above them is told where they are silent.
What is approved or withdrawn is asked no longer: whoever did it has answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cases.house import House
from cases.loans import ASK
from cases.ports import Due
from cases.publications import Proposal
from cases.publish import publishers
from cases.recipients import with_role
from cases.request import Request
from cases.take_step import take_step
from cases.undermined import HOUSE_REQUEST
from config.definition import FactValue
from state_machine.view import SYSTEM

SHORT = 12


def asked_to_approve(house: House, proposal: Proposal) -> Mapping[str, FactValue]:
    """The facts of the request about a version that waits, as far as the workflow in force declares them.

    Asked is the first role that publishes and that somebody else than the proposer has; else whoever is asked always.
    """
    rules = house.workflows.current(None)
    declared = rules.workflow.processes[HOUSE_REQUEST].facts
    says = f"Version {proposal.hash[:SHORT]} of {proposal.name}, proposed by {proposal.asked_by}, waits for approval"
    facts: dict[str, FactValue] = {"kind": ASK, "about": says}
    known = declared["asked_role"].values if "asked_role" in declared else ()
    for role in publishers(rules.workflow):
        if role in known and set(with_role(house.people, rules, role)) - {proposal.asked_by}:
            facts["asked_role"] = role
            break
    return {name: value for name, value in facts.items() if name in declared}


def end_question(house: House, row: Due, proposal: Proposal, now: dt.datetime) -> None:
    """Answer the request about a version that waits no longer, by whoever approved or withdrew it.

    Does nothing where it was never asked. Where the workflow lets that person not answer, somebody else has to.
    """
    with house.store.look() as tx:
        asked = tx.keyed(SYSTEM, f"{row.instance}.{row.name}")
        if asked is None or asked.outcome != "applied" or proposal.answered_by is None:
            return
        loaded = tx.load(asked.instance)
    if loaded is None or "answer" in loaded.instances[0].done:
        return
    declared = house.workflows.rules(loaded.family.workflow).workflow.processes[HOUSE_REQUEST]
    facts = {"answer": proposal.state} if "answer" in declared.actions["answer"].asks else {}
    actor = house.actor(proposal.answered_by, None)
    key = f"{row.instance}.{row.name}.answered"
    take_step(house, Request("act", actor, asked.instance, action="answer", facts=facts, key=key), now)
