"""API tokens: for programs. Shown once, kept as a digest, each with scopes, an end and its last use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from access.account_store import SCOPES, AccountWrites, Scope, SignIn, Token
from access.figures import Refused
from access.parts import Parts
from access.sessions import digest_of, fresh_token
from cases.errors import BadInput, UnknownName

PREFIX = "homeward_"
"""So that a token that got into a text or a repository is found by those who look for such things."""
MOST = 20
LONGEST_NAME = 60
TOUCHED_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Whom a program acts for, and what it may do. `id` and `name` are the token's."""

    person: str
    scopes: frozenset[Scope]
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; `secret` is shown this once."""

    token: Token
    secret: str


class Tokens:
    """The API tokens of a house."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store

    def make(
        self,
        person: str,
        name: str,
        scopes: Collection[str],
        now: dt.datetime,
        lasts: dt.timedelta | None = None,
        by: str | None = None,
    ) -> NewToken:
        """A token for somebody who has an account; `by` is who made it, where that is somebody else.

        Raises BadInput for scopes, a name, or a life that there cannot be; UnknownName where there is no account.
        """
        known = _scopes(scopes)
        figures = self._parts.figures
        life = figures.token if lasts is None else lasts
        if not dt.timedelta(0) < life <= figures.longest_token:
            raise BadInput(
                f"a token lasts {life}; expected more than nothing, at most {figures.longest_token.days} days"
            )
        said = " ".join(name.split())
        if not 0 < len(said) <= LONGEST_NAME:
            raise BadInput(f"a token needs a name of at most {LONGEST_NAME} signs that says what it is for")
        if self._store.account(person) is None:
            raise UnknownName(f"{person} has no account; see `homeward account invite`")
        if len([one for one in self.of(person) if _lives(one, now)]) >= MOST:
            raise BadInput(f"{person} has {MOST} tokens; revoke one that is not used any more")
        secret = PREFIX + fresh_token(self._parts.random)
        token = Token(self._parts.random(10).hex(), digest_of(secret), person, said, known, now, now + life)
        record = SignIn(now, person, "token_made", "token", "applied", by=by)
        self._store.write(AccountWrites(token=token, record=(record,)))
        return NewToken(token, secret)

    def make_own(
        self,
        session: str,
        name: str,
        scopes: Collection[str],
        now: dt.datetime,
        lasts: dt.timedelta | None = None,
        password: str | None = None,
    ) -> NewToken | Refused:
        """A token for oneself, under the token of one's session. Raises BadInput as `make`."""
        mine = self._parts.mine(session, now, password)
        if isinstance(mine, Refused):
            return mine
        if self._parts.sessions.shown(mine.session, mine.account).setup:
            return Refused("last_factor")
        return self.make(mine.account.person, name, scopes, now, lasts)

    def of(self, person: str | None) -> list[Token]:
        """The tokens of a person, or of all, newest first; ended and revoked ones too."""
        return list(self._store.tokens(person))

    def living(self, person: str, now: dt.datetime) -> list[Token]:
        """Those that can be used now, newest first."""
        return [one for one in self.of(person) if _lives(one, now)]

    def revoke(self, person: str, id_: str, now: dt.datetime, by: str | None = None) -> None:
        """End a token at once. Raises UnknownName where the person has none of this id that lives."""
        if not any(one.id == id_ for one in self.living(person, now)):
            raise UnknownName(f"{person} has no token {id_} that could be revoked; see `homeward account tokens list`")
        record = SignIn(now, person, "token_revoked", "token", "applied", by=by)
        self._store.write(AccountWrites(revoke_token=(person, id_, now), record=(record,)))

    def holder(self, secret: str, now: dt.datetime) -> TokenHolder | None:
        """Who holds a token; None where it is unknown, ended or revoked, or its holder may not sign in.

        Its first use on each day (UTC) is written into the record.
        """
        if not secret.startswith(PREFIX):
            return None
        token = self._store.token(digest_of(secret))
        if token is None or not _lives(token, now) or not self._may_sign_in(token.person):
            return None
        if token.used_at is None or token.used_at.date() != now.date():
            record = SignIn(now, token.person, "token_used", "token", "applied")
            self._store.write(AccountWrites(record=(record,)))
        if token.used_at is None or now - token.used_at >= TOUCHED_EVERY:
            self._store.touch_token(token.id, now)
        return TokenHolder(token.person, token.scopes, token.name, token.id)

    def _may_sign_in(self, name: str) -> bool:
        person, account = self._parts.people.person(name), self._store.account(name)
        living = person is not None and not person.disabled and account is not None and not account.disabled
        # Who needs a second factor and has taken none yet may not do anything before, by program neither.
        return living and not (self._parts.needs_second(name) and not self._has_second(name))

    def _has_second(self, name: str) -> bool:
        account = self._store.account(name)
        return account is not None and (account.totp_secret is not None or bool(self._store.passkeys(name)))


def _lives(token: Token, now: dt.datetime) -> bool:
    return token.revoked_at is None and now < token.ends_at


def _scopes(said: Collection[str]) -> frozenset[Scope]:
    known: frozenset[Scope] = frozenset(one for one in SCOPES if one in said)
    unknown = sorted(set(said) - known)
    if unknown or not known:
        raise BadInput(f"a token has no scope {', '.join(unknown) or 'at all'}; known: {', '.join(SCOPES)}")
    return known
