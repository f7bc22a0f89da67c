"""Handing over: what one person holds passes to another, each role in a step of its own through the one door.

It can be broken off and taken up again: under the same key a step that was taken is not taken again. Guards are asked
as always, so that some may be refused while others pass. Both are told in their inboxes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cases.errors import BadInput
from cases.house import House
from cases.house_journal import house_entries
from cases.journal import Kind
from cases.outbox import InboxMessage
from cases.ports import Transaction
from cases.request import Request
from cases.staff import HouseWrites
from cases.take_step import at_the_door, take_step
from state_machine.decision import Reason
from state_machine.view import Actor

NAMED = 10
"""So many references stand in a message; of the others it says how many they are."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that somebody holds on an instance."""

    ref: str
    role: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A role that could not be handed over, and why."""

    holding: Holding
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What passed on, and what did not."""

    moved: tuple[Holding, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who hands over to whom: everything that is held now, or only these. `key` makes it one, however often it is done.

    With `only` it can be taken up again after it broke off; that is what forms send.
    """

    giver: str
    taker: str
    reason: str
    key: str
    only: tuple[Holding, ...] | None = None


def holdings(house: House, person: str) -> Sequence[Holding]:
    """Every role that somebody holds, in order of references."""
    with house.store.look() as tx:
        return [Holding(ref, role) for ref, role in tx.held_by(person)]


def hand_over(house: House, actor: Actor, asked: HandOver, now: dt.datetime) -> HandedOver:
    """Hand over as this actor, at `now` (aware, UTC), whose role the door asks at every step.

    Raises BadInput without a reason or for the same person twice, UnknownName for somebody who is not there or
    disabled, Failed.
    """
    if not asked.reason.strip():
        raise BadInput("handing over needs a reason")
    if asked.giver == asked.taker:
        raise BadInput("hand over to somebody else")
    house.actor(asked.taker)
    moved: list[Holding] = []
    kept: list[Kept] = []
    for one in holdings(house, asked.giver) if asked.only is None else asked.only:
        step = Request(
            "assign",
            actor,
            one.ref,
            assigned=asked.taker,
            role=one.role,
            reason=asked.reason,
            key=f"{asked.key}.{one.ref}.{one.role}",
        )
        answer = take_step(house, step, now)
        if answer.decision == "applied":
            moved.append(one)
        else:
            kept.append(Kept(one, answer.reasons))
    if moved:
        _tell(house, actor, asked, moved, now)
    return HandedOver(tuple(moved), tuple(kept))


def _tell(house: House, actor: Actor, asked: HandOver, moved: Sequence[Holding], now: dt.datetime) -> None:
    """Journal it for all three, and put a message into both inboxes: references alone, each once."""
    clear = {
        "actor": actor.person,
        "action": "hand_over",
        "from": asked.giver,
        "to": asked.taker,
        "moved": [f"{one.ref} {one.role}" for one in moved],
    }
    messages = tuple(_messages(asked, moved, now))

    def one_try(tx: Transaction, _: object) -> None:
        there = [one for one in (actor.person, asked.giver, asked.taker) if tx.person_ref(one) is not None]
        entries = house_entries(house, tx, there, Kind.HANDED_OVER, clear, now)
        tx.administer(HouseWrites(now, entries, told=messages))

    at_the_door(house, one_try)


def _messages(asked: HandOver, moved: Iterable[Holding], now: dt.datetime) -> Iterator[InboxMessage]:
    refs = list(dict.fromkeys(one.ref for one in moved))
    listed = ", ".join(refs[:NAMED]) + (f" and {len(refs) - NAMED} more" if len(refs) > NAMED else "")
    for person, text in ((asked.giver, f"Handed over: {listed}."), (asked.taker, f"Handed over to you: {listed}.")):
        id_ = hashlib.sha256(f"homeward/hand-over/1\x00{asked.key}\x00{person}".encode()).hexdigest()
        yield InboxMessage(id_, person, now, text, urgent=False)
