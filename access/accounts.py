"""Signing in: with name and password, then with a code, a recovery code or a passkey where one is set up.

Whoever asks learns only whether it worked. A name that nobody has costs the same work as one that somebody has: one
count of the try, one Argon2 hash, one line in the record.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from access.account_store import (
    Account,
    AccountStore,
    AccountWrites,
    Ceremony,
    Device,
    SignIn,
    SignInHow,
    SignInOutcome,
    SignInWhat,
    StoredSession,
    Strength,
    Theme,
)
from access.factors import Factors
from access.figures import Caller, Declined, Figures, Refused, SignedIn
from access.identities import Identities
from access.links import Links
from access.network import network_of
from access.parts import Parts
from access.passwords import LONGEST, Argon2, Hashing
from access.sessions import Session, Sessions, digest_of, fresh_token
from access.throttle import Tried, code_counts_of, counts_of
from access.throttle import takes_back as takes_back_of
from access.tokens import TokenHolder, Tokens
from cases.ports import Lost, People

__all__ = ["Accounts", "Caller", "Declined", "Figures", "MoreNeeded", "Refused", "SignedIn", "TokenHolder"]

Way = Literal["code", "recovery", "passkey"]
NOWHERE = Caller()
LONGEST_NAME = 200
MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class MoreNeeded:
    """The password was right, and a second factor is needed. `ticket` is good for one of them, for a few minutes."""

    ways: tuple[Way, ...]
    ticket: str


class Accounts:
    """Everything about signing in to one house. `random(n)` gives n random bytes."""

    def __init__(
        self,
        store: AccountStore,
        people: People,
        random: Callable[[int], bytes],
        figures: Figures | None = None,
        hashing: Hashing | None = None,
    ) -> None:
        used = figures or Figures()
        hashes = hashing or Argon2(random)
        self.figures = used
        self.sessions = Sessions(store, people, random, used.sessions)
        self._parts = Parts(store, people, random, used, hashes, self.sessions)
        self.factors = Factors(self._parts)
        self.tokens = Tokens(self._parts)
        self.links = Links(self._parts)
        self.identities = Identities(self._parts)
        self._store = store
        self._people = people
        self._told: dict[str, dt.datetime] = {}

    # Signing in

    def sign_in(
        self, name: str, password: str, second: str | None, now: dt.datetime, caller: Caller = NOWHERE
    ) -> SignedIn | MoreNeeded | Declined:
        """Sign in with name and password; `second` is a code or a recovery code, where it comes along already."""
        name = name[:LONGEST_NAME]
        device = self._known_device(caller, name, now)
        tried = Tried(counts_of(name, caller.address, device), now)
        account = self._living(name)
        if not self._store.count(tried.keys, tried):
            if self._is_news(tried):
                self._record(account, now, "password", "throttled", caller)
            return Declined(tried.until)
        nobody = self._nobody
        kept = account.password if account is not None and account.password is not None else nobody
        right = self._parts.hashing.verify(kept, password if len(password) <= 4 * LONGEST else "")
        if not right or account is None or account.password is None:
            self._record(account, now, "password", "declined", caller)
            return Declined()
        self._take_back(tried, now)
        account = self._hashed_anew(account, password)
        return self._go_on(account, "password", second, now, caller)

    def ways_of(self, ticket: str, now: dt.datetime) -> tuple[Way, ...]:
        """How the second step can be taken; nothing where the ticket is no good any more."""
        begun = self._begun(ticket, now)
        return self.ways(begun[1].person) if begun is not None else ()

    def second(self, ticket: str, code: str, now: dt.datetime, caller: Caller = NOWHERE) -> SignedIn | Declined:
        """The second step, with a code of the authenticator or a recovery code. A wrong one may be tried again."""
        begun = self._begun(ticket, now)
        if begun is None:
            return Declined()
        ceremony, account = begun
        device = self._known_device(caller, account.person, now)
        tried = Tried(code_counts_of(account.person, device), now)
        if not self._store.count(tried.keys, tried):
            if self._is_news(tried):
                self._record(account, now, "code", "throttled", caller, what="second")
            return Declined(tried.until)
        used = self.factors.use_of(account, code, now)
        if used is None:
            self._record(account, now, "code", "declined", caller, what="second")
            return Declined()
        how, writes = used
        return self._second_done(account, replace(writes, clear=tried.keys), ceremony, how, now, caller)

    def passkey_asked(self, ticket: str, now: dt.datetime) -> str | None:
        """What the browser hands to the authenticator, as JSON; None where the ticket is no good or there is no key."""
        begun = self._begun(ticket, now)
        return self.factors.asked_of(begun[1].person, ticket, now) if begun is not None else None

    def second_by_passkey(
        self, ticket: str, answer: str, now: dt.datetime, caller: Caller = NOWHERE
    ) -> SignedIn | Declined:
        """The second step, with what the authenticator answered, as JSON."""
        begun = self._begun(ticket, now)
        if begun is None:
            return Declined()
        ceremony, account = begun
        writes = self.factors.proved_by(account.person, ticket, answer, now)
        if writes is None:
            self._record(account, now, "passkey", "declined", caller, what="second")
            return Declined()
        return self._second_done(account, writes, ceremony, "passkey", now, caller)

    def by_provider(
        self, person: str, strong: bool, now: dt.datetime, caller: Caller = NOWHERE
    ) -> SignedIn | MoreNeeded | Declined:
        """Somebody whom another provider vouches for (see `Identities.redeemed`); `strong`: by more than one factor."""
        account = self._living(person)
        if account is None:
            self._record(None, now, "provider", "declined", caller)
            return Declined()
        if strong:
            return self._finished(account, "second_factor", "provider", AccountWrites(), now, caller)
        return self._go_on(account, "provider", None, now, caller)

    def by_link(
        self, link: str, password: str, now: dt.datetime, caller: Caller = NOWHERE
    ) -> SignedIn | MoreNeeded | Declined | Refused:
        """Set the first or a new password with a one-time link, and sign in.

        A second factor that was set up before is asked for all the same: a link replaces a password and no more.
        """
        used = self.links.used(link, password, now)
        if isinstance(used, Refused):
            if used.reason == "link":
                self._record(None, now, "link", "declined", caller)
            return used
        return self._go_on(used, "link", None, now, caller)

    def begin_demo(self, person: str, now: dt.datetime) -> SignedIn:
        """Sign in without a password, for the demonstration alone. Raises LookupError where nobody has it."""
        found = self._people.person(person)
        if found is None or found.disabled:
            raise LookupError(person)
        account = self.links.account_of(person, now)
        done = self._finished(account, "demo", "demo", AccountWrites(), now, NOWHERE)
        if isinstance(done, Declined):
            raise LookupError(person)
        return done

    # Being signed in

    def session(self, token: str, now: dt.datetime) -> Session | None:
        """The living session of a token; None where there is none, or not any more."""
        return self.sessions.session(token, now)

    def renew(self, token: str, now: dt.datetime) -> str | None:
        """A new token, where this one is old enough to be replaced: to be put into the cookie with the answer."""
        return self.sessions.renew(token, now)

    def rotate(self, token: str, now: dt.datetime) -> SignedIn | None:
        """The same session under a new token; the old one is dead at once. None where there is no session."""
        found = self.sessions.found(token, now)
        return self._rotated(found, found[0], now) if found is not None else None

    def act_as(self, token: str, title: str | None, now: dt.datetime) -> SignedIn | None:
        """Act in one of one's titles, or in all (None), under a new token. None where one has no such title."""
        found = self.sessions.found(token, now)
        person = self._people.person(found[0].person) if found is not None else None
        if found is None or person is None or (title is not None and title not in person.titles):
            return None
        record = SignIn(now, person.name, "acting", "none", "applied", found[0].network)
        return self._rotated(found, replace(found[0], acting=title), now, record)

    def choose(self, token: str, language: str | None, theme: Theme, now: dt.datetime) -> bool:
        """Keep how the pages look to somebody; whether it was kept. A demonstration keeps nothing."""
        found = self.sessions.found(token, now)
        if found is None or found[0].strength == "demo":
            return False
        account = found[1]
        changed = replace(account, language=language, theme=theme, revision=account.revision + 1)
        try:
            self._store.write(AccountWrites(account=changed))
        except Lost:
            return False
        return True

    def sign_out(self, token: str, now: dt.datetime) -> None:
        """End the session of a token."""
        self.sessions.end(token, now)

    def bearer(self, token: str, now: dt.datetime) -> TokenHolder | None:
        """Who holds an API token; None where it is unknown, ended or revoked, or its holder may not sign in."""
        return self.tokens.holder(token, now)

    def needs_second(self, person: str) -> bool:
        """Whether this person's post asks for a second factor."""
        return self._parts.needs_second(person)

    def account(self, person: str) -> Account | None:
        """How somebody signs in."""
        return self._store.account(person)

    # Inside

    @cached_property
    def _nobody(self) -> str:
        """What is compared with where nobody has the name, so that it costs the same. Made at the first sign-in."""
        return self._parts.hashing.hash(fresh_token(self._parts.random))

    def _is_news(self, tried: Tried) -> bool:
        """Whether this wait is not in the record yet: one line for each, or a flood of tries would fill the record."""
        key, until = tried.keys[0], tried.until
        if until is None or self._told.get(key) == until:
            return False
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told[key] = until
        return True

    def _living(self, name: str) -> Account | None:
        """The account of somebody who may sign in."""
        person = self._people.person(name)
        account = self._store.account(name)
        if person is None or person.disabled or account is None or account.disabled:
            return None
        return account

    def _line(
        self,
        account: Account | None,
        now: dt.datetime,
        how: SignInHow,
        outcome: SignInOutcome,
        caller: Caller,
        *,
        what: SignInWhat = "sign_in",
    ) -> SignIn:
        return SignIn(now, account.person if account else None, what, how, outcome, network_of(caller.address))

    def _record(
        self,
        account: Account | None,
        now: dt.datetime,
        how: SignInHow,
        outcome: SignInOutcome,
        caller: Caller,
        *,
        what: SignInWhat = "sign_in",
    ) -> None:
        self._store.write(AccountWrites(record=(self._line(account, now, how, outcome, caller, what=what),)))

    def _known_device(self, caller: Caller, name: str, now: dt.datetime) -> str | None:
        if caller.device is None:
            return None
        device = self._store.device(digest_of(caller.device))
        known = device is not None and device.person == name and now < device.ends_at
        return device.digest if device is not None and known else None

    def _take_back(self, tried: Tried, now: dt.datetime) -> None:
        """What went well was no failure: not of the name, and not one more of the address."""
        self._store.write(AccountWrites(clear=tuple(key for key in tried.keys if not key.startswith("address|"))))
        address = tuple(key for key in tried.keys if key.startswith("address|"))
        self._store.count(address, takes_back_of(now))

    def _hashed_anew(self, account: Account, password: str) -> Account:
        """The same account, its password kept with the figures of today."""
        if account.password is None or not self._parts.hashing.outdated(account.password):
            return account
        changed = replace(account, password=self._parts.hashing.hash(password), revision=account.revision + 1)
        try:
            self._store.write(AccountWrites(account=changed))
        except Lost:
            # Something else of the account has just changed; the next sign-in will do it.
            return self._store.account(account.person) or account
        return changed

    def _go_on(
        self, account: Account, how: SignInHow, second: str | None, now: dt.datetime, caller: Caller
    ) -> SignedIn | MoreNeeded | Declined:
        """After the first factor: ask for the second one, or let in who has none."""
        ways = self.ways(account.person)
        if not ways:
            return self._finished(account, "password", how, AccountWrites(), now, caller)
        ticket = fresh_token(self._parts.random)
        content = json.dumps({"how": how, "generation": account.generation}).encode()
        ends_at = now + self.figures.ceremony
        ceremony = Ceremony(digest_of(ticket), "second", account.person, content, ends_at)
        record = self._line(account, now, how, "more_needed", caller)
        self._store.write(AccountWrites(ceremony=ceremony, record=(record,), drop_ended=now))
        return MoreNeeded(ways, ticket) if second is None else self.second(ticket, second, now, caller)

    def ways(self, person: str) -> tuple[Way, ...]:
        """The second factors that somebody has set up."""
        account = self._store.account(person)
        has: dict[Way, bool] = {
            "passkey": bool(self._store.passkeys(person)),
            "code": account is not None and account.totp_secret is not None,
        }
        ways = tuple(way for way, there in has.items() if there)
        return (*ways, "recovery") if ways and self._store.codes_left(person) else ways

    def _begun(self, ticket: str, now: dt.datetime) -> tuple[Ceremony, Account] | None:
        """What a ticket was given for, while nothing of the account has changed that ends sessions."""
        ceremony = self._store.ceremony(digest_of(ticket))
        if ceremony is None or ceremony.kind != "second" or ceremony.person is None or now >= ceremony.ends_at:
            return None
        account = self._living(ceremony.person)
        if account is None or json.loads(ceremony.content)["generation"] != account.generation:
            return None
        return ceremony, account

    def _second_done(
        self,
        account: Account,
        writes: AccountWrites,
        ceremony: Ceremony,
        how: SignInHow,
        now: dt.datetime,
        caller: Caller,
    ) -> SignedIn | Declined:
        used = replace(writes, use_ceremonies=(*writes.use_ceremonies, ceremony.digest))
        return self._finished(account, "second_factor", how, used, now, caller)

    def _finished(
        self,
        account: Account,
        strength: Strength,
        how: SignInHow,
        writes: AccountWrites,
        now: dt.datetime,
        caller: Caller,
    ) -> SignedIn | Declined:
        """Let somebody in: a new session, and the browser is known from now on."""
        network = network_of(caller.address)
        begun = self.sessions.begun(account, strength, now, network=network)
        session = self.sessions.shown(begun.stored, account)
        device = None
        if how != "demo" and not session.setup and self._known_device(caller, account.person, now) is None:
            device = fresh_token(self._parts.random)
        known = Device(digest_of(device), account.person, now + self.figures.device) if device is not None else None
        what: Literal["second", "sign_in"] = (
            "second" if strength == "second_factor" and how != "provider" else "sign_in"
        )
        record = self._line(account, now, how, "applied", caller, what=what)
        try:
            self._store.write(replace(writes, session=begun.stored, device=known, record=(record,), drop_ended=now))
        except Lost:
            # The code or the ticket was used meanwhile, or the account changed: as if it had been so before.
            self._record(account, now, how, "declined", caller, what=what)
            return Declined()
        return SignedIn(session, begun.token, device)

    def _rotated(
        self, before: tuple[StoredSession, Account], after: StoredSession, now: dt.datetime, *record: SignIn
    ) -> SignedIn | None:
        begun = self.sessions.rotated(after, now, grace=False)
        try:
            self._store.write(AccountWrites(session=begun.stored, replaces=before[0].digest, record=record))
        except Lost:
            return None
        return SignedIn(self.sessions.shown(begun.stored, before[1]), begun.token)
