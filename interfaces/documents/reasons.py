"""Why something is refused or not possible yet, as JSON; and read back from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from state_machine.decision import Missing, MissingKind, Read, Reason


def reason_document(reason: Reason) -> dict[str, Any]:
    """A reason as JSON."""
    return {
        "guard": str(reason.guard),
        "strength": reason.strength,
        "message": reason.message,
        "remedy": reason.remedy,
        "clauses": list(reason.clauses),
        "read": {read.what: read.value for read in reason.read},
        "until": reason.until,
        "missing": [_missing_document(one) for one in reason.missing],
    }


def reasons_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """The reasons that such documents tell. Which entry holds a value that was read is not among what they tell."""
    return tuple(
        Reason(
            guard=one["guard"],
            strength=one["strength"],
            message=one["message"],
            remedy=one["remedy"],
            clauses=tuple(one["clauses"]),
            read=tuple(Read(what, value_of(value)) for what, value in one["read"].items()),
            until=moment_of(one["until"]),
            missing=tuple(_missing(missing) for missing in one["missing"]),
        )
        for one in documents
    )


def moment_of(text: str | None) -> dt.datetime | None:
    """The moment that a document tells, aware; None where it tells none."""
    return None if text is None else dt.datetime.fromisoformat(text)


def value_of(value: Any) -> Any:
    """A fact's value as it is kept: lists of words are tuples."""
    return tuple(value) if isinstance(value, list) else value


def _missing_document(one: Missing) -> dict[str, Any]:
    return {
        "ref": one.ref,
        one.kind: one.name,
        "found": one.found,
        "needed": one.needed,
        "roles": list(one.roles),
        "people": list(one.people),
    }


def _missing(document: Mapping[str, Any]) -> Missing:
    kind: MissingKind = next(one for one in get_args(MissingKind) if one in document)
    return Missing(
        document["ref"],
        kind,
        document[kind],
        document["found"],
        document["needed"],
        tuple(document["roles"]),
        tuple(document["people"]),
    )
