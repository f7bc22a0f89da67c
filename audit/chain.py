"""Whether the journal of one instance is the chain that was written: pure, on entries as they lie in a store.

Every entry is bound to the one before it and commits to its own sealed part (semantics 25), so that whatever is edited,
left out, put in or swapped is found and named. What was cut off at the end shows only against a head that somebody
else knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cases.journal import GENESIS, canonical, commitment, entry_hash, instant
from cases.ports import Head, StoredEntry


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which a journal is not what was written, and what is wrong with it."""

    instance: str
    seq: int
    what: str


def verify_chain(instance: str, entries: Sequence[StoredEntry], head: Head | None = None) -> Broken | None:
    """The first broken entry of an instance's journal, in order of seq; None where all of it holds.

    `head` is the newest entry as it is known from elsewhere: with it, a journal that was cut off at the end is found.
    Where a family's key was destroyed the sealed parts are gone, and all the rest is still verified.
    """
    before: StoredEntry | None = None
    for place, entry in enumerate(entries, 1):
        wrong = next(_faults(instance, place, entry, before), None)
        if wrong is not None:
            return Broken(instance, place, wrong)
        before = entry
    if head is not None and (head.seq, head.hash) != ((before.seq, before.hash) if before else (0, "")):
        return Broken(instance, len(entries) + 1, f"the journal ends here, but its head is entry {head.seq}")
    return None


def _faults(instance: str, place: int, entry: StoredEntry, before: StoredEntry | None) -> Iterator[str]:
    """What is wrong with an entry at its place, the plainest first."""
    if entry.seq != place:
        yield f"entry {place} was expected, {entry.seq} found"
    previous = before.hash if before else GENESIS
    if entry.previous != previous:
        yield "it does not continue the entry before it"
    if entry_hash(entry.clear) != entry.hash:
        yield "its clear part is not the one that was hashed"
    clear = _read(entry.clear)
    if clear is None or canonical(clear) != entry.clear:
        yield "its clear part is not canonical JSON"
        return
    written = {
        "instance": entry.instance,
        "seq": entry.seq,
        "at": instant(entry.at),
        "kind": entry.kind,
        "previous": entry.previous,
    }
    for name, value in written.items():
        if clear.get(name) != value:
            yield f"its {name} is not the one in its clear part"
    if entry.instance != instance:
        yield f"it belongs to {entry.instance}"
    if entry.sealed is not None and commitment(instance, entry.seq, entry.sealed) != clear.get("commitment"):
        yield "its sealed part is not the one that it commits to"
    if before is not None and entry.at < before.at:
        yield "it is older than the entry before it"


def _read(clear: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(clear)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
