"""The outbox of the in-memory twin."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from cases.outbox import (
    ClaimedRows,
    Delivery,
    DeliveryState,
    FannedOut,
    InboxMessage,
    OutboxRow,
    Outcome,
    RowState,
)
from cases.outgoing import Outgoing
from cases.ports import Due, Reading
from storage.shelves import Shelves, row_key


class MemoryOutbox:
    """Notices on the shelves of a twin, under its locks."""

    def __init__(
        self,
        shelves: Shelves,
        writing: threading.Lock,
        turning: threading.Lock,
        reading: Callable[[Shelves], Reading],
    ) -> None:
        self._shelves = shelves
        self._writing = writing
        self._turning = turning
        self._reading = reading

    @contextmanager
    def claim_rows(self, now: dt.datetime, limit: int) -> Iterator[ClaimedRows]:
        """The oldest waiting rows; nobody else writes until the block is left."""
        with self._writing:
            waiting = [row for row in self._shelves.outbox.values() if row.state == "waiting" and row.next_at <= now]
            waiting.sort(key=lambda row: row.next_at)
            yield MemoryClaimedRows(self, waiting[:limit], self._reading(self._shelves))

    def claim(self, now: dt.datetime, lease: dt.timedelta, limit: int) -> Sequence[Delivery]:
        """Deliveries that are due, held by whoever asked until the lease ends."""
        with self._writing, self._turning:
            found = self._shelves.deliveries.values()
            due = [one for one in found if one.state in ("waiting", "sending") and one.not_before <= now]
            due.sort(key=lambda one: (one.not_before, one.id))
            claimed = [
                replace(one, state="sending", not_before=now + lease, tries=one.tries + 1, claims=one.claims + 1)
                for one in due[:limit]
            ]
            self._shelves.deliveries.update((one.id, one) for one in claimed)
        return claimed

    def members(self, digest: str) -> Sequence[Delivery]:
        """The deliveries that are held for a digest."""
        return [one for one in self.deliveries(("held",)) if one.digest == digest]

    def record(self, claimed: Delivery, outcome: Outcome) -> bool:
        """Record what came of a try, if its lease still stands."""
        return self.record_all([(claimed, outcome)])

    def record_all(self, done: Sequence[tuple[Delivery, Outcome]]) -> bool:
        """Record what came of several tries, if all their leases still stand."""
        with self._writing, self._turning:
            deliveries = self._shelves.deliveries
            for claimed, _ in done:
                there = deliveries.get(claimed.id)
                if there is None or there.state != "sending" or there.claims != claimed.claims:
                    return False
            for claimed, outcome in done:
                deliveries[claimed.id] = outcome.after
                held = [one for one in outcome.members if deliveries[one.id].state == "held"]
                deliveries.update((one.id, one) for one in held)
                self.put((), outcome.instead, [outcome.alarm])
                if outcome.message is not None:
                    self._shelves.messages.setdefault(outcome.message.id, outcome.message)
        return True

    def rows(self, states: Sequence[RowState], limit: int = 1000) -> Sequence[OutboxRow]:
        """Rows in one of these states, oldest first."""
        with self._turning:
            found = [one for one in self._shelves.outbox.values() if one.state in states]
        return sorted(found, key=lambda one: (one.notice.at, one.notice.instance, one.notice.seq))[:limit]

    def caused(self, since: dt.datetime, until: dt.datetime) -> Sequence[OutboxRow]:
        """Rows whose notices were caused between two moments, both included, oldest first."""
        with self._turning:
            found = [one for one in self._shelves.outbox.values() if since <= one.notice.at <= until]
        return sorted(found, key=lambda one: (one.notice.at, one.notice.instance, one.notice.seq))

    def deliveries(self, states: Sequence[DeliveryState], limit: int = 1000) -> Sequence[Delivery]:
        """Deliveries in one of these states, oldest first."""
        with self._turning:
            found = [one for one in self._shelves.deliveries.values() if one.state in states]
        return sorted(found, key=lambda one: (one.made_at, one.id))[:limit]

    def retry(self, id_: str, now: dt.datetime) -> bool:
        """Let a dead or waiting delivery be tried now."""
        with self._writing, self._turning:
            there = self._shelves.deliveries.get(id_)
            if there is None or there.state not in ("dead", "waiting"):
                return False
            self._shelves.deliveries[id_] = replace(there, state="waiting", not_before=now, tries=0)
        return True

    def retry_row(self, notice: Outgoing, now: dt.datetime) -> bool:
        """Let a dead or waiting row be looked at now."""
        with self._writing, self._turning:
            there = self._shelves.outbox.get(row_key(notice))
            if there is None or there.state not in ("dead", "waiting"):
                return False
            self._shelves.outbox[row_key(notice)] = replace(there, state="waiting", next_at=now, tries=0)
        return True

    def inbox(self, person: str, limit: int = 1000, until: dt.datetime | None = None) -> Sequence[InboxMessage]:
        """The newest messages of a person, newest last; with `until` without what is laid there for later."""
        with self._turning:
            mine = [one for one in self._shelves.messages.values() if one.person == person]
        mine = [one for one in mine if until is None or one.at <= until]
        return sorted(mine, key=lambda one: (one.at, one.id))[-limit:]

    def put(self, rows: Sequence[OutboxRow], new: Sequence[Delivery], alarms: Sequence[Due | None]) -> None:
        """Put onto the shelves what was decided; whoever calls holds the locks."""
        shelves = self._shelves
        for alarm in alarms:
            if alarm is not None:
                shelves.due[alarm.instance, alarm.kind, alarm.name] = alarm
        shelves.outbox.update((row_key(row.notice), row) for row in rows)
        for one in new:
            shelves.deliveries.setdefault(one.id, one)

    def write(self, fanned_out: Sequence[FannedOut]) -> None:
        """Record what became of claimed rows; whoever calls holds the writing lock."""
        with self._turning:
            new = [one for done in fanned_out for one in done.deliveries]
            self.put([one.row for one in fanned_out], new, [one.alarm for one in fanned_out])


class MemoryClaimedRows:
    """Rows of a twin that is locked."""

    def __init__(self, outbox: MemoryOutbox, rows: Sequence[OutboxRow], reading: Reading) -> None:
        self._outbox = outbox
        self.rows = rows
        self.reading = reading

    def write(self, fanned_out: Sequence[FannedOut]) -> None:
        """Record what became of the rows."""
        self._outbox.write(fanned_out)
