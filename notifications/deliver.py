"""Notices go out: `run_once` is what the ticker, the flow, the command line and tests call.

At least once, and known again by its id: a sender that dies after handing a notice over hands it over again. What
fails in passing is tried again, later each time; what fails for good, or too often, becomes a dead letter, and a person
is asked to see to it. The inbox is in the house and never fails, so that a dead letter is no silence: what goes there
is put there and recorded as sent in one transaction, several messages at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cases.outbox import Delivery, Outcome
from cases.outgoing import Outgoing
from notifications.channels.channel import CannotDeliver, Message
from notifications.channels.inbox import NAME as INBOX
from notifications.channels.inbox import message_of
from notifications.fan_out import fan_out
from notifications.office import Desk, Office, deliveries_to
from notifications.preferences import after_quiet
from notifications.render import Rendered, zone_of
from state_machine.rules import Rules

AT_ONCE = 20
AT_MOST = 60
"""So many messages go out in one run: its leases count from the moment at which it began."""
LEASE = dt.timedelta(minutes=15)
"""Longer than `AT_MOST` messages take where the time of every one of them (`TIMEOUT_SECONDS`) runs out."""
TRIES = 12
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
"""From one minute on twice as long each time: twelve tries take most of a day."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run did: rows fanned out or superseded; deliveries sent, put off, ended unsent, dead; overtaken ones."""

    fanned_out: int = 0
    superseded: int = 0
    sent: int = 0
    postponed: int = 0
    ended: int = 0
    dead: int = 0
    overtaken: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        """Both together."""
        return Delivered(
            self.fanned_out + other.fanned_out,
            self.superseded + other.superseded,
            self.sent + other.sent,
            self.postponed + other.postponed,
            self.ended + other.ended,
            self.dead + other.dead,
            self.overtaken + other.overtaken,
        )

    @property
    def count(self) -> int:
        """How much was done; nothing, where nothing was due."""
        return self.fanned_out + self.superseded + self.sent + self.postponed + self.ended + self.dead + self.overtaken


def run_once(office: Office, now: dt.datetime, limit: int = AT_MOST) -> Delivered:
    """Fan out what waits and send what is due at `now`, at most `limit` of each, the oldest first.

    With a limit above `AT_MOST` a lease may end before its message is sent, and another sender sends it too.
    """
    total = Delivered()
    rows = fan_out(office, now, limit)
    total += Delivered(fanned_out=rows.fanned_out, superseded=rows.superseded, postponed=rows.failed)
    left = limit
    down: set[str] = set()
    while left > 0:
        batch = office.outbox.claim(now, LEASE, min(AT_ONCE, left))
        if not batch:
            break
        left -= len(batch)
        # The inbox first: it waits for nobody.
        total += _into_inboxes(office, [one for one in batch if one.channel == INBOX], now)
        for delivery in (one for one in batch if one.channel != INBOX):
            outcome = _Try(office, delivery, now, down).outcome()
            total += _counted(outcome) if office.outbox.record(delivery, outcome) else Delivered(overtaken=1)
    return total


def _into_inboxes(office: Office, batch: Sequence[Delivery], now: dt.datetime) -> Delivered:
    """Nothing of this leaves the database, so that one transaction puts and records all of it."""
    if not batch:
        return Delivered()
    with office.house.store.look() as reading:
        desk = Desk(office, reading, now)
        done = [(delivery, _Try(office, delivery, now, set(), desk).outcome()) for delivery in batch]
    if office.outbox.record_all(done):
        return sum((_counted(outcome) for _, outcome in done), Delivered())
    # A lease was lost to another sender: each by itself then, and only what was lost is left to them.
    recorded = (office.outbox.record(delivery, outcome) for delivery, outcome in done)
    each = zip(recorded, done, strict=True)
    return sum((_counted(outcome) if kept else Delivered(overtaken=1) for kept, (_, outcome) in each), Delivered())


def _counted(outcome: Outcome) -> Delivered:
    match outcome.after.state:
        case "sent":
            return Delivered(sent=1)
        case "waiting":
            return Delivered(postponed=1)
        case "dead":
            return Delivered(dead=1)
        case _:
            return Delivered(ended=1)


