"""The one sweep: everything that is due, oldest first, several families to a transaction (semantics 7, 18, 20).

Called by the embedded ticker, by flows, by the command line and by tests with a virtual clock; all call `run_once`. A
batch that fails is rolled back and done again one family at a time, so that one bad case stalls nobody: its rows are
postponed and journaled. The cost grows with what is due, not with what waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from cases.commit import step_writes
from cases.elapse import take_family, unfold
from cases.house import House
from cases.ports import Due, Flow, LoadedFamily, StepWrites, Transaction
from cases.workspace import Workspace

BATCH = 50
"""Rows to a transaction at the most; it ends sooner where somebody waits for it."""
LOADED = 10
"""Families that are read together."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did. `late`: by how much the oldest row was late; `followed`: (reference, automatic action)."""

    taken: int = 0
    postponed: int = 0
    late: dt.timedelta = dt.timedelta()
    followed: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            self.taken + other.taken,
            self.postponed + other.postponed,
            max(self.late, other.late),
            self.followed + other.followed,
        )


def run_once(house: House, now: dt.datetime, limit: int = 1000, only: Flow | None = None) -> Swept:
    """Take what is due at `now` (aware, UTC) through the door, oldest first, about `limit` rows, of one flow or of all.

    What it sets off and is due at once is taken too. Nobody waits: what somebody else holds is left to the next sweep.
    """
    total, some = Swept(), BATCH
    while (left := limit - total.taken - total.postponed) > 0:
        one = _batch(house, now, min(some, left), only)
        if not one.taken and not one.postponed:
            break
        total += one
        # Where somebody waited there are others, mostly: less is claimed for nothing.
        some = BATCH if one.taken + one.postponed >= some else LOADED
    return total


def _batch(house: House, now: dt.datetime, limit: int, only: Flow | None) -> Swept:
    rows: Sequence[Due] = ()
    try:
        with house.store.step() as tx:
            rows = tx.claim(now, limit, only)
            swept, left = _together(house, tx, rows, now)
    except Exception:
        if not rows:
            raise  # nothing was claimed, so it is about no family, and nobody may take it for a quiet day
        # Whatever it was, each family is tried alone, and what fails there is journaled.
        swept, left = Swept(), by_family(rows)
    for seen in left.values():
        one = take_family(house, seen, now)
        swept += Swept(one.taken, one.postponed, _lateness(seen, now), one.followed)
    return swept


def _together(
    house: House, tx: Transaction, rows: Sequence[Due], now: dt.datetime
) -> tuple[Swept, dict[str, list[Due]]]:
    """Families of a batch in its one transaction; answers what was done, and the rows to be taken alone.

    Alone are taken rows that open another family, and families in which nothing has to be written but the end of rows.
    Where somebody waits for this transaction, the rest is left to the next one.
    """
    steps: list[StepWrites] = []
    alone: dict[str, list[Due]] = {}
    swept = Swept()
    for family, seen, loaded in _loaded(tx, by_family(rows)):
        if (steps or alone) and tx.awaited():
            break
        ws = _unfolded(house, tx, loaded, seen, now)
        if ws is None or not ws.changes_something:
            alone[family] = seen
            continue
        steps.append(step_writes(ws))
        swept += Swept(len(seen), 0, _lateness(seen, now), tuple(ws.followed))
    if steps:
        tx.commit_steps(steps)
    return swept, alone


def _loaded(tx: Transaction, families: Mapping[str, list[Due]]) -> Iterator[tuple[str, list[Due], LoadedFamily | None]]:
    """Each family with its rows and as it is, some read together."""
    waiting = iter(families)
    while some := list(islice(waiting, LOADED)):
        loaded = tx.load_all(some)
        yield from ((family, families[family], loaded.get(family)) for family in some)


def _unfolded(
    house: House, tx: Transaction, loaded: LoadedFamily | None, rows: Sequence[Due], now: dt.datetime
) -> Workspace | None:
    if loaded is None or any(row.kind == "request" for row in rows):
        return None
    ws = Workspace(house, tx, now, loaded)
    unfold(tx, ws, rows)
    return ws


def by_family(rows: Sequence[Due]) -> dict[str, list[Due]]:
    """Rows by family, the family of the oldest row first."""
    found: dict[str, list[Due]] = {}
    for row in rows:
        found.setdefault(row.family, []).append(row)
    return found


def _lateness(rows: Sequence[Due], now: dt.datetime) -> dt.timedelta:
    return max((now - row.at for row in rows), default=dt.timedelta())
