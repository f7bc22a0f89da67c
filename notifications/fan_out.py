"""The first stage: who is told is worked out now, from the assignments of this moment, and frozen as deliveries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from cases.outbox import FannedOut, OutboxRow
from notifications.office import Desk, Office, deliveries_to

TRIES = 5
BACKOFF = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RowsTaken:
    """What became of rows."""

    fanned_out: int = 0
    superseded: int = 0
    failed: int = 0

    @property
    def count(self) -> int:
        """How many there were."""
        return self.fanned_out + self.superseded + self.failed


def fan_out(office: Office, now: dt.datetime, limit: int) -> RowsTaken:
    """Take waiting rows, at most `limit`, in one transaction. One that fails is put off and stalls no other."""
    with office.outbox.claim_rows(now, limit) as claimed:
        if not claimed.rows:
            return RowsTaken()
        desk = Desk(office, claimed.reading, now)
        done = [_one(office, desk, row, now) for row in claimed.rows]
        claimed.write(done)
    states = [one.row.state for one in done]
    made, dropped = states.count("fanned_out"), states.count("superseded")
    return RowsTaken(made, dropped, len(states) - made - dropped)


def _one(office: Office, desk: Desk, row: OutboxRow, now: dt.datetime) -> FannedOut:
    try:
        situation = desk.situation(row.notice)
        if not situation.matters:
            return FannedOut(replace(row, state="superseded"))
        made = deliveries_to(office, row.notice, situation.people, situation.rules, now)
        return FannedOut(replace(row, state="fanned_out"), tuple(made))
    except Exception:  # noqa: BLE001 - what is wrong with one notice, even by our mistake, stalls no other
        tries = row.tries + 1
        if tries < TRIES:
            return FannedOut(replace(row, next_at=now + BACKOFF * 2**row.tries, tries=tries))
        return FannedOut(replace(row, state="dead", tries=tries), alarm=desk.alarm("notices", row.notice))
