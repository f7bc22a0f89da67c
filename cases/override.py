"""A second person answers an attempt that only `should` guards refused (semantics 11)."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import orjson

from cases.answers import Answer, answer, answer_again
from cases.commit import commit
from cases.effects import who
from cases.errors import BadInput, UnknownName
from cases.house import House
from cases.idempotency import Key
from cases.journal import Kind
from cases.ports import Asking, Document, KeyedAttempt, NewEntry, Transaction
from cases.refuse import refuse
from cases.request import fingerprint
from cases.take_step import apply, at_the_door, check_revision, load_workspace
from cases.workspace import Trial, Workspace
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, Fixed, Reason, Refused
from state_machine.view import Actor


@dataclass(frozen=True, slots=True)
class SecondAnswer:
    """What the second person says to an open attempt; a reason is required either way."""

    actor: Actor
    attempt: str
    yes: bool
    reason: str
    key: str | None = None
    if_revision: int | None = None


def override(house: House, said: SecondAnswer, now: dt.datetime) -> Answer:
    """Answer an attempt that waits for a second person, at `now` (aware, UTC).

    Yes asks all guards again at this moment and applies the attempt, its unmet `should` guards overridden; no ends it.
    Refused with `not_your_role` where this person may not answer it: without the role, or being the one who asked.
    Raises UnknownName for an attempt that does not wait, BadInput without a reason.
    """
    if not said.reason.strip():
        raise BadInput("an answer to an override needs a reason; say it with --reason")
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, said, now, trial))


def _one_try(house: House, tx: Transaction, said: SecondAnswer, now: dt.datetime, trial: Trial) -> Answer:
    mark = fingerprint(["override", said.attempt, said.yes, said.reason])
    # Without a key of its own the same answer again is the same; the attempt's id is the key of the one who asked.
    key = Key(said.actor.person, said.key or f"override.{said.attempt}.{'yes' if said.yes else 'no'}", mark)
    before = key.before(tx)
    if before is not None and before.outcome == "applied":
        return answer_again(tx, before)
    ws, asking = _waiting(house, tx, said, now, trial)
    check_revision(ws, said.if_revision)
    ws.attempt_id = asking.attempt
    attempt = _asked(ws, asking)
    said, not_theirs = _answers_as(ws, said, asking, attempt)
    if not_theirs is not None:
        tried = replace(attempt, actor=said.actor)
        return refuse(tx, ws, key, tried, Refused((not_theirs,), {}), before=before)
    if not said.yes:
        return _denied(tx, ws, said, asking, key, before)
    return _granted(tx, ws, said, asking, attempt, key, before)


def _waiting(
    house: House, tx: Transaction, said: SecondAnswer, now: dt.datetime, trial: Trial
) -> tuple[Workspace, Asking]:
    """The family, and the attempt in it that waits. Raises UnknownName.

    The attempt is read after the family: whoever answers it in between raises the revision, and this try is lost.
    """
    asking = tx.asking(said.attempt)
    ws = load_workspace(house, tx, asking.instance, now, trial) if asking else None
    asking = tx.asking(said.attempt) if ws else None
    if ws is None or asking is None or asking.state != "open" or asking.lapses_at <= now:
        state = "there is none" if asking is None else asking.state if asking.state != "open" else "lapsed"
        raise UnknownName(f"no attempt {said.attempt} waits for a second person: {state}; it can be asked again")
    return ws, asking


def _asked(ws: Workspace, asking: Asking) -> Attempt:
    """The attempt as it was asked, by the one who asked it, with the roles that this person has today."""
    asked = orjson.loads(asking.asked)
    on_behalf = asking.on_behalf
    titles = ws.titles(on_behalf or asking.person)
    actor = Actor(asking.person, titles, asked["narrowed"], on_behalf)
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in asked["facts"].items()}
    opening = asked["kind"] == "open"
    return Attempt(
        kind=asked["kind"],
        ref=ws.house.ids.reference() if opening else asking.instance,
        actor=actor,
        process=asked["process"],
        action=asking.action,
        parent=asked["parent"],
        facts=facts,
        observed=dt.datetime.fromisoformat(asked["observed"]) if asked["observed"] else None,
        assigned=asked["assigned"],
        role=asked["role"],
        confirmed=True,
    )


def _answers_as(
    ws: Workspace, said: SecondAnswer, asking: Asking, attempt: Attempt
) -> tuple[SecondAnswer, Reason | None]:
    """The answer of the person, or of the first for whom they stand in and who may answer (semantics 10)."""
    for actor in (said.actor, *ws.house.on_behalf(said.actor)):
        if _not_theirs(ws, actor, asking, attempt) is None:
            return replace(said, actor=actor), None
    return said, _not_theirs(ws, said.actor, asking, attempt)


def _not_theirs(ws: Workspace, actor: Actor, asking: Asking, attempt: Attempt) -> Reason | None:
    """Why this person may not answer: never the one who asked (nor whom they act for), and only certain roles."""
    allowed = _second_persons(ws, attempt)
    if {actor.person, actor.on_behalf} & {asking.person, asking.on_behalf} - {None}:
        message = "A second person answers, never the one who asked."
    elif not actor.titles & allowed:
        message = "Your role may not answer this."
    else:
        return None
    people = sorted({name for role in allowed for name in ws.people_with(role)} - {asking.person})
    remedy = f"Ask one of: {', '.join(people)}." if people else "Nobody in the house has a role that may answer."
    return Reason(Fixed.NOT_YOUR_ROLE, "must", message, remedy)


def _second_persons(ws: Workspace, attempt: Attempt) -> set[str]:
    """The roles that may answer for all unmet `should` guards: each guard's own, else those of the workflow."""
    workflow = ws.family_rules.workflow
    guards = workflow.processes[attempt.process].guards
    plain = decide(ws.family_rules, ws, replace(attempt, confirmed=False), ws.now)
    allowed: set[str] | None = None
    for reason in () if isinstance(plain, Applied) else plain.reasons:
        own = guards[reason.guard].second_person if reason.guard in guards else None
        named = set(own or workflow.second_person)
        allowed = named if allowed is None else allowed & named
    return set(workflow.second_person) if allowed is None else allowed


