"""Passkeys: made and proved against challenges of the house's own, each once and in time, by keys that count on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.accounts import Accounts
from access.factors import PasskeyOffer
from access.figures import Declined, Figures, Refused, SignedIn
from access.passkeys import NotProved, made_by, proved_by
from tests.unit.access.authenticator import PRESENT, VERIFIED, Authenticator
from tests.unit.access.front_door import HERE, PARTY, START, FrontDoor, opened_house


def authenticator() -> Authenticator:
    """A key on the house's own pages."""
    return Authenticator(PARTY.origin)


def offered(door: FrontDoor, mine: SignedIn) -> PasskeyOffer:
    """What a browser is asked to make."""
    offer = door.accounts.factors.begin_passkey(mine.token, door.now)
    assert isinstance(offer, PasskeyOffer)
    return offer


def with_passkey(door: FrontDoor, name: str, key: Authenticator) -> SignedIn:
    """Somebody who has set up this key."""
    mine = door.invited(name)
    offer = offered(door, mine)
    answer = key.make(offer.options)
    done = door.accounts.factors.add_passkey(mine.token, offer.ticket, answer, "blue key", door.now)
    assert isinstance(done, SignedIn)
    return done


def asked(door: FrontDoor, name: str) -> tuple[str, str]:
    """The ticket of a sign-in, and what the authenticator is asked."""
    more = door.asked_for_more(name)
    options = door.accounts.passkey_asked(more.ticket, door.now)
    assert options is not None
    return more.ticket, options


def proved(door: FrontDoor, ticket: str, answer: str) -> SignedIn | Declined:
    """What comes of an answer."""
    return door.accounts.second_by_passkey(ticket, answer, door.now, HERE)


