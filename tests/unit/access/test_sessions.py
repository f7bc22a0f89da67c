"""Sessions: they end when they should, at once where it matters, and say who somebody is but never what they may."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from access.account_store import AccountWrites
from access.figures import SignedIn
from access.sessions import Session, digest_of
from cases.ports import Lost
from tests.unit.access.front_door import PASSWORD, FrontDoor

IDLE, ABSOLUTE = dt.timedelta(minutes=30), dt.timedelta(hours=12)


class TestTheirTime:
    def test_is_over_after_half_an_hour_without_a_request(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.now += IDLE - dt.timedelta(seconds=1)
        assert door.lives(done)
        door.now += IDLE
        assert not door.lives(done)

    def test_does_not_come_back_by_a_request_that_was_too_late(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.now += IDLE
        assert not door.lives(done)
        assert not door.lives(done)

    def test_is_over_after_twelve_hours_in_any_case(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        ends = door.now + ABSOLUTE
        while door.now + dt.timedelta(minutes=20) < ends:
            door.later(minutes=20)
            assert door.lives(done)
        door.now = ends
        assert not door.lives(done)

    def test_costs_one_write_a_minute_at_most(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        began = door.now
        door.later(seconds=59)
        door.accounts.session(done.token, door.now)
        assert door.store.sessions("sok")[0].seen_at == began
        door.later(seconds=1)
        door.accounts.session(done.token, door.now)
        assert door.store.sessions("sok")[0].seen_at == door.now


class TestTheirToken:
    def test_is_as_good_as_its_256_bits(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        assert len(done.token) == 43
        assert door.accounts.session(done.token[:-1], door.now) is None
        assert door.accounts.session("", door.now) is None

    def test_is_not_the_digest_that_is_kept(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        assert door.accounts.session(digest_of(done.token), door.now) is None

    def test_is_another_at_every_sign_in(self, door: FrontDoor) -> None:
        assert door.invited("sok").token != door.signed_in("sok").token

    def test_is_not_replaced_before_its_time(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.later(minutes=14)
        assert door.accounts.renew(done.token, door.now) is None

    def test_is_replaced_after_a_quarter_of_an_hour_and_good_for_a_minute_yet(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.later(minutes=15)
        assert done.session.renew_at == door.now
        fresh = door.accounts.renew(done.token, door.now)
        assert fresh is not None
        assert door.accounts.session(fresh, door.now) is not None
        door.later(seconds=59)
        assert door.lives(done)
        assert door.accounts.renew(done.token, door.now) is None
        door.later(seconds=1)
        assert not door.lives(done)
        assert door.accounts.session(fresh, door.now) is not None

    def test_is_replaced_once_by_two_requests_at_once(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.later(minutes=15)
        stored = door.store.sessions("sok")[0]
        first = door.accounts.renew(done.token, door.now)
        assert first is not None
        with pytest.raises(Lost):
            door.store.write(AccountWrites(session=stored, replaces=stored.digest))

    def test_is_dead_at_once_where_it_was_rotated_for_a_reason(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        rotated = door.accounts.rotate(done.token, door.now)
        assert rotated is not None
        assert not door.lives(done)
        assert door.lives(rotated)
        assert rotated.session.id == done.session.id


class TestTheRoleThatIsActedIn:
    def test_is_changed_under_a_new_token(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        acting = door.accounts.act_as(done.token, "duty_worker", door.now)
        assert acting is not None
        assert acting.session.acting == "duty_worker"
        assert not door.lives(done)

    def test_is_one_of_the_persons_own(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        assert door.accounts.act_as(done.token, "administrator", door.now) is None
        assert door.lives(done)

    def test_is_acted_in_no_more_from_the_next_request_after_it_was_taken_away(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        acting = door.accounts.act_as(done.token, "duty_worker", door.now)
        assert acting is not None
        door.people.change("sok", titles=frozenset({"case_manager"}))
        session = door.accounts.session(acting.token, door.now)
        assert session is not None
        assert session.acting is None


class TestWhatTheyKnow:
    def test_is_who_somebody_is_and_nothing_of_what_they_may(self) -> None:
        """Titles, assignments and grants are read anew at each request, so a session cannot hold old ones."""
        held = {one.name for one in dataclasses.fields(Session)}
        assert held == {
            *("id", "person", "acting", "csrf", "strength", "signed_in_at", "seen_at", "ends_at"),
            *("renew_at", "setup", "language", "theme", "network"),
        }


class TestTheyEndAtOnce:
    def test_when_the_person_is_disabled(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.people.change("sok", disabled=True)
        assert not door.lives(done)
        door.people.change("sok", disabled=False)
        assert not door.lives(done)

    def test_when_the_account_is_disabled_and_do_not_come_back(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.accounts.links.set_disabled("sok", True, door.now, "vanna")
        assert not door.lives(done)
        door.accounts.links.set_disabled("sok", False, door.now, "vanna")
        assert not door.lives(done)

    def test_when_everything_is_ended(self, door: FrontDoor) -> None:
        one, two = door.invited("sok"), door.signed_in("sok")
        door.accounts.links.end_everything("sok", door.now, "vanna")
        assert not door.lives(one)
        assert not door.lives(two)
        assert door.accounts.sessions.of("sok", door.now) == []

    def test_when_the_password_changes_but_the_one_that_changed_it(self, door: FrontDoor) -> None:
        here, elsewhere = door.invited("sok"), door.signed_in("sok")
        done = door.accounts.factors.change_password(here.token, PASSWORD, "a river in the north", door.now)
        assert not door.lives(elsewhere)
        assert not door.lives(here)
        assert isinstance(done, SignedIn)
        assert door.lives(done)

    def test_when_a_factor_is_set_up(self, door: FrontDoor) -> None:
        door.invited("sok")
        elsewhere = door.signed_in("sok")
        _, here = door.with_code("sok")
        assert not door.lives(elsewhere)
        assert door.lives(here)

    def test_when_the_person_is_there_no_more(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.people.remove("sok")
        assert not door.lives(done)

    def test_when_somebody_signs_out(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.accounts.sign_out(done.token, door.now)
        door.accounts.sign_out(done.token, door.now)
        assert not door.lives(done)
        assert door.record("sok")[0].what == "sign_out"

    def test_when_they_are_ended_from_another_one(self, door: FrontDoor) -> None:
        here, elsewhere = door.invited("sok"), door.signed_in("sok")
        door.accounts.sessions.end_one("dara", elsewhere.session.id, door.now)
        assert door.lives(elsewhere)
        door.accounts.sessions.end_one("sok", elsewhere.session.id, door.now)
        assert not door.lives(elsewhere)
        assert door.lives(here)

    def test_that_began_while_the_account_changed_never_live(self, door: FrontDoor) -> None:
        """The password was compared, then somebody changed it, then the session is written."""
        door.invited("sok")
        account = door.store.account("sok")
        assert account is not None
        begun = door.accounts.sessions.begun(account, "password", door.now)
        door.accounts.links.end_everything("sok", door.now, "vanna")
        with pytest.raises(Lost):
            door.store.write(AccountWrites(session=begun.stored))


class TestHowPagesLook:
    def test_is_kept_with_the_account_and_ends_no_session(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        assert door.accounts.choose(done.token, "km", "dark", door.now)
        session = door.accounts.session(done.token, door.now)
        assert session is not None
        assert (session.language, session.theme) == ("km", "dark")

    def test_is_not_changed_by_a_demonstration(self, door: FrontDoor) -> None:
        done = door.accounts.begin_demo("sok", door.now)
        assert not door.accounts.choose(done.token, "km", "dark", door.now)
