"""What the house asks of somebody about a loan: a `house_request`, with its deadlines, its tasks and its journal.

It is owed by a due row that is written together with the loan, so that it is never forgotten; whoever lends also asks
at once, under the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.house import House
from cases.journal import Kind
from cases.ports import Due, Reading, Transaction
from cases.publish import publishers
from cases.recipients import with_role
from cases.staff import HouseWrites, Loan, LoanChange
from cases.undermined import HOUSE_REQUEST
from cases.workspace import Workspace
from config.definition import FactValue
from state_machine.rules import Rules
from state_machine.view import SYSTEM

EMERGENCY = "emergency"
ASK = "ask"
VERDICT = "verdict"


def kind_of(loan: Loan) -> str:
    """What the request about a loan is about, in the word of its `kind`."""
    return EMERGENCY if loan.way == "emergency" else ASK


def owed(loan: Loan) -> Due:
    """The row that owes the request about a loan, at the moment of asking."""
    return Due(loan.family, loan.instance, "request", f"{kind_of(loan)}.{loan.id}", loan.asked_at)


def request_of(tx: Reading, loan: Loan) -> str | None:
    """The reference of the request about a loan; None where it was not asked yet."""
    found = tx.keyed(SYSTEM, f"{loan.instance}.{owed(loan).name}")
    return found.instance if found is not None and found.outcome == "applied" else None


def write_loan(
    tx: Transaction,
    ws: Workspace,
    change: LoanChange,
    kind: Kind,
    clear: Mapping[str, Any],
    sealed: Mapping[str, Any],
    tried: tuple[tuple[str, str], ...] = (),
) -> None:
    """Write a loan with an entry in the journal of its instance, and commit; for a new one the request is owed."""
    loan = change.loan
    said = {"action": loan.way, "loan": loan.id, **clear}
    entry = ws.entry(loan.instance, kind, said, sealed)
    owing = (owed(loan),) if change.was is None else ()
    tx.administer(HouseWrites(ws.now, {ws.family: [entry]}, loans=(change,), tried=tried, put_due=owing))


def can_ask(rules: Rules) -> bool:
    """Whether a workflow knows requests by which supervision can be asked."""
    process = rules.workflow.processes.get(HOUSE_REQUEST)
    return process is not None and "kind" in process.facts and ASK in process.facts["kind"].values


def can_be_reviewed(rules: Rules) -> bool:
    """Whether a workflow can carry the review of an emergency access: nobody takes one that nobody looks at."""
    process = rules.workflow.processes.get(HOUSE_REQUEST)
    if process is None or VERDICT not in process.facts or "kind" not in process.facts:
        return False
    return EMERGENCY in process.facts["kind"].values


def asked_about(house: House, tx: Reading, loan: Loan) -> Mapping[str, FactValue]:
    """The facts of the request about a loan, as far as the workflow in force declares them.

    They name the loan and its reference, and nothing that was read.
    """
    workflow = house.workflows.current(None).workflow
    declared = workflow.processes[HOUSE_REQUEST].facts
    if loan.way == "people":
        return _asked_about_people(house, loan)
    what = "emergency access" if loan.way == "emergency" else "the narrative, asked for by an auditor"
    facts: dict[str, FactValue] = {"about": f"{loan.instance}: {what} ({loan.id})"}
    ref = tx.person_ref(loan.person)
    if loan.way == "emergency" and ref is not None:
        facts["taken_by"] = ref
    roles = declared["asked_role"].values if "asked_role" in declared else ()
    role = next((one for one in workflow.second_person if one in roles), None)
    if loan.way == "grant" and role is not None:
        facts["asked_role"] = role
    return {name: value for name, value in facts.items() if name in declared}


def _asked_about_people(house: House, loan: Loan) -> Mapping[str, FactValue]:
    """The same where an administrator asks; asked is the first role that somebody else than these two has."""
    rules = house.workflows.current(None)
    declared = rules.workflow.processes[HOUSE_REQUEST].facts
    what = f"{loan.needed} as {loan.words}" if loan.kind == "titles" else f"signing in of {loan.needed} ({loan.kind})"
    facts: dict[str, FactValue] = {"about": f"{loan.person} asks a second person about {what}: {loan.id}"}
    known = declared["asked_role"].values if "asked_role" in declared else ()
    for role in publishers(rules.workflow):
        if role in known and set(with_role(house.people, rules, role)) - {loan.person, loan.needed}:
            facts["asked_role"] = role
            break
    return {name: value for name, value in facts.items() if name in declared}
