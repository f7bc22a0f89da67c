"""Codes of an authenticator and recovery codes: set up by proof, used once, kept where a post needs them."""

from __future__ import annotations

import pytest

from access.codes import DRIFT, RECOVERY_CODES, address_of, fresh_recovery_codes, recovery_digest
from access.factors import CodeOffer
from access.figures import Declined, Refused, SignedIn
from tests.unit.access.front_door import HERE, PASSWORD, FrontDoor

NEW = "a river in the north"


def second(door: FrontDoor, name: str, code: str) -> SignedIn | Declined:
    """What comes of a code after the password."""
    return door.accounts.second(door.asked_for_more(name).ticket, code, door.now, HERE)


class TestSettingUpAnAuthenticator:
    def test_needs_a_code_of_it(self, door: FrontDoor) -> None:
        before = door.invited("sok")
        offer = door.accounts.factors.begin_code(before.token, door.now)
        assert isinstance(offer, CodeOffer)
        assert door.accounts.ways("sok") == ()
        assert door.accounts.factors.confirm_code(before.token, offer.ticket, "000000", door.now) == Refused("code")
        again = door.accounts.factors.offered(before.token, offer.ticket, door.now)
        assert again == offer
        done = door.accounts.factors.confirm_code(before.token, offer.ticket, door.code(offer.secret), door.now)
        assert isinstance(done, SignedIn)
        assert done.session.strength == "second_factor"
        assert door.accounts.ways("sok") == ("code", "recovery")

    def test_belongs_to_the_session_that_began_it(self, door: FrontDoor) -> None:
        mine, other = door.invited("sok"), door.invited("dara")
        offer = door.accounts.factors.begin_code(mine.token, door.now)
        assert isinstance(offer, CodeOffer)
        code = door.code(offer.secret)
        assert door.accounts.factors.confirm_code(other.token, offer.ticket, code, door.now) == Refused("code")
        assert door.accounts.ways("dara") == ()

    def test_is_over_after_a_few_minutes(self, door: FrontDoor) -> None:
        mine = door.invited("sok")
        offer = door.accounts.factors.begin_code(mine.token, door.now)
        assert isinstance(offer, CodeOffer)
        door.later(minutes=5)
        code = door.code(offer.secret)
        assert door.accounts.factors.confirm_code(mine.token, offer.ticket, code, door.now) == Refused("code")

    def test_says_its_secret_in_an_address(self) -> None:
        address = address_of("JBSWY3DPEHPK3PXP" * 2, "sok", "Homeward")
        assert address == "otpauth://totp/Homeward:sok?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Homeward"

    def test_is_asked_for_the_password_when_the_sign_in_is_some_time_ago(self, door: FrontDoor) -> None:
        mine = door.invited("sok")
        door.later(minutes=10)
        begin = door.accounts.factors.begin_code
        assert begin(mine.token, door.now) == Refused("confirm")
        assert begin(mine.token, door.now, "wrong wrong wrong") == Refused("confirm")
        assert isinstance(begin(mine.token, door.now, PASSWORD), CodeOffer)

    def test_does_not_let_a_password_be_guessed(self, door: FrontDoor) -> None:
        mine = door.invited("sok")
        door.later(minutes=10)
        for _ in range(5):
            door.accounts.factors.begin_code(mine.token, door.now, "wrong wrong wrong")
        assert door.accounts.factors.begin_code(mine.token, door.now, PASSWORD) == Refused("confirm")
        door.later(seconds=2)
        assert isinstance(door.accounts.factors.begin_code(mine.token, door.now, PASSWORD), CodeOffer)

    def test_is_not_offered_by_a_demonstration(self, door: FrontDoor) -> None:
        demo = door.accounts.begin_demo("sok", door.now)
        assert door.accounts.factors.begin_code(demo.token, door.now) == Refused("demo")
        assert door.accounts.factors.change_password(demo.token, "", NEW, door.now) == Refused("demo")


