"""Steps that a correction undermines: not undone, but named to a person (semantics 14).

Where a guard of an applied step had read the withdrawn value, `guard:undermined` is journaled on its instance, and a
`request` asks a person to look. In the family of the corrected entry that is part of the correction; every other family
that has ever relied on the instance gets an `undermined` row, and the sweep looks through its journals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from cases.effects import effect
from cases.journal import Kind
from cases.ports import Due, Reading, StoredEntry
from cases.workspace import Workspace
from state_machine.decision import Applied, Attempt
from state_machine.view import SYSTEM, Actor

REQUEST = "request"
HOUSE_REQUEST = "house_request"
_STEPS = (Kind.APPLIED, Kind.OPENED, Kind.ASSIGNED, Kind.UNASSIGNED)
"""Kinds of entries that record what guards read of a step that was applied."""


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """A journal entry with both parts read."""

    entry: StoredEntry
    clear: Mapping[str, Any]
    sealed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """These facts of entry `seq` of an instance hold no more."""

    ref: str
    seq: int
    facts: frozenset[str]


def opened(entry: StoredEntry) -> OpenedEntry:
    """An entry with both parts read; of a family whose key is gone nothing is left of the sealed part."""
    return OpenedEntry(entry, orjson.loads(entry.clear), orjson.loads(entry.sealed) if entry.sealed else {})


def undermined(tx: Reading, ws: Workspace, withdrawn: Withdrawn) -> None:
    """Journal `guard:undermined` for every applied step whose guards read a withdrawn value; ask a person to look."""
    found = False
    for instance in list(ws.instances.values()):
        for one in map(opened, tx.entries(instance.ref)):
            guards = _readers(one, withdrawn)
            if guards:
                found = True
                clear = {"actor": SYSTEM, "undermines": one.entry.seq, "action": one.clear.get("action", "")}
                ws.entry(instance.ref, Kind.UNDERMINED, {**clear, "guards": dict.fromkeys(guards, "undermined")}, {})
    if not found:
        return
    root, processes = ws.instances[ws.family], ws.family_rules.workflow.processes
    if REQUEST in processes and processes[REQUEST].parent == root.process:
        _ask_within(ws, root.ref)
    elif HOUSE_REQUEST in processes:
        ws.due(Due(ws.family, root.ref, "request", f"undermined.{ws.attempt_id}", ws.now))


def undermined_from_elsewhere(tx: Reading, ws: Workspace, row: Due) -> None:
    """The same where the correction (`row.name` = `REF:SEQ` of its entry) was made in another family."""
    ref, _, seq = row.name.rpartition(":")
    ws.no_longer_due(row.instance, "undermined", row.name)
    for one in map(opened, tx.entries(ref, after=int(seq) - 1)[:1]):
        undermined(tx, ws, Withdrawn(ref, one.clear["corrects"], frozenset(one.sealed.get("withdrawn", ()))))


def _readers(one: OpenedEntry, withdrawn: Withdrawn) -> list[str]:
    if one.entry.kind not in _STEPS:
        return []
    return [
        guard
        for guard, values in one.sealed.get("reads", {}).items()
        if any(
            (ref, seq) == (withdrawn.ref, withdrawn.seq) and fact in withdrawn.facts for _, _, ref, fact, seq in values
        )
    ]


def _ask_within(ws: Workspace, root: str) -> None:
    """Open a `request` of kind `undermined` under the case, by the house itself."""
    ref, facts = ws.house.ids.reference(), {"kind": "undermined"}
    attempt = Attempt("open", ref, Actor(SYSTEM), REQUEST, "open", root, facts, by_skipped=True)
    effect(ws, attempt, Applied(moves={}, outcomes={}))
