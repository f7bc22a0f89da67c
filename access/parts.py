"""The parts that the use cases of signing in share, and how somebody changes their own account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from access.account_store import (
    Account,
    AccountStore,
    AccountWrites,
    SignIn,
    SignInHow,
    SignInWhat,
    StoredSession,
    Strength,
)
from access.figures import Figures, Refused, SignedIn
from access.passwords import LONGEST, Hashing
from access.sessions import Sessions, needs_second
from access.throttle import Count, Tried
from cases.ports import Lost, People


@dataclass(frozen=True, slots=True)
class Mine:
    """A living session with its account: whoever asks changes their own."""

    session: StoredSession
    account: Account

    def line(self, now: dt.datetime, what: SignInWhat, how: SignInHow = "none") -> SignIn:
        """What is recorded of it."""
        return SignIn(now, self.account.person, what, how, "applied", self.session.network)


@dataclass(frozen=True, slots=True)
class Parts:
    """What every use case of signing in needs. `random(n)` gives n random bytes."""

    store: AccountStore
    people: People
    random: Callable[[int], bytes]
    figures: Figures
    hashing: Hashing
    sessions: Sessions

    def needs_second(self, person: str) -> bool:
        """Whether this person's post asks for a second factor."""
        return needs_second(self.people.person(person))

    def mine(self, token: str, now: dt.datetime, password: str | None) -> Mine | Refused:
        """Whose account may be changed under this token: a sign-in of just now, or an older one with the password."""
        found = self.sessions.found(token, now)
        if found is None:
            return Refused("signed_out")
        mine = Mine(*found)
        if mine.session.strength == "demo":
            return Refused("demo")
        if now - mine.session.signed_in_at < self.figures.fresh:
            return mine
        return mine if self.is_password_of(mine.account, password, now) else Refused("confirm")

    def is_password_of(self, account: Account, password: str | None, now: dt.datetime) -> bool:
        """Whether somebody who is signed in knows their password. Tries are counted as at signing in."""
        if password is None or account.password is None or len(password) > 4 * LONGEST:
            return False
        tried = Tried((Count(f"confirm|{account.person}", 5),), now)
        if not self.store.count(tried.keys, tried) or not self.hashing.verify(account.password, password):
            return False
        self.store.write(AccountWrites(clear=tried.keys))
        return True

    def changed(self, mine: Mine, account: Account, writes: AccountWrites, now: dt.datetime) -> SignedIn | None:
        """Put a changed account: all its other sessions end, and this one goes on under a new token.

        None where something else of the account changed meanwhile.
        """
        after = replace(account, revision=mine.account.revision + 1, generation=mine.account.generation + 1)
        # Whoever has just proved a factor at setting it up has come with two.
        added = writes.passkey is not None or after.totp_secret not in (None, mine.account.totp_secret)
        strength: Strength = "second_factor" if added else mine.session.strength
        session = replace(mine.session, generation=after.generation, strength=strength)
        begun = self.sessions.rotated(session, now, grace=False)
        try:
            self.store.write(replace(writes, account=after, session=begun.stored, replaces=mine.session.digest))
        except Lost:
            return None
        return SignedIn(self.sessions.shown(begun.stored, after), begun.token)

    def kept(self, person: str, writes: AccountWrites) -> tuple[str, ...]:
        """The ids of the passkeys that a person has after this change."""
        dropped = writes.drop_passkey[1] if writes.drop_passkey is not None else None
        return tuple(one.id for one in self.store.passkeys(person) if one.id != dropped)
