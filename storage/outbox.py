"""The outbox in a database. Its transactions lock due rows first, then rows, then deliveries, and no family."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any, Protocol

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
from cases.ports import Due, Lost, Reading
from storage.outbox_sql import (
    OutboxSql,
    delivery,
    delivery_row,
    message,
    message_row,
    outbox_row,
    row_key,
)
from storage.rows import micros, micros_or_none
from storage.sql import Change, Line, Row, Sql
from storage.write import due_row

ALWAYS = 2**62
"""Later than any moment, in microseconds."""


class Lines(Protocol):
    """Where lines come from."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self) -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class SqlOutbox:
    """Notices in a database. `reading(line)` is what can be read of families over a line."""

    def __init__(self, lines: Lines, sql: OutboxSql, put_due: Sql, reading: Callable[[Line], Reading]) -> None:
        self._lines = lines
        self._sql = sql
        self._put_due = put_due
        self._reading = reading

    @contextmanager
    def claim_rows(self, now: dt.datetime, limit: int) -> Iterator[ClaimedRows]:
        """The oldest waiting rows, locked until the block is left."""
        if not self._rows(self._sql.any_row, {"now": micros(now)}):
            yield NothingWaits()
            return
        with self._lines.to_write() as line:
            line.hold()
            rows = line.rows(self._sql.due_rows, {"now": micros(now), "limit": limit})
            yield SqlClaimedRows(line, [outbox_row(row) for row in rows], self._reading(line), self)

    def claim(self, now: dt.datetime, lease: dt.timedelta, limit: int) -> Sequence[Delivery]:
        """Deliveries that are due, held by whoever asked until the lease ends."""
        if not self._rows(self._sql.any_delivery, {"now": micros(now)}):
            return []
        ends = now + lease
        with self._lines.to_write() as line:
            line.hold()
            rows = line.rows(self._sql.due_deliveries, {"now": micros(now), "limit": limit})
            found = [delivery(row) for row in rows]
            if found:
                line.write([Change(self._sql.claim, {"of_id": one.id, "lease_ends": micros(ends)}) for one in found])
        return [
            replace(one, state="sending", not_before=ends, tries=one.tries + 1, claims=one.claims + 1) for one in found
        ]

    def members(self, digest: str) -> Sequence[Delivery]:
        """The deliveries that are held for a digest."""
        return [delivery(row) for row in self._rows(self._sql.members, {"of_digest": digest})]

    def record(self, claimed: Delivery, outcome: Outcome) -> bool:
        """Record what came of a try, if its lease still stands."""
        return self.record_all([(claimed, outcome)])

    def record_all(self, done: Sequence[tuple[Delivery, Outcome]]) -> bool:
        """Record what came of several tries in one transaction, if all their leases still stand."""
        in_order = sorted(done, key=lambda one: one[0].id)
        changes = self.asked(*(outcome.alarm for _, outcome in in_order))
        for claimed, outcome in in_order:
            fenced = {**_changed(outcome.after), "of_claims": claimed.claims}
            changes.append(Change(self._sql.record, fenced, fenced=True))
            changes += [Change(self._sql.record_member, _changed(one)) for one in outcome.members]
        changes += self.made([new for _, outcome in in_order for new in outcome.instead])
        messages = (outcome.message for _, outcome in in_order)
        changes += [Change(self._sql.put_message, message_row(one)) for one in messages if one is not None]
        return self._written(changes)

    def caused(self, since: dt.datetime, until: dt.datetime) -> Sequence[OutboxRow]:
        """Rows whose notices were caused between two moments, both included, oldest first."""
        rows = self._rows(self._sql.caused, {"since": micros(since), "until_then": micros(until)})
        return [outbox_row(row) for row in rows]

    def rows(self, states: Sequence[RowState], limit: int = 1000) -> Sequence[OutboxRow]:
        """Rows in one of these states, oldest first."""
        found = [outbox_row(row) for row in self._in_states(self._sql.list_rows, states, limit)]
        found.sort(key=lambda one: (one.notice.at, one.notice.instance, one.notice.seq))
        return found[:limit]

    def deliveries(self, states: Sequence[DeliveryState], limit: int = 1000) -> Sequence[Delivery]:
        """Deliveries in one of these states, oldest first."""
        found = [delivery(row) for row in self._in_states(self._sql.list_deliveries, states, limit)]
        found.sort(key=lambda one: (one.made_at, one.id))
        return found[:limit]

    def retry(self, id_: str, now: dt.datetime) -> bool:
        """Let a dead or waiting delivery be tried now."""
        return self._written([Change(self._sql.retry, {"of_id": id_, "again_at": micros(now)}, fenced=True)])

    def retry_row(self, notice: Outgoing, now: dt.datetime) -> bool:
        """Let a dead or waiting row be looked at now."""
        return self._written([Change(self._sql.retry_row, {**row_key(notice), "again_at": micros(now)}, fenced=True)])

    def inbox(self, person: str, limit: int = 1000, until: dt.datetime | None = None) -> Sequence[InboxMessage]:
        """The newest messages of a person, newest last; with `until` without what is laid there for later."""
        last = micros(until) if until is not None else ALWAYS
        rows = self._rows(self._sql.inbox, {"of_person": person, "until": last, "limit": limit})
        return [message(row) for row in reversed(rows)]

    def moved(self, row: OutboxRow) -> Change:
        """A row of the first stage as it becomes."""
        stage = {"to_next_at": micros(row.next_at), "to_state": row.state, "to_tries": row.tries}
        return Change(self._sql.move_row, {**row_key(row.notice), **stage})

    def made(self, deliveries: Sequence[Delivery]) -> list[Change]:
        """Deliveries that are there from now on, in order of their ids."""
        in_order = sorted(deliveries, key=lambda one: one.id)
        return [Change(self._sql.new_delivery, delivery_row(one)) for one in in_order]

    def asked(self, *alarms: Due | None) -> list[Change]:
        """What a person is asked, as due rows in key order."""
        rows = [row for row in alarms if row is not None]
        rows.sort(key=lambda row: (row.instance, row.kind, row.name))
        return [Change(self._put_due, due_row(row)) for row in rows]

    def _written(self, changes: Sequence[Change]) -> bool:
        with self._lines.to_write() as line:
            try:
                line.write(changes)
            except Lost:
                return False
        return True

    def _rows(self, sql: Sql, parameters: Mapping[str, Any]) -> list[Row]:
        with self._lines.to_read() as line:
            return line.rows(sql, parameters)

    def _in_states(self, sql: Sql, states: Sequence[str], limit: int) -> list[Row]:
        return [row for state in states for row in self._rows(sql, {"in_state": state, "limit": limit})]


