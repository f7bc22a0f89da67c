"""A small house to sign in to: people who can be changed, a clock that is moved, a hash that counts its work."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyotp

from access.account_store import SignIn
from access.accounts import Accounts, MoreNeeded
from access.factors import CodeOffer
from access.figures import Caller, Figures, RelyingParty, SignedIn
from access.passwords import normal
from cases.ports import Person
from storage.accounts_memory import MemoryAccounts

START = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
PASSWORD = "a boat on the hill"
PARTY = RelyingParty("cases.example.org", "Homeward", "https://cases.example.org")
HERE = Caller("192.0.2.7")


class CountingHash:
    """Keeps a password as it is, says how often it was asked, and which figures it keeps them with."""

    def __init__(self, figures: str = "1") -> None:
        self.figures = figures
        self.verified = 0

    def hash(self, password: str) -> str:
        return f"{self.figures}:{normal(password)}"

    def verify(self, kept: str, password: str) -> bool:
        self.verified += 1
        return kept.partition(":")[2] == normal(password)

    def outdated(self, kept: str) -> bool:
        return kept.partition(":")[0] != self.figures


class ChangingPeople:
    """People who are changed in the middle of a test."""

    def __init__(self, *people: Person) -> None:
        self._people = {one.name: one for one in people}

    def person(self, name: str) -> Person | None:
        return self._people.get(name)

    def all(self) -> Sequence[Person]:
        return tuple(self._people.values())

    def change(self, name: str, **other: Any) -> None:
        self._people[name] = replace(self._people[name], **other)

    def remove(self, name: str) -> None:
        del self._people[name]


@dataclass
class FrontDoor:
    """The accounts of a house in memory, at a moment that tests move on."""

    people: ChangingPeople
    figures: Figures = field(default_factory=lambda: Figures(relying_party=PARTY))
    store: MemoryAccounts = field(default_factory=MemoryAccounts)
    hashing: CountingHash = field(default_factory=CountingHash)
    now: dt.datetime = START
    seed: int = 1

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.accounts = self.opened()

    def opened(self) -> Accounts:
        """The accounts as another process opens them."""
        return Accounts(self.store, self.people, self.random.randbytes, self.figures, self.hashing)

    def later(self, **more: int) -> dt.datetime:
        """Let time pass."""
        self.now += dt.timedelta(**more)
        return self.now

    def invited(self, name: str, password: str = PASSWORD) -> SignedIn:
        """Somebody who has just set their first password."""
        link = self.accounts.links.make(name, self.now, "vanna")
        done = self.accounts.by_link(link.token, password, self.now)
        assert isinstance(done, SignedIn)
        return done

    def tried(self, name: str, password: str = PASSWORD, caller: Caller = HERE) -> object:
        """What comes of a try."""
        return self.accounts.sign_in(name, password, None, self.now, caller)

    def signed_in(self, name: str, caller: Caller = HERE) -> SignedIn:
        """Somebody who signs in with their password alone."""
        done = self.tried(name, caller=caller)
        assert isinstance(done, SignedIn)
        return done

    def asked_for_more(self, name: str, caller: Caller = HERE) -> MoreNeeded:
        """Somebody who has given their password, and is asked for more."""
        done = self.tried(name, caller=caller)
        assert isinstance(done, MoreNeeded)
        return done

    def with_code(self, name: str) -> tuple[str, SignedIn]:
        """Somebody who has set up an authenticator: its secret, and the session as it goes on."""
        before = self.invited(name)
        offer = self.accounts.factors.begin_code(before.token, self.now)
        assert isinstance(offer, CodeOffer)
        code = self.code(offer.secret)
        done = self.accounts.factors.confirm_code(before.token, offer.ticket, code, self.now)
        assert isinstance(done, SignedIn)
        return offer.secret, done

    def code(self, secret: str, **off: int) -> str:
        """What an authenticator shows, whose clock is off by so much."""
        return pyotp.TOTP(secret).at(self.now + dt.timedelta(**off))

    def lives(self, done: SignedIn) -> bool:
        """Whether the session goes on."""
        return self.accounts.session(done.token, self.now) is not None

    def record(self, name: str | None = None) -> list[SignIn]:
        """The record, newest first."""
        return list(self.store.sign_ins(name, None, 100))


def opened_house() -> FrontDoor:
    """Staff, a supervisor, an administrator and an auditor; nobody has an account yet."""
    return FrontDoor(
        ChangingPeople(
            Person("sok", frozenset({"case_manager", "duty_worker"})),
            Person("dara", frozenset({"supervisor"})),
            Person("vanna", frozenset({"administrator"})),
            Person("lin", frozenset({"auditor"})),
        )
    )
