"""One-time links: good once, in time, for one person; and what else others do to an account."""

from __future__ import annotations

import pytest

from access.figures import Declined, Refused, SignedIn
from cases.errors import BadInput, UnknownName
from tests.unit.access.front_door import PASSWORD, FrontDoor

NEW = "a river in the north"


class TestALink:
    def test_sets_the_first_password_once(self, door: FrontDoor) -> None:
        link = door.accounts.links.make("sok", door.now, "vanna")
        assert link.link.kind == "invitation"
        assert door.accounts.links.found(link.token, door.now) == link.link
        assert isinstance(door.accounts.by_link(link.token, PASSWORD, door.now), SignedIn)
        assert door.accounts.by_link(link.token, NEW, door.now) == Refused("link")
        assert isinstance(door.tried("sok"), SignedIn)

    def test_is_kept_as_a_digest(self, door: FrontDoor) -> None:
        link = door.accounts.links.make("sok", door.now, "vanna")
        assert link.token not in repr(door.store._shelf)

    def test_is_not_used_up_by_looking_or_by_a_password_that_is_not_taken(self, door: FrontDoor) -> None:
        link = door.accounts.links.make("sok", door.now, "vanna")
        assert door.accounts.by_link(link.token, "short", door.now) == Refused("password", ("short",))
        assert door.accounts.links.found(link.token, door.now) is not None
        assert isinstance(door.accounts.by_link(link.token, PASSWORD, door.now), SignedIn)

    def test_ends_after_three_days(self, door: FrontDoor) -> None:
        link = door.accounts.links.make("sok", door.now, "vanna")
        door.later(days=3, seconds=-1)
        assert door.accounts.links.found(link.token, door.now) is not None
        door.later(seconds=1)
        assert door.accounts.links.found(link.token, door.now) is None
        assert door.accounts.by_link(link.token, PASSWORD, door.now) == Refused("link")

    def test_puts_an_end_to_earlier_ones(self, door: FrontDoor) -> None:
        old = door.accounts.links.make("sok", door.now, "vanna")
        new = door.accounts.links.make("sok", door.now, "vanna")
        assert door.accounts.links.found(old.token, door.now) is None
        assert [one.digest for one in door.accounts.links.open(door.now)] == [new.link.digest]

    def test_of_somebody_who_was_disabled_meanwhile_is_worth_nothing(self, door: FrontDoor) -> None:
        link = door.accounts.links.make("sok", door.now, "vanna")
        door.people.change("sok", disabled=True)
        assert door.accounts.by_link(link.token, PASSWORD, door.now) == Refused("link")

    def test_resets_a_password_and_ends_what_lived_on_the_old_one(self, door: FrontDoor) -> None:
        before = door.invited("sok")
        link = door.accounts.links.make("sok", door.now, "vanna")
        assert link.link.kind == "reset"
        assert door.lives(before)
        assert isinstance(door.accounts.by_link(link.token, NEW, door.now), SignedIn)
        assert not door.lives(before)
        assert door.tried("sok") == Declined()

    def test_is_no_way_around_a_second_factor(self, door: FrontDoor) -> None:
        secret, _ = door.with_code("vanna")
        link = door.accounts.links.make("vanna", door.now, "other")
        door.later(minutes=1)
        more = door.accounts.by_link(link.token, NEW, door.now)
        assert not isinstance(more, SignedIn | Declined | Refused)
        assert isinstance(door.accounts.second(more.ticket, door.code(secret), door.now), SignedIn)

    def test_is_made_for_people_of_the_house_alone(self, door: FrontDoor) -> None:
        with pytest.raises(UnknownName, match="nobody"):
            door.accounts.links.make("nobody", door.now, "vanna")
        door.people.change("sok", disabled=True)
        with pytest.raises(BadInput, match="disabled"):
            door.accounts.links.make("sok", door.now, "vanna")

    def test_says_in_the_record_who_made_it(self, door: FrontDoor) -> None:
        door.invited("sok")
        told = [(one.what, one.by) for one in door.record("sok")]
        assert told == [("sign_in", None), ("link_used", "vanna"), ("link_made", "vanna")]

    def test_that_is_none_is_written_down_without_a_name(self, door: FrontDoor) -> None:
        assert door.accounts.by_link("made up", PASSWORD, door.now) == Refused("link")
        assert (door.record()[0].person, door.record()[0].outcome) == (None, "declined")


class TestTheFirstAdministrator:
    def test_gets_a_link_as_long_as_none_can_sign_in(self, door: FrontDoor) -> None:
        link = door.accounts.links.first_administrator("vanna", door.now)
        assert link is not None
        again = door.accounts.links.first_administrator("vanna", door.now)
        assert again is not None
        assert door.accounts.links.found(link.token, door.now) is None
        assert isinstance(door.accounts.by_link(again.token, PASSWORD, door.now), SignedIn)
        assert door.accounts.links.first_administrator("vanna", door.now) is None
        assert door.accounts.links.administrators() == ["vanna"]

    def test_is_needed_again_when_the_only_one_was_disabled(self, door: FrontDoor) -> None:
        door.invited("vanna")
        door.accounts.links.set_disabled("vanna", True, door.now, None)
        assert door.accounts.links.administrators() == []

    def test_may_be_one_who_comes_by_a_provider(self, door: FrontDoor) -> None:
        door.accounts.identities.link("vanna", "https://id.example.org", "42", door.now, "house")
        assert door.accounts.links.administrators() == ["vanna"]


class TestDisabling:
    def test_of_who_has_no_account_is_nothing(self, door: FrontDoor) -> None:
        door.accounts.links.set_disabled("sok", True, door.now, "vanna")
        assert door.record("sok") == []

    def test_twice_is_the_same_as_once(self, door: FrontDoor) -> None:
        door.invited("sok")
        for _ in range(2):
            door.accounts.links.set_disabled("sok", True, door.now, "vanna")
        assert [one.what for one in door.record("sok")].count("disabled") == 1

    def test_forgets_known_browsers(self, door: FrontDoor) -> None:
        door.invited("sok")
        device = door.signed_in("sok").device
        door.accounts.links.set_disabled("sok", True, door.now, "vanna")
        assert device is not None
        assert door.store._shelf.devices == {}
