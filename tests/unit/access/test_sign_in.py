"""Signing in: who gets in, who is asked for more, and that nothing says which part was wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from access.accounts import Accounts
from access.figures import Caller, Declined, SignedIn
from access.network import network_of
from tests.unit.access.front_door import HERE, PASSWORD, FrontDoor

ELSEWHERE = Caller("198.51.100.1")


class TestNameAndPassword:
    def test_let_somebody_in(self, door: FrontDoor) -> None:
        door.invited("sok")
        done = door.signed_in("sok")
        assert (done.session.person, done.session.strength, done.session.setup) == ("sok", "password", False)
        assert door.lives(done)

    def test_are_kept_by_their_digest_alone(self, door: FrontDoor) -> None:
        door.invited("sok")
        done = door.signed_in("sok")
        kept = repr(door.store._shelf)
        assert done.token not in kept
        assert done.device is not None
        assert done.device not in kept

    @pytest.mark.parametrize(
        ("name", "password"),
        [("sok", "another boat on the hill"), ("nobody", PASSWORD), ("dara", PASSWORD), ("sok", "")],
    )
    def test_that_do_not_fit_are_declined_alike(self, door: FrontDoor, name: str, password: str) -> None:
        door.invited("sok")
        assert door.tried(name, password) == Declined()

    def test_cost_one_hash_whoever_is_named(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.invited("dara")
        door.people.change("dara", disabled=True)
        for name in ("sok", "nobody", "dara", "vanna"):
            before = door.hashing.verified
            door.tried(name, "another boat on the hill")
            assert door.hashing.verified == before + 1, name

    def test_of_somebody_disabled_are_declined_though_they_are_right(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.people.change("sok", disabled=True)
        assert door.tried("sok") == Declined()

    def test_of_a_disabled_account_are_declined_though_they_are_right(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.accounts.links.set_disabled("sok", True, door.now, "vanna")
        assert door.tried("sok") == Declined()
        door.accounts.links.set_disabled("sok", False, door.now, "vanna")
        assert isinstance(door.tried("sok"), SignedIn)

    def test_may_be_of_any_length_without_being_hashed(self, door: FrontDoor) -> None:
        door.invited("sok")
        assert door.tried("sok", PASSWORD + " " * 1_000_000) == Declined()

    def test_are_hashed_anew_when_the_figures_were_raised(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.hashing.figures = "2"
        kept = door.store.account("sok")
        assert kept is not None
        assert door.lives(door.signed_in("sok"))
        after = door.store.account("sok")
        assert after is not None
        assert (kept.password, after.password) == (f"1:{PASSWORD}", f"2:{PASSWORD}")


class TestTheRecord:
    def test_tells_who_when_how_and_what_came_of_it(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.signed_in("sok")
        line = door.record()[0]
        assert (line.person, line.at, line.what, line.how, line.outcome) == (
            "sok",
            door.now,
            "sign_in",
            "password",
            "applied",
        )
        assert line.network == "192.0.2.0/24"

    def test_keeps_no_name_that_nobody_has(self, door: FrontDoor) -> None:
        door.tried("my-secret-in-the-wrong-field", "x")
        line = door.record()[0]
        assert (line.person, line.outcome) == (None, "declined")
        assert "secret" not in repr(door.record())

    def test_keeps_no_password(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.tried("sok", "wrong-but-telling")
        assert "telling" not in repr(door.record())
        assert PASSWORD not in repr(door.record())

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("testclient", ""),
            ("", ""),
        ],
    )
    def test_keeps_an_address_without_its_last_part(self, address: str, network: str) -> None:
        assert network_of(address) == network


class TestGuessing:
    def test_is_slowed_after_five_tries(self, door: FrontDoor) -> None:
        door.invited("sok")
        for _ in range(5):
            assert door.tried("sok", "wrong wrong wrong") == Declined()
        hashed = door.hashing.verified
        assert door.tried("sok") == Declined(until=door.now + dt.timedelta(seconds=2))
        assert door.hashing.verified == hashed
        assert door.record()[0].outcome == "throttled"

    def test_does_not_fill_the_record(self, door: FrontDoor) -> None:
        door.invited("sok")
        for _ in range(100):
            door.tried("sok", "wrong wrong wrong")
        assert [one.outcome for one in door.record("sok")].count("throttled") == 1
        door.later(seconds=2)
        for _ in range(100):
            door.tried("sok", "wrong wrong wrong")
        assert [one.outcome for one in door.record("sok")].count("throttled") == 2

    def test_of_a_name_that_nobody_has_is_slowed_alike(self, door: FrontDoor) -> None:
        answers = [door.tried("nobody", "wrong wrong wrong") for _ in range(6)]
        door.invited("sok")
        assert answers == [door.tried("sok", "wrong wrong wrong") for _ in range(6)]

    def test_does_not_keep_the_person_out_for_ever(self, door: FrontDoor) -> None:
        door.invited("sok")
        for _ in range(200):
            door.tried("sok", "wrong wrong wrong")
            door.later(seconds=1)
        door.later(minutes=15)
        assert isinstance(door.tried("sok"), SignedIn)

    def test_from_elsewhere_does_not_keep_the_person_out(self, door: FrontDoor) -> None:
        door.invited("sok")
        for _ in range(10):
            door.tried("sok", "wrong wrong wrong", ELSEWHERE)
        assert isinstance(door.tried("sok"), SignedIn)

    def test_from_everywhere_does_not_keep_a_known_browser_out(self, door: FrontDoor) -> None:
        door.invited("sok")
        known = Caller(HERE.address, door.signed_in("sok").device)
        for number in range(60):
            door.tried("sok", "wrong wrong wrong", Caller(f"198.51.100.{number}"))
        assert door.tried("sok") == Declined(until=door.now + dt.timedelta(seconds=2))
        assert isinstance(door.tried("sok", caller=known), SignedIn)

    def test_from_the_same_office_does_not_keep_a_known_browser_out(self, door: FrontDoor) -> None:
        door.invited("sok")
        known = Caller(HERE.address, door.signed_in("sok").device)
        for number in range(60):
            door.tried(f"name{number}", "wrong wrong wrong")
        assert isinstance(door.tried("dara"), Declined)
        assert isinstance(door.tried("sok", caller=known), SignedIn)

    def test_with_a_stolen_browser_is_slowed_too(self, door: FrontDoor) -> None:
        door.invited("sok")
        known = Caller(HERE.address, door.signed_in("sok").device)
        for _ in range(8):
            door.tried("sok", "wrong wrong wrong", known)
        done = door.tried("sok", caller=known)
        assert isinstance(done, Declined)
        assert done.until is not None

    def test_a_browser_is_known_for_its_own_person_alone(self, door: FrontDoor) -> None:
        door.invited("sok")
        door.invited("dara")
        known = Caller(HERE.address, door.signed_in("sok").device)
        for _ in range(5):
            door.tried("dara", "wrong wrong wrong", known)
        assert door.tried("dara", caller=known) == Declined(until=door.now + dt.timedelta(seconds=2))

    def test_of_many_names_from_one_address_is_slowed_in_spite_of_an_own_account(self, door: FrontDoor) -> None:
        door.invited("sok")
        for number in range(50):
            door.tried(f"name{number}", "wrong wrong wrong")
            if number % 10 == 0:
                assert isinstance(door.tried("sok"), SignedIn)
        assert isinstance(door.tried("name7", "wrong wrong wrong"), Declined)
        assert door.record()[0].outcome == "throttled"

    def test_of_many_names_from_one_address_keeps_nobody_else_of_an_office_out(self, door: FrontDoor) -> None:
        door.invited("sok")
        for number in range(80):
            door.tried(f"name{number}", "wrong wrong wrong")
        assert door.tried("name7") != Declined()
        assert isinstance(door.tried("sok"), SignedIn)

    def test_is_over_when_the_password_was_right(self, door: FrontDoor) -> None:
        door.invited("sok")
        for _ in range(4):
            door.tried("sok", "wrong wrong wrong")
        assert isinstance(door.tried("sok"), SignedIn)
        for _ in range(4):
            assert door.tried("sok", "wrong wrong wrong") == Declined()
        assert isinstance(door.tried("sok"), SignedIn)


class TestPosts:
    @pytest.mark.parametrize("name", ["vanna", "lin"])
    def test_that_need_a_second_factor_are_led_to_set_one_up(self, door: FrontDoor, name: str) -> None:
        assert door.invited(name).session.setup
        assert door.signed_in(name).session.setup

    def test_that_need_none_are_not(self, door: FrontDoor) -> None:
        assert not door.invited("sok").session.setup

    def test_may_do_everything_once_it_is_set_up(self, door: FrontDoor) -> None:
        _, done = door.with_code("vanna")
        assert (done.session.setup, done.session.strength) == (False, "second_factor")

    def test_that_somebody_is_given_while_signed_in_ask_at_the_next_request(self, door: FrontDoor) -> None:
        done = door.invited("sok")
        door.people.change("sok", titles=frozenset({"auditor"}))
        session = door.accounts.session(done.token, door.now)
        assert session is not None
        assert session.setup
        assert door.signed_in("sok").session.setup

    def test_are_served_by_the_several_factors_of_a_provider(self, door: FrontDoor) -> None:
        door.invited("vanna")
        done = door.accounts.by_provider("vanna", True, door.now)
        assert isinstance(done, SignedIn)
        changed = door.accounts.factors.change_password(done.token, PASSWORD, "a river in the north", door.now)
        assert isinstance(changed, SignedIn)
        assert (changed.session.strength, changed.session.setup) == ("second_factor", False)


class TestTheDemonstration:
    def test_lets_somebody_in_without_a_password(self, door: FrontDoor) -> None:
        done = door.accounts.begin_demo("lin", door.now)
        assert (done.session.person, done.session.strength, done.session.setup) == ("lin", "demo", False)
        assert done.device is None

    def test_lets_nobody_in_who_is_not_there(self, door: FrontDoor) -> None:
        with pytest.raises(LookupError):
            door.accounts.begin_demo("nobody", door.now)
        door.people.change("lin", disabled=True)
        with pytest.raises(LookupError):
            door.accounts.begin_demo("lin", door.now)

    def test_leaves_no_way_in_with_a_password(self, door: FrontDoor) -> None:
        door.accounts.begin_demo("lin", door.now)
        assert door.tried("lin", "") == Declined()


class TestTheSecondStep:
    def test_is_asked_for_where_a_factor_is_set_up(self, door: FrontDoor) -> None:
        door.with_code("sok")
        more = door.asked_for_more("sok")
        assert more.ways == ("code", "recovery")

    def test_may_come_along_with_the_first(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=1)
        done = door.accounts.sign_in("sok", PASSWORD, door.code(secret), door.now, HERE)
        assert isinstance(done, SignedIn)
        assert done.session.strength == "second_factor"

    def test_is_worth_nothing_without_its_ticket(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=1)
        assert door.accounts.second("made up", door.code(secret), door.now, HERE) == Declined()

    def test_is_over_after_a_few_minutes(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        more = door.asked_for_more("sok")
        door.later(minutes=5)
        assert door.accounts.ways_of(more.ticket, door.now) == ()
        assert door.accounts.second(more.ticket, door.code(secret), door.now, HERE) == Declined()

    def test_is_taken_once_for_each_ticket(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        more = door.asked_for_more("sok")
        door.later(minutes=1)
        assert isinstance(door.accounts.second(more.ticket, door.code(secret), door.now, HERE), SignedIn)
        door.later(minutes=1)
        assert door.accounts.second(more.ticket, door.code(secret), door.now, HERE) == Declined()

    def test_is_worth_nothing_once_the_password_has_changed(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        more = door.asked_for_more("sok")
        door.accounts.links.end_everything("sok", door.now, "vanna")
        door.later(minutes=1)
        assert door.accounts.second(more.ticket, door.code(secret), door.now, HERE) == Declined()

    def test_is_slowed_after_five_wrong_codes(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=1)
        more = door.asked_for_more("sok")
        for _ in range(5):
            assert door.accounts.second(more.ticket, "000000", door.now, HERE) == Declined()
        assert door.accounts.second(more.ticket, door.code(secret), door.now, HERE) == Declined(
            until=door.now + dt.timedelta(seconds=2)
        )
        again = door.asked_for_more("sok")
        assert isinstance(door.accounts.second(again.ticket, door.code(secret), door.now, HERE), Declined)


class TestAnotherProcess:
    def test_knows_the_same_sessions(self, door: FrontDoor) -> None:
        door.invited("sok")
        done = door.signed_in("sok")
        other: Accounts = door.opened()
        assert other.session(done.token, door.now) == door.accounts.session(done.token, door.now)
