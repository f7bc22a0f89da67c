"""Emergency access: somebody of the staff reads a case that is not theirs, for a reason and for an hour.

It is a row of its own, written with the journal entry of the case and with the row that owes the request to look at it
in one transaction; the request is a `house_request` of the workflow. So who is told at once, the task to review, its
two working days and how it escalates are deadlines like all others, proved with the workflow and journaled by the
door, while whether it is open is one indexed read. A reference that is not there costs the same and answers the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from access.decide import Relation, Viewer
from access.relation import CASE, reach_of, relation_in
from cases.answers import Answer
from cases.effects import who
from cases.elapse import house_request, take_family
from cases.errors import BadInput, UnknownName
from cases.house import House
from cases.house_journal import house_entries
from cases.journal import Kind, instant
from cases.loans import can_be_reviewed, owed, request_of, write_loan
from cases.look import clear_part
from cases.opened import Opened
from cases.ports import Transaction
from cases.publish import Objection
from cases.request import Request
from cases.staff import Around, HouseWrites, Loan, LoanChange, Verdict
from cases.take_step import at_the_door, load_workspace, take_step
from cases.workspace import Trial
from config.definition import FactValue, Workflow
from state_machine.view import Actor

Why = Literal["danger", "medical", "other"]
Needed = Literal["contact", "health", "all"]

FEWEST_SIGNS = 20
USUAL = dt.timedelta(hours=1)
LONGEST = dt.timedelta(hours=4)
MOST_TRIES = 5
"""In one hour, whatever came of them: whoever tries references does not get far."""
TRIES_COUNT = dt.timedelta(hours=1)
HEALTH = "health_worker"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for: which instance, why, in words, what of it, and how long."""

    ref: str
    why: Why
    words: str
    needed: Needed
    length: dt.timedelta = USUAL


@dataclass(frozen=True, slots=True)
class Lent:
    """What came of it. `request` is the `house_request` by which supervision is asked to look, where it was opened."""

    outcome: Literal["open", "ended", "reviewed", "refused"]
    loan: Loan | None
    objections: tuple[Objection, ...] = ()
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """One sight by a loan: when, of which instance, and the entry of its journal that says of what."""

    at: dt.datetime
    instance: str
    seq: int


def take_emergency(house: House, viewer: Viewer, wanted: Wanted, now: dt.datetime) -> Lent:
    """Take emergency access to a case at `now` (aware, UTC); supervision is told in the same moment.

    Refused (and journaled) for whoever is no staff, has tried too often, may open it anyway, or where there is no such
    case. Raises BadInput for what is left out, Failed.
    """
    check_wanted(wanted)
    assert viewer.person is not None, "nobody signed in: decide_access has refused before"
    person = viewer.person
    around = house.store.staff.around(wanted.ref, person, now)
    objections = _objections(house, viewer, around, now)
    loan = _loan(house, person, wanted, around, now) if around is not None and not objections else None

    def one_try(tx: Transaction, trial: Trial) -> None:
        tried = ((house.ids.attempt(), person),)
        if loan is None:
            clear = {"actor": person, "action": "emergency", "because": [one.code for one in objections]}
            entries = house_entries(house, tx, [person], Kind.EMERGENCY_REFUSED, clear, now)
            tx.administer(HouseWrites(now, entries, tried=tried))
            return
        ws = load_workspace(house, tx, loan.instance, now, trial)
        clear = {"actor": person, "until": instant(loan.until), "needed": loan.needed, "because": [loan.kind]}
        write_loan(tx, ws, LoanChange(loan, None), Kind.EMERGENCY_TAKEN, clear, {"reason": loan.words}, tried)

    at_the_door(house, one_try)
    if loan is None:
        return Lent("refused", None, tuple(objections))
    return Lent("open", loan, request=_tell(house, loan, now))


