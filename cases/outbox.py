"""The outbox as those see it who send: two stages of rows, and what came of each (semantics 23).

    row       waiting ─▶ fanned_out · superseded          the sender works out who is told
              waiting ─▶ dead                              it could not, five times
    delivery  waiting ─▶ sending ─▶ sent                   the sender holds it for the time of a lease
              held ─▶ sent · superseded                    it goes out with the day's digest
              sending ─▶ waiting                           it failed in passing, or the sender died; tried again
              sending ─▶ sent · dead · cancelled · superseded
              dead ─▶ waiting                              somebody asked for another try

If nobody moves a row that waits, it goes on waiting, and `homeward notices list` shows how long. A delivery's id is
worked out from row, person and channel, so that fanning out twice makes no second one and a receiver knows it again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from cases.outgoing import Outgoing
from cases.ports import Due, Reading

RowState = Literal["waiting", "fanned_out", "superseded", "dead"]
DeliveryState = Literal["waiting", "held", "sending", "sent", "cancelled", "superseded", "dead"]

_DELIVERY = b"homeward/delivery/1\x00"
_DIGEST = b"homeward/digest/1\x00"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A notice in the first stage; it is looked at again at `next_at`."""

    notice: Outgoing
    next_at: dt.datetime
    state: RowState = "waiting"
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to one person by one channel, or (`notice` None) a digest of those that are held for it.

    `not_before` is when it may be tried next; while it is `sending`, when the lease of its sender ends. `tries` counts
    since it was made or asked for again; `claims` never goes back, and only the sender of the last claim may record
    what came of it. `digest` is the id of the digest for which it is held. `problem` says what the last failure was,
    in words of ours without any content.
    """

    id: str
    person: str
    channel: str
    state: DeliveryState
    not_before: dt.datetime
    made_at: dt.datetime
    notice: Outgoing | None = None
    tries: int = 0
    claims: int = 0
    digest: str | None = None
    problem: str | None = None
    sent_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class FannedOut:
    """What became of a row: its new state, the deliveries that it makes, and what a person is asked about it."""

    row: OutboxRow
    deliveries: tuple[Delivery, ...] = ()
    alarm: Due | None = None


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A notice in somebody's inbox, as it was rendered; `id` is that of its delivery."""

    id: str
    person: str
    at: dt.datetime
    text: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a delivery, as its sender records it, together with what follows in the same transaction.

    `after` is the delivery with its new state; `members` the held ones that went out, or ended, with a digest;
    `instead` deliveries to those who are told now, where the recipient is another; `alarm` what a person is asked;
    `message` what is put into an inbox of the house, once, however often its id comes.
    """

    after: Delivery
    members: tuple[Delivery, ...] = ()
    instead: tuple[Delivery, ...] = ()
    alarm: Due | None = None
    message: InboxMessage | None = None


class ClaimedRows(Protocol):
    """Rows that nobody else may take until this transaction is over, and what can be read in it."""

    @property
    def rows(self) -> Sequence[OutboxRow]:
        """The rows, oldest first."""

    @property
    def reading(self) -> Reading:
        """What can be read in this transaction; there is none where no row waits."""

    def write(self, fanned_out: Sequence[FannedOut]) -> None:
        """Record what became of the rows, and commit. A delivery that is there already stays as it is."""


class Outbox(Protocol):
    """Where notices wait. Every method is a transaction of its own; all times are aware, in UTC.

    Lock order is family, due row, outbox row, delivery; families are read without locking them (semantics 7).
    """

    def claim_rows(self, now: dt.datetime, limit: int) -> AbstractContextManager[ClaimedRows]:
        """The oldest waiting rows at `now`, at most `limit`; leaving the block without `write` lets them wait on."""

    def claim(self, now: dt.datetime, lease: dt.timedelta, limit: int) -> Sequence[Delivery]:
        """Deliveries that are due, as `sending` until `now + lease`, their try counted. Lost leases are due again."""

    def members(self, digest: str) -> Sequence[Delivery]:
        """The deliveries that are held for a digest."""

    def record(self, claimed: Delivery, outcome: Outcome) -> bool:
        """Record what came of a try. False, with nothing written, where its lease was lost to another sender."""

    def record_all(self, done: Sequence[tuple[Delivery, Outcome]]) -> bool:
        """Record what came of several tries, all in one transaction or none; False where one lease was lost."""

    def rows(self, states: Sequence[RowState], limit: int = 1000) -> Sequence[OutboxRow]:
        """Rows in one of these states, oldest first."""

    def caused(self, since: dt.datetime, until: dt.datetime) -> Sequence[OutboxRow]:
        """Rows whose notices were caused between two moments, both included, oldest first."""

    def deliveries(self, states: Sequence[DeliveryState], limit: int = 1000) -> Sequence[Delivery]:
        """Deliveries in one of these states, oldest first."""

    def retry(self, id_: str, now: dt.datetime) -> bool:
        """Let a dead or waiting delivery be tried at `now`, its tries counted anew. False where there is none such."""

    def retry_row(self, notice: Outgoing, now: dt.datetime) -> bool:
        """Let a dead or waiting row be looked at again at `now`. False where there is none such."""

    def inbox(self, person: str, limit: int = 1000, until: dt.datetime | None = None) -> Sequence[InboxMessage]:
        """The newest messages of a person, newest last; with `until` without what is laid there for later."""


def delivery_id(notice: Outgoing, person: str, channel: str) -> str:
    """The id of a delivery: SHA-256 over its row, the person and the channel."""
    parts = (notice.instance, str(notice.seq), notice.rung, notice.template, person, channel)
    return hashlib.sha256(_DELIVERY + "\x00".join(parts).encode()).hexdigest()


def digest_id(person: str, channel: str, at: dt.datetime) -> str:
    """The id of the one digest of a person on a channel at a moment."""
    parts = (person, channel, at.astimezone(dt.UTC).isoformat())
    return hashlib.sha256(_DIGEST + "\x00".join(parts).encode()).hexdigest()
