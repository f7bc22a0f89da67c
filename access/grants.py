"""The narrative of a case, granted to an auditor: asked with a reason and until when, answered by a second person.

Like emergency access it is a row of its own with entries in the journal of the case, and supervision is asked by a
`house_request`. It ends by itself, and is taken back at any time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from access.decide import Viewer
from access.emergency import FEWEST_SIGNS, loan_of, objections_of
from cases.effects import who
from cases.elapse import house_request
from cases.errors import BadInput, UnknownName, UnknownReference
from cases.house import House
from cases.journal import Kind, instant
from cases.loans import can_ask, owed, request_of, write_loan
from cases.opened import Opened
from cases.ports import Transaction
from cases.publish import Objection
from cases.request import Request
from cases.staff import Around, Loan, LoanChange
from cases.take_step import at_the_door, load_workspace, take_step
from cases.workspace import Trial
from state_machine.view import Actor

LONGEST = dt.timedelta(days=14)
"""A grant ends after this at the latest; who needs longer asks again."""
NARRATIVE = "narrative"


@dataclass(frozen=True, slots=True)
class Granting:
    """What came of it. `request` is the `house_request` by which supervision is asked, where it was opened."""

    outcome: Literal["asked", "open", "declined", "ended", "refused"]
    loan: Loan | None
    objections: tuple[Objection, ...] = ()
    request: str | None = None


def ask_grant(house: House, viewer: Viewer, ref: str, reason: str, until: dt.datetime, now: dt.datetime) -> Granting:
    """Ask for the narrative of the family of an instance until a moment (aware), as an auditor at `now`.

    Refused for whoever is no auditor, or has asked or been granted already. Raises BadInput for a reason of less than
    20 signs or a moment out of bounds, UnknownReference, Failed.
    """
    if len("".join(reason.split())) < FEWEST_SIGNS:
        raise BadInput(f"say in at least {FEWEST_SIGNS} signs what the narrative is needed for")
    if until.tzinfo is None or not now < until <= now + LONGEST:
        raise BadInput(f"a grant ends at a moment with a time zone, within {LONGEST.days} days")
    assert viewer.person is not None, "nobody signed in: decide_access has refused before"
    if "auditor" not in viewer.posts:
        return Granting("refused", None, (Objection("not_your_post", "a narrative is granted to auditors"),))
    if not can_ask(house.workflows.current(None)):
        says = "the workflow in force knows no requests by which somebody could be asked"
        return Granting("refused", None, (Objection("no_review", says),))
    around = house.store.staff.around(ref, viewer.person, now)
    if around is None:
        raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
    for one in house.store.staff.loans("grant", person=viewer.person):
        if one.family == around.family and (one.is_open(now) or (one.state == "asked" and now < one.until)):
            says = "you have asked for this narrative already, or it is open to you"
            return Granting("refused", one, (Objection("asked_already", says),))
    loan = _loan(house, viewer.person, around, reason, until, now)

    def one_try(tx: Transaction, trial: Trial) -> None:
        ws = load_workspace(house, tx, loan.instance, now, trial)
        said = {"actor": loan.person, "until": instant(loan.until)}
        write_loan(tx, ws, LoanChange(loan, None), Kind.GRANT_ASKED, said, {"reason": loan.words})

    at_the_door(house, one_try)
    house_request(house, owed(loan), now)
    with house.store.look() as tx:
        return Granting("asked", loan, request=request_of(tx, loan))


def answer_grant(house: House, actor: Actor, id_: str, yes: bool, reason: str, now: dt.datetime) -> Granting:
    """Grant what an auditor asked for, or decline it, with a reason; by a second person with a role that supervises.

    The request is answered at the one door, which refuses whoever has no such role. Raises UnknownName, BadInput
    without a reason or where nothing waits any more, Failed.
    """
    if not reason.strip():
        raise BadInput("an answer needs a reason, yes or no")
    loan = loan_of(house, "grant", id_)
    if loan.state != "asked":
        raise BadInput(f"this was answered already ({loan.state}); see `homeward access list`")
    if yes and now >= loan.until:
        raise BadInput("the time for which it was asked is over; it has to be asked anew")
    if loan.person in (actor.person, actor.on_behalf):
        return Granting("refused", loan, (Objection("same_person", "somebody else answers what you have asked"),))
    house_request(house, owed(loan), now)
    with house.store.look() as tx:
        request = request_of(tx, loan)
    assert request is not None, "it was opened just now, or before"
    key = f"grant.{id_}.{'yes' if yes else 'no'}"
    answer = take_step(house, Request("act", actor, request, action="answer", facts={"answer": reason}, key=key), now)
    if answer.decision != "applied":
        return Granting("refused", loan, objections_of(answer), request)
    after = replace(loan, state="open" if yes else "declined", answered_by=actor.person, answered_at=now, answer=reason)
    kind = Kind.GRANT_GIVEN if yes else Kind.GRANT_DECLINED

    def one_try(tx: Transaction, trial: Trial) -> None:
        ws = load_workspace(house, tx, loan.instance, now, trial)
        said = {**who(actor), "asked_by": loan.person, "until": instant(loan.until)}
        write_loan(tx, ws, LoanChange(after, "asked"), kind, said, {"reason": reason})

    at_the_door(house, one_try)
    return Granting("open" if yes else "declined", after, request=request)


def end_grant(house: House, viewer: Viewer, id_: str, now: dt.datetime) -> Granting:
    """Take a grant back as supervision, or give it back as the auditor. Raises UnknownName, Failed.

    One that has ended by itself stays as it is.
    """
    loan = loan_of(house, "grant", id_)
    if viewer.person != loan.person and "supervision" not in viewer.posts:
        raise UnknownName(f"there is no grant {id_} of yours")

    def one_try(tx: Transaction, trial: Trial) -> Granting:
        there = loan_of(house, "grant", id_)
        if not there.is_open(now) and there.state != "asked":
            return Granting("declined" if there.state == "declined" else "ended", there)
        ended = replace(there, state="ended", ended_at=now)
        ws = load_workspace(house, tx, there.instance, now, trial)
        write_loan(tx, ws, LoanChange(ended, there.state), Kind.GRANT_ENDED, {"actor": viewer.person}, {})
        return Granting("ended", ended)

    return at_the_door(house, one_try)


def opened_by(house: House, around: Around, now: dt.datetime) -> Opened | None:
    """What a grant opens on an instance, by what was read around it for the auditor; None where there is none."""
    id_ = around.lent.get("grant")
    loan = house.store.staff.loan(id_) if id_ is not None else None
    return Opened(loan, None, reasons=True) if loan is not None and loan.is_open(now) else None


def _loan(house: House, person: str, around: Around, reason: str, until: dt.datetime, now: dt.datetime) -> Loan:
    # Of the whole family, whichever of its instances was named.
    on = around.family
    words, ends = reason.strip(), until.astimezone(dt.UTC)
    return Loan(house.ids.attempt(), "grant", person, on, on, "audit", NARRATIVE, words, now, ends, "asked")