def _tell(house: House, loan: Loan, now: dt.datetime) -> str | None:
    """Ask supervision to look, and write the notices that are due with that, in this moment.

    Where this does not come to an end, the row that was written with the loan owes it to the next sweep.
    """
    house_request(house, owed(loan), now)
    with house.store.look() as tx:
        request = request_of(tx, loan)
        rows = [row for row in tx.due_of(request) if row.at <= now] if request is not None else []
    if rows:
        take_family(house, rows, now)
    return request


def end_emergency(house: House, viewer: Viewer, id_: str, now: dt.datetime) -> Lent:
    """End one's own emergency access before its time, or somebody else's as supervision. Raises UnknownName, Failed.

    One that has ended by itself stays as it is.
    """
    loan = loan_of(house, "emergency", id_)
    if viewer.person != loan.person and "supervision" not in viewer.posts:
        raise UnknownName(f"there is no emergency access {id_} of yours")

    def one_try(tx: Transaction, trial: Trial) -> Lent:
        there = loan_of(house, "emergency", id_)
        if not there.is_open(now):
            return Lent("reviewed" if there.state == "reviewed" else "ended", there)
        ended = replace(there, state="ended", ended_at=now)
        ws = load_workspace(house, tx, there.instance, now, trial)
        write_loan(tx, ws, LoanChange(ended, there.state), Kind.EMERGENCY_ENDED, {"actor": viewer.person}, {})
        return Lent("ended", ended)

    return at_the_door(house, one_try)


def review_emergency(house: House, actor: Actor, id_: str, verdict: Verdict, reason: str, now: dt.datetime) -> Lent:
    """Say whether an emergency access was justified, and why; it ends with that, if it has not yet.

    The request is answered at the one door, which refuses whoever has no such role and the one who took it. Raises
    UnknownName, BadInput without a reason, Failed.
    """
    if not reason.strip():
        raise BadInput("a review needs a reason, justified or not")
    loan = loan_of(house, "emergency", id_)
    if loan.state == "reviewed":
        return Lent("reviewed", loan)
    house_request(house, owed(loan), now)  # the same one again, or the one that was owed
    with house.store.look() as tx:
        request = request_of(tx, loan)
    assert request is not None, "it was opened just now, or before"
    facts: dict[str, FactValue] = {"verdict": verdict, "answer": reason}
    step = Request("act", actor, request, action="answer", facts=facts, key=f"review.{id_}.{verdict}")
    answer = take_step(house, step, now)
    if answer.decision != "applied":
        return Lent("refused", loan, objections_of(answer), request)
    return Lent("reviewed", _reviewed(house, actor, id_, verdict, reason, now), request=request)


def _reviewed(house: House, actor: Actor, id_: str, verdict: Verdict, reason: str, now: dt.datetime) -> Loan:
    """The loan with its review, journaled in the journal of the case."""

    def one_try(tx: Transaction, trial: Trial) -> Loan:
        there = loan_of(house, "emergency", id_)
        if there.state == "reviewed":
            return there
        # One that ended by itself ended then.
        ended = there.ended_at or min(now, there.until)
        after = replace(there, state="reviewed", ended_at=ended, answered_by=actor.person, answered_at=now)
        after = replace(after, verdict=verdict, answer=reason)
        ws = load_workspace(house, tx, there.instance, now, trial)
        clear = {**who(actor), "verdict": verdict}
        write_loan(tx, ws, LoanChange(after, there.state), Kind.EMERGENCY_REVIEWED, clear, {"reason": reason})
        return after

    return at_the_door(house, one_try)


def objections_of(answer: Answer) -> tuple[Objection, ...]:
    """Why the one door refused, in the shape of this room."""
    return tuple(Objection(one.guard, one.message) for one in answer.reasons)


def check_wanted(wanted: Wanted) -> None:
    """Everything that must be said was said. Raises BadInput."""
    if wanted.why not in get_args(Why) or wanted.needed not in get_args(Needed):
        raise BadInput(f"say why ({', '.join(get_args(Why))}) and what is needed ({', '.join(get_args(Needed))})")
    if len("".join(wanted.words.split())) < FEWEST_SIGNS:
        raise BadInput(f"say in at least {FEWEST_SIGNS} signs why it cannot wait; whoever reviews it reads this")
    if not dt.timedelta(minutes=5) <= wanted.length <= LONGEST:
        raise BadInput("emergency access lasts from 5 minutes to 4 hours")


