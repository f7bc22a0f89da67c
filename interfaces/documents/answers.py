"""What came of an attempt, as JSON; and read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.answers import Answer
from interfaces.documents.reasons import moment_of, reason_document, reasons_of


def answer_document(answer: Answer) -> dict[str, Any]:
    """An answer as JSON. `ref` is null where a refused opening has no instance to name; `until` is UTC."""
    return {
        "ref": answer.ref if answer.seq or answer.decision == "applied" else None,
        "decision": answer.decision,
        "attempt": answer.attempt,
        "revision": answer.revision,
        "seq": answer.seq,
        "moves": {track: list(pair) for track, pair in answer.moves.items()},
        "advice": [reason_document(reason) for reason in answer.advice],
        "reasons": [reason_document(reason) for reason in answer.reasons],
        "until": answer.until,
        "exception": answer.exception,
        "pending": answer.pending,
        "followed": [{"ref": ref, "action": action} for ref, action in answer.followed],
        "opened": list(answer.opened),
        "repeated": answer.repeated,
    }


def answer_of(document: Mapping[str, Any]) -> Answer:
    """The answer that such a document tells."""
    return Answer(
        ref=document["ref"] or "",
        decision=document["decision"],
        attempt=document["attempt"],
        revision=document["revision"],
        seq=document["seq"],
        moves={track: (before, after) for track, (before, after) in document["moves"].items()},
        reasons=reasons_of(document["reasons"]),
        advice=reasons_of(document["advice"]),
        until=moment_of(document["until"]),
        exception=document["exception"],
        pending=document["pending"],
        followed=tuple((one["ref"], one["action"]) for one in document["followed"]),
        opened=tuple(document["opened"]),
        repeated=document["repeated"],
    )
