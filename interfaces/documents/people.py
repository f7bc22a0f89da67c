"""People, what was lent, and what came of changing either, as JSON: the same for the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from access.emergency import Lent
from access.grants import Granting
from access.hand_over import HandedOver
from access.members import Changed
from access.people import StoredPeople
from cases.publish import Objection
from cases.staff import Leave, Loan, Person
from interfaces.documents.reasons import reason_document


def person_document(people: StoredPeople, person: Person) -> dict[str, Any]:
    """Somebody of the house. Leave and address are known of those alone whom the store keeps."""
    member = people.member(person.name)
    return {
        "name": person.name,
        "display": person.display or person.name,
        "titles": sorted(person.titles),
        "teams": sorted(person.teams),
        "stand_in": member.stand_in if member is not None else person.stand_in,
        "leave": leave_document(member.leave if member is not None else None),
        "away": person.away,
        "disabled": person.disabled,
        "email": member.email if member is not None else None,
        "in_file": person.in_file,
    }


def leave_document(leave: Leave | None) -> dict[str, Any] | None:
    """When somebody is away, and who acts meanwhile."""
    return {"from": leave.begins, "until": leave.ends, "stand_in": leave.stand_in} if leave is not None else None


def changed_document(people: StoredPeople, name: str, done: Changed) -> dict[str, Any]:
    """What came of a change of a person."""
    person = people.person(name)
    return {
        "outcome": done.outcome,
        "person": person_document(people, person) if person is not None else None,
        "objections": objections_document(done.objections),
    }


def handed_over_document(done: HandedOver) -> dict[str, Any]:
    """What passed on, and what did not, each with its reasons."""
    return {
        "moved": [{"ref": one.ref, "role": one.role} for one in done.moved],
        "kept": [
            {
                "ref": one.holding.ref,
                "role": one.holding.role,
                "reasons": [reason_document(reason) for reason in one.reasons],
            }
            for one in done.kept
        ],
    }


def loan_document(loan: Loan, *, words: bool = False) -> dict[str, Any]:
    """Something that was lent; its words for those alone who took, asked for or review it."""
    told: dict[str, Any] = {
        "id": loan.id,
        "way": loan.way,
        "person": loan.person,
        "ref": loan.instance,
        "why": loan.kind,
        "needed": loan.needed,
        "asked_at": loan.asked_at,
        "until": loan.until,
        "state": loan.state,
        "answered_by": loan.answered_by,
        "answered_at": loan.answered_at,
        "ended_at": loan.ended_at,
        "verdict": loan.verdict,
    }
    return told | ({"words": loan.words, "answer": loan.answer or None} if words else {})


def lent_document(done: Lent | Granting) -> dict[str, Any]:
    """What came of asking for a loan, or of answering it."""
    return {
        "outcome": done.outcome,
        "loan": loan_document(done.loan) if done.loan is not None else None,
        "request": done.request,
        "objections": objections_document(done.objections),
    }


def objections_document(objections: Sequence[Objection]) -> list[dict[str, str]]:
    """Why something was not done."""
    return [{"code": one.code, "says": one.says} for one in objections]
