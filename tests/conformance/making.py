"""Short ways to make what stores keep, and to put it there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from cases.ports import Asking, Due, Head, KeyedAttempt, LoadedFamily, NewEntry, StepWrites, Store
from config.definition import FactValue
from state_machine.view import Instance, Recorded, TrackAt

START = dt.datetime(2027, 1, 4, 2, 0, 0, 123456, tzinfo=dt.UTC)
BEGINNING = "0" * 64


def later(**more: int) -> dt.datetime:
    """A moment so much after the start."""
    return START + dt.timedelta(**more)


def recorded(value: FactValue, seq: int = 1) -> Recorded:
    """A fact as it was recorded by entry `seq`."""
    return Recorded(value, START, later(minutes=1), "maly", None, seq, 100 * seq, 100 * seq)


def instance(ref: str, **other: Any) -> Instance:
    """An instance; a root of its own family unless `family` says otherwise."""
    given: dict[str, Any] = {
        "family": ref,
        "parent": None,
        "process": "case",
        "workflow": "w1",
        "ordinal": 0,
        "opened_at": START,
        "opened_by": "sok",
        "tracks": {"care": TrackAt("waiting", START, 100)},
    }
    return Instance(ref=ref, **(given | other))


def entry(ref: str, seq: int = 1, at: dt.datetime = START) -> NewEntry:
    """The entry of this seq; hashes follow from ref and seq, so that entries chain."""
    sealed = f'{{"reason":"secret of {ref} {seq}"}}'.encode()
    return NewEntry(
        ref, seq, at, "case:action:applied", b'{"seq":%d}' % seq, sealed, digest(ref, seq - 1), digest(ref, seq)
    )


def digest(ref: str, seq: int) -> str:
    """Stands for the hash of an entry."""
    return f"hash-{ref}-{seq}" if seq else BEGINNING


def keyed(
    key: str = "k1",
    *,
    attempt: str = "a1",
    outcome: Literal["applied", "refused", "not_yet"] = "applied",
    ref: str = "C1",
) -> KeyedAttempt:
    """What came of sok's key."""
    until = later(days=3) if outcome == "not_yet" else None
    return KeyedAttempt("sok", key, f"print of {key}", attempt, outcome, ref, ref, 1, 1, until)


def asking(attempt: str, ref: str = "C1", **other: Any) -> Asking:
    """An attempt that waits for a second person."""
    one = Asking(attempt, ref, ref, "close", "sok", None, START, later(days=2), "open", b'{"reason":"secret"}')
    return replace(one, **other)


def due(ref: str = "C1", name: str = "medical_care", at: dt.datetime = START, **other: Any) -> Due:
    """A lapse of a fact."""
    return replace(Due(ref, ref, "lapse", name, at), **other)


def opening(ref: str, *children: Instance, **other: Any) -> StepWrites:
    """The step that opens a family: its root, with what `other` says of it, and these children."""
    root = instance(ref, **other)
    entries = tuple(entry(one.ref) for one in (root, *children))
    return StepWrites(ref, None, root.workflow, START, new=(root, *children), entries=entries)


def commit(store: Store, writes: StepWrites) -> int:
    """Write a step in a transaction of its own; answers the revision."""
    with store.step() as tx:
        return tx.commit_step(writes)


def load(store: Store, ref: str) -> LoadedFamily:
    """The family of an instance that is there."""
    with store.look() as reading:
        loaded = reading.load(ref)
    assert loaded is not None
    return loaded


def change(loaded: LoadedFamily, ref: str = "", **other: Any) -> StepWrites:
    """The step that changes nothing but journals once on the root (or `ref`); `other` are more writes."""
    family = loaded.family
    on = ref or family.id
    head: Head = loaded.heads[on]
    writes = StepWrites(family.id, family.revision, family.workflow, START, entries=(entry(on, head.seq + 1),))
    return replace(writes, **other)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that compares and prints as an ordinary dict."""
    return dict(values)
