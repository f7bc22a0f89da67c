"""What supervision says to a change of people that waited, and the one-time links that an administrator makes.

Each link and each loss of second factors of somebody of the staff stands in the journals of both, and the person and
everybody who supervises hear of it in the same moment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from access.emergency import objections_of
from access.links import Links, NewLink
from access.members import not_allowed, stored_people
from access.people_asked import (
    WAY,
    Asked,
    apart,
    ask_second,
    asked_for,
    clear_of,
    is_staff,
    messages,
    needs_second,
    nobody_to_ask,
    open_asked,
    supervision,
)
from cases.elapse import house_request
from cases.errors import BadInput, UnknownName
from cases.house import House
from cases.house_journal import house_entries
from cases.journal import Kind
from cases.loans import can_ask, owed, request_of
from cases.ports import Transaction
from cases.publish import Objection
from cases.request import Request
from cases.staff import HouseWrites, Loan, LoanChange, StaffMember
from cases.take_step import at_the_door, take_step
from state_machine.view import SYSTEM, Actor


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer. `done`: the titles are given; `agreed`: whoever asked can make the link now."""

    outcome: Literal["done", "agreed", "declined", "refused"]
    loan: Loan
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkMade:
    """What came of asking for a link; `made` is there, and can be shown this once, where it was made."""

    outcome: Literal["made", "waits", "refused"]
    made: NewLink | None = None
    objections: tuple[Objection, ...] = ()


def asked_change(house: House, id_: str) -> Loan:
    """What was asked about somebody, by its id. Raises UnknownName."""
    loan = house.store.staff.loan(id_)
    if loan is None or loan.way != WAY:
        raise UnknownName(f"nothing of this id was asked about people: {id_}")
    return loan


def answer_asked(house: House, actor: Actor, id_: str, yes: bool, reason: str, now: dt.datetime) -> Answered:
    """Agree to what was asked about somebody, or decline it, with a reason, as a second person who supervises.

    Refused for whoever asked and whoever it is about. The request is answered at the one door, which refuses who has
    no such role. Raises UnknownName, BadInput without a reason or where nothing waits any more, Failed.
    """
    if not reason.strip():
        raise BadInput("an answer needs a reason, yes or no")
    loan = asked_change(house, id_)
    if loan.state != "asked" or now >= loan.until:
        raise BadInput("this was answered already, or its time is over; it has to be asked anew")
    objections = _may_not_answer(house, actor, loan)
    if yes and not objections:
        objections = _cannot_be_done(house, loan, now)
    if not objections:
        objections = [*_at_the_request(house, actor, loan, yes, reason, now)]
    if objections:
        return Answered("refused", loan, tuple(objections))
    state: Literal["done", "agreed", "declined"] = "declined"
    if yes:
        state = "done" if loan.kind == "titles" else "agreed"
    after = replace(loan, state=state, answered_by=actor.person, answered_at=now, answer=reason.strip())
    _write_answer(house, loan, after, now)
    return Answered(state, after)


def make_link(house: House, links: Links, by: str, name: str, forget: bool, now: dt.datetime) -> LinkMade:
    """Make a one-time link for somebody, as `by` at `now` (aware, UTC); with `forget` their second factors go.

    For somebody of the staff who can sign in already it waits for a second person, and is made by the next call after
    that one agreed. Raises UnknownName, BadInput for somebody who is disabled, Failed.
    """
    objections = not_allowed(house, by)
    person = house.people.person(name)
    if person is None or objections:
        if not objections:
            raise UnknownName(f"there is nobody called {name!r} here; write them among the people first")
        return LinkMade("refused", objections=tuple(objections))
    links.check_can_be_invited(name)
    about: Asked = "forget" if forget else "link"
    agreed: Loan | None = None
    if is_staff(person) and links.can_sign_in(name) and needs_second(house, by):
        objections = nobody_to_ask(house, by, name)
        if objections:
            return LinkMade("refused", objections=tuple(objections))
        agreed = open_asked(house, by, name, about, now)
        if agreed is None or agreed.state == "asked":
            ask_second(house, by, name, about, frozenset(), now)
            return LinkMade("waits")
    if is_staff(person):
        _write_link(house, by, name, forget, agreed, now)
    maker = None if by == SYSTEM else by
    if forget:
        links.forget_factors(name, now, maker)
    return LinkMade("made", links.make(name, now, maker))


