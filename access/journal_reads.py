"""What auditors read of the journal: rows, filters and ports of the trace, its registers and the process map.

Clear parts alone; names are made codes by whoever shows them. Times are aware, in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from access.lists import Count, Page, Slice

Outcome = Literal["applied", "refused", "not_yet", "overridden", "late"]
OUTCOMES: tuple[Outcome, ...] = ("applied", "refused", "not_yet", "overridden", "late")
Register = Literal["refusals", "overrides", "breaches", "disclosures", "sights"]
REGISTERS: tuple[Register, ...] = ("refusals", "overrides", "breaches", "disclosures", "sights")


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """Which journal entries: all that is given must hold. `person` acted, or somebody acted for them.

    `case` is any reference of the family. `guard` was asked, `clause` is carried by a guard that was asked, by the
    action or by the deadline, as the workflow version of the entry says. `until` is not included.
    """

    case: str | None = None
    person: str | None = None
    role: str | None = None
    action: str | None = None
    guard: str | None = None
    clause: str | None = None
    outcome: Outcome | None = None
    kind: str | None = None
    process: str | None = None
    deadline: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names of what is asked."""
        return tuple(name for name in self.__slots__ if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class Sort:
    """What many entries have in common: everything of a clear part that is asked for but who, where and when.

    `guards` are the guards that were asked with what each said; `unmet` those that refused. `id` follows from the rest.
    """

    id: int
    kind: str
    process: str
    action: str
    role: str | None
    workflow: str
    guards: Mapping[str, str]
    unmet: tuple[str, ...]
    overridden: tuple[str, ...]
    deadline: str | None
    outcomes: frozenset[Outcome]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A journal entry as auditors list it. `clear` is its clear part; `leaf` its place in the order of evidence.

    `number` orders entries of one moment and is part of cursors; it is no number to show.
    """

    number: int
    at: dt.datetime
    instance: str
    seq: int
    case: str
    kind: str
    clear: Mapping[str, Any]
    hash: str
    leaf: int | None
    outcomes: frozenset[Outcome]


@dataclass(frozen=True, slots=True)
class JournalSize:
    """How many entries the journal has, from when to when."""

    entries: int
    first: dt.datetime | None
    last: dt.datetime | None


class Carriers(Protocol):
    """Which elements of a workflow version carry a clause."""

    def carries(self, sort: Sort, clause: str) -> bool:
        """Whether a guard, the action or the deadline of such an entry carries it."""


class TraceReads(Protocol):
    """What auditors read of the journal: clear parts alone."""

    def trace(self, wanted: TraceFilter, page: Page, carriers: Carriers) -> Slice[EntryRow]:
        """Entries that fit, the newest first."""

    def count(self, wanted: TraceFilter, carriers: Carriers) -> Count:
        """How many fit, at most `access.trace.WIDE`, and in how many families."""

    def whole(self, case: str) -> Sequence[EntryRow]:
        """Every entry of a family, in the order in which they came; empty where there is no such reference."""

    def stream(self, wanted: TraceFilter, carriers: Carriers) -> Iterator[EntryRow]:
        """Every entry that fits, the oldest first, read in portions."""

    def size(self) -> JournalSize:
        """How large the journal is."""

    def sorts(self) -> Sequence[Sort]:
        """The sorts of entries that occur: what the choices of filters are made of."""

    def answers(self, rows: Sequence[EntryRow]) -> Sequence[EntryRow]:
        """Later entries of the same instances that may answer these: what was applied, granted, denied or done."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An entry of a register with what answered it: the entry, how (`applied`, `granted`, `denied`, `lapsed`, `done`).

    `answer` None: nothing has so far. Disclosures and sights ask for no answer.
    """

    entry: EntryRow
    answer: EntryRow | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True)
class MapFilter:
    """Which applied actions a map is made of; `until` is not included."""

    process: str = "case"
    workflow: str | None = None
    person: str | None = None
    role: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An action on the map: how often it was applied, in how many cases; `refused` how often it was not."""

    action: str
    count: int
    cases: int
    refused: int


@dataclass(frozen=True, slots=True)
class Edge:
    """One action directly after another: how often, in how many cases, and the median time between them."""

    before: str
    after: str
    count: int
    cases: int
    median: dt.timedelta


@dataclass(frozen=True, slots=True)
class Path:
    """A way through a case from its first action to its last so far, and how many cases took it."""

    actions: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """Directly-follows graph; `paths` are the commonest first, at most `PATHS`; `rarer` how many more there are.

    `cut`: there were more steps than a map is made of, and this one shows the newest.
    """

    cases: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    paths: tuple[Path, ...]
    rarer: int
    cut: bool = False


class MapReads(Protocol):
    """What the process map reads."""

    def process_map(self, wanted: MapFilter) -> ProcessMap:
        """The map of the applied actions that fit."""
