"""A refusal is journaled too, in a transaction of its own; with a reason it may wait for a second person."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any, Literal

from cases.answers import Answer, answer
from cases.effects import assigned, who
from cases.idempotency import Key, still_stands
from cases.journal import Kind, canonical, clear_decision, plain_facts, sealed_reads
from cases.ports import Asking, Due, KeyedAttempt, Transaction
from cases.workspace import Workspace
from state_machine.decision import Attempt, NotYet, Refused


def refuse(
    tx: Transaction,
    ws: Workspace,
    key: Key,
    attempt: Attempt,
    decision: Refused | NotYet,
    *,
    reason: str | None = None,
    before: KeyedAttempt | None = None,
) -> Answer:
    """Journal the refusal and answer it. It lies on the instance; for an opening on the parent, or on the asker's own.

    With a `reason`, an attempt that only `should` guards refuse stays open for a second person. `before` is an
    earlier answer under the same key: while it counts it is given again, and nothing is journaled.
    """
    second = {f"second_{name}": value for name, value in who(ws.second).items()} if ws.second else {}
    read = dict(ws.others) if ws.revision is None else {ws.family: ws.revision, **ws.others}
    ws, on = _place(tx, ws, attempt)
    if on is None:
        return answer(ws, 0, attempt, decision)
    outcome: Literal["refused", "not_yet"] = "not_yet" if isinstance(decision, NotYet) else "refused"
    if before is not None and still_stands(before, ws, outcome):
        asking = tx.asking(before.attempt) or _asked_already(tx, ws, attempt, on, reason)
        waits = asking is not None and asking.state == "open" and ws.now < asking.lapses_at
        about = asking.attempt if asking is not None else before.attempt
        again = replace(answer(ws, before.seq, attempt, decision), attempt=about)
        return replace(again, pending=waits and not attempt.confirmed, repeated=True)
    root = attempt.kind == "open" and attempt.parent is None
    pending = bool(reason) and decision.exception == "second_person" and not root and not attempt.confirmed
    already = _asked_already(tx, ws, attempt, on, reason) if pending else None
    asks = pending and already is None  # the same thing is asked of a second person once
    kind = Kind.OVERRIDE_ASKED if asks else Kind.NOT_YET if isinstance(decision, NotYet) else Kind.REFUSED
    entry = ws.entry(on, kind, _clear(attempt, decision) | second, _sealed(attempt, decision, reason))
    until = decision.until if isinstance(decision, NotYet) else None
    askings = [_asking(ws, attempt, on, reason)] if asks else []
    tx.note(
        ws.family,
        [entry],
        keyed=key.answered(ws, outcome, entry, until),
        replaces=before.attempt if before else None,
        askings=askings,
        put_due=[Due(ws.family, on, "asking", one.attempt, one.lapses_at) for one in askings],
        # One family is read at one moment. Several may be read before and after a change: then decide anew.
        read=read if len(read) > 1 else {},
    )
    answered = replace(answer(ws, entry.seq, attempt, decision), pending=pending)
    return answered if already is None else replace(answered, attempt=already.attempt)


def _asked_already(tx: Transaction, ws: Workspace, attempt: Attempt, on: str, reason: str | None) -> Asking | None:
    """The open question to a second person about the very same: the same person, action, facts, files and reason."""
    mine = (on, attempt.action, attempt.actor.person, attempt.actor.on_behalf)
    asked = canonical(_asked(ws, attempt, reason))
    for one in tx.askings(ws.family):
        theirs = (one.instance, one.action, one.person, one.on_behalf)
        if theirs == mine and one.asked == asked and ws.now < one.lapses_at:
            return one
    return None


def _place(tx: Transaction, ws: Workspace, attempt: Attempt) -> tuple[Workspace, str | None]:
    """The journal in which a refusal lies: a root that was not opened has none, so it is the asker's own."""
    if attempt.kind != "open" or attempt.parent is not None:
        return ws, attempt.parent if attempt.kind == "open" else attempt.ref
    ref = tx.person_ref(attempt.actor.person)
    loaded = tx.load(ref) if ref else None
    return (ws, None) if loaded is None else (Workspace(ws.house, tx, ws.now, loaded), ref)


def _clear(attempt: Attempt, decision: Refused | NotYet) -> dict[str, Any]:
    opens = {"opens": attempt.process} if attempt.kind == "open" else {}
    said = {**who(attempt.actor), "action": attempt.action or attempt.kind}
    return said | assigned(attempt) | opens | clear_decision(decision)


def _sealed(attempt: Attempt, decision: Refused | NotYet, reason: str | None) -> dict[str, Any]:
    sealed: dict[str, Any] = {"facts": plain_facts(attempt.facts), "reads": sealed_reads(decision.reads)}
    return {**sealed, "reason": reason} if reason else sealed


def _asked(ws: Workspace, attempt: Attempt, reason: str | None) -> dict[str, Any]:
    """Everything that is needed to carry the attempt out later, files that came along included."""
    return {
        "kind": attempt.kind,
        "process": attempt.process,
        "parent": attempt.parent,
        "facts": plain_facts(attempt.facts),
        "observed": attempt.observed.isoformat() if attempt.observed else None,
        "assigned": attempt.assigned,
        "role": attempt.role,
        "narrowed": attempt.actor.role,
        "reason": reason,
        "documents": [[one.digest, one.media, base64.b64encode(one.content).decode()] for one in ws.documents],
    }


def _asking(ws: Workspace, attempt: Attempt, on: str, reason: str | None) -> Asking:
    rules = ws.family_rules
    return Asking(
        attempt=ws.attempt_id,
        family=ws.family,
        instance=on,
        action=attempt.action,
        person=attempt.actor.person,
        on_behalf=attempt.actor.on_behalf,
        asked_at=ws.now,
        lapses_at=rules.calendar.add(ws.now, rules.workflow.second_person_within, "days", "latest_by"),
        state="open",
        asked=canonical(_asked(ws, attempt, reason)),
    )