class TestMakingOne:
    def test_lets_its_owner_in_from_then_on(self, door: FrontDoor) -> None:
        key = authenticator()
        done = with_passkey(door, "sok", key)
        assert done.session.strength == "second_factor"
        assert len(done.codes) == 10
        assert [one.name for one in door.accounts.factors.passkeys("sok")] == ["blue key"]
        ticket, options = asked(door, "sok")
        after = proved(door, ticket, key.prove(options))
        assert isinstance(after, SignedIn)
        assert after.session.strength == "second_factor"
        assert door.record("sok")[0].how == "passkey"

    def test_takes_the_answer_to_its_own_challenge_once(self, door: FrontDoor) -> None:
        key, mine = authenticator(), door.invited("sok")
        first, second = offered(door, mine), offered(door, mine)
        add = door.accounts.factors.add_passkey
        assert add(mine.token, first.ticket, key.make(second.options), "x", door.now) == Refused("passkey")
        assert add(mine.token, first.ticket, key.make(first.options), "x", door.now) == Refused("passkey")
        done = add(mine.token, second.ticket, key.make(second.options), "x", door.now)
        assert isinstance(done, SignedIn)
        assert add(done.token, second.ticket, key.make(second.options), "x", door.now) == Refused("passkey")

    def test_is_over_after_a_few_minutes(self, door: FrontDoor) -> None:
        key, mine = authenticator(), door.invited("sok")
        offer = offered(door, mine)
        door.later(minutes=5)
        add = door.accounts.factors.add_passkey
        assert add(mine.token, offer.ticket, key.make(offer.options), "x", door.now) == Refused("passkey")

    def test_belongs_to_the_session_that_began_it(self, door: FrontDoor) -> None:
        key, mine, other = authenticator(), door.invited("sok"), door.invited("dara")
        offer = offered(door, mine)
        add = door.accounts.factors.add_passkey
        assert add(other.token, offer.ticket, key.make(offer.options), "x", door.now) == Refused("passkey")
        assert door.accounts.factors.passkeys("dara") == []

    def test_takes_no_key_that_is_somebodys_already(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        other = door.invited("dara")
        offer = offered(door, other)
        answer = key.make(offer.options)
        assert isinstance(door.accounts.factors.add_passkey(other.token, offer.ticket, answer, "x", door.now), Refused)
        assert door.accounts.factors.passkeys("dara") == []

    def test_says_which_keys_are_there(self, door: FrontDoor) -> None:
        key = authenticator()
        done = with_passkey(door, "sok", key)
        excluded = json.loads(offered(door, done).options)["excludeCredentials"]
        assert len(excluded) == 1

    def test_says_nothing_of_the_person_but_their_name(self, door: FrontDoor) -> None:
        user = json.loads(offered(door, door.invited("sok")).options)["user"]
        assert user["name"] == user["displayName"] == "sok"
        assert "sok" not in user["id"]

    def test_is_not_offered_where_the_pages_have_no_address(self) -> None:
        door = opened_house()
        door.accounts = Accounts(door.store, door.people, door.random.randbytes, Figures(), door.hashing)
        mine = door.invited("sok")
        assert not door.accounts.factors.offers_passkeys
        assert door.accounts.factors.begin_passkey(mine.token, door.now) == Refused("full")


class TestProvingIt:
    def test_takes_an_answer_to_the_newest_challenge_alone(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        more = door.asked_for_more("sok")
        old = door.accounts.passkey_asked(more.ticket, door.now)
        new = door.accounts.passkey_asked(more.ticket, door.now)
        assert old is not None
        assert new is not None
        assert proved(door, more.ticket, key.prove(old)) == Declined()
        assert proved(door, more.ticket, key.prove(new)) == Declined()
        again = door.accounts.passkey_asked(more.ticket, door.now)
        assert again is not None
        assert isinstance(proved(door, more.ticket, key.prove(again)), SignedIn)

    def test_takes_no_answer_twice(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        ticket, options = asked(door, "sok")
        answer = key.prove(options)
        assert isinstance(proved(door, ticket, answer), SignedIn)
        assert proved(door, ticket, answer) == Declined()
        other, _ = asked(door, "sok")
        assert proved(door, other, answer) == Declined()

    def test_takes_no_answer_that_comes_too_late(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        ticket, options = asked(door, "sok")
        door.later(minutes=5)
        assert proved(door, ticket, key.prove(options)) == Declined()

    def test_takes_no_answer_from_a_copied_page(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        ticket, options = asked(door, "sok")
        key.origin = "https://cases.example.org.evil.example"
        assert proved(door, ticket, key.prove(options)) == Declined()

    def test_takes_no_answer_of_another_key(self, door: FrontDoor) -> None:
        with_passkey(door, "sok", authenticator())
        ticket, options = asked(door, "sok")
        assert proved(door, ticket, authenticator().prove(options)) == Declined()

    def test_takes_no_key_of_somebody_else(self, door: FrontDoor) -> None:
        key = replace(authenticator(), credential=b"credential-0002")
        with_passkey(door, "dara", key)
        with_passkey(door, "sok", authenticator())
        ticket, options = asked(door, "sok")
        assert proved(door, ticket, key.prove(options)) == Declined()

    def test_takes_no_key_that_did_not_count_on(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        ticket, options = asked(door, "sok")
        assert isinstance(proved(door, ticket, key.prove(options)), SignedIn)
        ticket, options = asked(door, "sok")
        assert proved(door, ticket, key.prove(options, counts=False)) == Declined()

    def test_takes_a_key_that_never_counts(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        for _ in range(2):
            ticket, options = asked(door, "sok")
            assert isinstance(proved(door, ticket, key.prove(options, counts=False)), SignedIn)

    def test_takes_no_answer_that_nobody_was_there_to_give(self, door: FrontDoor) -> None:
        key = authenticator()
        with_passkey(door, "sok", key)
        ticket, options = asked(door, "sok")
        key.flags = VERIFIED & ~PRESENT
        assert proved(door, ticket, key.prove(options)) == Declined()

    def test_is_possible_no_more_once_the_key_was_taken_away(self, door: FrontDoor) -> None:
        key = authenticator()
        done = with_passkey(door, "sok", key)
        (there,) = door.accounts.factors.passkeys("sok")
        after = door.accounts.factors.remove_passkey(done.token, there.id, door.now)
        assert isinstance(after, SignedIn)
        assert not door.lives(done)
        assert door.accounts.ways("sok") == ()


@given(
    st.one_of(
        st.text(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON"]), inner, max_size=5
                )
            ),
            max_leaves=9,
        ).map(json.dumps),
    )
)
def test_whatever_else_is_sent_proves_nothing(answer: str) -> None:
    with pytest.raises(NotProved):
        made_by(answer, "sok", "x", PARTY, b"challenge", START)
    with pytest.raises(NotProved):
        proved_by(answer, (), PARTY, b"challenge", START)
