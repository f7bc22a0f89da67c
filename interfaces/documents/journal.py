"""A journal as JSON; and read back from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from cases.ports import StoredEntry
from cases.read_history import SeenEntry

AS_IT_IS = (
    "actor",
    "on_behalf",
    "role",
    "action",
    "attempt",
    "until",
    "assigned",
    "to",
    "corrects",
    "opens",
    "publishes",
    "exports",
    "undermines",
    "deadline",
    "tell",
)
"""What an entry's clear part says of who and what; null where it says nothing."""


def history_document(
    ref: str, entries: Sequence[SeenEntry], workflows: Mapping[str, str], *, clear_only: bool
) -> dict[str, Any]:
    """A journal as JSON; `workflows` has the names of the workflow versions by hash. Times are UTC."""
    return {"ref": ref, "entries": [entry_document(one, workflows) for one in entries], "clear_only": clear_only}


def entry_document(one: SeenEntry, workflows: Mapping[str, str]) -> dict[str, Any]:
    """One entry as JSON."""
    clear = one.clear
    return {
        "seq": one.entry.seq,
        "at": one.entry.at,
        "kind": one.entry.kind,
        **{name: clear.get(name) for name in AS_IT_IS},
        "moves": clear.get("moves", {}),
        "deadlines": clear.get("deadlines", {}),
        "late_seconds": clear.get("late_seconds", 0),
        "facts": dict(one.facts),
        "withdrawn": dict(one.withdrawn),
        "lapsed": list(one.lapsed),
        "hidden": list(one.hidden),
        "guards": clear.get("guards", {}),
        "because": clear.get("because", []),
        "overridden": clear.get("overridden", []),
        "reason": one.reason,
        "workflow": workflows.get(str(clear["workflow"])),
        "workflow_hash": clear["workflow"],
        "hash": one.entry.hash,
        "previous": one.entry.previous,
    }


def history_of(document: Mapping[str, Any]) -> tuple[SeenEntry, ...]:
    """The entries that such a document tells; what lies sealed in them is not among it."""
    return tuple(_entry(document["ref"], one) for one in document["entries"])


def _entry(ref: str, document: Mapping[str, Any]) -> SeenEntry:
    told = ("moves", "deadlines", "late_seconds", "guards", "because", "overridden")
    clear = {name: document[name] for name in AS_IT_IS if document[name] is not None}
    clear |= {name: document[name] for name in told} | {"workflow": document["workflow_hash"]}
    at = dt.datetime.fromisoformat(document["at"])
    chain = (document["previous"], document["hash"])
    entry = StoredEntry(ref, document["seq"], at, document["kind"], orjson.dumps(clear), None, *chain)
    return SeenEntry(
        entry,
        clear,
        document["facts"],
        document["withdrawn"],
        tuple(document["lapsed"]),
        tuple(document["hidden"]),
        document["reason"],
    )