class TestACode:
    def test_is_used_once(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=1)
        code = door.code(secret)
        assert isinstance(second(door, "sok", code), SignedIn)
        assert second(door, "sok", code) == Declined()
        door.later(seconds=30)
        assert isinstance(second(door, "sok", door.code(secret)), SignedIn)

    def test_that_set_the_authenticator_up_is_used(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        assert second(door, "sok", door.code(secret)) == Declined()

    def test_older_than_one_that_was_used_is_used_too(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=5)
        earlier = door.code(secret, seconds=-30)
        assert isinstance(second(door, "sok", door.code(secret)), SignedIn)
        assert second(door, "sok", earlier) == Declined()

    @pytest.mark.parametrize("steps", [-DRIFT, 0, DRIFT])
    def test_may_be_one_step_off(self, door: FrontDoor, steps: int) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=5)
        assert isinstance(second(door, "sok", door.code(secret, seconds=30 * steps)), SignedIn)

    @pytest.mark.parametrize("steps", [-DRIFT - 1, DRIFT + 1])
    def test_may_not_be_two_steps_off(self, door: FrontDoor, steps: int) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=5)
        assert second(door, "sok", door.code(secret, seconds=30 * steps)) == Declined()

    def test_is_read_with_spaces(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("sok")
        door.later(minutes=1)
        code = door.code(secret)
        assert isinstance(second(door, "sok", f" {code[:3]} {code[3:]} "), SignedIn)

    @pytest.mark.parametrize("code", ["", "12345", "١٢٣٤٥٦", "abcdef", "0" * 100_000, "\ud800"])
    def test_that_is_none_is_declined(self, door: FrontDoor, code: str) -> None:
        door.with_code("sok")
        assert second(door, "sok", code) == Declined()

    def test_of_somebody_else_is_declined(self, door: FrontDoor) -> None:
        door.with_code("sok")
        secret, _ = door.with_code("dara")
        door.later(minutes=1)
        assert second(door, "sok", door.code(secret)) == Declined()


class TestRecoveryCodes:
    def test_come_with_the_first_factor_and_are_shown_once(self, door: FrontDoor) -> None:
        _, done = door.with_code("sok")
        assert len(set(done.codes)) == RECOVERY_CODES
        assert door.accounts.factors.codes_left("sok") == RECOVERY_CODES
        assert all(code not in repr(door.store._shelf) for code in done.codes)

    def test_let_somebody_in_once_each(self, door: FrontDoor) -> None:
        _, done = door.with_code("sok")
        assert isinstance(second(door, "sok", done.codes[0]), SignedIn)
        assert second(door, "sok", done.codes[0]) == Declined()
        assert isinstance(second(door, "sok", done.codes[1].upper().replace("-", " ")), SignedIn)
        assert door.accounts.factors.codes_left("sok") == RECOVERY_CODES - 2
        assert [one.how for one in door.record("sok") if one.what == "second"][0:1] == ["recovery"]

    def test_of_somebody_else_are_worth_nothing(self, door: FrontDoor) -> None:
        _, other = door.with_code("dara")
        door.with_code("sok")
        assert second(door, "sok", other.codes[0]) == Declined()
        assert recovery_digest("sok", other.codes[0]) != recovery_digest("dara", other.codes[0])

    def test_are_worth_nothing_once_new_ones_were_made(self, door: FrontDoor) -> None:
        _, done = door.with_code("sok")
        fresh = door.accounts.factors.new_codes(done.token, door.now)
        assert isinstance(fresh, SignedIn)
        assert not set(fresh.codes) & set(done.codes)
        assert second(door, "sok", done.codes[0]) == Declined()
        assert isinstance(second(door, "sok", fresh.codes[0]), SignedIn)

    def test_hold_80_random_bits(self) -> None:
        asked: list[int] = []

        def ones(count: int) -> bytes:
            asked.append(count)
            return b"\xff" * count

        assert fresh_recovery_codes(ones)[0] == "7777-7777-7777-7777"
        assert asked == [10] * RECOVERY_CODES


class TestTakingAway:
    def test_the_only_factor_of_a_post_that_needs_one_is_refused(self, door: FrontDoor) -> None:
        _, done = door.with_code("vanna")
        assert door.accounts.factors.remove_code(done.token, door.now) == Refused("last_factor")
        assert door.accounts.ways("vanna") == ("code", "recovery")

    def test_the_only_factor_of_others_takes_the_recovery_codes_along(self, door: FrontDoor) -> None:
        _, done = door.with_code("sok")
        after = door.accounts.factors.remove_code(done.token, door.now)
        assert isinstance(after, SignedIn)
        assert door.accounts.factors.codes_left("sok") == 0
        assert door.signed_in("sok").session.strength == "password"

    def test_all_factors_is_done_for_who_lost_them(self, door: FrontDoor) -> None:
        _, done = door.with_code("vanna")
        door.accounts.links.forget_factors("vanna", door.now, "other")
        assert not door.lives(done)
        assert door.accounts.ways("vanna") == ()
        assert door.signed_in("vanna").session.setup
        assert door.record("vanna")[1].by == "other"


class TestChangingThePassword:
    def test_asks_for_the_old_one_however_fresh_the_sign_in_is(self, door: FrontDoor) -> None:
        mine = door.invited("sok")
        change = door.accounts.factors.change_password
        assert change(mine.token, "wrong wrong wrong", NEW, door.now) == Refused("confirm")
        assert isinstance(change(mine.token, PASSWORD, NEW, door.now), SignedIn)
        assert door.tried("sok") == Declined()
        assert isinstance(door.tried("sok", NEW), SignedIn)

    def test_takes_only_what_may_be_one(self, door: FrontDoor) -> None:
        mine = door.invited("sok")
        done = door.accounts.factors.change_password(mine.token, PASSWORD, "password1234", door.now)
        assert done == Refused("password", ("common",))
        assert isinstance(door.tried("sok"), SignedIn)

    def test_asks_no_old_one_of_who_has_none(self, door: FrontDoor) -> None:
        door.accounts.identities.link("sok", "https://id.example.org", "42", door.now, "vanna")
        mine = door.accounts.by_provider("sok", False, door.now)
        assert isinstance(mine, SignedIn)
        assert isinstance(door.accounts.factors.change_password(mine.token, "", NEW, door.now), SignedIn)

    def test_is_nothing_for_who_is_not_signed_in(self, door: FrontDoor) -> None:
        assert door.accounts.factors.change_password("made up", PASSWORD, NEW, door.now) == Refused("signed_out")
