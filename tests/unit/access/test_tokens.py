"""API tokens: shown once, kept as a digest, for as long and as much as was said, and never for who may not sign in."""

from __future__ import annotations

import datetime as dt

import pytest

from access.figures import Refused
from access.tokens import PREFIX, NewToken
from cases.errors import BadInput, UnknownName
from tests.unit.access.front_door import PASSWORD, FrontDoor


def made(door: FrontDoor, *scopes: str, lasts: dt.timedelta | None = None) -> NewToken:
    """A token of sok, who has an account."""
    if door.store.account("sok") is None:
        door.invited("sok")
    return door.accounts.tokens.make("sok", "monthly report", scopes or ("read",), door.now, lasts)


class TestAToken:
    def test_says_whom_a_program_acts_for_and_what_it_may_do(self, door: FrontDoor) -> None:
        new = made(door, "read", "export")
        holder = door.accounts.bearer(new.secret, door.now)
        assert holder is not None
        assert (holder.person, holder.name) == ("sok", "monthly report")
        assert holder.scopes == {"read", "export"}

    def test_is_kept_as_a_digest_of_256_random_bits(self, door: FrontDoor) -> None:
        new = made(door)
        assert len(new.secret) == len(PREFIX) + 43
        assert new.secret.removeprefix(PREFIX) not in repr(door.store._shelf)

    @pytest.mark.parametrize(
        "change", [str.upper, lambda one: one[:-1], lambda one: one.removeprefix(PREFIX), lambda _: ""]
    )
    def test_that_is_not_exactly_this_one_is_none(self, door: FrontDoor, change: object) -> None:
        new = made(door)
        assert callable(change)
        assert door.accounts.bearer(change(new.secret), door.now) is None

    def test_ends(self, door: FrontDoor) -> None:
        new = made(door, lasts=dt.timedelta(days=7))
        door.later(days=7, seconds=-1)
        assert door.accounts.bearer(new.secret, door.now) is not None
        door.later(seconds=1)
        assert door.accounts.bearer(new.secret, door.now) is None

    def test_lasts_90_days_if_nothing_is_said(self, door: FrontDoor) -> None:
        assert made(door).token.ends_at == door.now + dt.timedelta(days=90)

    def test_is_revoked_at_once(self, door: FrontDoor) -> None:
        new = made(door)
        door.accounts.tokens.revoke("sok", new.token.id, door.now)
        assert door.accounts.bearer(new.secret, door.now) is None
        with pytest.raises(UnknownName):
            door.accounts.tokens.revoke("sok", new.token.id, door.now)

    def test_is_not_revoked_by_somebody_else(self, door: FrontDoor) -> None:
        new = made(door)
        with pytest.raises(UnknownName):
            door.accounts.tokens.revoke("dara", new.token.id, door.now)
        assert door.accounts.bearer(new.secret, door.now) is not None

    def test_tells_its_last_use(self, door: FrontDoor) -> None:
        new = made(door)
        assert door.accounts.tokens.of("sok")[0].used_at is None
        door.later(hours=1)
        door.accounts.bearer(new.secret, door.now)
        assert door.accounts.tokens.of("sok")[0].used_at == door.now

    def test_is_written_into_the_record_once_a_day(self, door: FrontDoor) -> None:
        new = made(door)
        for _ in range(30):
            door.accounts.bearer(new.secret, door.now)
            door.later(hours=1)
        assert [one.what for one in door.record("sok")].count("token_used") == 2

    def test_outlives_a_change_of_ones_own_password(self, door: FrontDoor) -> None:
        new = made(door)
        mine = door.signed_in("sok")
        door.accounts.factors.change_password(mine.token, PASSWORD, "a river in the north", door.now)
        assert door.accounts.bearer(new.secret, door.now) is not None


class TestAHolder:
    def test_who_is_disabled_has_none(self, door: FrontDoor) -> None:
        new = made(door)
        door.people.change("sok", disabled=True)
        assert door.accounts.bearer(new.secret, door.now) is None

    def test_whose_account_was_disabled_has_none_and_none_comes_back(self, door: FrontDoor) -> None:
        new = made(door)
        door.accounts.links.set_disabled("sok", True, door.now, "vanna")
        assert door.accounts.bearer(new.secret, door.now) is None
        door.accounts.links.set_disabled("sok", False, door.now, "vanna")
        assert door.accounts.bearer(new.secret, door.now) is None

    def test_whose_password_was_reset_has_none(self, door: FrontDoor) -> None:
        new = made(door)
        door.invited("sok", "a river in the north")
        assert door.accounts.bearer(new.secret, door.now) is None

    def test_whose_post_needs_a_second_factor_has_none_before_it_is_set_up(self, door: FrontDoor) -> None:
        mine = door.invited("vanna")
        assert door.accounts.tokens.make_own(mine.token, "x", ["read"], door.now) == Refused("last_factor")
        new = door.accounts.tokens.make("vanna", "x", ["read"], door.now)
        assert door.accounts.bearer(new.secret, door.now) is None
        door.with_code("vanna")
        fresh = door.accounts.tokens.make("vanna", "x", ["read"], door.now)
        assert door.accounts.bearer(fresh.secret, door.now) is not None

    def test_makes_one_with_a_fresh_sign_in_or_the_password(self, door: FrontDoor) -> None:
        mine = door.invited("sok")
        make = door.accounts.tokens.make_own
        assert isinstance(make(mine.token, "x", ["read"], door.now), NewToken)
        door.later(minutes=10)
        assert make(mine.token, "x", ["read"], door.now) == Refused("confirm")
        assert isinstance(make(mine.token, "x", ["read"], door.now, password=PASSWORD), NewToken)

    def test_has_twenty_at_most(self, door: FrontDoor) -> None:
        new = made(door)
        for _ in range(19):
            made(door)
        with pytest.raises(BadInput, match="20 tokens"):
            made(door)
        door.accounts.tokens.revoke("sok", new.token.id, door.now)
        made(door)

    def test_of_the_demonstration_makes_none(self, door: FrontDoor) -> None:
        demo = door.accounts.begin_demo("sok", door.now)
        assert door.accounts.tokens.make_own(demo.token, "x", ["read"], door.now) == Refused("demo")


class TestWhatIsAskedFor:
    @pytest.mark.parametrize("scopes", [(), ("everything",), ("read", "everything")])
    def test_has_scopes_that_there_are(self, door: FrontDoor, scopes: tuple[str, ...]) -> None:
        door.invited("sok")
        with pytest.raises(BadInput, match="known: read, act, export, calendar, administer"):
            door.accounts.tokens.make("sok", "x", scopes, door.now)

    @pytest.mark.parametrize("days", [0, -1, 367])
    def test_has_a_life_that_there_may_be(self, door: FrontDoor, days: int) -> None:
        door.invited("sok")
        with pytest.raises(BadInput, match="at most 366 days"):
            door.accounts.tokens.make("sok", "x", ["read"], door.now, dt.timedelta(days=days))

    @pytest.mark.parametrize("name", ["", "  ", "x" * 61])
    def test_says_what_it_is_for(self, door: FrontDoor, name: str) -> None:
        door.invited("sok")
        with pytest.raises(BadInput, match="what it is for"):
            door.accounts.tokens.make("sok", name, ["read"], door.now)

    def test_is_of_somebody_with_an_account(self, door: FrontDoor) -> None:
        with pytest.raises(UnknownName, match="no account"):
            door.accounts.tokens.make("sok", "x", ["read"], door.now)
