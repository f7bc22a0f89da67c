"""Delivering: everybody who must know is told, once as far as anybody can tell, and never nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from cases.wishes import Wishes
from notifications.channels.channel import CannotDeliver
from notifications.deliver import LEASE, LONGEST_WAIT, TRIES, backoff
from tests.offices import LINK_BASE, Caught, Post, by, office_of, post
from wiring.people import ListedPeople

HOUR = dt.timedelta(hours=1)


def with_mail(*failing: CannotDeliver | None, **wishes: Wishes) -> tuple[Post, Caught]:
    """A house with a case, and mail that fails like this at first; sok wishes for mail unless said otherwise."""
    mail = Caught(list(failing))
    at = post(None, channels={"email": mail}, **{"sok": by("email"), **wishes})
    at.case()
    return at, mail


def replaced(at: Post, **changes: object) -> None:
    """Change what is written about sok."""
    people = {one.name: one for one in at.house.house.people.all()}
    people["sok"] = replace(people["sok"], **changes)  # type: ignore[arg-type]  # tests say what they mean
    at.house.house = replace(at.house.house, people=ListedPeople(people))
    at.office = replace(at.office, house=at.house.house)


class TestAReminder:
    def test_goes_to_the_holder_by_all_channels(self) -> None:
        at, mail = with_mail()
        done = at.wait(days=12)
        assert mail.people == ["sok"]
        assert len(at.inbox("sok")) == 1
        assert (done.fanned_out, done.sent) == (1, 2)

    def test_says_reference_verb_due_and_link_and_nothing_else(self) -> None:
        at, mail = with_mail()
        at.wait(days=12)
        (sent,) = mail.messages
        (ref,) = {one.notice.case for one in at.office.outbox.deliveries(["sent"]) if one.notice is not None}
        assert sent.text == f"{ref}: review, due Tuesday 19 January 2027, 09:00. {LINK_BASE}/{ref}"
        assert sent.subject == "A reminder"

    def test_is_not_sent_twice(self) -> None:
        at, mail = with_mail()
        at.wait(days=12)
        assert at.deliver().count == 0
        assert len(mail.messages) == 1

    def test_is_dropped_when_its_round_is_over(self) -> None:
        at, mail = with_mail()
        at.house.wait(days=12)
        (case,) = {row.notice.case for row in at.office.outbox.rows(["waiting"])}
        at.house.act("sok", case, "review")
        at.deliver()
        assert mail.messages == []
        assert [row.notice.rung for row in at.office.outbox.rows(["superseded"])] == ["soon"]

    def test_is_dropped_when_its_round_ends_while_it_waits(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"))
        at.wait(days=12)
        (waiting,) = at.office.outbox.deliveries(["waiting"])
        assert waiting.notice is not None
        at.house.act("sok", waiting.notice.case, "review")
        at.wait(hours=1)
        assert mail.messages == []
        assert at.states("superseded") == [("sok", "email")]


class TestABreach:
    def test_is_sent_even_if_its_round_is_over(self) -> None:
        at, mail = with_mail(dara=by("email"))
        at.house.wait(days=17)
        rows = at.office.outbox.rows(["waiting"])
        at.house.act("sok", rows[0].notice.case, "review")
        at.deliver()
        assert "dara" in mail.people

    def test_is_marked_urgent_by_its_template(self) -> None:
        at, mail = with_mail(dara=by("email"))
        at.wait(days=17)
        (breach,) = [one for one in mail.messages if one.person == "dara"]
        assert breach.urgent
        assert breach.subject == "An urgent reminder"


class TestSomebodyElse:
    def test_is_told_where_the_holder_changed_before_sending(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"), vuth=by("email"))
        at.wait(days=12)
        (waiting,) = at.office.outbox.deliveries(["waiting"])
        assert waiting.notice is not None
        reassign(at, waiting.notice.case, "vuth")
        at.wait(hours=1)
        at.deliver()
        assert mail.people == ["vuth"]
        assert at.states("cancelled") == [("sok", "email")]
        assert len(at.inbox("vuth")) == 1

    def test_is_told_where_the_holder_is_disabled(self) -> None:
        at, mail = with_mail(vuth=by("email"))
        replaced(at, disabled=True)
        at.wait(days=12)
        assert mail.people == ["vuth"]
        assert at.inbox("sok") == []

    def test_is_told_where_the_holder_is_disabled_while_it_waits(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"), vuth=by("email"))
        at.wait(days=12)
        replaced(at, disabled=True)
        at.wait(hours=1)
        at.deliver()
        assert mail.people == ["vuth"]

    def test_is_not_told_where_only_the_address_is_gone(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"))
        at.wait(days=12)
        replaced(at, notices=Wishes())
        at.wait(hours=1)
        assert mail.messages == []
        assert at.states("cancelled") == [("sok", "email")]


class TestAFailure:
    def test_in_passing_is_tried_again_later(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"), CannotDeliver("busy"))
        assert at.wait(days=12).postponed == 1
        assert at.deliver().count == 0
        assert at.wait(minutes=1).postponed == 1
        assert at.wait(minutes=1).sent == 1
        assert mail.people == ["sok"]

    def test_has_the_same_id_at_every_try(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"))
        at.wait(days=12)
        (waiting,) = at.office.outbox.deliveries(["waiting"])
        at.wait(hours=1)
        assert [one.id for one in mail.messages] == [waiting.id]

    def test_for_good_is_a_dead_letter_at_once_with_an_alarm(self) -> None:
        at, mail = with_mail(CannotDeliver("no such address", permanent=True))
        assert at.wait(days=12).dead == 1
        assert alarms(at) == ["stuck.email.2027-01-16"]
        (dead,) = at.office.outbox.deliveries(["dead"])
        assert (dead.person, dead.problem) == ("sok", "no such address")
        assert len(at.inbox("sok")) == 1
        at.house.wait(hours=1)
        assert requests(at) == 1
        assert mail.messages == []

    def test_too_often_is_a_dead_letter_with_an_alarm(self) -> None:
        at, _ = with_mail(*[CannotDeliver("busy")] * TRIES)
        at.wait(days=12)
        for _ in range(TRIES - 1):
            assert alarms(at) == []
            at.wait(hours=6)
        assert at.states("dead") == [("sok", "email")]
        at.house.wait(hours=1)
        assert requests(at) == 1

    def test_of_many_asks_once_a_day_about_each_person(self) -> None:
        at, _ = with_mail(*[CannotDeliver("no such address", permanent=True)] * 3)
        at.case()
        at.case()
        assert at.wait(days=12).dead == 3
        assert alarms(at) == ["stuck.email.2027-01-16"]

    def test_is_over_when_somebody_asks_for_another_try(self) -> None:
        at, mail = with_mail(CannotDeliver("no such address", permanent=True))
        at.wait(days=12)
        (dead,) = at.office.outbox.deliveries(["dead"])
        assert at.office.outbox.retry(dead.id, at.house.clock.now())
        assert at.deliver().sent == 1
        assert mail.people == ["sok"]

    def test_of_the_whole_channel_spares_the_others_of_this_run(self) -> None:
        at, mail = with_mail(CannotDeliver("unreachable", for_all=True), CannotDeliver("never asked"))
        at.case()
        at.wait(days=12)
        assert len(mail.failing) == 1
        assert at.states("waiting") == [("sok", "email")] * 2

    def test_waits_as_long_as_the_receiver_asks(self) -> None:
        at, mail = with_mail(CannotDeliver("busy", retry_after=3 * HOUR))
        at.wait(days=12)
        at.wait(hours=2)
        assert mail.messages == []
        at.wait(hours=1)
        assert mail.people == ["sok"]

    def test_that_nobody_foresaw_stalls_no_other(self) -> None:
        class Broken:
            def send(self, message: object) -> None:
                raise ZeroDivisionError(str(message))

        mail = Caught()
        at = post(channels={"email": mail, "webhook": Broken()}, sok=by("email", "webhook"))
        at.case()
        at.wait(days=12)
        assert mail.people == ["sok"]
        (waiting,) = at.office.outbox.deliveries(["waiting"])
        assert waiting.problem == "it broke the sender (ZeroDivisionError)"

    def test_of_a_sender_that_dies_is_taken_over_after_its_lease(self) -> None:
        at, mail = with_mail()
        at.house.wait(days=12)
        run_to_the_hand_over(at)
        assert at.wait(minutes=14).sent == 0
        assert at.wait(minutes=2).sent > 0
        assert mail.people == ["sok"]


class Thief:
    """Texts of a workflow; while they are asked for, another sender takes over one delivery, its lease being over."""

    def __init__(self, at: Post) -> None:
        self.at = at
        self.stolen: list[str] = []

    def text(self, workflow: str, language: str, path: str) -> str | None:
        """None, and the theft."""
        if not self.stolen:
            after = self.at.house.clock.now() + 2 * LEASE
            self.stolen += [one.person for one in self.at.office.outbox.claim(after, LEASE, 1)]
        return None if workflow and language and path else ""


class TestTheInbox:
    def test_takes_all_but_what_another_sender_took_over(self) -> None:
        at = post()
        for _ in range(3):
            at.case()
        thief = Thief(at)
        at.office = replace(at.office, renderer=replace(at.office.renderer, translated=thief))
        done = at.wait(days=12)
        assert (done.sent, done.overtaken, thief.stolen) == (2, 1, ["sok"])
        assert len(at.inbox("sok")) == 2
        assert at.wait(hours=1).sent == 1
        assert len(at.inbox("sok")) == 3


class TestARowThatFails:
    def test_is_put_off_and_then_dead_with_an_alarm(self) -> None:
        at, _ = with_mail()
        people = {one.name: replace(one, disabled=True) for one in at.house.house.people.all()}
        house = replace(at.house.house, people=ListedPeople(people))
        at.house.house, at.office = house, replace(at.office, house=house)
        at.wait(days=12)
        for _ in range(5):
            at.wait(hours=1)
        assert {row.tries for row in at.office.outbox.rows(["dead"])} == {5}
        at.house.wait(hours=1)
        assert requests(at) == 1


class TestQuietHours:
    # sok's house is in Phnom Penh, and its deadlines fall at nine in the morning there.
    QUIET = Wishes({"email": "s@example.org"}, quiet=(dt.time(8), dt.time(12)))

    def test_hold_what_is_not_urgent_but_not_in_the_inbox(self) -> None:
        at, mail = with_mail(sok=self.QUIET)
        at.wait(days=12)
        assert (mail.messages, len(at.inbox("sok"))) == ([], 1)
        at.wait(hours=2, minutes=59)
        assert mail.messages == []
        at.wait(minutes=1)
        assert mail.people == ["sok"]

    def test_do_not_hold_what_is_urgent(self) -> None:
        at, mail = with_mail(dara=self.QUIET)
        at.wait(days=17)
        assert "dara" in mail.people

    def test_hold_the_next_try_too(self) -> None:
        quiet = replace(self.QUIET, quiet=(dt.time(9, 1), dt.time(12)))
        at, mail = with_mail(CannotDeliver("busy", retry_after=HOUR), sok=quiet)
        at.wait(days=12)
        at.wait(hours=2)
        assert mail.messages == []
        at.wait(hours=1)
        assert mail.people == ["sok"]

    def test_hold_what_its_sender_was_too_late_for(self) -> None:
        at, mail = with_mail(sok=replace(self.QUIET, quiet=(dt.time(10), dt.time(12))))
        at.house.wait(days=12)
        run_to_the_hand_over(at)
        at.wait(hours=2)
        assert mail.messages == []
        (waiting,) = at.office.outbox.deliveries(["waiting"])
        assert waiting.tries == 1
        at.wait(hours=1)
        assert mail.people == ["sok"]


class TestADigest:
    DAILY = Wishes({"email": "s@example.org"}, digest_at=dt.time(18))

    def test_is_one_message_for_all_that_is_not_urgent(self) -> None:
        at, mail = with_mail(sok=self.DAILY)
        others = {at.case(), at.case()}
        at.wait(days=12)
        assert mail.messages == []
        assert len(at.inbox("sok")) == 3
        at.wait(hours=9)
        (digest,) = mail.messages
        assert digest.subject == "Reminders of the day"
        assert len(digest.text.splitlines()) == 3
        assert all(ref in digest.text for ref in others)
        assert at.wait(hours=1).count == 0
        assert at.states("held", "waiting") == []

    def test_leaves_out_what_no_longer_matters(self) -> None:
        at, mail = with_mail(sok=self.DAILY)
        case = at.case()
        at.wait(days=12)
        at.house.act("sok", case, "review")
        at.wait(hours=9)
        (digest,) = mail.messages
        assert case not in digest.text
        assert at.states("superseded") == [("sok", "email")]

    def test_is_not_sent_where_nothing_is_left_of_it(self) -> None:
        at, mail = with_mail(sok=self.DAILY)
        at.wait(days=12)
        (held,) = at.office.outbox.deliveries(["held"])
        assert held.notice is not None
        at.house.act("sok", held.notice.case, "review")
        at.wait(hours=9)
        assert mail.messages == []

    def test_that_fails_is_tried_again_with_all_in_it(self) -> None:
        at, mail = with_mail(CannotDeliver("busy"), sok=self.DAILY)
        at.case()
        at.wait(days=12)
        at.wait(hours=9)
        assert mail.messages == []
        at.wait(hours=1)
        (digest,) = mail.messages
        assert len(digest.text.splitlines()) == 2

    def test_does_not_hold_what_is_urgent(self) -> None:
        at, mail = with_mail(dara=self.DAILY)
        at.wait(days=17)
        assert "dara" in mail.people


class TestRepeats:
    def test_are_numbered_and_missed_ones_come_as_one(self) -> None:
        at, mail = with_mail(dir=by("email"))
        at.wait(days=24)
        (late,) = mail.messages
        assert late.text.endswith("Reminder number 3.")
        at.wait(days=1)
        assert mail.messages[-1].text.endswith("Reminder number 4.")


class TestTheWaitBetweenTries:
    @pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
    def test_grows_to_six_hours_and_is_spread(self, chance: float) -> None:
        waits = [backoff(tries, chance) for tries in range(1, 40)]
        assert waits == sorted(waits)
        assert dt.timedelta(seconds=30) <= waits[0] < dt.timedelta(seconds=61)
        assert LONGEST_WAIT / 2 <= waits[-1] <= LONGEST_WAIT


def reassign(at: Post, case: str, person: str) -> None:
    """Put somebody else into the role of the manager."""
    assert at.house.ask("assign", "dara", case, assigned=person, role="manager").decision == "applied"


def run_to_the_hand_over(at: Post) -> None:
    """A sender that claims everything and dies."""

    class Dies:
        def send(self, message: object) -> None:
            raise KeyboardInterrupt(str(message))

    office = office_of(at.house, {"email": Dies(), "inbox": Dies()})
    with pytest.raises(KeyboardInterrupt):
        replace(at, office=office).deliver()


def alarms(at: Post) -> list[str]:
    """What the house owes somebody to ask."""
    with at.house.store.look() as tx:
        rows = tx.due(at.house.clock.now() + dt.timedelta(days=99), 1000)
    return [row.name for row in rows if row.kind == "request"]


def requests(at: Post) -> int:
    """How many questions the house has asked."""
    with at.house.store.look() as tx:
        return len(tx.list_instances("house_request"))
