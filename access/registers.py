"""Registers: refusals, overrides, breaches, disclosures and sights, and how each was answered.

A register holds the newest thousand that fit; narrow by time for older ones. What nobody has answered yet stands first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from access.screens import (
    Carriers,
    EntryRow,
    Page,
    Register,
    RegisterRow,
    Slice,
    TraceFilter,
    TraceReads,
)
from cases.errors import BadInput
from cases.journal import Kind

WIDE = 1_000
"""As many entries a register looks at."""
DISCLOSURE = "disclosure"
"""The process whose instances say what left the house about somebody."""

_ASKED: Mapping[Register, Sequence[Mapping[str, str]]] = {
    "refusals": ({"outcome": "refused"}, {"outcome": "not_yet"}),
    "overrides": ({"kind": Kind.OVERRIDE_ASKED},),
    "breaches": ({"kind": Kind.BREACHED},),
    "disclosures": ({"process": DISCLOSURE},),
    "sights": ({"kind": Kind.SEEN},),
}
_UNANSWERABLE = frozenset({"disclosures", "sights"})
_OF_OVERRIDES: Mapping[str, str] = {
    Kind.OVERRIDE_GRANTED: "granted",
    Kind.OVERRIDE_DENIED: "denied",
    Kind.OVERRIDE_LAPSED: "lapsed",
}


def register(
    reads: TraceReads, kind: Register, wanted: TraceFilter, page: Page, carriers: Carriers
) -> Slice[RegisterRow]:
    """A page of a register, what is unanswered first, then the newest. Raises BadInput for a cursor of another list."""
    rows = register_rows(reads, kind, wanted, carriers)
    start = _start(page.after)
    after = start + page.limit
    return Slice(tuple(rows[start:after]), str(after) if after < len(rows) else None)


def register_rows(reads: TraceReads, kind: Register, wanted: TraceFilter, carriers: Carriers) -> list[RegisterRow]:
    """All rows of a register at once, at most WIDE."""
    found: list[EntryRow] = []
    for asked in _ASKED[kind]:
        narrowed = narrowed_to(wanted, asked)
        if narrowed is not None:
            found.extend(reads.trace(narrowed, Page(WIDE), carriers).rows)
    found.sort(key=lambda one: (one.at, one.number), reverse=True)
    found = found[:WIDE]
    if kind in _UNANSWERABLE or not found:
        return [RegisterRow(one) for one in found]
    later = _by_instance(reads.answers(found))
    rows = [_answered(kind, one, later.get(one.instance, ())) for one in found]
    return sorted(rows, key=lambda row: row.answer is not None)


def narrowed_to(wanted: TraceFilter, asked: Mapping[str, str]) -> TraceFilter | None:
    """A filter that also asks this; None where it asks for something else already, so that nothing fits."""
    for name, value in asked.items():
        if getattr(wanted, name) not in (None, value):
            return None
    return replace(wanted, **asked)  # type: ignore[arg-type]  # the names and values are those of the table above


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 5:
        raise BadInput("this is no place in a register: take the address of the page before, or begin at the top")
    return int(cursor)


def _by_instance(rows: Sequence[EntryRow]) -> Mapping[str, Sequence[EntryRow]]:
    found: dict[str, list[EntryRow]] = {}
    for one in rows:
        found.setdefault(one.instance, []).append(one)
    return found


def _answered(kind: Register, asked: EntryRow, later: Sequence[EntryRow]) -> RegisterRow:
    answer: Callable[[EntryRow, EntryRow], str | None] = {
        "refusals": _of_refusal,
        "overrides": _of_override,
        "breaches": _of_breach,
    }[kind]
    for one, how in _ways(asked, later, answer):
        return RegisterRow(asked, one, how)
    return RegisterRow(asked)


def _ways(
    asked: EntryRow, later: Sequence[EntryRow], answer: Callable[[EntryRow, EntryRow], str | None]
) -> Iterator[tuple[EntryRow, str]]:
    for one in later:
        how = answer(asked, one) if one.seq > asked.seq else None
        if how is not None:
            yield one, how


def _of_refusal(asked: EntryRow, one: EntryRow) -> str | None:
    """The same action was applied later, or a second person answered the attempt."""
    if one.clear.get("attempt") == asked.clear.get("attempt") and one.kind in _OF_OVERRIDES:
        return _OF_OVERRIDES[one.kind]
    same = one.clear.get("action") == asked.clear.get("action") and "applied" in one.outcomes
    return "applied" if same and one.kind not in _OF_OVERRIDES else None


def _of_override(asked: EntryRow, one: EntryRow) -> str | None:
    same = one.clear.get("attempt") == asked.clear.get("attempt")
    return _OF_OVERRIDES.get(one.kind) if same else None


def _of_breach(asked: EntryRow, one: EntryRow) -> str | None:
    """The round of the deadline ended: it was done, or it does not run any more."""
    if one.kind != Kind.DATED:
        return None
    change = one.clear.get("deadlines", {}).get(asked.clear.get("deadline"))
    return str(change["what"]) if change is not None and change["what"] in ("done", "ended") else None
