"""Sessions: who is signed in, kept on the server. A browser holds a random token, the house only its digest.

A session says *who*, never *what they may*: titles, assignments and grants are read anew for every request, so that
somebody who lost a role or a case is refused from the next request on. A session ends at once when the person or the
account is disabled, and when password or factors change (the account's `generation` moves on and every session of an
earlier one is dead, whether its row is still there or not).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace

from access.account_store import Account, AccountStore, AccountWrites, SignIn, StoredSession, Strength, Theme
from cases.ports import Lost, People, Person

TOKEN_BYTES = 32
SECOND_FACTOR_POSTS = frozenset({"administrator", "auditor"})
"""Posts of the house whose holders need a second factor (promise 27)."""
GRACE = dt.timedelta(seconds=60)
"""How long the token before a rotation is still taken: requests that were under way, and other tabs."""
TOUCHED_EVERY = dt.timedelta(minutes=1)
"""`seen_at` is written no more often, so that looking costs no write; the idle limit is that much less exact."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. All times are aware, in UTC.

    `acting` is the title that the person chose to act in, or None for all of theirs. `csrf` goes into every form.
    `setup`: the person's post, as it is now, needs a second factor and they came without; they may do nothing else
    before. `renew_at`: from then on the token is to be replaced (`Sessions.renew`). `language` and `theme` are what the
    person chose.
    """

    id: str
    person: str
    acting: str | None
    csrf: str
    strength: Strength
    signed_in_at: dt.datetime
    seen_at: dt.datetime
    ends_at: dt.datetime
    setup: bool = False
    language: str | None = None
    theme: Theme = "device"
    renew_at: dt.datetime | None = None
    network: str = ""


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """For how long a session goes on without a request, in all, and how old a token gets."""

    idle: dt.timedelta = dt.timedelta(minutes=30)
    absolute: dt.timedelta = dt.timedelta(hours=12)
    renew: dt.timedelta = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session, and what must be written for it to exist."""

    stored: StoredSession
    token: str


def digest_of(token: str) -> str:
    """The SHA-256 of a token in hexadecimal. Tokens are 256 random bits, so nothing can be guessed back from it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def needs_second(person: Person | None) -> bool:
    """Whether this person's post asks for a second factor."""
    return person is not None and bool(person.titles & SECOND_FACTOR_POSTS)


def fresh_token(random: Callable[[int], bytes]) -> str:
    """A token of 256 random bits in base64url."""
    return urlsafe_b64encode(random(TOKEN_BYTES)).decode().rstrip("=")


