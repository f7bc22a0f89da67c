"""What each guard read when it was asked: which value of whom, as far as it may be shown without a grant.

The values are sealed with the entry. A coded value that everybody on the case may see is shown; words, documents and
what few may see are not: there it says only that something was read, who had recorded it and when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cases.errors import UnknownReference
from cases.house import House
from cases.ports import StoredEntry
from cases.workspace import Workspace
from config.definition import FactValue

_WORDS = frozenset({"text", "document", "link"})


@dataclass(frozen=True, slots=True)
class GuardRead:
    """One value that a guard read. `what` names it as the guard does; `fact` is empty for what is no fact.

    `hidden`: there was a value that is not shown. `by` and `at` are who recorded it and when, `seq` in which entry of
    `instance`; None where nothing had been recorded.
    """

    guard: str
    what: str
    instance: str
    fact: str
    value: FactValue | None
    hidden: bool
    seq: int | None
    by: str | None
    at: dt.datetime | None


def guard_reads(house: House, ref: str, now: dt.datetime) -> Mapping[tuple[str, int], tuple[GuardRead, ...]]:
    """What guards read in every entry of a family, by (instance, seq); entries whose guards read nothing are left out.

    Empty where the key of the family was destroyed. Raises UnknownReference.
    """
    with house.store.look() as tx:
        loaded = tx.load(ref)
        if loaded is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        ws = Workspace(house, tx, now, loaded)
        entries = {(entry.instance, entry.seq): entry for entry in tx.journals(loaded.family.id)}
        found = {key: tuple(_reads(ws, entry, entries)) for key, entry in entries.items()}
    return {key: reads for key, reads in found.items() if reads}


def _reads(ws: Workspace, entry: StoredEntry, entries: Mapping[tuple[str, int], StoredEntry]) -> Iterator[GuardRead]:
    sealed = orjson.loads(entry.sealed) if entry.sealed else {}
    for guard, values in sealed.get("reads", {}).items():
        for read in values:
            yield _read(ws, guard, read, entries)


def _read(ws: Workspace, guard: str, read: Sequence[Any], entries: Mapping[tuple[str, int], StoredEntry]) -> GuardRead:
    what, value, ref, fact, seq = read
    holding = entries.get((ref, seq)) if seq else None
    clear = orjson.loads(holding.clear) if holding is not None else {}
    shown = not fact or _is_open(ws, ref, fact)
    hidden = value is not None and not shown
    told = tuple(value) if isinstance(value, list) else value
    by, at = clear.get("actor"), holding.at if holding is not None else None
    return GuardRead(guard, what, ref, fact, told if shown else None, hidden, seq or None, by, at)


def _is_open(ws: Workspace, ref: str, fact: str) -> bool:
    instance = ws.instance(ref)
    if instance is None:
        return False
    declared = ws.rules(instance).workflow.processes[instance.process].facts.get(fact)
    return declared is not None and declared.seen_by is None and declared.kind not in _WORDS
