"""What an administrator cannot do to people alone: it waits for a second person, who supervises.

That is a title that opens every case, supervises or publishes, and a one-time link for somebody of the staff who can
sign in already, with or without the loss of their second factors. Whoever is concerned and all who supervise hear of it
in the moment of asking. Where nobody supervises yet, as in a house that is being set up, nobody is asked; the owner of
the house's machine, who holds its key, is not asked either. Both is journaled.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal

from access.decide import viewer_of
from access.relation import opens_every_case
from cases.elapse import house_request
from cases.errors import BadInput
from cases.house import House
from cases.house_journal import house_entries
from cases.journal import Kind
from cases.loans import can_ask, owed
from cases.outbox import InboxMessage
from cases.ports import Transaction
from cases.publish import Objection, counted, publishers
from cases.staff import HouseWrites, Loan, LoanChange, Person, StaffMember
from cases.take_step import at_the_door
from config.definition import Workflow
from config.posts import HOUSE_POSTS
from state_machine.view import SYSTEM

Asked = Literal["titles", "link", "forget"]
"""Titles to be given; a one-time link; a link together with the loss of all second factors."""

WAY: Literal["people"] = "people"
LONGEST = dt.timedelta(days=14)
"""What nobody has answered by then has to be asked anew, and a link that was agreed to has to be made by then."""
_DOMAIN = b"homeward/people/1\x00"


def weighs(workflow: Workflow, title: str) -> bool:
    """Whether a title opens every case, supervises or publishes, by itself or by what it counts as."""
    return opens_every_case(workflow, title) or supervises(workflow, title)


def supervises(workflow: Workflow, title: str) -> bool:
    """Whether a title supervises and publishes, by itself or by what it counts as."""
    return bool(set(publishers(workflow)) & counted(workflow, title))


def heavy(house: House, titles: Iterable[str]) -> frozenset[str]:
    """Those of these titles that one person alone gives to nobody, by the version in force."""
    workflow = house.workflows.current(None).workflow
    return frozenset(title for title in titles if weighs(workflow, title))


def supervision(house: House) -> list[str]:
    """Everybody who supervises and is not disabled."""
    workflow = house.workflows.current(None).workflow
    return [one.name for one in house.people.all() if "supervision" in viewer_of(one, workflow).posts]


def is_staff(person: Person) -> bool:
    """Whether somebody has a title of the work, and not one of the house alone."""
    return bool(person.titles - frozenset(HOUSE_POSTS))


def apart(name: str, titles: frozenset[str]) -> list[Objection]:
    """Why nobody can have these titles together: who configures or follows the trail does not work in cases."""
    of_house = sorted(titles & frozenset(HOUSE_POSTS))
    of_work = sorted(titles - frozenset(HOUSE_POSTS))
    if not of_house or not of_work:
        return []
    says = (
        f"{name} cannot be {' and '.join(of_house)} and have {', '.join(of_work)} too: who configures the house or "
        "follows its trail does not work in cases; give it to two people"
    )
    return [Objection("titles_apart", says)]


def needs_second(house: House, by: str) -> bool:
    """Whether what weighs waits: not for the owner of the machine, and not where nobody supervises yet."""
    return by != SYSTEM and bool(supervision(house))


def nobody_to_ask(house: House, by: str, name: str) -> list[Objection]:
    """Why a second person cannot be asked: whoever asks, and whoever it is about, does not decide."""
    if set(supervision(house)) - {by, name}:
        return []
    says = f"nobody else supervises here who could agree; the owner of the house does it for {name} at the command line"
    return [Objection("nobody_to_ask", says)]


def open_asked(house: House, by: str, name: str, about: Asked, now: dt.datetime) -> Loan | None:
    """What this person asked for about somebody and is not over: waiting, or agreed to and not done yet."""
    found = (one for one in house.store.staff.loans(WAY, person=by) if (one.kind, one.needed) == (about, name))
    return next((one for one in found if one.state in ("asked", "agreed") and now < one.until), None)


def ask_second(house: House, by: str, name: str, about: Asked, titles: frozenset[str], now: dt.datetime) -> Loan:
    """Ask supervision, as `by` at `now` (aware, UTC), for titles of somebody or a link to their account.

    The same again while it waits is the same question. Raises BadInput where nothing stands for whoever asks, Failed.
    """
    words = " ".join(sorted(titles))
    there = open_asked(house, by, name, about, now)
    if there is not None and there.state == "asked" and there.words == words:
        return there
    with house.store.look() as tx:
        on = tx.person_ref(by)
    if on is None:
        raise BadInput(f"nothing stands for {by} in this house, so that nothing can be asked")
    loan = Loan(house.ids.attempt(), WAY, by, on, on, about, name, words, now, now + LONGEST, "asked")
    texts = dict.fromkeys([*supervision(house), name], f"{asked_for(loan)} It waits for a second person: see the team.")
    owing = (owed(loan),) if can_ask(house.workflows.current(None)) else ()

    def one_try(tx: Transaction, _: object) -> None:
        entries = house_entries(house, tx, [by, name], Kind.PERSON_ASKED, clear_of(loan, by), now)
        told = tuple(messages(loan.id, "asked", texts, now))
        tx.administer(HouseWrites(now, entries, loans=(LoanChange(loan, None),), put_due=owing, told=told))

    at_the_door(house, one_try)
    for row in owing:
        house_request(house, row, now)
    return loan


def asked_for(loan: Loan) -> str:
    """What was asked, in a sentence that names people and titles, and nothing of a case."""
    match loan.kind:
        case "titles":
            return f"{loan.person} asks to give {loan.needed} the title {loan.words.replace(' ', ', ')}."
        case "forget":
            return f"{loan.person} asks to forget the second factors of {loan.needed} and to make a one-time link."
    return f"{loan.person} asks to make a one-time link for {loan.needed}."


def clear_of(loan: Loan, actor: str) -> dict[str, object]:
    """The clear part of an entry about a question."""
    said: dict[str, object] = {"actor": actor, "action": "people", "person": loan.needed, "about": loan.kind}
    return said | {"loan": loan.id, "asked_by": loan.person, "titles": loan.words.split()}


def messages(id_: str, step: str, texts: dict[str, str], now: dt.datetime) -> Iterator[InboxMessage]:
    """A message for each of these people about one thing and one step of it, each once."""
    for person, text in texts.items():
        digest = hashlib.sha256(_DOMAIN + f"{id_}\x00{step}\x00{person}".encode()).hexdigest()
        yield InboxMessage(digest, person, now, text, urgent=True)


def stand_in_elsewhere(house: House, by: str, before: StaffMember | None, after: StaffMember) -> list[Objection]:
    """Why somebody may not say who stands in for another: whoever stands in reads what the other reads.

    The person says it, or whoever supervises. An administrator does only where nobody supervises yet; alone, they could
    otherwise reach every case by somebody whom they have just added.
    """
    if by == after.name or not _stand_in_anew(before, after):
        return []
    if not needs_second(house, by) or by in supervision(house):
        return []
    says = f"who stands in for {after.name} is said by {after.name}, or by somebody who supervises: on the team's page"
    return [Objection("stand_in_elsewhere", says)]


def _stand_in_anew(before: StaffMember | None, after: StaffMember) -> frozenset[str]:
    """Who stands in after a change and did not before, or at another time: a leave that is over entitles to nothing."""
    always = before.stand_in if before is not None else None
    anew = {after.stand_in} if after.stand_in != always else set()
    if after.leave is not None and (before is None or after.leave != before.leave):
        anew.add(after.leave.stand_in)
    return frozenset(one for one in anew if one is not None and (one != always or always != after.stand_in))


def told_of_stand_in(
    house: House, by: str, before: StaffMember, after: StaffMember, now: dt.datetime
) -> tuple[InboxMessage, ...]:
    """What the person and supervision hear where somebody else says who stands in, who then reads what they read."""
    new = _stand_in_anew(before, after)
    if not new or by in (SYSTEM, after.name) or not after.titles - frozenset(HOUSE_POSTS):
        return ()
    said = f"{by} says that {' and '.join(sorted(new))} stands in for"
    texts = dict.fromkeys(supervision(house), f"{said} {after.name}.")
    texts[after.name] = f"{said} you. Tell your supervisor if that is not right."
    return tuple(messages(house.ids.attempt(), "stand_in", texts, now))
