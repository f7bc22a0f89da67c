"""The bare database, to measure against: the rows that a step writes, by hand, in the same tables, as durably.

No SQLAlchemy, no vault, no reading, no deciding: the statements of one step go straight to the driver.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from types import MappingProxyType
from typing import Protocol, TypeVar

import psycopg
from sqlalchemy.engine import make_url

from cases.ports import StepWrites
from state_machine.stored import differing
from state_machine.view import Instance
from storage.rows import clear_text, facts_bytes
from storage.sqlite import SETTINGS
from storage.vault import NONCE_BYTES

T = TypeVar("T")
TAG_BYTES = 16
SEAL_BYTES = 1 + NONCE_BYTES + TAG_BYTES
FINGERPRINT_BYTES = 64 + SEAL_BYTES
PREPARED = 1
"""Entries of each instance in what was prepared."""
FORGOTTEN = 500
SORT = 1
FAR = 2**52
"""A moment in 2112, so that no sweep takes what was written by hand."""


@dataclass(frozen=True)
class Measured:
    """How fast something went."""

    per_s: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Shape:
    """What a step writes: (clear, sealed) bytes of each instance and entry, due rows by key, notices, an attempt.

    Sealed bytes of an instance are 0 where its facts stay as they lie. For lists: the tracks of the root that move, the
    deadlines that lie with others from now on, with whom (name, role), and the row of the root. Each entry has a mark.
    """

    instances: tuple[tuple[int, int], ...]
    entries: tuple[tuple[int, int], ...]
    due: tuple[tuple[str, str], ...] = ()
    notices: int = 0
    keyed: bool = False
    moved: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    tasks: tuple[tuple[str, str], ...] = ()
    overview: bool = False

    @staticmethod
    def of(writes: StepWrites, read: Mapping[str, Instance] = MappingProxyType({})) -> Shape:
        """The shape of a step that opens nothing and is about to be written; `read` are its instances as they were."""
        facts = {ref: one.facts for ref, one in read.items()}
        shown = writes.shown
        return Shape(
            tuple(
                (len(clear_text(one)), 0 if one.facts is facts.get(one.ref) else len(facts_bytes(one)) + SEAL_BYTES)
                for one in writes.changed
            ),
            tuple((len(one.clear), len(one.sealed) + SEAL_BYTES) for one in writes.entries),
            tuple((row.kind, row.name) for row in writes.put_due),
            len(writes.outgoing),
            writes.keyed is not None,
            tuple(
                track
                for one in writes.changed
                if one.parent is None and one.ref in read
                for track in sorted(differing(read[one.ref].tracks, one.tracks))
            ),
            tuple(name for _, name in shown.anew),
            tuple((task.name, task.role) for task in shown.tasks),
            shown.overview is not None,
        )


class Bare(Protocol):
    """A database driver at work."""

    def step(self, statements: Sequence[tuple[str, tuple[object, ...]]]) -> None:
        """One durable transaction."""

    def close(self) -> None:
        """End the connection."""


class BareSqlite:
    """The driver of Python's library, set as the house sets it."""

    mark = "?"

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for setting in SETTINGS:
            self._connection.execute(setting)

    def step(self, statements: Sequence[tuple[str, tuple[object, ...]]]) -> None:
        """One durable transaction."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        for text, parameters in statements:
            execute(text, parameters)
        execute("COMMIT")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class BarePostgres:
    """psycopg with prepared statements; `batched` sends a step in one round trip, as the house does."""

    mark = "%s"

    def __init__(self, url: str, *, batched: bool = True) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._cursor = self._connection.cursor(binary=True)
        self._batched = batched

    def step(self, statements: Sequence[tuple[str, tuple[object, ...]]]) -> None:
        """One durable transaction."""
        if self._batched:
            with self._connection.pipeline():
                self._send(statements)
        else:
            self._send(statements)

    def _send(self, statements: Sequence[tuple[str, tuple[object, ...]]]) -> None:
        execute = self._cursor.execute
        execute("BEGIN")
        for text, parameters in statements:
            execute(text, parameters, prepare=True)
        execute("COMMIT")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class BareStep:
    """Makes the statements of one step on one family after another; `mark` is the driver's placeholder."""

    def __init__(self, shape: Shape, mark: str, random_bytes: Callable[[int], bytes]) -> None:
        self._shape = shape
        # Ciphertext does not compress, and neither must this; made once, since chance is not what is measured.
        longest = max(sealed for _, sealed in (*shape.instances, *shape.entries))
        self._noise = random_bytes(max(longest, FINGERPRINT_BYTES))
        # No key twice, neither here nor in another run.
        self._keys = (f"{prefix}-{number}" for prefix in [random_bytes(10).hex()] for number in count())
        self._seqs: dict[str, int] = {}
        self._sql = {name: text.replace("?", mark) for name, text in _STATEMENTS.items()}

    def statements(self, ref: str) -> list[tuple[str, tuple[object, ...]]]:
        """The rows of a step on a family that was prepared."""
        sql, shape = self._sql, self._shape
        seq = self._seqs.get(ref, PREPARED)
        last = self._seqs[ref] = seq + len(shape.entries)
        name = next(self._keys)
        made: list[tuple[str, tuple[object, ...]]] = [
            (sql["family"], (ref,)),
            (sql["head"], (last, _hash(ref, last), last, ref, seq)),
        ]
        for place, (clear, sealed) in enumerate(shape.entries, seq + 1):
            content = (b"c" * clear, self._noise[:sealed])
            row = (ref, place, place, "case:action:applied", *content, _hash(ref, place - 1), _hash(ref, place))
            made.append((sql["entry"], row))
        made.extend((sql["mark"], (FAR, SORT, "bare", None, ref, place, ref)) for place in range(seq + 1, last + 1))
        if shape.keyed:
            mark = self._noise[:FINGERPRINT_BYTES]
            made.append((sql["attempt"], ("bare", name, mark, name, "applied", ref, ref, last, last, None)))
        for clear, facts in shape.instances:
            if facts:
                made.append((sql["instance"], (_CLEAR.ljust(clear), self._noise[:facts], ref)))
            else:
                made.append((sql["clear"], (_CLEAR.ljust(clear), ref)))
        made.extend((sql["due"], (ref, kind, due, ref, FAR, 0, False, "follow_up", FAR)) for kind, due in shape.due)
        for number in range(shape.notices):
            words = (ref, last, f"rung{number}", "built_in", ref, ref, "case_manager", "look", "deadline")
            made.append((sql["notice"], (*words, 1, 0, 1, 1, FAR, False, False, FAR, "waiting", FAR, 0)))
        made.extend((sql["forget"], (ref, task)) for task in shape.anew)
        made.extend((sql["task"], (ref, task, role, "told", None, ref, FAR)) for task, role in shape.tasks)
        if shape.overview:
            made.append((sql["overview"], (ref, "case", FAR, False, None, 1)))
        made.extend((sql["standing"], (ref, track, f"s{last}", "case", FAR)) for track in shape.moved)
        return made