class Sessions:
    """The sessions of a house. `random(n)` gives n random bytes."""

    def __init__(
        self, store: AccountStore, people: People, random: Callable[[int], bytes], figures: SessionFigures
    ) -> None:
        self._store = store
        self._people = people
        self._random = random
        self._figures = figures

    def begun(self, account: Account, strength: Strength, now: dt.datetime, *, network: str = "") -> Begun:
        """A session of this account that begins now; nothing is written yet."""
        token = fresh_token(self._random)
        stored = StoredSession(
            id=self._random(10).hex(),
            digest=digest_of(token),
            person=account.person,
            acting=None,
            csrf=fresh_token(self._random),
            strength=strength,
            generation=account.generation,
            signed_in_at=now,
            seen_at=now,
            renewed_at=now,
            ends_at=now + self._figures.absolute,
            network=network,
        )
        return Begun(stored, token)

    def shown(self, stored: StoredSession, account: Account) -> Session:
        """A session as others see it. A title that the person has no longer is not acted in."""
        person = self._people.person(stored.person)
        acting = stored.acting if person is not None and stored.acting in person.titles else None
        return Session(
            id=stored.id,
            person=stored.person,
            acting=acting,
            csrf=stored.csrf,
            strength=stored.strength,
            signed_in_at=stored.signed_in_at,
            seen_at=stored.seen_at,
            ends_at=stored.ends_at,
            renew_at=stored.renewed_at + self._figures.renew,
            setup=stored.strength == "password" and needs_second(person),
            language=account.language,
            theme=account.theme,
            network=stored.network,
        )

    def found(self, token: str, now: dt.datetime) -> tuple[StoredSession, Account] | None:
        """The living session of a token, with its account; None where there is none, or not any more."""
        digest = digest_of(token)
        there = self._store.session(digest)
        if there is None:
            return None
        stored, account = there
        if stored.digest != digest and (stored.grace is None or now >= stored.grace):
            return None
        return there if self._lives(stored, account, now) else None

    def session(self, token: str, now: dt.datetime) -> Session | None:
        """The living session of a token; None where there is none, or not any more.

        One that was asked for when it lived no more is dropped, where it could come back otherwise: with a person who
        is enabled again. One whose time is over stays, so that it is known whose form comes too late.
        """
        found = self.found(token, now)
        if found is None:
            self._drop_dead(token)
            return None
        stored, account = found
        if now - stored.seen_at >= TOUCHED_EVERY:
            self._store.touch_session(stored.id, now)
            stored = replace(stored, seen_at=now)
        return self.shown(stored, account)

    def whose(self, token: str, csrf: str) -> str | None:
        """Whose session a token was, for a form that was made in it (`csrf`) and comes when its time is over.

        None where the session was ended rather than over: signed out, revoked, or its person disabled. It says who
        may have back what came with the form, after they signed in, and lets nobody in.
        """
        there = self._store.session(digest_of(token)) if token else None
        if there is None or not self._counts(*there):
            return None
        stored = there[0]
        return stored.person if hmac.compare_digest(stored.csrf.encode(), csrf.encode()) else None

    def _drop_dead(self, token: str) -> None:
        there = self._store.session(digest_of(token))
        if there is not None and not self._counts(*there):
            self._store.write(AccountWrites(end_session=(there[0].person, there[0].id)))

    def of(self, person: str, now: dt.datetime) -> list[Session]:
        """All living sessions of a person, newest first."""
        account = self._store.account(person)
        if account is None:
            return []
        return [self.shown(one, account) for one in self._store.sessions(person) if self._lives(one, account, now)]

    def rotated(self, stored: StoredSession, now: dt.datetime, *, grace: bool) -> Begun:
        """The same session under a new token; without `grace` the old one is dead at once. Nothing is written yet."""
        token = fresh_token(self._random)
        kept = (stored.digest, now + GRACE) if grace else (None, None)
        changed = replace(stored, digest=digest_of(token), renewed_at=now, seen_at=now, previous=kept[0], grace=kept[1])
        return Begun(changed, token)

    def renew(self, token: str, now: dt.datetime) -> str | None:
        """A new token, where this one is old enough to be replaced; the old one is taken for a minute yet."""
        found = self.found(token, now)
        if found is None or found[0].digest != digest_of(token) or now - found[0].renewed_at < self._figures.renew:
            return None
        begun = self.rotated(found[0], now, grace=True)
        try:
            self._store.write(AccountWrites(session=begun.stored, replaces=found[0].digest))
        except Lost:
            # Another request of the same browser has just done it.
            return None
        return begun.token

    def end(self, token: str, now: dt.datetime) -> None:
        """End the session of a token, whatever state it is in; nothing where there is none."""
        there = self._store.session(digest_of(token))
        if there is not None:
            record = SignIn(now, there[0].person, "sign_out", "none", "applied", there[0].network)
            self._store.write(AccountWrites(end_session=(there[0].person, there[0].id), record=(record,)))

    def end_one(self, person: str, id_: str, now: dt.datetime) -> None:
        """End another session of the same person; nothing where they have none of this id."""
        if any(one.id == id_ for one in self._store.sessions(person)):
            record = SignIn(now, person, "ended", "none", "applied")
            self._store.write(AccountWrites(end_session=(person, id_), record=(record,)))

    def _lives(self, stored: StoredSession, account: Account, now: dt.datetime) -> bool:
        in_time = now < stored.ends_at and now - stored.seen_at < self._figures.idle
        return in_time and self._counts(stored, account)

    def _counts(self, stored: StoredSession, account: Account) -> bool:
        """Whether nobody has ended it, be its time over or not."""
        person = self._people.person(stored.person)
        return (
            person is not None
            and not person.disabled
            and not account.disabled
            and stored.generation == account.generation
        )
