"""One journal entry as an auditor reads it: codes for names, the rule and its version, each guard, the proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from access.guard_reads import GuardRead
from access.screens import EntryRow
from cases.ports import StoredEntry
from cases.read_history import SeenEntry
from interfaces.documents.codes import Codes
from interfaces.web.visit import Visit
from interfaces.words.because import said_because
from interfaces.words.journal import Audited, Journal
from state_machine.rules import Rules

BY = "(by)"
"""What a read ends with that names whoever did or recorded something."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with its address, the family that it belongs to, and its leaf in the order of evidence.

    `because` are the reasons that are no guard of the list; `reads` the values that each guard read, in words.
    """

    entry: Audited
    address: str
    case: str
    leaf: int | None
    late: str
    because: Sequence[str] = ()
    reads: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells entries of many instances; each workflow version is looked up once."""

    visit: Visit
    names: Callable[[str], str]

    def shown(self, row: EntryRow, reads: Sequence[GuardRead] = ()) -> Shown:
        """An entry as a row of the trace; `reads` where the values that its guards read are shown."""
        journal = Journal(self.visit.words, str(_process(row)), self._rules, self.names)
        entry = journal.audited(seen_of(row))
        deadline = row.clear.get("deadline")
        if deadline:
            labels = self.visit.words.labels(self._rules(str(row.clear["workflow"])).workflow)
            entry = replace(entry, what=labels.deadline(str(_process(row)), str(deadline)))
        late = self.visit.words.span(entry.late) if entry.late else ""
        found: dict[str, list[str]] = {}
        for one in reads:
            found.setdefault(one.guard, []).append(self._read(one))
        at = f"/audit/entries/{row.instance}.{row.seq}"
        return Shown(entry, at, row.case, row.leaf, late, self._because(row, entry), found)

    def _because(self, row: EntryRow, entry: Audited) -> list[str]:
        """Why not, as far as no guard says it that is told of already."""
        rules, process = self._rules(str(row.clear["workflow"])), str(_process(row))
        labels = self.visit.words.labels(rules.workflow)
        declared = rules.processes.get(process)
        guards = frozenset(declared.guards) if declared is not None else frozenset()
        told = {one.guard for one in entry.guards}
        codes = [str(code) for code in row.clear.get("because", ()) if code not in told]
        return [said_because(self.visit.words, labels, process, code, guards) for code in codes]

    def _read(self, read: GuardRead) -> str:
        """A value as a guard read it: `medical_care = offered (P-22, 17 Nov)`; whoever is named in it has a code."""
        words = self.visit.words
        if read.hidden:
            value = words.gettext("recorded, not shown")
        elif read.value is None:
            return words.gettext("%(what)s: no entry", what=read.what)
        else:
            value = self._value(read)
        said = words.gettext("%(what)s = %(value)s", what=read.what, value=value)
        if read.by is None or read.at is None:
            return said
        when = words.when(read.at, with_time=True)
        return words.gettext("%(said)s (%(who)s, %(when)s)", said=said, who=self.names(read.by), when=when)

    def _value(self, read: GuardRead) -> str:
        match read.value:
            case bool():
                return self.visit.words.gettext("Yes") if read.value else self.visit.words.gettext("No")
            case tuple():
                return self.visit.words.join([str(one) for one in read.value]) or "–"
        text = str(read.value)
        named = read.what.endswith(BY) or self.visit.house.people.person(text) is not None
        return self.names(text) if named else text

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
