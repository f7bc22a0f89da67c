"""The outbox: rows that a step writes, deliveries that a sender makes of them, and what comes of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from cases.outbox import Delivery, FannedOut, InboxMessage, OutboxRow, Outcome, delivery_id, digest_id
from cases.outgoing import Outgoing
from cases.ports import Lost, Store
from tests.conformance.making import START, change, commit, due, later, load, opening

LEASE = dt.timedelta(minutes=5)


@pytest.fixture(autouse=True)
def two_families(store: Store) -> None:
    """C1 and C2."""
    commit(store, opening("C1"))
    commit(store, opening("C2"))


def notice(ref: str = "C1", seq: int = 2, **other: Any) -> Outgoing:
    """A reminder of a plan review."""
    one = Outgoing(
        family=ref,
        instance=ref,
        seq=seq,
        case=ref,
        role="case_manager",
        template="work_soon",
        verb="review",
        deadline="plan_review",
        generation=3,
        dating=1,
        rung="soon",
        rung_number=1,
        repeat=0,
        due=later(days=3),
        urgent=False,
        breach=False,
        at=START,
    )
    return replace(one, **other)


def write(store: Store, *notices: Outgoing) -> None:
    """A step of C1 that causes these notices."""
    commit(store, change(load(store, "C1"), outgoing=notices))


def delivery(one: Outgoing, person: str = "sok", channel: str = "email", **other: Any) -> Delivery:
    """A delivery of a notice that waits since the start."""
    made = Delivery(delivery_id(one, person, channel), person, channel, "waiting", START, START, notice=one)
    return replace(made, **other)


def fan_out(store: Store, *deliveries: Delivery) -> None:
    """Make these deliveries of the rows that wait."""
    with store.outbox.claim_rows(later(days=9), 100) as claimed:
        done = [FannedOut(replace(row, state="fanned_out")) for row in claimed.rows]
        claimed.write([replace(done[0], deliveries=deliveries), *done[1:]])


def one_delivery(store: Store, **other: Any) -> Delivery:
    """A delivery in the store that waits."""
    one = notice()
    write(store, one)
    made = delivery(one, **other)
    fan_out(store, made)
    return made


def claim(store: Store, now: dt.datetime = START, limit: int = 100) -> list[Delivery]:
    return list(store.outbox.claim(now, LEASE, limit))


class TestARow:
    def test_is_kept_as_it_is(self, store: Store) -> None:
        one = notice(urgent=True, breach=True, repeat=4)
        write(store, one)
        assert store.outbox.rows(["waiting"]) == [OutboxRow(one, START)]

    def test_of_a_step_that_is_lost_is_not_there(self, store: Store) -> None:
        stale = change(load(store, "C1"), outgoing=(notice(),))
        commit(store, change(load(store, "C1")))
        with pytest.raises(Lost):
            commit(store, stale)
        assert store.outbox.rows(["waiting"]) == []

    def test_is_one_for_each_entry_rung_and_template(self, store: Store) -> None:
        write(store, notice(), notice(rung="late"), notice(template="work_due"), notice(seq=3))
        assert len(store.outbox.rows(["waiting"])) == 4
        with pytest.raises(Lost):
            write(store, notice(role="supervisor"))

    def test_is_claimed_from_its_moment_on_the_oldest_first(self, store: Store) -> None:
        rows = [notice(seq=seq, at=later(minutes=minute)) for seq, minute in ((2, 3), (3, 1), (4, 2))]
        write(store, *rows)
        with store.outbox.claim_rows(later(minutes=2), 10) as claimed:
            assert [row.notice.seq for row in claimed.rows] == [3, 4]
        with store.outbox.claim_rows(later(minutes=9), 2) as claimed:
            assert [row.notice.seq for row in claimed.rows] == [3, 4]

    def test_waits_on_where_the_sender_dies(self, store: Store) -> None:
        write(store, notice())
        with pytest.raises(ZeroDivisionError), store.outbox.claim_rows(START, 10):
            raise ZeroDivisionError
        assert len(store.outbox.rows(["waiting"])) == 1

    def test_is_read_together_with_its_family(self, store: Store) -> None:
        write(store, notice())
        with store.outbox.claim_rows(START, 10) as claimed:
            loaded = claimed.reading.load("C1")
        assert loaded is not None
        assert loaded.family.revision == 2

    def test_moves_to_what_became_of_it(self, store: Store) -> None:
        write(store, notice(), notice(seq=3))
        with store.outbox.claim_rows(START, 10) as claimed:
            first, second = claimed.rows
            after = [
                replace(first, state="superseded"),
                replace(second, next_at=later(hours=1), tries=1),
            ]
            alarm = due(name="stuck.email", kind="request")
            claimed.write([FannedOut(after[0]), FannedOut(after[1], alarm=alarm)])
        assert store.outbox.rows(["superseded", "waiting", "dead"]) == after
        with store.look() as reading:
            assert list(reading.due(START, 10)) == [alarm]

    def test_that_is_dead_is_looked_at_again_on_request(self, store: Store) -> None:
        one = notice()
        write(store, one)
        with store.outbox.claim_rows(START, 10) as claimed:
            claimed.write([FannedOut(replace(claimed.rows[0], state="dead", tries=5))])
        assert store.outbox.retry_row(one, later(hours=2))
        assert store.outbox.rows(["waiting"]) == [OutboxRow(one, later(hours=2))]
        assert not store.outbox.retry_row(notice(seq=9), START)

    def test_is_claimed_by_nobody_where_none_waits(self, store: Store) -> None:
        with store.outbox.claim_rows(START, 10) as claimed:
            assert list(claimed.rows) == []
            claimed.write([])


class TestADelivery:
    def test_is_kept_as_it_is(self, store: Store) -> None:
        made = one_delivery(store, not_before=later(hours=3))
        assert store.outbox.deliveries(["waiting"]) == [made]

    def test_is_made_once_however_often_its_row_is_fanned_out(self, store: Store) -> None:
        made = one_delivery(store)
        store.outbox.claim(START, LEASE, 10)
        assert store.outbox.retry_row(made.notice or notice(), START) is False
        write(store, notice(seq=3))
        fan_out(store, made, replace(made, id="another"))
        assert [one.id for one in store.outbox.deliveries(["waiting"])] == ["another"]

    def test_that_is_claimed_is_nobody_elses(self, store: Store) -> None:
        made = one_delivery(store)
        assert claim(store) == [replace(made, state="sending", not_before=START + LEASE, tries=1, claims=1)]
        assert claim(store) == []

    def test_is_claimed_when_it_is_due_the_oldest_first(self, store: Store) -> None:
        one = notice()
        write(store, one)
        fan_out(store, *(delivery(one, f"p{n}", not_before=later(minutes=9 - n)) for n in range(4)))
        assert [made.person for made in claim(store, later(minutes=8), 2)] == ["p3", "p2"]
        assert [made.person for made in claim(store, later(minutes=8))] == ["p1"]

    def test_is_claimed_again_when_its_sender_has_let_the_lease_end(self, store: Store) -> None:
        one_delivery(store)
        claim(store)
        (again,) = claim(store, START + LEASE)
        assert (again.tries, again.claims) == (2, 2)

    def test_is_recorded_with_all_that_follows(self, store: Store) -> None:
        one_delivery(store)
        (claimed,) = claim(store)
        after = replace(claimed, state="dead", problem="refused", not_before=later(days=1))
        instead = delivery(notice(), "vuth")
        alarm = due(name="stuck.email", kind="request")
        assert store.outbox.record(claimed, Outcome(after, instead=(instead,), alarm=alarm))
        assert store.outbox.deliveries(["dead", "waiting"]) == sorted([after, instead], key=lambda one: one.id)
        with store.look() as reading:
            assert list(reading.due(START, 10)) == [alarm]

    def test_is_not_recorded_by_who_lost_the_lease(self, store: Store) -> None:
        one_delivery(store)
        (late,) = claim(store)
        (now,) = claim(store, START + LEASE)
        alarm = due(name="stuck.email", kind="request")
        assert not store.outbox.record(late, Outcome(replace(late, state="sent"), alarm=alarm))
        with store.look() as reading:
            assert list(reading.due(START, 10)) == []
        assert store.outbox.record(now, Outcome(replace(now, state="sent", sent_at=START)))
        assert not store.outbox.record(now, Outcome(replace(now, state="dead")))
        assert [one.state for one in store.outbox.deliveries(["sent", "dead"])] == ["sent"]

    def test_that_is_dead_is_tried_again_on_request_and_still_fenced(self, store: Store) -> None:
        made = one_delivery(store)
        (claimed,) = claim(store)
        store.outbox.record(claimed, Outcome(replace(claimed, state="dead")))
        assert claim(store, later(days=9)) == []
        assert store.outbox.retry(made.id, later(hours=1))
        assert not store.outbox.retry("no such id", START)
        (again,) = claim(store, later(hours=1))
        assert (again.tries, again.claims) == (1, 2)

    def test_that_was_sent_is_never_sent_again(self, store: Store) -> None:
        made = one_delivery(store)
        (claimed,) = claim(store)
        store.outbox.record(claimed, Outcome(replace(claimed, state="sent", sent_at=START)))
        assert not store.outbox.retry(made.id, START)
        assert claim(store, later(days=900)) == []

    def test_is_counted_out_by_the_limit_of_a_list(self, store: Store) -> None:
        one = notice()
        write(store, one)
        fan_out(store, *(delivery(one, f"p{n}", made_at=later(minutes=n)) for n in range(4)))
        assert [made.person for made in store.outbox.deliveries(["waiting"], 2)] == ["p0", "p1"]


class TestADigest:
    def test_has_the_deliveries_that_are_held_for_it(self, store: Store) -> None:
        digest = Delivery(digest_id("sok", "email", later(hours=8)), "sok", "email", "waiting", later(hours=8), START)
        one, two = notice(), notice(seq=3)
        write(store, one, two)
        held = [delivery(each, state="held", digest=digest.id) for each in (one, two)]
        fan_out(store, digest, *held)
        assert list(store.outbox.members(digest.id)) == sorted(held, key=lambda made: made.id)
        (claimed,) = claim(store, later(hours=8))
        assert claimed.id == digest.id
        assert claimed.notice is None
        members = (replace(held[0], state="sent", sent_at=later(hours=8)), replace(held[1], state="superseded"))
        assert store.outbox.record(claimed, Outcome(replace(claimed, state="sent"), members=members))
        assert store.outbox.members(digest.id) == []
        assert {made.state for made in store.outbox.deliveries(["sent", "superseded"])} == {"sent", "superseded"}


class TestAnInbox:
    def test_keeps_a_message_once(self, store: Store) -> None:
        message = InboxMessage("d1", "sok", START, "C1: review, due Monday.", False)
        one_delivery(store)
        (claimed,) = claim(store)
        waits = replace(claimed, state="waiting", not_before=START)
        assert store.outbox.record(claimed, Outcome(waits, message=message))
        (again,) = claim(store)
        assert store.outbox.record(again, Outcome(waits, message=replace(message, text="again")))
        assert store.outbox.inbox("sok") == [message]
        assert store.outbox.inbox("vuth") == []

    def test_takes_nothing_from_who_lost_the_lease(self, store: Store) -> None:
        one_delivery(store)
        (late,) = claim(store)
        claim(store, START + LEASE)
        message = InboxMessage("d1", "sok", START, "C1: review, due Monday.", False)
        assert not store.outbox.record(late, Outcome(replace(late, state="sent"), message=message))
        assert store.outbox.inbox("sok") == []

    def test_shows_the_newest_and_the_newest_last(self, store: Store) -> None:
        one = notice()
        write(store, one)
        fan_out(store, *(delivery(one, f"p{minute}") for minute in (2, 1, 3)))
        for claimed, minute in zip(claim(store), (2, 1, 3), strict=True):
            message = InboxMessage(f"d{minute}", "sok", later(minutes=minute), "text", True)
            assert store.outbox.record(claimed, Outcome(replace(claimed, state="sent"), message=message))
        assert [one.id for one in store.outbox.inbox("sok", 2)] == ["d2", "d3"]


class TestSeveralDeliveries:
    def sent(self, store: Store, *people: str) -> list[tuple[Delivery, Outcome]]:
        """Deliveries to these people, claimed, each with a message."""
        one = notice()
        write(store, one)
        fan_out(store, *(delivery(one, person) for person in people))
        return [
            (claimed, Outcome(replace(claimed, state="sent", sent_at=START), message=said(claimed)))
            for claimed in claim(store)
        ]

    def test_are_recorded_together_with_their_messages(self, store: Store) -> None:
        done = self.sent(store, "p1", "p2")
        assert store.outbox.record_all(done)
        assert {one.person for one in store.outbox.deliveries(["sent"])} == {"p1", "p2"}
        assert [len(store.outbox.inbox(person)) for person in ("p1", "p2")] == [1, 1]

    def test_are_all_left_as_they_were_where_one_lease_is_lost(self, store: Store) -> None:
        done = self.sent(store, "p1", "p2")
        lost, kept = done
        assert store.outbox.record(*lost)
        assert not store.outbox.record_all(done)
        assert [one.person for one in store.outbox.deliveries(["sending"])] == [kept[0].person]
        assert store.outbox.inbox(kept[0].person) == []
        assert store.outbox.record(*kept)

    def test_of_nobody_are_nothing(self, store: Store) -> None:
        assert store.outbox.record_all([])


def said(claimed: Delivery) -> InboxMessage:
    """A message of this delivery."""
    return InboxMessage(claimed.id, claimed.person, START, "C1: review, due Monday.", False)
