"""One's own password and second factors: set up, used, taken away. Each change ends all other sessions at once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace

from access import passkeys
from access.account_store import Account, AccountWrites, Ceremony, CeremonyKind, Passkey, SignIn, SignInHow
from access.codes import address_of, fresh_recovery_codes, fresh_secret, recovery_digest, step_of
from access.figures import Refused, SignedIn
from access.parts import Mine, Parts
from access.passwords import problems_of
from access.sessions import digest_of, fresh_token

MOST_PASSKEYS = 20
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class CodeOffer:
    """What an authenticator is to be told: the secret, and the address that holds it. `ticket` ends the setting up."""

    ticket: str
    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class PasskeyOffer:
    """What the browser hands to the authenticator, as JSON. `ticket` ends the setting up."""

    ticket: str
    options: str


class Factors:
    """Passwords, codes and passkeys of a house."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store

    @property
    def offers_passkeys(self) -> bool:
        """Whether passkeys can be used: the house's pages have an address."""
        return self._parts.figures.relying_party is not None

    def passkeys(self, person: str) -> list[Passkey]:
        """The passkeys of a person, oldest first."""
        return list(self._store.passkeys(person))

    def codes_left(self, person: str) -> int:
        """How many recovery codes a person has."""
        return self._store.codes_left(person)

    def change_password(self, token: str, old: str, new: str, now: dt.datetime) -> SignedIn | Refused:
        """Take another password. The old one is asked for, however fresh the sign-in is."""
        mine = self._mine(token, now)
        if mine is None or mine.account.password is None:
            # Who has none yet comes by a link, or has just been let in by a provider.
            known = self._parts.mine(token, now, None)
            if isinstance(known, Refused):
                return known
            mine = known
        elif mine.session.strength == "demo":
            return Refused("demo")
        elif not self._parts.is_password_of(mine.account, old, now):
            return Refused("confirm")
        problems = problems_of(new, mine.account.person)
        if problems:
            return Refused("password", problems)
        changed = replace(mine.account, password=self._parts.hashing.hash(new))
        return self._changed(mine, changed, AccountWrites(), now, mine.line(now, "password_set", "password"))

    # Codes of an authenticator

    def begin_code(self, token: str, now: dt.datetime, password: str | None = None) -> CodeOffer | Refused:
        """Offer a fresh secret to an authenticator. It counts only once a code of it was given back."""
        mine = self._parts.mine(token, now, password)
        if isinstance(mine, Refused):
            return mine
        secret = fresh_secret(self._parts.random)
        ticket = self._begin("totp", mine, secret, now)
        return CodeOffer(ticket, secret, address_of(secret, mine.account.person, self._parts.figures.house_name))

    def offered(self, token: str, ticket: str, now: dt.datetime) -> CodeOffer | None:
        """An offer that was made and not ended, to show it again after a wrong code."""
        mine = self._mine(token, now)
        secret = self._asked("totp", mine, ticket, now) if mine is not None else None
        if mine is None or secret is None:
            return None
        return CodeOffer(ticket, secret, address_of(secret, mine.account.person, self._parts.figures.house_name))

    def confirm_code(self, token: str, ticket: str, code: str, now: dt.datetime) -> SignedIn | Refused:
        """Set the offered secret up, by a code of it. After a wrong one another may be tried, until the ticket ends."""
        mine = self._mine(token, now)
        if mine is None:
            return Refused("signed_out")
        secret = self._asked("totp", mine, ticket, now)
        step = step_of(secret, code, now, 0) if secret is not None else None
        if step is None:
            return Refused("code")
        changed = replace(mine.account, totp_secret=secret, totp_last=step)
        return self._added(mine, changed, AccountWrites(use_ceremonies=(digest_of(ticket),)), now, "code")

    def remove_code(self, token: str, now: dt.datetime, password: str | None = None) -> SignedIn | Refused:
        """Take the authenticator away."""
        mine = self._parts.mine(token, now, password)
        if isinstance(mine, Refused):
            return mine
        changed = replace(mine.account, totp_secret=None, totp_last=0)
        return self._removed(mine, changed, AccountWrites(), now, "code")

    # Passkeys

    def begin_passkey(self, token: str, now: dt.datetime, password: str | None = None) -> PasskeyOffer | Refused:
        """Ask an authenticator to make a passkey."""
        mine = self._parts.mine(token, now, password)
        if isinstance(mine, Refused):
            return mine
        there = self._store.passkeys(mine.account.person)
        party = self._parts.figures.relying_party
        if party is None or len(there) >= MOST_PASSKEYS:
            return Refused("full")
        challenge = fresh_token(self._parts.random)
        ticket = self._begin("passkey_new", mine, challenge, now)
        return PasskeyOffer(ticket, passkeys.asked_to_make(mine.account, there, party, challenge.encode()))

    def add_passkey(self, token: str, ticket: str, answer: str, name: str, now: dt.datetime) -> SignedIn | Refused:
        """Take the passkey that an authenticator made. The challenge is used up, whatever the answer is worth."""
        mine = self._mine(token, now)
        if mine is None:
            return Refused("signed_out")
        challenge, party = self._asked("passkey_new", mine, ticket, now), self._parts.figures.relying_party
        if challenge is None or party is None:
            return Refused("passkey")
        used = (digest_of(ticket),)
        person = mine.account.person
        try:
            made = passkeys.made_by(answer, person, _named(name), party, challenge.encode(), now)
        except passkeys.NotProved:
            self._store.write(AccountWrites(use_ceremonies=used))
            return Refused("passkey")
        return self._added(mine, mine.account, AccountWrites(use_ceremonies=used, passkey=made), now, "passkey")

    def remove_passkey(self, token: str, id_: str, now: dt.datetime, password: str | None = None) -> SignedIn | Refused:
        """Take a passkey away."""
        mine = self._parts.mine(token, now, password)
        if isinstance(mine, Refused):
            return mine
        return self._removed(mine, mine.account, AccountWrites(drop_passkey=(mine.account.person, id_)), now, "passkey")

    # Recovery codes

    def new_codes(self, token: str, now: dt.datetime, password: str | None = None) -> SignedIn | Refused:
        """Ten fresh recovery codes; the old ones are worth nothing any more."""
        mine = self._parts.mine(token, now, password)
        if isinstance(mine, Refused):
            return mine
        codes = fresh_recovery_codes(self._parts.random)
        writes = AccountWrites(codes=_kept(mine.account.person, codes))
        return self._changed(mine, mine.account, writes, now, mine.line(now, "codes_made"), codes=codes)

    # At signing in

    def use_of(self, account: Account, code: str, now: dt.datetime) -> tuple[SignInHow, AccountWrites] | None:
        """What uses up this code, where it is one: of the authenticator, or a recovery code."""
        step = step_of(account.totp_secret, code, now, account.totp_last) if account.totp_secret is not None else None
        if step is not None:
            used = replace(account, totp_last=step, revision=account.revision + 1)
            return "code", AccountWrites(account=used)
        digest = recovery_digest(account.person, code)
        if self._store.code_is_unused(account.person, digest):
            return "recovery", AccountWrites(use_code=(account.person, digest, now))
        return None

    def asked_of(self, person: str, ticket: str, now: dt.datetime) -> str | None:
        """What an authenticator is asked at signing in, as JSON; None where there is nothing to ask."""
        there, party = self._store.passkeys(person), self._parts.figures.relying_party
        if party is None or not there:
            return None
        challenge = fresh_token(self._parts.random)
        ends_at = now + self._parts.figures.ceremony
        ceremony = Ceremony(_challenge_of(ticket), "passkey_use", person, challenge.encode(), ends_at)
        self._store.write(AccountWrites(ceremony=ceremony))
        return passkeys.asked_to_prove(there, party, challenge.encode())

    def proved_by(self, person: str, ticket: str, answer: str, now: dt.datetime) -> AccountWrites | None:
        """What uses up the answer of an authenticator, where it is one to what was asked last; or None.

        The challenge is used up, whatever the answer is worth.
        """
        digest, party = _challenge_of(ticket), self._parts.figures.relying_party
        asked = self._store.ceremony(digest)
        if asked is None or party is None or asked.person != person or now >= asked.ends_at:
            return None
        try:
            before, after = passkeys.proved_by(answer, self._store.passkeys(person), party, asked.content, now)
        except passkeys.NotProved:
            self._store.write(AccountWrites(use_ceremonies=(digest,)))
            return None
        return AccountWrites(passkey=after, counted=before.sign_count, use_ceremonies=(digest,))

    # Inside

    def _mine(self, token: str, now: dt.datetime) -> Mine | None:
        found = self._parts.sessions.found(token, now)
        return Mine(*found) if found is not None else None

    def _begin(self, kind: CeremonyKind, mine: Mine, content: str, now: dt.datetime) -> str:
        ticket = fresh_token(self._parts.random)
        kept = json.dumps({"session": mine.session.id, "asked": content}).encode()
        ends_at = now + self._parts.figures.ceremony
        ceremony = Ceremony(digest_of(ticket), kind, mine.account.person, kept, ends_at)
        self._store.write(AccountWrites(ceremony=ceremony, drop_ended=now))
        return ticket

    def _asked(self, kind: CeremonyKind, mine: Mine, ticket: str, now: dt.datetime) -> str | None:
        """What was begun under this ticket by the same session, and is not over."""
        there = self._store.ceremony(digest_of(ticket))
        if there is None or there.kind != kind or now >= there.ends_at:
            return None
        kept = json.loads(there.content)
        return str(kept["asked"]) if kept["session"] == mine.session.id else None

    def _added(
        self, mine: Mine, changed: Account, writes: AccountWrites, now: dt.datetime, how: SignInHow
    ) -> SignedIn | Refused:
        """With the first factor come recovery codes."""
        codes: tuple[str, ...] = ()
        if not self._store.codes_left(mine.account.person):
            codes = fresh_recovery_codes(self._parts.random)
            writes = replace(writes, codes=_kept(mine.account.person, codes))
        return self._changed(mine, changed, writes, now, mine.line(now, "factor_added", how), codes=codes)

    def _removed(
        self, mine: Mine, changed: Account, writes: AccountWrites, now: dt.datetime, how: SignInHow
    ) -> SignedIn | Refused:
        person = mine.account.person
        last = changed.totp_secret is None and not self._parts.kept(person, writes)
        if last and self._parts.needs_second(person):
            return Refused("last_factor")
        if last:
            writes = replace(writes, codes=(person, ()))
        return self._changed(mine, changed, writes, now, mine.line(now, "factor_removed", how))

    def _changed(
        self,
        mine: Mine,
        changed: Account,
        writes: AccountWrites,
        now: dt.datetime,
        record: SignIn,
        *,
        codes: tuple[str, ...] = (),
    ) -> SignedIn | Refused:
        done = self._parts.changed(mine, changed, replace(writes, record=(record,)), now)
        return replace(done, codes=codes) if done is not None else Refused("signed_out")


def _challenge_of(ticket: str) -> str:
    """Under which digest the challenge of a sign-in lies: one at a time, and the newest counts."""
    return digest_of(f"challenge of {ticket}")


def _kept(person: str, codes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return person, tuple(recovery_digest(person, code) for code in codes)


def _named(name: str) -> str:
    """The name that somebody gives to a passkey, on one line and not too long."""
    return " ".join(name.split())[:LONGEST_NAME] or "Passkey"