def _denied(
    tx: Transaction, ws: Workspace, said: SecondAnswer, asking: Asking, key: Key, before: KeyedAttempt | None
) -> Answer:
    entry = _entry(ws, Kind.OVERRIDE_DENIED, said, asking)
    _answered(ws, asking, "denied")
    revision = commit(tx, ws, key.answered(ws, "applied", entry), before)
    return Answer(asking.instance, "applied", asking.attempt, revision, entry.seq)


def _granted(
    tx: Transaction,
    ws: Workspace,
    said: SecondAnswer,
    asking: Asking,
    attempt: Attempt,
    key: Key,
    before: KeyedAttempt | None,
) -> Answer:
    decision = decide(ws.family_rules, ws, attempt, ws.now)
    ws.second = said.actor
    if not isinstance(decision, Applied):
        return refuse(tx, ws, key, attempt, decision, before=before)
    _entry(ws, Kind.OVERRIDE_GRANTED, said, asking, {"overridden": list(decision.overridden)})
    _answered(ws, asking, "granted")
    attempt = replace(attempt, seq=ws.next_seq(attempt.ref))
    done = apply(ws, attempt, decision, orjson.loads(asking.asked)["reason"])
    if not isinstance(done, NewEntry):
        fresh = load_workspace(ws.house, tx, asking.instance, ws.now, ws.trial)
        fresh.second = said.actor
        return refuse(tx, fresh, key, attempt, done, before=before)
    ws.documents = tuple(
        Document(ws.family, digest, media, base64.b64decode(content))
        for digest, media, content in orjson.loads(asking.asked)["documents"]
    )
    revision = commit(tx, ws, key.answered(ws, "applied", done), before)
    return replace(answer(ws, done.seq, attempt, decision), revision=revision)


def _answered(ws: Workspace, asking: Asking, state: Literal["granted", "denied"]) -> None:
    ws.askings.append(replace(asking, state=state))
    ws.no_longer_due(asking.instance, "asking", asking.attempt)


def _entry(
    ws: Workspace, kind: Kind, said: SecondAnswer, asking: Asking, clear: Mapping[str, Any] = MappingProxyType({})
) -> NewEntry:
    """One entry that names both persons: the one who answers, and the one who asked (semantics 11)."""
    both = {"asked_by": asking.person, **({"asked_on_behalf": asking.on_behalf} if asking.on_behalf else {})}
    base = {**who(said.actor), **both, "action": asking.action}
    return ws.entry(asking.instance, kind, {**base, **clear}, {"reason": said.reason})