def run_bare(
    url: str, refs: Iterable[str], shape: Shape, random_bytes: Callable[[int], bytes], batch: int = 1
) -> Measured:
    """Write one step of this shape on each of these families in turn, and measure; `batch` of them to a transaction.

    Rates are of steps, times of transactions. The families were prepared by `SqlStore.fill` with one entry each.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _run(BareSqlite(url), BareStep(shape, BareSqlite.mark, random_bytes), refs, batch)
    return _run(BarePostgres(url), BareStep(shape, BarePostgres.mark, random_bytes), refs, batch)


def forget_due(url: str, families: Iterable[str]) -> None:
    """Take away all due rows of these families, so that they wait for nothing any more."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    bare: Bare = BareSqlite(url) if sqlite else BarePostgres(url)
    text = _FORGET if sqlite else _FORGET.replace("?", BarePostgres.mark)
    waiting = iter(families)
    try:
        while some := list(islice(waiting, FORGOTTEN)):
            bare.step([(text, (ref,)) for ref in some])
    finally:
        bare.close()


def _run(bare: Bare, steps: BareStep, refs: Iterable[str], batch: int) -> Measured:
    waiting = iter(refs)
    batches: list[list[tuple[str, tuple[object, ...]]]] = []
    count = 0
    while some := list(islice(waiting, batch)):
        count += len(some)
        batches.append([statement for ref in some for statement in steps.statements(ref)])
    try:
        took = measured(bare.step, batches)
    finally:
        bare.close()
    return replace(took, per_s=took.per_s * count / len(batches))


def measured(one: Callable[[T], object], items: Iterable[T]) -> Measured:
    """Call `one` with each item; how many a second, and how long the middle and the slowest hundredth took."""
    tick = time.perf_counter_ns
    times: list[int] = []
    for item in items:
        begun = tick()
        one(item)
        times.append(tick() - begun)
    if not times:
        raise ValueError("nothing to measure")
    times.sort()
    p50, p99 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
    return Measured(len(times) / sum(times) * 1e9, p50 / 1e6, p99 / 1e6)


def _hash(ref: str, seq: int) -> str:
    return f"{ref}{seq}".ljust(64, "0")


# As little as the house can read, filled up with spaces: who looks at a bare case afterwards finds an empty one.
_CLEAR = '{"tracks":{},"done":{},"holders":{},"deadlines":{}}'
_FORGET = "DELETE FROM due WHERE instance IN (SELECT ref FROM instances WHERE family = ?)"
_STATEMENTS = {
    "family": "UPDATE families SET revision = revision + 1 WHERE id = ?",
    "head": "UPDATE heads SET seq = ?, hash = ?, at = ? WHERE instance = ? AND seq = ?",
    "entry": (
        "INSERT INTO entries (instance, seq, at, kind, clear, sealed, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    ),
    "attempt": (
        "INSERT INTO attempts (person, key, fingerprint, attempt, outcome, family, instance, seq, revision, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ),
    "instance": "UPDATE instances SET clear = ?, facts = ? WHERE ref = ?",
    "clear": "UPDATE instances SET clear = ? WHERE ref = ?",
    "due": (
        "INSERT INTO due (instance, kind, name, family, at, tries, stuck, flow, falls)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance, kind, name) DO UPDATE SET family = excluded.family,"
        " at = excluded.at, tries = excluded.tries, stuck = excluded.stuck, flow = excluded.flow,"
        " falls = excluded.falls"
    ),
    "mark": "INSERT INTO marks (at, sort, actor, on_behalf, instance, seq, family) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "forget": "DELETE FROM tasks WHERE instance = ? AND name = ?",
    "task": (
        "INSERT INTO tasks (instance, name, role, kind, owner, family, falls) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (instance, name, role) DO UPDATE SET falls = excluded.falls"
    ),
    "overview": (
        "INSERT INTO overview (ref, process, opened_at, over, owner, episode) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (ref) DO UPDATE SET over = excluded.over, owner = excluded.owner"
    ),
    "standing": (
        "INSERT INTO standings (instance, track, state, process, opened_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (instance, track) DO UPDATE SET state = excluded.state"
    ),
    "notice": (
        "INSERT INTO outbox (instance, seq, rung, template, family, shown_as, role, verb, deadline, generation, dating,"
        " rung_number, repeat, due, urgent, breach, at, state, next_at, tries)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ),
}
