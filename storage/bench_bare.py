"""The bare database, to measure against: the rows that a step writes, by hand, in the same tables, as durably.

No SQLAlchemy, no vault, no reading, no deciding: the statements of one step go straight to the driver.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol, TypeVar

import psycopg
from sqlalchemy.engine import make_url

from cases.ports import LoadedFamily, StoredEntry
from storage.rows import clear_text, facts_bytes
from storage.sqlite import SETTINGS
from storage.vault import NONCE_BYTES

T = TypeVar("T")
TAG_BYTES = 16
SEAL_BYTES = 1 + NONCE_BYTES + TAG_BYTES


@dataclass(frozen=True)
class Measured:
    """How fast something went."""

    per_s: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Shape:
    """What a step writes, in bytes: (clear, sealed) of each instance and each entry, and how many due rows."""

    instances: tuple[tuple[int, int], ...]
    entries: tuple[tuple[int, int], ...]
    due: int = 0

    @staticmethod
    def of(family: LoadedFamily, changed: Sequence[str], entries: Sequence[StoredEntry], due: int = 0) -> Shape:
        """The shape of a step that changed these instances and wrote these entries, seen after it."""
        instances = [one for one in family.instances if one.ref in changed]
        return Shape(
            tuple((len(clear_text(one)), len(facts_bytes(one)) + SEAL_BYTES) for one in instances),
            tuple((len(one.clear), len(one.sealed or b"") + SEAL_BYTES) for one in entries),
            due,
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
        self._noise = random_bytes(max(sealed for _, sealed in (*shape.instances, *shape.entries)))
        # No key twice, neither here nor in another run.
        self._keys = (f"{prefix}-{number}" for prefix in [random_bytes(10).hex()] for number in count())
        self._seqs: dict[str, int] = {}
        self._sql = {name: text.replace("?", mark) for name, text in _STATEMENTS.items()}

    def statements(self, ref: str, first_seq: int) -> list[tuple[str, tuple[object, ...]]]:
        """The rows of a step on a family of which so many entries were prepared."""
        sql, shape = self._sql, self._shape
        seq = self._seqs.get(ref, first_seq)
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
        made.append(
            (
                sql["attempt"],
                ("bare", name, self._noise[: 64 + SEAL_BYTES], name, "applied", ref, ref, last, last, None),
            )
        )
        for clear, facts in shape.instances:
            made.append((sql["instance"], (_CLEAR.ljust(clear), self._noise[:facts], ref)))
        made.extend(
            (sql["due"], (ref, "lapse", f"fact{number}", ref, last, 0, "follow_up")) for number in range(shape.due)
        )
        return made


def run_bare(
    url: str, refs: Iterable[str], shape: Shape, random_bytes: Callable[[int], bytes], first_seq: int = 1
) -> Measured:
    """Write one step of this shape on each of these families in turn, and measure.

    The families were prepared by `SqlStore.fill`, with `first_seq` entries each; the order of `refs` is the caller's.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _run(BareSqlite(url), BareStep(shape, BareSqlite.mark, random_bytes), refs, first_seq)
    return _run(BarePostgres(url), BareStep(shape, BarePostgres.mark, random_bytes), refs, first_seq)


def _run(bare: Bare, steps: BareStep, refs: Iterable[str], first_seq: int) -> Measured:
    try:
        return measured(bare.step, [steps.statements(ref, first_seq) for ref in refs])
    finally:
        bare.close()


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
    "due": (
        "INSERT INTO due (instance, kind, name, family, at, tries, stuck, flow) VALUES (?, ?, ?, ?, ?, ?, false, ?)"
        " ON CONFLICT (instance, kind, name) DO UPDATE SET at = excluded.at"
    ),
}
