"""Accounts of the in-memory twin: the same constraints as in a database, none of the sealing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from access.account_store import (
    Account,
    AccountWrites,
    Ceremony,
    Device,
    Identity,
    OneTimeLink,
    Passkey,
    SignIn,
    StoredSession,
    Throttle,
    Token,
)
from cases.errors import Failed
from cases.ports import Lost


@dataclass
class _Shelf:
    """Everything that is kept."""

    accounts: dict[str, Account] = field(default_factory=dict)
    passkeys: dict[str, Passkey] = field(default_factory=dict)
    codes: dict[str, dict[str, dt.datetime | None]] = field(default_factory=dict)  # person -> digest -> when used
    sessions: dict[str, StoredSession] = field(default_factory=dict)
    links: dict[str, OneTimeLink] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    ceremonies: dict[str, Ceremony] = field(default_factory=dict)
    identities: dict[tuple[str, str], Identity] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    throttles: dict[str, Throttle] = field(default_factory=dict)
    sign_ins: list[SignIn] = field(default_factory=list)


class MemoryAccounts:
    """Accounts that live as long as the program."""

    def __init__(self) -> None:
        self._shelf = _Shelf()
        self._turning = threading.Lock()

    def account(self, person: str) -> Account | None:
        """The account of a person."""
        return self._shelf.accounts.get(person)

    def accounts(self) -> Sequence[Account]:
        """All accounts, by person."""
        with self._turning:
            return sorted(self._shelf.accounts.values(), key=lambda one: one.person)

    def passkeys(self, person: str) -> Sequence[Passkey]:
        """The passkeys of a person, oldest first."""
        with self._turning:
            mine = [one for one in self._shelf.passkeys.values() if one.person == person]
        return sorted(mine, key=lambda one: (one.made_at, one.id))

    def codes_left(self, person: str) -> int:
        """How many recovery codes of a person are unused."""
        with self._turning:
            return sum(used is None for used in self._shelf.codes.get(person, {}).values())

    def code_is_unused(self, person: str, digest: str) -> bool:
        """Whether this is a recovery code of the person that nobody has used."""
        codes = self._shelf.codes.get(person, {})
        return digest in codes and codes[digest] is None

    def session(self, digest: str) -> tuple[StoredSession, Account] | None:
        """The session of a token, or of the one before the last rotation, with its account."""
        with self._turning:
            all_ = self._shelf.sessions.values()
            found = next((one for one in all_ if digest in (one.digest, one.previous)), None)
            return (found, self._shelf.accounts[found.person]) if found is not None else None

    def sessions(self, person: str) -> Sequence[StoredSession]:
        """All sessions of a person that are kept, newest first."""
        with self._turning:
            mine = [one for one in self._shelf.sessions.values() if one.person == person]
        return sorted(mine, key=lambda one: (one.signed_in_at, one.id), reverse=True)

    def link(self, digest: str) -> OneTimeLink | None:
        """A one-time link."""
        return self._shelf.links.get(digest)

    def open_links(self, now: dt.datetime) -> Sequence[OneTimeLink]:
        """The links that can still be used, newest first."""
        with self._turning:
            found = [one for one in self._shelf.links.values() if one.used_at is None and now < one.ends_at]
        found.sort(key=lambda one: one.digest)
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    def token(self, digest: str) -> Token | None:
        """An API token by the digest of its secret."""
        with self._turning:
            return next((one for one in self._shelf.tokens.values() if one.digest == digest), None)

    def tokens(self, person: str | None) -> Sequence[Token]:
        """The tokens of a person, or of all, newest first."""
        with self._turning:
            found = [one for one in self._shelf.tokens.values() if person in (None, one.person)]
        return sorted(found, key=lambda one: (one.made_at, one.id), reverse=True)

    def ceremony(self, digest: str) -> Ceremony | None:
        """Something begun and not ended."""
        return self._shelf.ceremonies.get(digest)

    def identity(self, issuer: str, subject: str) -> Identity | None:
        """Whom a provider means."""
        return self._shelf.identities.get((issuer, subject))

    def identities(self, person: str | None) -> Sequence[Identity]:
        """How providers know a person, or all."""
        with self._turning:
            found = [one for one in self._shelf.identities.values() if person in (None, one.person)]
        return sorted(found, key=lambda one: (one.person, one.issuer, one.subject))

    def device(self, digest: str) -> Device | None:
        """A known browser."""
        return self._shelf.devices.get(digest)

    def sign_ins(self, person: str | None, before: int | None, limit: int) -> Sequence[SignIn]:
        """The record of a person, or of all, newest first; only numbers below `before`."""
        with self._turning:
            newest_first = self._shelf.sign_ins[::-1]
        found = [
            one for one in newest_first if person in (None, one.person) and (before is None or one.number < before)
        ]
        return found[:limit]

    def count(
        self, keys: Sequence[str], after: Callable[[Mapping[str, Throttle]], Mapping[str, Throttle] | None]
    ) -> bool:
        """Look at throttles and put what `after` makes of them, one after the other."""
        with self._turning:
            there = {key: self._shelf.throttles[key] for key in keys if key in self._shelf.throttles}
            put = after(there)
            self._shelf.throttles.update(put or {})
            return put is not None

    def touch_session(self, id_: str, seen_at: dt.datetime) -> None:
        """Note when a session was used."""
        with self._turning:
            if id_ in self._shelf.sessions:
                self._shelf.sessions[id_] = replace(self._shelf.sessions[id_], seen_at=seen_at)

    def touch_token(self, id_: str, used_at: dt.datetime) -> None:
        """Note when a token was used."""
        with self._turning:
            if id_ in self._shelf.tokens:
                self._shelf.tokens[id_] = replace(self._shelf.tokens[id_], used_at=used_at)

    def write(self, writes: AccountWrites) -> None:
        """Make a change. Raises Lost, having written nothing."""
        with self._turning:
            self._check_account(writes)
            self._check_used(writes)
            self._check_session(writes)
            self._check_known(writes)
            self._put_account(writes)
            self._put_rest(writes)
            self._put_session(writes)
            self._remove(writes)

    def _check_account(self, writes: AccountWrites) -> None:
        account = writes.account
        there = self._shelf.accounts.get(account.person) if account is not None else None
        if account is not None and (there.revision if there else 0) != account.revision - 1:
            raise Lost

    def _check_used(self, writes: AccountWrites) -> None:
        shelf = self._shelf
        if writes.use_link is not None:
            digest, now = writes.use_link
            link = shelf.links.get(digest)
            if link is None or link.used_at is not None or link.ends_at <= now:
                raise Lost
        if writes.use_code is not None:
            person, digest, _ = writes.use_code
            if not self.code_is_unused(person, digest):
                raise Lost
        if any(digest not in shelf.ceremonies for digest in writes.use_ceremonies):
            raise Lost
        key = writes.passkey
        if key is not None:
            there = shelf.passkeys.get(key.id)
            same = there is not None and there.person == key.person and there.sign_count == writes.counted
            if not (there is None if writes.counted is None else same):
                raise Lost

    def _check_session(self, writes: AccountWrites) -> None:
        session, shelf = writes.session, self._shelf
        if session is None:
            return
        account = writes.account or shelf.accounts.get(session.person)
        if account is None or account.person != session.person or account.generation != session.generation:
            raise Lost
        before = shelf.sessions.get(session.id)
        if (before.digest if before is not None else None) != writes.replaces:
            raise Lost
        others = [one for one in shelf.sessions.values() if one.id != session.id]
        if any(session.digest == one.digest for one in others):
            raise Lost

    def _check_known(self, writes: AccountWrites) -> None:
        """What a database refuses by its unique and foreign keys."""
        shelf = self._shelf
        if writes.identity is not None and (writes.identity.issuer, writes.identity.subject) in shelf.identities:
            raise Lost
        known = {*shelf.accounts, *([writes.account.person] if writes.account is not None else [])}
        named = (writes.passkey, writes.token, writes.identity, writes.device)
        if any(one is not None and one.person not in known for one in named):
            raise Failed("the change names an account that does not exist; nothing was changed")

    def _put_account(self, writes: AccountWrites) -> None:
        shelf = self._shelf
        if writes.account is not None:
            shelf.accounts[writes.account.person] = writes.account
        if writes.drop_passkeys_of is not None:
            shelf.passkeys = {id_: one for id_, one in shelf.passkeys.items() if one.person != writes.drop_passkeys_of}
        if writes.drop_passkey is not None:
            person, id_ = writes.drop_passkey
            shelf.passkeys = {key: one for key, one in shelf.passkeys.items() if (one.person, key) != (person, id_)}
        if writes.passkey is not None:
            shelf.passkeys[writes.passkey.id] = writes.passkey
        if writes.codes is not None:
            person, digests = writes.codes
            shelf.codes[person] = dict.fromkeys(digests)
        if writes.use_code is not None:
            person, digest, now = writes.use_code
            shelf.codes[person][digest] = now

    def _put_rest(self, writes: AccountWrites) -> None:
        shelf = self._shelf
        if writes.use_link is not None:
            digest, now = writes.use_link
            shelf.links[digest] = replace(shelf.links[digest], used_at=now)
        if writes.link is not None:
            kept = {key: one for key, one in shelf.links.items() if one.used_at or one.person != writes.link.person}
            shelf.links = {**kept, writes.link.digest: writes.link}
        for digest in writes.use_ceremonies:
            del shelf.ceremonies[digest]
        if writes.ceremony is not None:
            shelf.ceremonies[writes.ceremony.digest] = writes.ceremony
        if writes.revoke_tokens_of is not None:
            self._revoke(writes.revoke_tokens_of[0], None, writes.revoke_tokens_of[1])
        if writes.revoke_token is not None:
            self._revoke(*writes.revoke_token)
        if writes.token is not None:
            shelf.tokens[writes.token.id] = writes.token
        if writes.identity is not None:
            shelf.identities[writes.identity.issuer, writes.identity.subject] = writes.identity
        if writes.drop_identity is not None:
            shelf.identities.pop(writes.drop_identity, None)

    def _revoke(self, person: str, id_: str | None, now: dt.datetime) -> None:
        for key, one in self._shelf.tokens.items():
            if one.person == person and id_ in (None, key) and one.revoked_at is None:
                self._shelf.tokens[key] = replace(one, revoked_at=now)

    def _put_session(self, writes: AccountWrites) -> None:
        shelf = self._shelf
        if writes.forget_devices_of is not None:
            shelf.devices = {key: one for key, one in shelf.devices.items() if one.person != writes.forget_devices_of}
        if writes.device is not None:
            shelf.devices[writes.device.digest] = writes.device
        if writes.session is not None:
            shelf.sessions[writes.session.id] = writes.session
        if writes.end_session is not None:
            person, id_ = writes.end_session
            if id_ in shelf.sessions and shelf.sessions[id_].person == person:
                del shelf.sessions[id_]

    def _remove(self, writes: AccountWrites) -> None:
        shelf, ended = self._shelf, writes.drop_ended
        for key in writes.clear:
            shelf.throttles.pop(key, None)
        shelf.sign_ins += [
            replace(line, number=number) for number, line in enumerate(writes.record, len(shelf.sign_ins) + 1)
        ]
        if ended is not None:
            shelf.sessions = {key: one for key, one in shelf.sessions.items() if ended < one.ends_at}
            shelf.ceremonies = {key: one for key, one in shelf.ceremonies.items() if ended < one.ends_at}
            shelf.devices = {key: one for key, one in shelf.devices.items() if ended < one.ends_at}
            shelf.throttles = {key: one for key, one in shelf.throttles.items() if ended < one.forget_at}