def _may_not_answer(house: House, actor: Actor, loan: Loan) -> list[Objection]:
    concerned = {loan.person, loan.needed}
    if actor.person in concerned or actor.on_behalf in concerned:
        return [Objection("same_person", "somebody else decides this than who asked and whom it is about")]
    if actor.person not in supervision(house):
        return [Objection("not_your_post", f"{actor.person} does not supervise")]
    return []


def _cannot_be_done(house: House, loan: Loan, now: dt.datetime) -> list[Objection]:
    """Why what was asked cannot be done any more."""
    if loan.kind != "titles":
        person = house.people.person(loan.needed)
        gone = person is None or person.disabled
    else:
        people = stored_people(house)
        people.look_again(now)
        member = people.member(loan.needed)
        gone = member is None or member.disabled
        if member is not None and not gone:
            return apart(member.name, _with_titles(member, loan).titles)
    return [Objection("gone", f"{loan.needed} is disabled, or not kept here any more; decline it")] if gone else []


def _at_the_request(
    house: House, actor: Actor, loan: Loan, yes: bool, reason: str, now: dt.datetime
) -> tuple[Objection, ...]:
    """Answer the request by which supervision was asked; why the door refuses that."""
    if not can_ask(house.workflows.current(None)):
        return ()
    house_request(house, owed(loan), now)  # the same one again, or the one that was owed
    with house.store.look() as tx:
        request = request_of(tx, loan)
        loaded = tx.load(request) if request is not None else None
    assert request is not None, "it was opened just now, or before"
    assert loaded is not None, "its reference was read just now"
    if any("answer" in one.done for one in loaded.instances if one.ref == request):
        return ()  # somebody answered the request by itself, which decides nothing
    key = f"people.{loan.id}.{'yes' if yes else 'no'}"
    answer = take_step(house, Request("act", actor, request, action="answer", facts={"answer": reason}, key=key), now)
    return () if answer.decision == "applied" else objections_of(answer)


def _write_answer(house: House, before: Loan, after: Loan, now: dt.datetime) -> None:
    """The answer, with the titles that it gives, in the journals of all three; they are told."""
    assert after.answered_by is not None
    by, people = after.answered_by, stored_people(house)
    kind = Kind.PERSON_DECLINED if after.state == "declined" else Kind.PERSON_AGREED
    said = f"{asked_for(after)} {by} {'declined it' if after.state == 'declined' else 'agreed'}."
    texts = dict.fromkeys([after.person, after.needed], said)

    def one_try(tx: Transaction, _: object) -> None:
        people.look_again(now)
        member = people.member(after.needed) if after.state == "done" else None
        entries = house_entries(house, tx, [after.person, after.needed, by], kind, clear_of(after, by), now)
        told = tuple(messages(after.id, after.state, texts, now))
        writes = HouseWrites(now, entries, loans=(LoanChange(after, before.state),), told=told)
        if member is not None:
            writes = replace(writes, members=(_with_titles(member, after),), revision=people.revision)
        tx.administer(writes)

    at_the_door(house, one_try)
    people.look_again(now)


def _with_titles(member: StaffMember, loan: Loan) -> StaffMember:
    return replace(member, titles=member.titles | frozenset(loan.words.split()))


def _write_link(house: House, by: str, name: str, forget: bool, agreed: Loan | None, now: dt.datetime) -> None:
    """That a link is made, and second factors are forgotten, before it is done; both people and supervision hear it."""
    maker = "The owner of the house" if by == SYSTEM else by
    what = "forgot the second factors and made a one-time link" if forget else "made a one-time link"
    texts = dict.fromkeys(supervision(house), f"{maker} {what} for {name}.")
    texts[name] = f"{maker} {what} for you. Tell your supervisor if you did not ask for it."
    id_ = house.ids.attempt()
    kind = Kind.FACTORS_FORGOTTEN if forget else Kind.LINK_MADE
    clear = {"actor": by, "action": "people", "person": name, "agreed_by": agreed.answered_by if agreed else None}
    used = (LoanChange(replace(agreed, state="done", ended_at=now), "agreed"),) if agreed is not None else ()

    def one_try(tx: Transaction, _: object) -> None:
        entries = house_entries(house, tx, [by, name], kind, clear, now)
        tx.administer(HouseWrites(now, entries, loans=used, told=tuple(messages(id_, "link", texts, now))))

    at_the_door(house, one_try)
