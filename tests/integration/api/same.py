"""What somebody is told of why not, whoever tells it: in this shape the command line, the API and the pages compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Said(NamedTuple):
    """One reason: the guard, what is said, the remedy, who can see to it, the clauses, and from when it may be."""

    guard: str
    message: str
    remedy: str
    who: tuple[str, ...]
    clauses: tuple[str, ...]
    until: str | None


def said_in(reasons: Iterable[Mapping[str, Any]]) -> list[Said]:
    """The reasons of a document, in their order."""
    return [
        Said(
            one["guard"],
            one["message"],
            one["remedy"],
            tuple(dict.fromkeys(person for missing in one["missing"] for person in missing["people"])),
            tuple(one["clauses"]),
            one["until"],
        )
        for one in reasons
    ]


def why_said_in(document: Mapping[str, Any]) -> dict[str, tuple[str, list[Said], list[Said]]]:
    """Of each action in an answer to `why`: the decision, the reasons, and the advice."""
    return {
        one["action"]: (one["decision"], said_in(one["reasons"]), said_in(one["advice"])) for one in document["actions"]
    }
