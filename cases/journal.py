"""The journal's vocabulary and the making of its entries (semantics 6, 24, 25).

An entry has a clear part (who, when, what, which guards said what, the chain) and a sealed part (facts, read values,
reason, salt). Both are canonical JSON (RFC 8785: ASCII keys, whole numbers). The clear part commits to the sealed one,
so that the chain still verifies when a family's key has been destroyed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from cases.ports import Head, NewEntry
from state_machine.decision import Applied, NotYet, Read, Refused

ENGINE = "1"
"""The version of the rules of decision; raised when the same inputs may be decided otherwise."""

GENESIS = "0" * 64
"""The `previous` of the first entry of every instance."""

_COMMITMENT = b"homeward/commitment/1\x00"
_ENTRY = b"homeward/entry/1\x00"


class Kind(StrEnum):
    """What an entry records: `subject:object:action`. Retired kinds stay, so that old journals can be read."""

    OPENED = "case:instance:opened"
    APPLIED = "case:action:applied"
    REFUSED = "case:action:refused"
    NOT_YET = "case:action:not_yet"
    RECORDED = "case:fact:recorded"
    CORRECTED = "case:fact:corrected"
    LAPSED = "case:fact:lapsed"
    SEEN = "case:fact:seen"
    ASSIGNED = "case:role:assigned"
    UNASSIGNED = "case:role:unassigned"
    OVERRIDE_ASKED = "case:override:asked"
    OVERRIDE_GRANTED = "case:override:granted"
    OVERRIDE_DENIED = "case:override:denied"
    OVERRIDE_LAPSED = "case:override:lapsed"
    UNDERMINED = "case:guard:undermined"
    MIGRATED = "case:workflow:migrated"
    DATED = "case:deadline:dated"
    REMINDED = "case:deadline:reminded"
    BREACHED = "case:deadline:breached"
    ACTED = "case:deadline:acted"
    ACT_REFUSED = "case:deadline:refused"
    POSTPONED = "case:elapse:postponed"
    PROPOSED = "house:workflow:proposed"
    PUBLISHED = "house:workflow:published"
    NOT_PUBLISHED = "house:workflow:refused"
    WITHDRAWN = "house:workflow:withdrawn"
    MIGRATION_REFUSED = "house:migration:refused"
    PERSON_ADDED = "house:person:added"
    PERSON_CHANGED = "house:person:changed"
    PERSON_DISABLED = "house:person:disabled"
    PERSON_ENABLED = "house:person:enabled"
    LEAVE_SET = "house:leave:set"
    WISHES_SET = "house:wishes:set"
    PERSON_REFUSED = "house:person:refused"
    PERSON_ASKED = "house:person:asked"
    PERSON_AGREED = "house:person:agreed"
    PERSON_DECLINED = "house:person:declined"
    LINK_MADE = "house:link:made"
    FACTORS_FORGOTTEN = "house:factors:forgotten"
    HANDED_OVER = "house:role:handed_over"
    EMERGENCY_TAKEN = "case:emergency:taken"
    EMERGENCY_ENDED = "case:emergency:ended"
    EMERGENCY_REVIEWED = "case:emergency:reviewed"
    EMERGENCY_REFUSED = "house:emergency:refused"
    GRANT_ASKED = "case:grant:asked"
    GRANT_GIVEN = "case:grant:given"
    GRANT_DECLINED = "case:grant:declined"
    GRANT_ENDED = "case:grant:ended"
    EXPORTED = "house:data:exported"


def canonical(value: Any) -> bytes:
    """Canonical JSON of a value with ASCII keys and whole numbers below 2⁵³ (RFC 8785)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)


_TO_MICROSECONDS = len("2000-01-01T00:00:00.000000")


def instant(moment: dt.datetime) -> str:
    """A moment as text: UTC, microseconds, `Z`."""
    return f"{moment.isoformat(timespec='microseconds')[:_TO_MICROSECONDS]}Z"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain."""

    instance: str
    kind: Kind
    clear: Mapping[str, Any]
    sealed: Mapping[str, Any]


def chained(draft: Draft, head: Head, now: dt.datetime, salt: bytes) -> tuple[NewEntry, Head]:
    """The draft as the next entry after `head`, and the head that it makes.

    `at` is `now`, or the head's time where the clock went back: within an instance it never does.
    """
    at = now if head.at is None else max(now, head.at)
    seq = head.seq + 1
    sealed = canonical({**draft.sealed, "salt": salt.hex()})
    previous = head.hash or GENESIS
    said = {
        **draft.clear,
        "instance": draft.instance,
        "seq": seq,
        "at": instant(at),
        "kind": draft.kind.value,
        "engine": ENGINE,
        "previous": previous,
        "commitment": commitment(draft.instance, seq, sealed),
    }
    clear = canonical(said)
    digest = entry_hash(clear)
    entry = NewEntry(draft.instance, seq, at, draft.kind.value, clear, sealed, previous, digest, said)
    return entry, Head(seq, digest, at)


def commitment(instance: str, seq: int, sealed: bytes) -> str:
    """SHA-256 over domain, instance, seq and the canonical sealed part with its 32-byte salt (semantics 25)."""
    return hashlib.sha256(_COMMITMENT + f"{instance}\x00{seq}\x00".encode() + sealed).hexdigest()


def entry_hash(clear: bytes) -> str:
    """SHA-256 over the stored canonical bytes of a clear part."""
    return hashlib.sha256(_ENTRY + clear).hexdigest()


def sealed_reads(reads: Mapping[str, Sequence[Read]]) -> dict[str, list[list[Any]]]:
    """The values that each guard read, with the entry that holds each, for the sealed part."""
    return {
        guard: [[read.what, _plain(read.value), read.ref, read.fact, read.seq] for read in values]
        for guard, values in reads.items()
    }


def clear_decision(decision: Applied | Refused | NotYet) -> dict[str, Any]:
    """The part of a decision that may stand in clear: moves, outcomes of guards, advice, overridden guards, until."""
    clear: dict[str, Any] = {"guards": {name: outcome.value for name, outcome in decision.outcomes.items()}}
    if decision.role:
        clear["role"] = decision.role
    if decision.advice:
        clear["advice"] = [reason.guard for reason in decision.advice]
    match decision:
        case Applied(moves=moves, overridden=overridden):
            clear["moves"] = {track: list(pair) for track, pair in moves.items()}
            if overridden:
                clear["overridden"] = list(overridden)
        case Refused(reasons=reasons, exception=exception):
            clear["because"] = [reason.guard for reason in reasons]
            clear["exception"] = exception
        case NotYet(reasons=reasons, until=until):
            clear["because"] = [reason.guard for reason in reasons]
            clear["until"] = instant(until)
    return clear


def plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Fact values as JSON holds them: tuples become lists."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
