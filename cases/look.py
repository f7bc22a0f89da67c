"""Reading an instance: sealed facts by right; a sight of what few may see is journaled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from cases.effects import who
from cases.errors import UnknownReference
from cases.house import House
from cases.journal import Kind
from cases.opened import Opened
from cases.ports import NewEntry, Reading, StoredEntry, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Workspace
from state_machine.evaluation import Evaluation
from state_machine.facts import current
from state_machine.roles import assigned_here, may_see
from state_machine.view import Actor, Instance, Recorded


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of an instance. `facts` are those that this person may read, `hidden` names the others.

    `instance` holds no other facts than these, and those of the `family` none at all.
    """

    instance: Instance
    family: Sequence[Instance]
    revision: int
    facts: Mapping[str, Recorded]
    lapsed: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A sight of `facts` that few may see. `clear` says in clear who it was, and what opened them."""

    ref: str
    clear: Mapping[str, Any]
    facts: Sequence[str]

    def entry(self, ws: Workspace) -> NewEntry:
        """Its journal entry, in a workspace that was read for change."""
        return ws.entry(self.ref, Kind.SEEN, self.clear, {"seen": list(self.facts)})


def look(
    house: House,
    actor: Actor | None,
    ref: str,
    now: dt.datetime,
    opened: Opened | None = None,
    only: Collection[str] | None = None,
) -> Sight:
    """Look at an instance at `now`. Without an actor only what is clear is shown; with `only`, these facts alone.

    Facts with `seen_by` that are shown leave a journal entry (`case:fact:seen`), which changes no revision; so does
    every fact that is shown by what was `opened` to the actor for a time. Raises UnknownReference.
    """
    if actor is None:
        with house.store.look() as tx:
            return _sight(read_workspace(house, tx, ref, now), ref, {}, (), ())
    return at_the_door(
        house, lambda tx, trial: _one_try(tx, load_workspace(house, tx, ref, now, trial), actor, ref, (opened, only))
    )


def _one_try(
    tx: Transaction, ws: Workspace, actor: Actor, ref: str, asked: tuple[Opened | None, Collection[str] | None]
) -> Sight:
    sight, seen = sight_on(ws, actor, ref, *asked)
    if seen is not None:
        tx.note(ws.family, [seen.entry(ws)])
    return sight


def read_workspace(house: House, tx: Reading, ref: str, now: dt.datetime) -> Workspace:
    """The family of an instance, read for a look. Raises UnknownReference."""
    loaded = tx.load(ref)
    if loaded is None:
        raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
    return Workspace(house, tx, now, loaded)


def sight_on(
    ws: Workspace, actor: Actor, ref: str, opened: Opened | None, only: Collection[str] | None
) -> tuple[Sight, Seen | None]:
    """What somebody sees of an instance, and what has to be journaled of it before it is shown."""
    instance = ws.instances[ref]
    declared = ws.family_rules.workflow.processes[instance.process].facts
    actor = looks_as(ws, instance, actor)
    at = Evaluation(ws, ws.now, actor)
    theirs = [name for name in instance.facts if may_see(ws.family_rules, at, instance, actor, name)]
    lent = [
        name
        for name in instance.facts
        if opened is not None and name not in theirs and opened.shows(instance.process, name)
    ]
    allowed = [name for name in instance.facts if name in theirs or name in lent]
    hidden = tuple(name for name in instance.facts if name not in allowed)
    if only is not None:
        allowed = [name for name in allowed if name in only]
    facts = {name: instance.facts[name] for name in allowed}
    lapsed = tuple(name for name in allowed if current(at, instance, name).entry is None)
    # That a fact is there at all is told to those only who have to do with the instance.
    related = bool(theirs or lent) or assigned_here(at, instance, actor)
    hidden = hidden if related else ()
    sensitive = [name for name in allowed if name in lent or declared[name].seen_by is not None]
    by = opened.clear if opened is not None and lent else {}
    seen = Seen(ref, {**who(actor), **by}, tuple(sensitive)) if sensitive else None
    return _sight(ws, ref, facts, lapsed, hidden), seen


def _sight(
    ws: Workspace, ref: str, facts: Mapping[str, Recorded], lapsed: tuple[str, ...], hidden: tuple[str, ...]
) -> Sight:
    family = [replace(one, facts={}) for one in ws.instances.values()]
    return Sight(replace(ws.instances[ref], facts=facts), family, ws.revision or 0, facts, lapsed, hidden)


def looks_as(ws: Workspace, instance: Instance, actor: Actor) -> Actor:
    """As whom somebody looks: as themselves, or as the stand-in of the first person who holds a role there."""
    for one in (actor, *ws.house.on_behalf(actor)):
        if assigned_here(Evaluation(ws, ws.now, one), instance, one):
            return one
    return actor


def history(house: House, ref: str) -> Sequence[StoredEntry]:
    """The journal of an instance in order of seq. Raises UnknownReference."""
    with house.store.look() as tx:
        if tx.load(ref) is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        return tx.entries(ref)


def clear_part(entry: StoredEntry) -> Mapping[str, object]:
    """The clear part of a stored entry, read."""
    read: Mapping[str, object] = orjson.loads(entry.clear)
    return read
