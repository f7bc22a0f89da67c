"""What the cases room asks of the world: storage, clock, ids, people, workflows. Protocols and plain values.

Two rules hold for every store (one conformance suite tests all of them):

* `Store.step()` opens one writing transaction. On PostgreSQL it is READ COMMITTED with the family fence, on
  SQLite `BEGIN IMMEDIATE` and everything is read inside it (semantics 1, 2). Leaving the block without
  `commit_step` or `note` rolls back.
* Lock order is family, then heads, then due rows (semantics 7). A `Lost` race is no refusal: the door loads
  again with `lock=True`, which cannot lose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from cases.outgoing import Outgoing
from cases.publications import PublishingWrites, Versions
from cases.staff import HouseWrites, Staff
from cases.staff import People as People
from cases.staff import Person as Person
from cases.tasks import NOTHING_SHOWN, Shown
from state_machine.view import Instance

if TYPE_CHECKING:
    from cases.outbox import Outbox
    from state_machine.rules import Rules


@dataclass(frozen=True, slots=True)
class Family:
    """An instance with all its descendants: one revision, one workflow version, one key. Its id is its root's ref."""

    id: str
    revision: int
    workflow: str
    watches: frozenset[str] = frozenset()  # what it looks at in other families; see `StepWrites`


def person_mark(person: str) -> str:
    """What stands for the instance of a person who has none yet, where families watch it."""
    return f"person:{person}"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest journal entry of an instance: its seq (0: none yet), hash and time."""

    seq: int
    hash: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class LoadedFamily:
    """A family read by one statement: row, instances in order of opening, and the head of each one's journal."""

    family: Family
    instances: tuple[Instance, ...]
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A journal entry ready to be stored: `clear` and `sealed` are canonical JSON; the store seals `sealed`.

    `said` is what `clear` says, where that is at hand, so that nobody has to parse it again.
    """

    instance: str
    seq: int
    at: dt.datetime
    kind: str
    clear: bytes
    sealed: bytes
    previous: str
    hash: str
    said: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A journal entry as it lies in the store; `sealed` is opened, or None where the family's key is gone."""

    instance: str
    seq: int
    at: dt.datetime
    kind: str
    clear: bytes
    sealed: bytes | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class KeyedAttempt:
    """An idempotency key with what came of it (semantics 5). `revision` is the family's at the time of answering."""

    person: str
    key: str
    fingerprint: str
    attempt: str
    outcome: Literal["applied", "refused", "not_yet"]
    family: str
    instance: str
    seq: int
    revision: int
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Asking:
    """An attempt left open for a second person (semantics 11). `asked` is canonical JSON, sealed at rest."""

    attempt: str
    family: str
    instance: str
    action: str
    person: str
    on_behalf: str | None
    asked_at: dt.datetime
    lapses_at: dt.datetime
    state: Literal["open", "granted", "denied", "lapsed"]
    asked: bytes


DueKind = Literal["lapse", "asking", "deadline", "wake", "undermined", "request"]
Flow = Literal["follow_up", "reopen", "escalate", "review_providers"]
"""The flows of the mission, filters of the one sweep; every due row has one owner (design §6)."""