def open_emergencies(house: House, person: str, now: dt.datetime) -> Sequence[Loan]:
    """The emergency accesses of somebody that are open now, for the band on every page."""
    return [one for one in house.store.staff.open_loans(person, now) if one.way == "emergency"]


def opened_by(house: House, around: Around, now: dt.datetime) -> Opened | None:
    """What a person's emergency access opens on an instance, by what was read around it; None where there is none."""
    id_ = around.lent.get("emergency")
    loan = house.store.staff.loan(id_) if id_ is not None else None
    if loan is None or not loan.is_open(now):
        return None
    workflow = house.workflows.current(None).workflow
    return Opened(loan, facts_for(workflow, loan.needed), reasons=loan.needed == "all")


def facts_for(workflow: Workflow, needed: str) -> frozenset[tuple[str, str]] | None:
    """The facts that are opened for what is needed; None: all of them.

    `contact`: those whose names speak of contact. `health`: those that a health worker records or may see.
    """
    if needed == "all":
        return None
    found = set()
    for name, process in workflow.processes.items():
        for fact, declared in process.facts.items():
            of_health = HEALTH in (*(declared.by or ()), *(declared.seen_by or ()))
            if ("contact" in fact.split("_")) if needed == "contact" else of_health:
                found.add((name, fact))
    return frozenset(found)


def read_by(house: House, loan: Loan) -> Sequence[Read]:
    """Everything that was opened by a loan, oldest first, for whoever reviews it."""
    found = []
    with house.store.look() as tx:
        family = tx.load(loan.family)
        for one in family.instances if family is not None else ():
            for entry in tx.entries(one.ref):
                if entry.kind == Kind.SEEN and clear_part(entry).get("loan") == loan.id:
                    found.append(Read(entry.at, one.ref, entry.seq))
    return sorted(found, key=lambda one: (one.at, one.instance, one.seq))


def loan_of(house: House, way: Literal["emergency", "grant"], id_: str) -> Loan:
    """A loan by its id. Raises UnknownName."""
    loan = house.store.staff.loan(id_)
    if loan is None or loan.way != way:
        what = "emergency access" if way == "emergency" else "grant"
        raise UnknownName(f"there is no {what} {id_}; see `homeward access list`")
    return loan


def _objections(house: House, viewer: Viewer, around: Around | None, now: dt.datetime) -> list[Objection]:
    assert viewer.person is not None
    tries = house.store.staff.tries(viewer.person, now - TRIES_COUNT)
    reach = reach_of(house, viewer, now)
    if "staff" not in viewer.posts:
        return [Objection("not_your_post", "emergency access is for staff")]
    if tries >= MOST_TRIES:
        says = f"{MOST_TRIES} tries in an hour are the most; ask your supervisor"
        return [Objection("too_many_tries", says)]
    if not can_be_reviewed(house.workflows.current(None)):
        says = "the workflow in force cannot carry the review of an emergency access, so that none is given"
        return [Objection("no_review", says)]
    if around is None or around.root != CASE:
        return [Objection("no_such_case", "there is no such case; compare the reference, sign by sign")]
    if relation_in(reach, around) in (Relation.ASSIGNED, Relation.STAND_IN, Relation.HOUSE_WIDE):
        return [Objection("open_already", "this case is open to you without it")]
    if "emergency" in around.lent:
        return [Objection("running_already", "your emergency access to this case is still running")]
    return []


def _loan(house: House, person: str, wanted: Wanted, around: Around, now: dt.datetime) -> Loan:
    return Loan(
        house.ids.attempt(),
        "emergency",
        person,
        around.family,
        around.ref,
        wanted.why,
        wanted.needed,
        wanted.words.strip(),
        now,
        now + wanted.length,
        "open",
    )
