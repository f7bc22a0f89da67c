"""A correction withdraws what an entry recorded; the old value stays in the journal (semantics 14).

Steps whose guards had read the withdrawn value are not undone, but named: see `cases.undermined`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cases.answers import Answer, answer, answer_again
from cases.cascade import follow
from cases.commit import commit
from cases.effects import rows_of_facts, who, with_facts
from cases.errors import BadInput
from cases.house import House
from cases.idempotency import Key
from cases.journal import Kind, plain_facts
from cases.ports import NewEntry, Transaction
from cases.refuse import refuse
from cases.request import fingerprint
from cases.take_step import at_the_door, check_facts, check_revision, decide_for, load_workspace
from cases.undermined import OpenedEntry, Withdrawn, opened, undermined
from cases.workspace import Trial, Workspace
from config.definition import FactValue
from state_machine.decision import Applied, Attempt
from state_machine.view import Actor, Instance, Recorded


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be corrected: the facts of entry `seq` of an instance, all of them or those in `only`.

    `facts` are the right values, observed when the wrong ones were; left out, the values are only withdrawn.
    """

    actor: Actor
    ref: str
    seq: int
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    reason: str | None = None
    key: str | None = None
    if_revision: int | None = None


def correct(house: House, correction: Correction, now: dt.datetime) -> Answer:
    """Withdraw recorded values and record the right ones, at `now` (aware, UTC).

    Who may record a fact may correct it. Raises BadInput where the entry recorded no such fact or it is withdrawn
    already, UnknownReference, KeyReused.
    """
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, correction, now, trial))


def _one_try(house: House, tx: Transaction, correction: Correction, now: dt.datetime, trial: Trial) -> Answer:
    key = Key(correction.actor.person, correction.key, _fingerprint(correction))
    before = key.before(tx)
    if before is not None and before.outcome == "applied":
        return answer_again(tx, before)
    ws = load_workspace(house, tx, correction.ref, now, trial)
    check_revision(ws, correction.if_revision)
    journal = [opened(entry) for entry in tx.entries(correction.ref)]
    wrong = _withdrawn(journal, correction)
    process = ws.instances[correction.ref].process
    check_facts(ws, process, correction.facts)
    asked = Attempt("record", correction.ref, correction.actor, process, facts={**wrong, **correction.facts})
    attempt, decision = decide_for(ws, asked)
    if not isinstance(decision, Applied):
        return refuse(tx, ws, key, attempt, decision, before=before)
    entry = _carry_out(ws, correction, attempt.actor, journal, wrong)
    undermined(tx, ws, Withdrawn(correction.ref, correction.seq, frozenset(wrong)))
    ws.corrections.append((correction.ref, entry.seq, correction.seq))
    follow(ws)
    revision = commit(tx, ws, key.answered(ws, "applied", entry), before)
    return replace(answer(ws, entry.seq, attempt, decision), revision=revision)


def _fingerprint(correction: Correction) -> str:
    said = [correction.ref, correction.seq, list(correction.only), plain_facts(correction.facts), correction.reason]
    return fingerprint(["correct", *said])


def _withdrawn(journal: Sequence[OpenedEntry], correction: Correction) -> dict[str, FactValue]:
    """The facts to withdraw, with their old values."""
    target = next((one for one in journal if one.entry.seq == correction.seq), None)
    recorded = _values(target) if target else {}
    gone = {name for one in journal for name in _withdraws(one, correction.seq)}
    wanted = correction.only or tuple(correction.facts) or tuple(recorded)
    named = dict.fromkeys((*wanted, *correction.facts))
    missing = [name for name in named if name not in recorded or name in gone or name not in wanted]
    if missing or not wanted:
        there = ", ".join(name for name in recorded if name not in gone) or "nothing that still stands"
        raise BadInput(
            f"entry {correction.seq} of {correction.ref} records {there}; found in the correction: "
            f"{', '.join(missing) or 'no fact'}; homeward case history {correction.ref} shows the entries"
        )
    return {name: recorded[name] for name in wanted}


def _values(one: OpenedEntry) -> dict[str, FactValue]:
    """The facts that an entry recorded; what was only tried recorded nothing."""
    if one.entry.kind in (Kind.REFUSED, Kind.NOT_YET, Kind.OVERRIDE_ASKED, Kind.OVERRIDE_DENIED):
        return {}
    facts = one.sealed.get("facts", {})
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}


def _withdraws(one: OpenedEntry, seq: int) -> tuple[str, ...]:
    if one.entry.kind != Kind.CORRECTED or one.clear.get("corrects") != seq:
        return ()
    return tuple(one.sealed.get("withdrawn", {}))


def _carry_out(
    ws: Workspace,
    correction: Correction,
    actor: Actor,
    journal: Sequence[OpenedEntry],
    wrong: Mapping[str, FactValue],
) -> NewEntry:
    """Withdraw, put back what stood before, record what is right, and journal it."""
    instance, order = ws.instances[correction.ref], ws.next_order()
    target = next(one for one in journal if one.entry.seq == correction.seq)
    facts = dict(instance.facts)
    for name in wrong:
        earlier = latest_standing(journal, name, without=correction.seq)
        if earlier is None:
            facts.pop(name, None)
        else:
            facts[name] = replace(earlier, touched=order)
    observed = _observed(target)
    right = Attempt("record", correction.ref, actor, instance.process, facts=correction.facts, observed=observed)
    instance = with_facts(ws, replace(instance, facts=facts), right, order)
    ws.put(instance)
    _rows(ws, instance, set(wrong) | set(correction.facts))
    sealed: dict[str, Any] = {
        "facts": plain_facts(correction.facts),
        "withdrawn": plain_facts(wrong),
        "observed": observed.isoformat(),
    }
    if correction.reason:
        sealed["reason"] = correction.reason
    clear = {**who(actor), "action": "correct", "corrects": correction.seq}
    return ws.entry(correction.ref, Kind.CORRECTED, clear, sealed)


def _rows(ws: Workspace, instance: Instance, names: set[str]) -> None:
    """Rows for facts that still have a value; those without one are found, watched and due no more."""
    rows_of_facts(ws, instance, [name for name in names if name in instance.facts])
    for name in names - set(instance.facts):
        ws.forget(instance.ref, name)


def latest_standing(journal: Sequence[OpenedEntry], name: str, *, without: int) -> Recorded | None:
    """The latest value of a fact that was not withdrawn, leaving out one entry: greatest (observed, seq)."""
    gone = {
        one.clear["corrects"]
        for one in journal
        if one.entry.kind == Kind.CORRECTED and name in one.sealed.get("withdrawn", {})
    }
    standing = [
        Recorded(
            value=_values(one)[name],
            observed=_observed(one),
            recorded=one.entry.at,
            by=one.clear["actor"],
            on_behalf=one.clear.get("on_behalf"),
            seq=one.entry.seq,
            order=one.clear["order"],
            touched=one.clear["order"],
        )
        for one in journal
        if one.entry.seq != without and one.entry.seq not in gone and name in _values(one)
    ]
    return max(standing, key=lambda one: (one.observed, one.seq), default=None)


def _observed(one: OpenedEntry) -> dt.datetime:
    said = one.sealed.get("observed")
    return dt.datetime.fromisoformat(said) if said else one.entry.at
