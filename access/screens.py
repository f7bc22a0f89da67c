"""What the pages and the API read: rows as they are shown, filters, and the ports behind which they lie.

Every list is a `Slice` with a cursor, so that a page costs the same on the first and on the last screen. What somebody
may see is a `Reach` (access.relation), handed to every read that is about cases; the store applies it as one predicate.
Times are aware, in UTC. Nothing here opens a sealed fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from access.desk import Desk
from access.journal_reads import OUTCOMES as OUTCOMES
from access.journal_reads import REGISTERS as REGISTERS
from access.journal_reads import Carriers as Carriers
from access.journal_reads import Edge as Edge
from access.journal_reads import EntryRow as EntryRow
from access.journal_reads import JournalSize as JournalSize
from access.journal_reads import MapFilter as MapFilter
from access.journal_reads import MapReads as MapReads
from access.journal_reads import Node as Node
from access.journal_reads import Outcome as Outcome
from access.journal_reads import Path as Path
from access.journal_reads import ProcessMap as ProcessMap
from access.journal_reads import Register as Register
from access.journal_reads import RegisterRow as RegisterRow
from access.journal_reads import Sort as Sort
from access.journal_reads import TraceFilter as TraceFilter
from access.journal_reads import TraceReads as TraceReads
from access.lists import MOST as MOST
from access.lists import Count as Count
from access.lists import Page as Page
from access.lists import Slice as Slice
from access.lists import T as T
from access.relation import Reach

TaskKind = Literal["task", "follow_up", "told"]
"""A deadline with `task_for`; one without, whose first rung tells somebody; a rung that reached another role."""
Bucket = Literal["overdue", "today", "this_week", "later"]


# --- my work ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One running deadline as it lies with a role. `owner` holds the role there; None: everybody with the title has it.

    `case` is the root of its family, `falls` when it falls due. Words (`says`, `verb`) are found by workflow, process
    and name.
    """

    instance: str
    name: str
    kind: TaskKind
    role: str
    owner: str | None
    falls: dt.datetime
    case: str
    process: str
    workflow: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What a case needs next: its earliest task, and how many of its tasks are late."""

    next: TaskRow | None
    late: int


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in an inbox; `read_at` None: unread."""

    id: str
    at: dt.datetime
    text: str
    urgent: bool
    read_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose tasks are asked for: those held by one of `owners`, and those that nobody holds of one of `roles`.

    `gone`: holders who cannot be asked any more, whose tasks count as held by nobody. Only what `reach` opens is given:
    a title makes somebody hear of a case, and does not open it.
    """

    reach: Reach
    owners: tuple[str, ...]
    roles: tuple[str, ...]
    gone: tuple[str, ...] = ()


class WorkReads(Protocol):
    """What My work reads; every method is one statement, whatever the number of rows."""

    def owners(self) -> Sequence[str]:
        """Everybody who holds the role of some task."""

    def tasks(self, whose: Whose, until: dt.datetime | None, limit: int) -> Sequence[TaskRow]:
        """Tasks that fall due by `until` (None: all), the earliest first."""

    def task_counts(self, whose: Whose, ends: Sequence[dt.datetime]) -> Sequence[int]:
        """How many tasks fall due up to each of these moments (growing), and how many in all, in that order."""

    def tasks_of(self, cases: Sequence[str]) -> Sequence[TaskRow]:
        """All tasks of these families, the earliest first."""

    def notices(self, person: str, page: Page, now: dt.datetime) -> Slice[NoticeRow]:
        """The inbox of a person as it is at `now`, newest first: what is laid there for later is not in it yet."""

    def opened_of(self, reach: Reach, refs: Sequence[str]) -> frozenset[str]:
        """Those of these instances to which somebody has any relation."""

    def unread(self, person: str, now: dt.datetime) -> int:
        """How many of them are unread."""

    def mark_read(self, person: str, ids: Sequence[str], now: dt.datetime) -> None:
        """Mark notices of this person as read; those that are read already keep their moment."""


# --- cases -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: all that is given must hold; what is left out is not asked.

    `track` and `state` come together; `needs` is a role that has a task there, `late`: something is overdue;
    `episode` counts from 1: how often the case was opened again, plus one. `found` are values of `find_by` facts, each
    a (fact, value). `opened_until` is not included. `without_owner`: open, and nobody holds a role on it.
    """

    process: str = "case"
    track: str | None = None
    state: str | None = None
    role: str | None = None
    owner: str | None = None
    needs: str | None = None
    late: bool = False
    over: bool | None = None
    episode: int | None = None
    workflow: str | None = None
    opened_from: dt.datetime | None = None
    opened_until: dt.datetime | None = None
    found: tuple[tuple[str, str], ...] = ()
    without_owner: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. `tracks` are the states of its tracks, `holders` who holds which role on it."""

    ref: str
    process: str
    workflow: str
    opened_at: dt.datetime
    over: bool
    episode: int
    tracks: Mapping[str, str]
    holders: Mapping[str, str]
    name: str | None = None
    """Its working name, for those alone who are assigned."""
    needs: Needs = field(default_factory=lambda: Needs(None, 0))


class CaseReads(Protocol):
    """What the lists of cases read."""

    def cases(self, reach: Reach, wanted: CaseFilter, page: Page, now: dt.datetime) -> Slice[CaseRow]:
        """The cases that somebody may see and that fit, the newest first. Names and needs are still empty."""

    def count_cases(self, reach: Reach, wanted: CaseFilter, now: dt.datetime) -> Count:
        """How many there are; `entries` and `cases` are the same here."""

    def board(self, reach: Reach, wanted: CaseFilter, now: dt.datetime) -> Mapping[str, int]:
        """How many fitting cases stand in each state of the track of the filter, whatever its `state` is."""

    def by_reference(self, reach: Reach, start: str, limit: int) -> Sequence[CaseRow]:
        """The cases whose reference, or that of one of their instances, begins so."""

    def by_value(self, reach: Reach, words: Sequence[str], limit: int) -> Sequence[CaseRow]:
        """The cases with a `find_by` value that is one of these words."""

    def case_rows(self, refs: Sequence[str]) -> Sequence[CaseRow]:
        """These cases, whoever may see them, in this order; those that are not there are left out."""


# --- team ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """The work of one person: open cases on which they hold a role, and in how many of all a task is late."""

    person: str
    cases: int
    late: int


@dataclass(frozen=True, slots=True)
class AskingRow:
    """An attempt that waits for a second person. The reason is sealed: the page of the approval opens it."""

    attempt: str
    case: str
    instance: str
    process: str
    workflow: str
    action: str
    person: str
    on_behalf: str | None
    asked_at: dt.datetime
    lapses_at: dt.datetime


class TeamReads(Protocol):
    """What supervision reads, of the whole house."""

    def loads(self, now: dt.datetime) -> Sequence[Load]:
        """The load of everybody who holds a role on an open case, by name."""

    def late(self, now: dt.datetime, limit: int) -> Sequence[TaskRow]:
        """Tasks that are late, the oldest first, each with every role that it lies with."""

    def askings(self, now: dt.datetime, limit: int) -> Sequence[AskingRow]:
        """Attempts that wait for a second person, those that lapse first in front."""


# --- health ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of a kind of work (`sweep`, `deliver`, `seal_journal`) by one worker.

    `worker` names who does it without naming a machine; `failed` counts turns in a row that raised.
    """

    work: str
    worker: str
    at: dt.datetime
    failed: int
    said: str