@dataclass(slots=True)
class _Try:
    """One try of one delivery. `down` are the channels that took nothing in this run; `desk` where it is looked up."""

    office: Office
    delivery: Delivery
    now: dt.datetime
    down: set[str]
    desk: Desk | None = None

    def outcome(self) -> Outcome:
        """What came of it, to be recorded."""
        if self.delivery.tries > TRIES:
            return self._failed(CannotDeliver("its senders died every time"))
        quiet = self._until_quiet_ends()
        if quiet is not None:
            return Outcome(replace(self.delivery, state="waiting", not_before=quiet, tries=self.delivery.tries - 1))
        try:
            return self._digest() if self.delivery.notice is None else self._single(self.delivery.notice)
        except CannotDeliver as problem:
            return self._failed(problem)
        except Exception as problem:  # noqa: BLE001 - one message that breaks a channel, or us, stalls no other
            return self._failed(CannotDeliver(f"it broke the sender ({type(problem).__name__})"))

    def _single(self, notice: Outgoing) -> Outcome:
        with self._desk() as desk:
            checked = self._checked(desk, self.delivery, notice)
            if isinstance(checked, Outcome):
                return checked
        reader = self.office.reader(self.delivery.person, checked)
        rendered = self.office.renderer.render(notice, checked, reader)
        if self.delivery.channel == INBOX:
            message = message_of(self.delivery, rendered.text, self.now, urgent=notice.urgent)
            return Outcome(self._sent(self.delivery), message=message)
        self._hand_over(rendered, urgent=notice.urgent)
        return Outcome(self._sent(self.delivery))

    def _digest(self) -> Outcome:
        """All that is held for this digest as one message; what no longer matters is left out of it."""
        members = self.office.outbox.members(self.delivery.id)
        told: list[tuple[Outgoing, Rules]] = []
        ended: list[Outcome] = []
        gone: list[Delivery] = []
        with self._desk() as desk:
            for member in members:
                assert member.notice is not None  # a digest is held for no digest
                checked = self._checked(desk, member, member.notice)
                if isinstance(checked, Outcome):
                    ended.append(checked)
                else:
                    told.append((member.notice, checked))
                    gone.append(self._sent(member))
        if told:
            reader = self.office.reader(self.delivery.person, told[0][1])
            self._hand_over(self.office.renderer.digest(told, reader), urgent=False)
        after = self._sent(self.delivery) if told else replace(self.delivery, state="superseded")
        instead = tuple(new for one in ended for new in one.instead)
        return Outcome(after, (*gone, *(one.after for one in ended)), instead)

    def _checked(self, desk: Desk, delivery: Delivery, notice: Outgoing) -> Rules | Outcome:
        """The rules of a notice that still goes to this person, or how the delivery ends without being sent."""
        situation = desk.situation(notice)
        if not situation.matters:
            return Outcome(replace(delivery, state="superseded", problem=None))
        if delivery.person not in situation.people:
            instead = deliveries_to(self.office, notice, situation.people, situation.rules, self.now)
            return Outcome(replace(delivery, state="cancelled", problem=None), instead=tuple(instead))
        if delivery.channel != INBOX and delivery.channel not in self.office.wishes(delivery.person).channels:
            return Outcome(replace(delivery, state="cancelled", problem=None))
        return situation.rules

    def _hand_over(self, rendered: Rendered, *, urgent: bool) -> None:
        delivery = self.delivery
        if delivery.channel in self.down:
            raise CannotDeliver("the channel took nothing from others just now")
        channel = self.office.channels.get(delivery.channel)
        if channel is None:
            raise CannotDeliver("the channel is not set up")
        address = self.office.wishes(delivery.person).channels.get(delivery.channel, "")
        channel.send(Message(delivery.id, delivery.person, address, rendered.subject, rendered.text, urgent, self.now))

    def _failed(self, problem: CannotDeliver) -> Outcome:
        delivery = self.delivery
        if problem.for_all:
            self.down.add(delivery.channel)
        if problem.permanent or delivery.tries >= TRIES:
            with self._desk() as desk:
                alarm = desk.alarm(delivery.channel, delivery.notice, delivery.person)
            return Outcome(replace(delivery, state="dead", problem=problem.problem), alarm=alarm)
        wait = max(
            backoff(delivery.tries, self.office.chance()), min(problem.retry_after or dt.timedelta(), LONGEST_WAIT)
        )
        later = self._until_quiet_ends(self.now + wait) or self.now + wait
        return Outcome(replace(delivery, state="waiting", not_before=later, problem=problem.problem))

    def _until_quiet_ends(self, moment: dt.datetime | None = None) -> dt.datetime | None:
        """When the quiet hours of the person end, if a moment (now) lies in them and this delivery respects them."""
        delivery, moment = self.delivery, moment or self.now
        if delivery.channel == INBOX or (delivery.notice is not None and delivery.notice.urgent):
            return None
        wishes = self.office.wishes(delivery.person)
        house_zone = self.office.house.workflows.current(None).calendar.zone
        ends = after_quiet(wishes, zone_of(wishes.time_zone, house_zone), moment)
        return ends if ends > moment else None

    def _sent(self, delivery: Delivery) -> Delivery:
        return replace(delivery, state="sent", sent_at=self.now, problem=None)

    @contextmanager
    def _desk(self) -> Iterator[Desk]:
        if self.desk is not None:
            yield self.desk
            return
        with self.office.house.store.look() as reading:
            yield Desk(self.office, reading, self.now)


def backoff(tries: int, chance: float) -> dt.timedelta:
    """How long to wait after so many tries: twice as long each time, six hours at most, and up to half of it less.

    `chance` is a number from 0 to below 1.
    """
    wait: dt.timedelta = FIRST_WAIT * 2.0 ** min(tries - 1, 20)
    return min(wait, LONGEST_WAIT) * (0.5 + chance / 2)


def preview(
    office: Office, notices: Sequence[tuple[Outgoing, Rules]], person: str, language: str | None = None
) -> list[Rendered]:
    """What these notices would say to somebody, in their language or another; nothing is sent or recorded."""
    readers = ((notice, rules, office.reader(person, rules)) for notice, rules in notices)
    return [
        office.renderer.render(notice, rules, replace(reader, language=language or reader.language))
        for notice, rules, reader in readers
    ]