@dataclass(frozen=True, slots=True)
class Due:
    """A row that says: look at this family at this moment. Unique per (instance, kind, name).

    `deadline`: a rung of a deadline (`name`) comes, or its pause ends;
    `lapse`: a fact (`name`) reads as its `starts` from `at` on; `asking`: an asking (`name` = attempt id) lapses;
    `wake`: something elsewhere (`name` = the family that changed) changed what this family reads;
    `undermined`: a correction elsewhere (`name` = `REF:SEQ` of its entry) may undermine steps of this family;
    `request`: the house owes itself a `house_request` about this instance (`name` says what about, without content).
    `falls` is the due time of a deadline, whose row stands at the moment of its next rung.
    `tries` counts failures; `stuck` rows are left alone until a person looks (semantics 20).
    """

    family: str
    instance: str
    kind: DueKind
    name: str
    at: dt.datetime
    tries: int = 0
    stuck: bool = False
    flow: Flow = "follow_up"
    falls: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A coded value that may be used in lists (`find_by`); value None removes the row."""

    instance: str
    fact: str
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a `document` fact names by the SHA-256 of its content; sealed with the family's key."""

    family: str
    digest: str
    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StepWrites:
    """Everything that one applied step changes, written in one transaction or not at all.

    `expected` is the family's revision that was read; None creates the family (with a fresh key). `others` are the
    families of other instances that guards read, with the revision at reading: re-checked in id order after the own.
    `watches` are all instances of other families (or person marks) that the family now looks at by itself; None: as
    before. `wakes` are refs that this step changed, or in whose children it did: other families that watch one of them
    get a `wake` row at `at`, named by this family.
    `relied_on` are entries (ref, seq) of other families whose values let a step of this family be; they are kept for
    ever. `corrections` are the entries (ref, seq) of this step that withdraw values, each with the seq of the entry
    that is withdrawn: other families that ever relied on that one get an `undermined` row at `at`. The store looks for
    readers after the fence, so that whoever begins to read meanwhile is not missed.
    `replaces` is the attempt id of an earlier answer under the same key that no longer counts (semantics 5).
    """

    family: str
    expected: int | None
    workflow: str
    at: dt.datetime
    new: tuple[Instance, ...] = ()
    changed: tuple[Instance, ...] = ()
    entries: tuple[NewEntry, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    put_due: tuple[Due, ...] = ()
    drop_due: tuple[tuple[str, str, str], ...] = ()  # (instance, kind, name)
    keyed: KeyedAttempt | None = None
    askings: tuple[Asking, ...] = ()  # inserted or replaced by attempt id
    found: tuple[Found, ...] = ()
    watches: frozenset[str] | None = None
    documents: tuple[Document, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    replaces: str | None = None
    wakes: tuple[str, ...] = ()
    relied_on: frozenset[tuple[str, int]] = frozenset()
    corrections: tuple[tuple[str, int, int], ...] = ()
    shown: Shown = NOTHING_SHOWN


class Lost(Exception):
    """Somebody was first: the family, a head or a family that was read has changed. Load with `lock`, decide again."""


class KeyTaken(Exception):
    """Another attempt with this idempotency key was committed meanwhile; read its answer."""


class Reading(Protocol):
    """What can be read. Inside `Store.step()` it reads in the writing transaction."""

    def load(self, ref: str, *, lock: bool = False, others: Iterable[str] = ()) -> LoadedFamily | None:
        """The whole family to which this instance belongs; `lock` locks the family row and its heads first.

        `others` are families that the last try read: locked too, against change, all in id order with the own
        family, so that two steps that read each other's family cannot block each other.
        """

    def load_all(self, families: Iterable[str]) -> Mapping[str, LoadedFamily]:
        """The families with these ids, as by `load`; those that are not there are left out."""

    def person_ref(self, person: str) -> str | None:
        """The reference of the instance that stands for a person."""

    def people(self) -> Sequence[str]:
        """Everybody for whom an instance stands, by name, whether they are still written down or not."""

    def held_by(self, person: str) -> Sequence[tuple[str, str]]:
        """The roles that a person holds, as (reference, role), in order of references."""

    def keyed(self, person: str, key: str) -> KeyedAttempt | None:
        """What came of an idempotency key."""

    def asking(self, attempt: str) -> Asking | None:
        """An attempt left open for a second person."""

    def askings(self, family: str) -> Sequence[Asking]:
        """All open askings of a family."""

    def entries(self, ref: str, *, after: int = 0) -> Sequence[StoredEntry]:
        """The journal of one instance in order of seq."""

    def journals(self, family: str) -> Sequence[StoredEntry]:
        """The journals of a family at once, one instance after another by reference, each in order of seq."""

    def due(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """The oldest rows due at `now`, not stuck, at most `limit`; of one flow, or of all."""

    def due_of(self, family: str) -> Sequence[Due]:
        """All due rows of a family, stuck ones too. Read after `load`: what was due to a sweep may be done by now."""

    def falling(self, until: dt.datetime, limit: int) -> Sequence[Due]:
        """The deadlines that fall due by `until` or are overdue, the oldest due first, at most `limit`."""

    def next_due(self) -> dt.datetime | None:
        """The moment of the oldest row that is not stuck."""

    def list_instances(self, process: str | None, *, limit: int = 1000, skip: int = 0) -> Sequence[Instance]:
        """The newest instances of a process, after the `skip` newest of all, in order of opening, newest last."""

    def document(self, family: str, digest: str) -> Document | None:
        """A sealed document, opened."""


class Transaction(Reading, Protocol):
    """A writing transaction: one `commit_step` or one `note`, then it is over."""

    def commit_step(self, writes: StepWrites) -> int:
        """Write a step and commit; answers the new revision. Raises `Lost` or `KeyTaken`, having written nothing."""

    def claim(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """As `due`, for a sweep: the families of these rows are locked, and those that somebody else holds left out.

        The rows are as they stand with their families locked: what was done or moved until then is not among them.
        """

    def awaited(self) -> bool:
        """Whether somebody waits for this transaction to be over, so that a sweep had better end it soon."""

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Write the steps of several families as one transaction.

        Raises Lost or KeyTaken, having written nothing; so it does where one of the steps read the family of another.
        """

    def note(
        self,
        family: str,
        entries: Sequence[NewEntry],
        *,
        keyed: KeyedAttempt | None = None,
        replaces: str | None = None,
        askings: Sequence[Asking] = (),
        put_due: Sequence[Due] = (),
        read: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Write journal entries that change no state (refusals, sights) and commit. Raises `Lost` or `KeyTaken`.

        `read` are families whose states at one moment the entries rely on, with the revision at reading: re-checked.
        """

    def publish(self, writes: PublishingWrites) -> None:
        """Write what became of a proposal, and commit. Raises `Lost` where somebody was first."""

    def administer(self, writes: HouseWrites) -> None:
        """Write a change of people or of what is lent, and commit. Raises `Lost` where somebody was first."""

    def drop_due(self, rows: Sequence[Due], others: Mapping[str, int] = MappingProxyType({})) -> None:
        """Remove due rows that turned out to need nothing, and commit; one put anew meanwhile (another `at`) stays.

        `others` are the families that were read to find that out, re-checked as in `StepWrites`. Raises Lost.
        """

    def postpone_due(self, row: Due, at: dt.datetime, *, stuck: bool) -> None:
        """Push a failing row on, count the try, and commit (semantics 20); one put anew meanwhile stays as it is."""


class Store(Protocol):
    """A place where families live: the in-memory twin, SQLite or PostgreSQL."""

    @property
    def outbox(self) -> Outbox:
        """Where the notices wait that its steps have written."""

    @property
    def versions(self) -> Versions:
        """Which versions of workflows were proposed and published, and who is pinned to them."""

    @property
    def staff(self) -> Staff:
        """The people whom it keeps, and what was lent to whom."""

    def step(self) -> AbstractContextManager[Transaction]:
        """Open a writing transaction."""

    def look(self) -> AbstractContextManager[Reading]:
        """Open a reading transaction (a consistent snapshot)."""

    def publish(self, hash_: str, name: str, canonical: bytes, at: dt.datetime) -> None:
        """Keep a composed workflow by its hash, in force without anybody's word; the same again changes nothing."""

    def workflow(self, hash_: str) -> bytes | None:
        """The canonical form of a published workflow."""

    def newest_workflow(self, name: str) -> str | None:
        """The hash of the workflow version published last under this name."""


class Clock(Protocol):
    """Where `now` comes from: the system, the database, or a scenario."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""


class Ids(Protocol):
    """Where references, attempt ids and salts come from."""

    def reference(self) -> str:
        """A fresh reference: 55 random bits and a check character, such as `7K3M-9XQT-2HDJ`."""

    def attempt(self) -> str:
        """A fresh attempt id."""

    def salt(self) -> bytes:
        """32 random bytes."""


class Workflows(Protocol):
    """Compiled workflow versions by hash."""

    def rules(self, hash_: str) -> Rules:
        """The compiled version. Raises `cases.errors.UnknownWorkflow` where it was never published."""

    def current(self, name: str | None) -> Rules:
        """The version in which new families are opened."""