class SqlClaimedRows:
    """Rows that are locked."""

    def __init__(self, line: Line, rows: Sequence[OutboxRow], reading: Reading, outbox: SqlOutbox) -> None:
        self._line = line
        self._outbox = outbox
        self.rows = rows
        self.reading = reading

    def write(self, fanned_out: Sequence[FannedOut]) -> None:
        """Record what became of the rows, and commit."""
        outbox = self._outbox
        changes = outbox.asked(*(one.alarm for one in fanned_out))
        in_order = sorted(fanned_out, key=lambda one: (one.row.notice.instance, one.row.notice.seq))
        changes += [outbox.moved(one.row) for one in in_order]
        changes += outbox.made([new for one in fanned_out for new in one.deliveries])
        self._line.write(changes)


class NothingWaits:
    """No rows, and so nothing to read."""

    @property
    def rows(self) -> Sequence[OutboxRow]:
        """None."""
        return ()

    @property
    def reading(self) -> Reading:
        """There is no transaction."""
        raise RuntimeError("no row waits, so there is no transaction to read in")

    def write(self, fanned_out: Sequence[FannedOut]) -> None:
        """Nothing became of nothing."""
        assert not fanned_out  # there were no rows


def _changed(one: Delivery) -> dict[str, Any]:
    return {
        "of_id": one.id,
        "to_state": one.state,
        "to_not_before": micros(one.not_before),
        "to_tries": one.tries,
        "to_digest": one.digest,
        "to_problem": one.problem,
        "to_sent_at": micros_or_none(one.sent_at),
    }
