"""What is possible on an instance, and of all else why not, as JSON; and read back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interfaces.documents.reasons import moment_of, reason_document, reasons_of
from state_machine.explain import ActionAnswer


def why_document(ref: str, answers: Sequence[ActionAnswer]) -> dict[str, Any]:
    """The answers to all actions as JSON."""
    return {"ref": ref, "actions": [_action_document(one) for one in answers]}


def permitted_of(document: Mapping[str, Any]) -> tuple[ActionAnswer, ...]:
    """The answers that such a document tells."""
    return tuple(
        ActionAnswer(
            action=one["action"],
            decision=one["decision"],
            met=one["met"],
            reasons=reasons_of(one["reasons"]),
            advice=reasons_of(one["advice"]),
            until=moment_of(one["until"]),
            exception=one["exception"],
            asks=tuple(one["asks"]),
        )
        for one in document["actions"]
    )


def _action_document(one: ActionAnswer) -> dict[str, Any]:
    return {
        "action": one.action,
        "decision": one.decision,
        "until": one.until,
        "met": one.met,
        "exception": one.exception,
        "asks": list(one.asks),
        "only_answers": one.only_answers,
        "advice": [reason_document(reason) for reason in one.advice],
        "reasons": [reason_document(reason) for reason in one.reasons],
    }