@dataclass(frozen=True, slots=True)
class Durability:
    """Settings of the database on which it hangs whether what was answered survives a power cut; `safe`: it does."""

    backend: str
    settings: Mapping[str, str]
    safe: bool


@dataclass(frozen=True, slots=True)
class Health:
    """How the house is: no case content, counts and references alone.

    `late` is the oldest due row that is overdue, `next_due` the next row of all, `stuck` how many wait for a person.
    """

    late: tuple[str, str, dt.datetime] | None
    next_due: dt.datetime | None
    stuck: int
    beats: tuple[Beat, ...]
    outbox: Mapping[str, int]
    deliveries: Mapping[str, int]
    versions: Mapping[str, int]
    """Number of families by workflow hash."""
    unsealed: int
    durability: Durability


class HealthReads(Protocol):
    """What administration reads."""

    def health(self, now: dt.datetime) -> Health:
        """How the house is at `now`."""

    def beats(self) -> Sequence[Beat]:
        """The last signs of life of all workers: one small read, for pages that many open."""

    def beat(self, beat: Beat) -> None:
        """A worker is alive; replaces its last sign."""


class Screens(WorkReads, CaseReads, TeamReads, TraceReads, MapReads, HealthReads, Protocol):
    """Everything that pages read, and the desk on which they put things down."""

    @property
    def desk(self) -> Desk:
        """Drafts, searches, saved views and working names."""
