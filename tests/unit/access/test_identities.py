"""Signing in through a provider: who is vouched for, and what a browser that was sent away must bring back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from access.figures import SignedIn
from access.identities import Claims, NotVouched, SentAway, Vouched, challenge_of
from cases.errors import BadInput, UnknownName
from tests.unit.access.front_door import FrontDoor

ISSUER = "https://id.example.org"
DOMAIN = "example.org"


@dataclass
class FakeProvider:
    """Says what it is told to say, to whoever brings the code and the verifier."""

    claims: Claims = field(default_factory=lambda: Claims(ISSUER, "42", ""))
    nonce: str = ""
    state: str = ""
    challenge: str = ""

    def address(self, state: str, nonce: str, challenge: str) -> str:
        self.state, self.nonce, self.challenge = state, nonce, challenge
        return f"{ISSUER}/authorize"

    def redeemed(self, code: str, verifier: str, now: dt.datetime) -> Claims:
        assert now.tzinfo is not None
        if code != "right" or challenge_of(verifier) != self.challenge:
            raise NotVouched
        return replace(self.claims, nonce=self.claims.nonce or self.nonce)


@pytest.fixture
def provider() -> FakeProvider:
    """A provider that vouches for its subject 42."""
    return FakeProvider()


def sent(door: FrontDoor, provider: FakeProvider) -> SentAway:
    """A browser on its way."""
    return door.accounts.identities.begin(provider, door.now)


def back(
    door: FrontDoor, provider: FakeProvider, ticket: str, code: str = "right", domain: str | None = None
) -> Vouched | None:
    """The browser has come back."""
    return door.accounts.identities.redeemed(provider, ticket, provider.state, code, door.now, domain=domain)


class TestComingBack:
    def test_lets_in_who_was_linked(self, door: FrontDoor, provider: FakeProvider) -> None:
        door.accounts.identities.link("sok", ISSUER, "42", door.now, "vanna")
        vouched = back(door, provider, sent(door, provider).ticket)
        assert vouched == Vouched("sok", strong=False)
        done = door.accounts.by_provider("sok", False, door.now)
        assert isinstance(done, SignedIn)
        assert door.lives(done)

    def test_happens_once(self, door: FrontDoor, provider: FakeProvider) -> None:
        door.accounts.identities.link("sok", ISSUER, "42", door.now, "vanna")
        away = sent(door, provider)
        back(door, provider, away.ticket)
        with pytest.raises(NotVouched):
            back(door, provider, away.ticket)

    def test_happens_in_time(self, door: FrontDoor, provider: FakeProvider) -> None:
        away = sent(door, provider)
        door.later(minutes=5)
        with pytest.raises(NotVouched):
            back(door, provider, away.ticket)

    def test_needs_the_ticket_of_the_same_browser(self, door: FrontDoor, provider: FakeProvider) -> None:
        mine = sent(door, provider).ticket
        sent(door, provider)
        with pytest.raises(NotVouched):
            back(door, provider, mine)
        with pytest.raises(NotVouched):
            back(door, provider, "made up")

    def test_needs_the_nonce_that_was_sent(self, door: FrontDoor, provider: FakeProvider) -> None:
        provider.claims = replace(provider.claims, nonce="of another sign-in")
        door.accounts.identities.link("sok", ISSUER, "42", door.now, "vanna")
        with pytest.raises(NotVouched):
            back(door, provider, sent(door, provider).ticket)

    @pytest.mark.parametrize("code", ["", "wrong"])
    def test_needs_a_code_and_a_failed_try_is_over(self, door: FrontDoor, provider: FakeProvider, code: str) -> None:
        away = sent(door, provider)
        with pytest.raises(NotVouched):
            back(door, provider, away.ticket, code)
        with pytest.raises(NotVouched):
            back(door, provider, away.ticket)

    def test_puts_nothing_of_the_ticket_into_the_address(self, door: FrontDoor, provider: FakeProvider) -> None:
        away = sent(door, provider)
        assert away.ticket not in (provider.state, provider.nonce, provider.challenge)


class TestWhoIsMeant:
    def test_is_nobody_where_nothing_was_linked(self, door: FrontDoor, provider: FakeProvider) -> None:
        provider.claims = replace(provider.claims, email="sok@example.org", email_verified=True)
        assert back(door, provider, sent(door, provider).ticket) is None

    def test_is_said_by_a_verified_address_of_the_own_domain(self, door: FrontDoor, provider: FakeProvider) -> None:
        provider.claims = replace(provider.claims, email="sok@Example.org", email_verified=True)
        assert back(door, provider, sent(door, provider).ticket, domain=DOMAIN) == Vouched("sok", strong=False)
        assert [one.subject for one in door.accounts.identities.of("sok")] == ["42"]
        provider.claims = replace(provider.claims, email="dara@example.org")
        assert back(door, provider, sent(door, provider).ticket, domain=DOMAIN) == Vouched("sok", strong=False)

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": "sok@example.org", "email_verified": False},
            {"email": "sok@elsewhere.org", "email_verified": True},
            {"email": "sok@example.org@elsewhere.org", "email_verified": True},
            {"email": "nobody@example.org", "email_verified": True},
            {"email": "sok", "email_verified": True},
            {"email": None, "email_verified": True},
        ],
    )
    def test_is_not_said_by_any_other_address(
        self, door: FrontDoor, provider: FakeProvider, claims: dict[str, Any]
    ) -> None:
        provider.claims = replace(provider.claims, **claims)
        assert back(door, provider, sent(door, provider).ticket, domain=DOMAIN) is None

    def test_does_not_change_when_an_address_changes_hands(self, door: FrontDoor, provider: FakeProvider) -> None:
        provider.claims = replace(provider.claims, email="sok@example.org", email_verified=True)
        back(door, provider, sent(door, provider).ticket, domain=DOMAIN)
        provider.claims = replace(provider.claims, subject="43")
        assert back(door, provider, sent(door, provider).ticket, domain=DOMAIN) is None

    def test_is_the_subject_of_one_issuer(self, door: FrontDoor, provider: FakeProvider) -> None:
        door.accounts.identities.link("sok", "https://other.example.org", "42", door.now, "vanna")
        assert back(door, provider, sent(door, provider).ticket) is None


class TestTheSecondFactor:
    def test_is_the_providers_where_it_says_so(self, door: FrontDoor, provider: FakeProvider) -> None:
        provider.claims = replace(provider.claims, methods=("pwd", "mfa"))
        door.accounts.identities.link("vanna", ISSUER, "42", door.now, "house")
        assert back(door, provider, sent(door, provider).ticket) == Vouched("vanna", strong=True)
        done = door.accounts.by_provider("vanna", True, door.now)
        assert isinstance(done, SignedIn)
        assert (done.session.strength, done.session.setup) == ("second_factor", False)

    def test_is_ours_where_it_says_nothing(self, door: FrontDoor) -> None:
        door.accounts.identities.link("vanna", ISSUER, "42", door.now, "house")
        done = door.accounts.by_provider("vanna", False, door.now)
        assert isinstance(done, SignedIn)
        assert done.session.setup
        door.with_code("dara")
        more = door.accounts.by_provider("dara", False, door.now)
        assert not isinstance(more, SignedIn)


class TestLinking:
    def test_is_of_people_of_the_house_each_subject_once(self, door: FrontDoor) -> None:
        link = door.accounts.identities.link
        with pytest.raises(UnknownName):
            link("nobody", ISSUER, "42", door.now, "vanna")
        link("sok", ISSUER, "42", door.now, "vanna")
        with pytest.raises(BadInput, match="knows sok"):
            link("dara", ISSUER, "42", door.now, "vanna")

    def test_is_taken_back_with_the_sessions(self, door: FrontDoor, provider: FakeProvider) -> None:
        door.accounts.identities.link("sok", ISSUER, "42", door.now, "vanna")
        done = door.accounts.by_provider("sok", False, door.now)
        assert isinstance(done, SignedIn)
        door.accounts.identities.unlink(ISSUER, "42", door.now, "vanna")
        assert not door.lives(done)
        assert back(door, provider, sent(door, provider).ticket) is None
        with pytest.raises(UnknownName):
            door.accounts.identities.unlink(ISSUER, "42", door.now, "vanna")

    def test_does_not_let_in_who_is_disabled(self, door: FrontDoor) -> None:
        door.accounts.identities.link("sok", ISSUER, "42", door.now, "vanna")
        door.people.change("sok", disabled=True)
        assert not isinstance(door.accounts.by_provider("sok", True, door.now), SignedIn)
