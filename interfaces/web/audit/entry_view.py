"""One journal entry as an auditor reads it: codes for names, the rule and its version, each guard, the proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from access.screens import EntryRow
from cases.ports import StoredEntry
from cases.read_history import SeenEntry
from interfaces.documents.codes import Codes
from interfaces.web.visit import Visit
from interfaces.words.journal import Audited, Journal
from state_machine.rules import Rules


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with its address, the family that it belongs to, and its leaf in the order of evidence."""

    entry: Audited
    address: str
    case: str
    leaf: int | None
    late: str


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells entries of many instances; each workflow version is looked up once."""

    visit: Visit
    names: Callable[[str], str]

    def shown(self, row: EntryRow, sealed: SeenEntry | None = None) -> Shown:
        """An entry as a row of the trace; `sealed` where more than the clear part may be read."""
        journal = Journal(self.visit.words, str(_process(row)), self._rules, self.names)
        entry = journal.audited(sealed or seen_of(row))
        deadline = row.clear.get("deadline")
        if deadline:
            labels = self.visit.words.labels(self._rules(str(row.clear["workflow"])).workflow)
            entry = replace(entry, what=labels.deadline(str(_process(row)), str(deadline)))
        late = self.visit.words.span(entry.late) if entry.late else ""
        return Shown(entry, f"/audit/entries/{row.instance}.{row.seq}", row.case, row.leaf, late)

    def _rules(self, hash_: str) -> Rules:
        return self.visit.house.workflows.rules(hash_)


def teller(visit: Visit, codes: Codes) -> Teller:
    """A teller that says codes for names."""
    return Teller(visit, codes.now())


def seen_of(row: EntryRow) -> SeenEntry:
    """A row as an entry of which the clear part alone is known."""
    stored = StoredEntry(
        row.instance, row.seq, row.at, row.kind, b"", None, str(row.clear.get("previous", "")), row.hash
    )
    return SeenEntry(stored, row.clear)


def _process(row: EntryRow) -> object:
    return row.clear.get("process", "case")


def strips(rows: Sequence[EntryRow], now: dt.datetime) -> list[tuple[str, list[tuple[str, dt.datetime, dt.datetime]]]]:
    """The states of each track of a case over time: track → (state, from, until), from the moves of its entries."""
    found: dict[str, list[tuple[str, dt.datetime, dt.datetime]]] = {}
    since: dict[str, tuple[str, dt.datetime]] = {}
    start = rows[0].at if rows else now
    for row in rows:
        moves: Mapping[str, Sequence[str]] = row.clear.get("moves", {})
        for track, (before, after) in moves.items():
            state, began = since.get(track, (str(before), start))
            found.setdefault(track, []).append((state, began, row.at))
            since[track] = (str(after), row.at)
    for track, (state, began) in since.items():
        found.setdefault(track, []).append((state, began, now))
    return list(found.items())
