"""What the door answers: the same shape for every attempt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import orjson

from cases.ports import KeyedAttempt, Reading
from cases.workspace import Workspace
from state_machine.decision import Applied, Attempt, Decision, NotYet, Reason
from state_machine.in_order import ordered, persons_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt on one instance.

    `attempt` groups all entries of the step; `seq` is the entry that records it; `revision` the family's after it.
    `followed` names the automatic actions that the step set off, as (reference, action); `opened` the children that it
    opened. `pending` is true where a second person may still say yes. `repeated` is true where an idempotency
    key answered again and nothing new was done.
    """

    ref: str
    decision: Literal["applied", "refused", "not_yet"]
    attempt: str
    revision: int
    seq: int
    moves: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    advice: tuple[Reason, ...] = ()
    until: dt.datetime | None = None
    exception: Literal["none", "second_person"] = "none"
    pending: bool = False
    followed: tuple[tuple[str, str], ...] = ()
    opened: tuple[str, ...] = ()
    repeated: bool = False


def answer(ws: Workspace, seq: int, attempt: Attempt, decision: Decision) -> Answer:
    """The answer to an attempt that was decided in this workspace."""
    mine = persons_of(attempt.actor)
    if isinstance(decision, Applied):
        return Answer(
            ref=attempt.ref,
            decision="applied",
            moves=decision.moves,
            followed=tuple(ws.followed),
            opened=tuple(ref for ref in ws.opened if ref != attempt.ref),
            attempt=ws.attempt_id,
            revision=ws.revision or 0,
            seq=seq,
            advice=ordered(decision.advice, mine),
        )
    return Answer(
        ref=attempt.parent if attempt.kind == "open" and attempt.parent else attempt.ref,
        decision="not_yet" if isinstance(decision, NotYet) else "refused",
        reasons=ordered(decision.reasons, mine),
        until=decision.until if isinstance(decision, NotYet) else None,
        exception=decision.exception,
        attempt=ws.attempt_id,
        revision=ws.revision or 0,
        seq=seq,
        advice=ordered(decision.advice, mine),
    )


def answer_again(tx: Reading, keyed: KeyedAttempt) -> Answer:
    """The answer of an applied attempt, read back from its journal entry (semantics 5)."""
    entry = next(one for one in tx.entries(keyed.instance, after=keyed.seq - 1) if one.seq == keyed.seq)
    clear = orjson.loads(entry.clear)
    return Answer(
        ref=keyed.instance,
        decision="applied",
        attempt=keyed.attempt,
        revision=keyed.revision,
        seq=keyed.seq,
        moves={track: (pair[0], pair[1]) for track, pair in clear.get("moves", {}).items()},
        repeated=True,
    )
