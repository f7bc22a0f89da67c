"""A repeated attempt is harmless: what came of a key is stored in the step's own transaction (semantics 5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cases.errors import KeyReused
from cases.ports import KeyedAttempt, NewEntry, Reading
from cases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key of a person, and the fingerprint of what was asked with it. None: nobody will ask again."""

    person: str
    key: str | None
    fingerprint: str

    def before(self, tx: Reading) -> KeyedAttempt | None:
        """What came of this key before. Raises KeyReused where it was used for a different attempt."""
        found = tx.keyed(self.person, self.key) if self.key is not None else None
        if found is not None and found.fingerprint != self.fingerprint:
            raise KeyReused
        return found

    def answered(
        self,
        ws: Workspace,
        outcome: Literal["applied", "refused", "not_yet"],
        entry: NewEntry,
        until: dt.datetime | None = None,
    ) -> KeyedAttempt | None:
        """The row that keeps the answer of this step; None where there is no key under which to keep it."""
        if self.key is None:
            return None
        return KeyedAttempt(
            person=self.person,
            key=self.key,
            fingerprint=self.fingerprint,
            attempt=ws.attempt_id,
            outcome=outcome,
            family=ws.family,
            instance=entry.instance,
            seq=entry.seq,
            revision=(ws.revision or 0) + (1 if outcome == "applied" else 0),
            until=until,
        )


def still_stands(before: KeyedAttempt, ws: Workspace, outcome: str) -> bool:
    """Whether an earlier answer that was no `applied` still counts: nothing has changed, and its time has not come."""
    same = before.outcome == outcome and before.family == ws.family and before.revision == ws.revision
    return same and (before.until is None or ws.now < before.until)
