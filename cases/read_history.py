"""Reading a journal: clear parts for everybody who may look, facts and reasons by right; each sight is journaled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from cases.effects import who
from cases.house import House
from cases.journal import Kind
from cases.look import clear_part, history, looks_as
from cases.opened import Opened
from cases.ports import StoredEntry, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Workspace
from state_machine.evaluation import Evaluation
from state_machine.roles import assigned_here, may_see
from state_machine.view import Actor


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry as somebody may read it: `facts`, `withdrawn`, `lapsed` are open to them, `hidden` names the others."""

    entry: StoredEntry
    clear: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    withdrawn: Mapping[str, Any] = field(default_factory=dict)
    lapsed: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    reason: str | None = None


def read_history(
    house: House, actor: Actor | None, ref: str, now: dt.datetime, opened: Opened | None = None
) -> Sequence[SeenEntry]:
    """The journal of an instance in order of seq, at `now`. Without an actor only what stands in clear is shown.

    A reason is shown to those assigned on the instance or above. Facts with `seen_by` that are shown leave a journal
    entry (`case:fact:seen`), which is not among those answered; so does all that is shown by what was `opened` to the
    actor for a time. Raises UnknownReference.
    """
    if actor is None:
        return in_clear(history(house, ref))
    return at_the_door(
        house, lambda tx, trial: _one_try(tx, load_workspace(house, tx, ref, now, trial), actor, ref, opened)
    )


def in_clear(entries: Sequence[StoredEntry]) -> list[SeenEntry]:
    """Entries as they stand in clear, for lists that show no values."""
    return [SeenEntry(entry, clear_part(entry)) for entry in entries]


def _one_try(tx: Transaction, ws: Workspace, actor: Actor, ref: str, opened: Opened | None) -> Sequence[SeenEntry]:
    instance = ws.instances[ref]
    actor = looks_as(ws, instance, actor)
    at = Evaluation(ws, ws.now, actor)
    rules = ws.family_rules
    names = rules.workflow.processes[instance.process].facts
    theirs = frozenset(name for name in names if may_see(rules, at, instance, actor, name))
    lent = frozenset(name for name in names if opened is not None and opened.shows(instance.process, name)) - theirs
    open_to = theirs | lent
    own_reasons = assigned_here(at, instance, actor)
    with_reasons = own_reasons or (opened is not None and opened.reasons)
    related = with_reasons or bool(open_to & set(instance.facts))
    seen = [_seen(entry, open_to, with_reasons, related) for entry in tx.entries(ref)]
    shown = {name for one in seen for name in (*one.facts, *one.withdrawn)}
    sensitive = [name for name in names if name in shown and (name in lent or names[name].seen_by is not None)]
    told = [str(one.entry.seq) for one in seen if one.reason is not None and not own_reasons]
    if sensitive or told:
        by = opened.clear if opened is not None and (told or lent & shown) else {}
        sealed = {"seen": sensitive, **({"reasons_of": told} if told else {})}
        tx.note(ws.family, [ws.entry(ref, Kind.SEEN, {**who(actor), **by}, sealed)])
    return seen


def _seen(entry: StoredEntry, open_to: frozenset[str], with_reasons: bool, related: bool) -> SeenEntry:
    sealed = orjson.loads(entry.sealed) if entry.sealed else {}
    facts, withdrawn, lapsed = sealed.get("facts", {}), sealed.get("withdrawn", {}), sealed.get("lapsed", ())
    return SeenEntry(
        entry,
        clear_part(entry),
        {name: value for name, value in facts.items() if name in open_to},
        {name: value for name, value in withdrawn.items() if name in open_to},
        tuple(name for name in lapsed if name in open_to),
        tuple(dict.fromkeys(name for name in (*facts, *withdrawn, *lapsed) if related and name not in open_to)),
        sealed.get("reason") if with_reasons else None,
    )
