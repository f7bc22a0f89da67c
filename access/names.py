"""Working names: something that staff can remember a case by, and that says nothing about the person.

Seen by those alone who are assigned, and never in notices, titles or addresses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from cases.effects import who
from cases.house import House
from cases.journal import Kind
from cases.look import sight_on
from cases.ports import NewEntry, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from config.definition import FactValue
from state_machine.view import Actor

LONGEST = 40
FEW_WORDS = 4
"""A recorded text of so many words may be somebody's name; in a longer one only the whole is compared."""
_BREAK = "\u200b"
"""Where a line of Khmer may be broken: it is written between words, and nobody sees it."""

NameRefusal = Literal["empty", "too_long", "has_digits", "signs", "recorded", "staff"]
"""Why a name will not do: it is also what is recorded in the case, or what somebody who works here is called."""


def clean_name(name: str) -> str:
    """A name as it is kept: its words with one space between."""
    return " ".join(name.replace(_BREAK, "").split())


def name_refusal(house: House, actor: Actor, ref: str, name: str, now: dt.datetime) -> NameRefusal | None:
    """Why `actor` must not call a case so at `now` (aware, UTC); None where they may. Raises UnknownReference, Failed.

    Compared is what this person may see and what was written in free words, so that nobody learns from the answer what
    they may not read. That a name is refused for what is recorded is journaled as a sight of it.
    """
    kept = clean_name(name)
    said = _plain(kept)
    if not said:
        return "empty"
    if len(kept) > LONGEST:
        return "too_long"
    if any(sign.isdigit() for sign in said):
        return "has_digits"
    if not kept.isprintable():
        return "signs"
    if said in {_plain(called) for one in house.people.all() for called in (one.name, one.display) if called}:
        return "staff"

    def one_try(tx: Transaction, trial: Trial) -> NameRefusal | None:
        ws = load_workspace(house, tx, ref, now, trial)
        seen = [*_seen(ws, actor, said)]
        if not seen:
            return None
        tx.note(ws.family, seen)
        return "recorded"

    return at_the_door(house, one_try)


def _seen(ws: Workspace, actor: Actor, said: str) -> Iterator[NewEntry]:
    """For each instance of the family whose recorded texts hold these words, as far as the actor sees them, a sight."""
    for instance in list(ws.instances.values()):
        declared = ws.family_rules.workflow.processes[instance.process].facts
        same = {
            name
            for name, fact in instance.facts.items()
            if name in declared and declared[name].kind == "text" and said in set(_said(fact.value))
        }
        if not same:
            continue
        sight, _ = sight_on(ws, actor, instance.ref, None, same)
        if sight.facts:
            yield ws.entry(instance.ref, Kind.SEEN, who(actor), {"seen": list(sight.facts)})


def _said(value: FactValue) -> Iterator[str]:
    """A recorded text as it stands, and where it is short each of its words."""
    if not isinstance(value, str):
        return
    words = _plain(value).split()
    yield " ".join(words)
    if len(words) <= FEW_WORDS:
        yield from words


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
