"""Marks: what searches of the journal ask of an entry, worked out from its clear part when it is written.

Entries of one action differ in who, where and when, and hardly in anything else. What they have in common is a `Sort`,
kept once under a number that follows from it; a mark names its sort. So a step writes one small row for each entry, and
a search by guard, clause or outcome first looks through some hundreds of sorts and then asks an index for their marks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select

from access.screens import Outcome, Sort
from cases.journal import Kind
from cases.ports import NewEntry, StoredEntry
from storage import tables
from storage.rows import EPOCH
from storage.screens import tables as shown

_DOMAIN = b"homeward/sort/1\x00"
LATE_SECONDS = 300
"""What time should have done and was done later than this counts as late; a breach always does."""
PORTION = 5_000

_REFUSED = frozenset({"refused", "denied", "declined", "not_yet"})
"""What an entry says last where somebody was not let; so does an override that was asked for."""
_NEITHER = frozenset({Kind.GRANT_ASKED, Kind.OVERRIDE_LAPSED, Kind.LAPSED, Kind.SEEN, Kind.EXPORTED, Kind.UNDERMINED})
_BY_TIME = frozenset({Kind.DATED, Kind.REMINDED, Kind.BREACHED, Kind.POSTPONED})


class Mark(NamedTuple):
    """A mark with the content of its sort."""

    sort: int
    content: bytes
    actor: str
    on_behalf: str | None
    family: str


def mark_of(entry: NewEntry | StoredEntry) -> Mark:
    """The mark of an entry."""
    said = entry.said if isinstance(entry, NewEntry) else None
    clear = orjson.loads(entry.clear) if said is None else said
    content = _content(entry.kind, clear)
    get = clear.get
    return Mark(_number(content), content, get("actor", ""), get("on_behalf"), get("family", ""))


def sort_of(entry: StoredEntry) -> Sort:
    """The sort of an entry."""
    content = _content(entry.kind, orjson.loads(entry.clear))
    return sort_from(_number(content), content)


def sort_from(number: int, content: bytes) -> Sort:
    """A sort as it was kept."""
    kept = orjson.loads(content)
    return Sort(
        id=number,
        kind=kept["kind"],
        process=kept["process"],
        action=kept["action"],
        role=kept["role"],
        workflow=kept["workflow"],
        guards=kept["guards"],
        unmet=tuple(kept["unmet"]),
        overridden=tuple(kept["overridden"]),
        deadline=kept["deadline"],
        outcomes=_outcomes(kept),
    )


def _content(kind: str, clear: Mapping[str, Any]) -> bytes:
    get = clear.get
    return orjson.dumps(
        {
            "kind": kind,
            "process": get("process", ""),
            "action": get("action", ""),
            "role": get("role"),
            "workflow": get("workflow", ""),
            "guards": get("guards", {}),
            "unmet": get("because", ()),
            "overridden": get("overridden", ()),
            "deadline": get("deadline"),
            "late": get("late_seconds", 0) > LATE_SECONDS,
            "until": "until" in clear,
        },
        option=orjson.OPT_SORT_KEYS,
    )


@lru_cache(maxsize=4096)
def _number(content: bytes) -> int:
    """A number of 63 bits: two of a million sorts are the same by chance once in twenty million houses."""
    return int.from_bytes(hashlib.sha256(_DOMAIN + content).digest()[:8], "big") >> 1


def _outcomes(kept: Mapping[str, Any]) -> frozenset[Outcome]:
    kind = kept["kind"]
    found: set[Outcome] = set()
    if kind.rpartition(":")[2] in _REFUSED or kind == Kind.OVERRIDE_ASKED:
        found.add("not_yet" if kept["until"] or kind == Kind.NOT_YET else "refused")
    elif kind not in _NEITHER and kind not in _BY_TIME:
        found.add("applied")
    if kept["overridden"] or kind == Kind.OVERRIDE_GRANTED:
        found.add("overridden")
    if kind == Kind.BREACHED or kept["late"]:
        found.add("late")
    return frozenset(found)


def mark_row(entry: NewEntry | StoredEntry, mark: Mark, at: int) -> dict[str, Any]:
    """The row of a mark."""
    return {
        "at": at,
        "sort": mark.sort,
        "actor": mark.actor,
        "on_behalf": mark.on_behalf,
        "instance": entry.instance,
        "seq": entry.seq,
        "family": mark.family or entry.instance,
    }


def sort_row(number: int, content: bytes) -> dict[str, Any]:
    """The row of a sort."""
    kept = orjson.loads(content)
    return {"id": number, "process": kept["process"], "action": kept["action"], "content": content}


def marks_of_all(connection: Connection) -> None:
    """Mark every entry that is there already, in order of time."""
    entries = tables.entries.c
    asked = select(entries.instance, entries.seq, entries.at, entries.kind, entries["clear"])
    rows = connection.execute(asked.order_by(entries.at, entries.instance, entries.seq))
    for portion in rows.partitions(PORTION):
        marked = [(row, mark_of(_as_entry(row))) for row in portion]
        sorts = {mark.sort: mark.content for _, mark in marked}
        _keep_sorts(connection, sorts)
        connection.execute(shown.marks.insert(), [mark_row(_as_entry(row), mark, row[2]) for row, mark in marked])


def _as_entry(row: Any) -> StoredEntry:
    instance, seq, _, kind, clear = row
    return StoredEntry(instance, seq, EPOCH, kind, clear, None, "", "")


def _keep_sorts(connection: Connection, sorts: Mapping[int, bytes]) -> None:
    there = set(connection.execute(select(shown.sorts.c.id)).scalars())
    fresh = [sort_row(number, content) for number, content in sorts.items() if number not in there]
    if fresh:
        connection.execute(shown.sorts.insert(), fresh)
