"""A store that reads in one transaction and writes in another, with something happening in between.

With its fences on it is as right as the one behind it, which is what the fences are for. With one of them off it is
the broken variant that each test of this folder must catch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from cases.ports import Due, Flow, NewEntry, Reading, StepWrites, Store, Transaction


@dataclass
class Loose:
    """`between` is called after a step has read everything and before it writes. Without `family` the compare-and-set
    of the own revision is off, without `others` the re-check of the families that were read."""

    store: Store
    between: Callable[[], None] = lambda: None
    family: bool = True
    others: bool = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """A transaction that holds nothing until it writes."""
        with self.store.look() as reading:
            yield LooseTransaction(self, reading)  # type: ignore[misc]  # what it does not define, it hands on


@dataclass
class Torn:
    """The broken variant for crashes: the idempotency key of a step is kept in a transaction of its own, after it."""

    store: Store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """A transaction that is two."""
        later: list[StepWrites] = []
        with self.store.step() as tx:
            yield TornTransaction(tx, later)
        for writes in later:
            with self.store.step() as tx:
                tx.note(writes.family, [], keyed=writes.keyed, put_due=writes.put_due)


class TornTransaction:
    """Commits the step first, and leaves its key and its due rows for later."""

    def __init__(self, tx: Transaction, later: list[StepWrites]) -> None:
        self._tx = tx
        self._later = later

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def commit_step(self, writes: StepWrites) -> int:
        """The first half."""
        revision = self._tx.commit_step(replace(writes, keyed=None, replaces=None, put_due=()))
        self._later.append(writes)
        return revision


class LooseTransaction:
    """Reads from a snapshot, writes later."""

    def __init__(self, loose: Loose, reading: Reading) -> None:
        self._loose = loose
        self._reading = reading

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reading, name)

    def load(self, ref: str, **_: object) -> object:
        """Without any lock."""
        return self._reading.load(ref)

    def commit_step(self, writes: StepWrites) -> int:
        """Write what was decided on the snapshot."""
        self._loose.between()
        with self._loose.store.step() as tx:
            if not self._loose.others:
                writes = replace(writes, others={})
            if not self._loose.family and writes.expected is not None:
                now = tx.load(writes.family, lock=True)  # after whoever is writing
                assert now is not None
                writes = replace(writes, expected=now.family.revision)
            return tx.commit_step(writes)

    def note(self, family: str, entries: Sequence[NewEntry], **more: Any) -> None:
        """Write what was decided on the snapshot."""
        self._loose.between()
        with self._loose.store.step() as tx:
            tx.note(family, entries, **(more if self._loose.others else {**more, "read": {}}))

    def claim(self, now: dt.datetime, limit: int, only: Flow | None = None) -> Sequence[Due]:
        """Seen, and not locked."""
        return self._reading.due(now, limit, only)

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Write what was decided on the snapshot."""
        self._loose.between()
        with self._loose.store.step() as tx:
            tx.commit_steps(steps if self._loose.others else [replace(one, others={}) for one in steps])

    def drop_due(self, rows: Sequence[Due], others: Mapping[str, int]) -> None:
        """Write what was decided on the snapshot."""
        with self._loose.store.step() as tx:
            tx.drop_due(rows, others if self._loose.others else {})
