"""One-time links, by which somebody sets a password: the first administrator, the invited, and who forgot theirs.

A link is 256 random bits of which the house keeps a digest; it is good once, for some days, and the newest of a person
is the only one. Only somebody who is signed in, or who may run commands on the house's machine, can make one; there is
no way to ask for one from outside, so nobody can be made to get one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypedDict

from access.account_store import Account, AccountWrites, LinkKind, OneTimeLink, SignIn, account_after
from access.figures import Refused
from access.parts import Parts
from access.passwords import problems_of
from access.sessions import digest_of, fresh_token
from cases.errors import BadInput, Failed, UnknownName
from cases.ports import Lost

HANDLE_BYTES = 32
TRIES = 10


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was just made; `token` is shown this once, as the end of `/welcome/…`."""

    link: OneTimeLink
    token: str


class _Ended(TypedDict):
    revoke_tokens_of: tuple[str, dt.datetime]
    forget_devices_of: str


class Links:
    """One-time links, and what else others do to an account."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store

    def make(self, person: str, now: dt.datetime, by: str | None) -> NewLink:
        """An invitation; or a reset, where the person has a password. Earlier links of the person are dead from now on.

        A reset changes nothing until it is used. Raises UnknownName where nobody has this name, BadInput where the
        person or the account is disabled.
        """
        self.check_can_be_invited(person)
        account = self._store.account(person)
        has_password = account is not None and account.password is not None
        return self._made(person, "reset" if has_password else "invitation", now, by)

    def check_can_be_invited(self, person: str) -> None:
        """Somebody has this name, and may sign in. Raises UnknownName, BadInput."""
        found = self._parts.people.person(person)
        if found is None:
            raise UnknownName(f"there is nobody called {person!r} here; write them among the people first")
        account = self._store.account(person)
        if found.disabled or (account is not None and account.disabled):
            raise BadInput(f"{person} is disabled; see `homeward account enable`")

    def first_administrator(self, person: str, now: dt.datetime) -> NewLink | None:
        """The link for the first administrator, who is made an administrator by wiring; None where one can sign in."""
        if self.administrators():
            return None
        return self._made(person, "first_administrator", now, None)

    def administrators(self) -> list[str]:
        """The administrators who can sign in: not disabled, with a password or known to a provider."""
        return [
            one.name
            for one in self._parts.people.all()
            if "administrator" in one.titles and not one.disabled and self.can_sign_in(one.name)
        ]

    def found(self, token: str, now: dt.datetime) -> OneTimeLink | None:
        """The link of a token, while it can be used."""
        link = self._store.link(digest_of(token))
        if link is None or link.used_at is not None or now >= link.ends_at:
            return None
        person = self._parts.people.person(link.person)
        account = self._store.account(link.person)
        if person is None or person.disabled or (account is not None and account.disabled):
            return None
        return link

    def open(self, now: dt.datetime) -> list[OneTimeLink]:
        """The links that wait to be used, newest first."""
        return list(self._store.open_links(now))

    def used(self, token: str, password: str, now: dt.datetime) -> Account | Refused:
        """Set a password by a link; the account as it is now. Sessions, known browsers and API tokens of before end."""
        link = self.found(token, now)
        if link is None:
            return Refused("link")
        problems = problems_of(password, link.person)
        if problems:
            return Refused("password", problems)
        before = self._store.account(link.person)
        hashed = self._parts.hashing.hash(password)
        account = replace(
            account_after(before) if before is not None else self._fresh(link.person, now), password=hashed
        )
        line = SignIn(now, link.person, "link_used", "link", "applied", by=link.made_by)
        writes = AccountWrites(
            account=account,
            use_link=(link.digest, now),
            forget_devices_of=link.person,
            revoke_tokens_of=(link.person, now),
            record=(line,),
        )
        try:
            self._store.write(writes)
        except Lost:
            return Refused("link")
        return account

    def account_of(self, person: str, now: dt.datetime) -> Account:
        """The account of a person, which is made where there is none: without a password nobody signs in with it."""
        account = self._store.account(person)
        if account is not None:
            return account
        fresh = self._fresh(person, now)
        try:
            self._store.write(AccountWrites(account=fresh))
        except Lost:
            made = self._store.account(person)
            assert made is not None
            return made
        return fresh

    def set_disabled(self, person: str, disabled: bool, now: dt.datetime, by: str | None) -> None:
        """Let somebody sign in no more, or again. Sessions and API tokens end at once, and do not come back.

        Nothing happens where there is no account. Raises Failed.
        """
        if self._store.account(person) is None:
            return
        line = SignIn(now, person, "disabled" if disabled else "enabled", "none", "applied", by=by)

        def change(account: Account) -> AccountWrites | None:
            if account.disabled == disabled:
                return None
            writes = AccountWrites(account=replace(account_after(account), disabled=disabled), record=(line,))
            return replace(writes, **_everything_of(person, now)) if disabled else writes

        self._insist(person, change)

    def forget_factors(self, person: str, now: dt.datetime, by: str | None) -> None:
        """Take all second factors of a person away, who lost them: whoever has the password then sets up new ones.

        Nothing happens where there is no account. Raises Failed.
        """
        if self._store.account(person) is None:
            return
        line = SignIn(now, person, "factor_removed", "none", "applied", by=by)

        def change(account: Account) -> AccountWrites:
            bare = replace(account_after(account), totp_secret=None, totp_last=0)
            writes = AccountWrites(account=bare, drop_passkeys_of=person, codes=(person, ()), record=(line,))
            return replace(writes, forget_devices_of=person)

        self._insist(person, change)

    def end_everything(self, person: str, now: dt.datetime, by: str | None) -> None:
        """End all sessions and API tokens of a person at once: who is written down as disabled, or asks for it.

        Nothing happens where there is no account. Raises Failed.
        """
        line = SignIn(now, person, "ended", "none", "applied", by=by)
        if self._store.account(person) is not None:
            ended = _everything_of(person, now)
            self._insist(person, lambda one: AccountWrites(account=account_after(one), record=(line,), **ended))

    def _insist(self, person: str, change: Callable[[Account], AccountWrites | None]) -> None:
        """Make a change that counts whatever else is done to the account meanwhile."""
        for _ in range(TRIES):
            account = self._store.account(person)
            if account is None:
                raise UnknownName(f"{person} has no account; see `homeward account list`")
            writes = change(account)
            try:
                if writes is not None:
                    self._store.write(writes)
            except Lost:
                continue
            return
        raise Failed("the account is being changed all the time; nothing was changed, try again")

    def _made(self, person: str, kind: LinkKind, now: dt.datetime, by: str | None) -> NewLink:
        token = fresh_token(self._parts.random)
        link = OneTimeLink(digest_of(token), person, kind, by, now, now + self._parts.figures.link)
        record = SignIn(now, person, "link_made", "link", "applied", by=by)
        self._store.write(AccountWrites(link=link, record=(record,)))
        return NewLink(link, token)

    def _fresh(self, person: str, now: dt.datetime) -> Account:
        return Account(person, self._parts.random(HANDLE_BYTES), now)

    def can_sign_in(self, person: str) -> bool:
        """Whether somebody has a password or is known to a provider, and is not disabled."""
        account = self._store.account(person)
        if account is None or account.disabled:
            return False
        return account.password is not None or bool(self._store.identities(person))


def _everything_of(person: str, now: dt.datetime) -> _Ended:
    """What ends together with the sessions of a person."""
    return {"revoke_tokens_of": (person, now), "forget_devices_of": person}
