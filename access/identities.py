"""Signing in through another provider (OpenID Connect, authorisation code with PKCE).

A provider's word counts only for whom it was linked to here: by an administrator, or by a verified address of the
organisation's own domain, where the settings name one. What links is the issuer with its unchanging subject, never an
address, which may be given to somebody else one day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Protocol

from access.account_store import Account, AccountWrites, Ceremony, Identity, SignIn, account_after
from access.parts import Parts
from access.sessions import digest_of, fresh_token
from cases.errors import BadInput, UnknownName
from cases.ports import Lost

HANDLE_BYTES = 32
SEVERAL_FACTORS = "mfa"
"""What a provider writes into `amr` where somebody signed in there by more than one factor (RFC 8176)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of somebody; its signature, issuer, audience and times were checked."""

    issuer: str
    subject: str
    nonce: str
    email: str | None = None
    email_verified: bool = False
    methods: tuple[str, ...] = ()


class NotVouched(Exception):
    """The provider did not vouch for anybody: it refused, did not answer, or what it said cannot be trusted."""


class Provider(Protocol):
    """An OpenID Connect provider."""

    def address(self, state: str, nonce: str, challenge: str) -> str:
        """Where the browser is sent. `challenge` is the S256 one of PKCE. Raises NotVouched."""

    def redeemed(self, code: str, verifier: str, now: dt.datetime) -> Claims:
        """What the provider says for a code. Raises NotVouched."""


@dataclass(frozen=True, slots=True)
class SentAway:
    """The browser goes to `address` and keeps `ticket` until it comes back."""

    address: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who was vouched for; `strong`: they signed in there by more than one factor."""

    person: str
    strong: bool


class Identities:
    """How providers know the people of a house."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store

    def begin(self, provider: Provider, now: dt.datetime) -> SentAway:
        """Send a browser to a provider. Raises NotVouched where it cannot be reached."""
        ticket, nonce, verifier = (fresh_token(self._parts.random) for _ in range(3))
        content = json.dumps({"nonce": nonce, "verifier": verifier}).encode()
        address = provider.address(state_of(ticket), nonce, challenge_of(verifier))
        ends_at = now + self._parts.figures.ceremony
        ceremony = Ceremony(digest_of(ticket), "provider", None, content, ends_at)
        self._store.write(AccountWrites(ceremony=ceremony, drop_ended=now))
        return SentAway(address, ticket)

    def redeemed(
        self, provider: Provider, ticket: str, state: str, code: str, now: dt.datetime, *, domain: str | None = None
    ) -> Vouched | None:
        """Whom the provider vouches for, when the browser has come back; None where it is nobody of this house.

        The ticket is used up by the first try. `domain`: addresses there name their person by what stands before the @.
        Raises NotVouched.
        """
        digest = digest_of(ticket)
        begun = self._store.ceremony(digest)
        same = hmac.compare_digest(state_of(ticket).encode(), state.encode("utf-8", "surrogatepass"))
        if begun is None or begun.kind != "provider" or now >= begun.ends_at or not same:
            raise NotVouched
        try:
            self._store.write(AccountWrites(use_ceremonies=(digest,)))
        except Lost:
            raise NotVouched from None
        if not code:
            raise NotVouched
        kept = json.loads(begun.content)
        claims = provider.redeemed(code, kept["verifier"], now)
        if not hmac.compare_digest(claims.nonce.encode(), kept["nonce"].encode()):
            raise NotVouched
        person = self._person_of(claims, domain, now)
        return Vouched(person, SEVERAL_FACTORS in claims.methods) if person is not None else None

    def link(self, person: str, issuer: str, subject: str, now: dt.datetime, by: str) -> None:
        """Say that a provider's subject is this person.

        Raises UnknownName where nobody has this name, BadInput where the subject is somebody already.
        """
        if self._parts.people.person(person) is None:
            raise UnknownName(f"there is nobody called {person!r} here; write them among the people first")
        there = self._store.identity(issuer, subject)
        if there is not None:
            raise BadInput(f"{issuer} knows {there.person} by this subject; unlink it first")
        self._linked(person, issuer, subject, now, by)

    def unlink(self, issuer: str, subject: str, now: dt.datetime, by: str) -> None:
        """Take a link away; sessions of the person end. Raises UnknownName where there is none."""
        there = self._store.identity(issuer, subject)
        if there is None:
            raise UnknownName(f"{issuer} knows nobody here by the subject {subject!r}")
        line = SignIn(now, there.person, "identity_removed", "provider", "applied", by=by)
        account = self._store.account(there.person)
        ended = account_after(account) if account is not None else None
        self._store.write(AccountWrites(account=ended, drop_identity=(issuer, subject), record=(line,)))

    def of(self, person: str | None) -> list[Identity]:
        """How providers know a person, or all."""
        return list(self._store.identities(person))

    def _person_of(self, claims: Claims, domain: str | None, now: dt.datetime) -> str | None:
        there = self._store.identity(claims.issuer, claims.subject)
        if there is not None:
            return there.person
        name, at, host = (claims.email or "").rpartition("@")
        if domain is None or not claims.email_verified or not at or host.casefold() != domain.casefold():
            return None
        if self._parts.people.person(name) is None or self._known_already(name, claims.issuer):
            return None
        self._linked(name, claims.issuer, claims.subject, now, name)
        return name

    def _known_already(self, person: str, issuer: str) -> bool:
        """Whether the provider knows this person by another subject: then the address has changed hands."""
        return any(one.issuer == issuer for one in self._store.identities(person))

    def _linked(self, person: str, issuer: str, subject: str, now: dt.datetime, by: str) -> None:
        fresh = self._store.account(person) is None
        account = Account(person, self._parts.random(HANDLE_BYTES), now) if fresh else None
        line = SignIn(now, person, "identity_linked", "provider", "applied", by=by)
        identity = Identity(issuer, subject, person, by, now)
        self._store.write(AccountWrites(account=account, identity=identity, record=(line,)))


def state_of(ticket: str) -> str:
    """What goes to the provider and comes back: it belongs to the ticket, which only the browser has."""
    return digest_of(f"state of {ticket}")


def challenge_of(verifier: str) -> str:
    """The S256 challenge of PKCE (RFC 7636)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
