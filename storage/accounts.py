"""Accounts in a database. Their transactions lock the account first; they touch no family.

Secrets that are handed over in clear are sealed by the house key here, and what was tried is blinded by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any, Protocol, TypeVar, cast

from access.account_store import (
    SCOPES,
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
from storage import accounts_sql as named
from storage.accounts_sql import AccountSql
from storage.rows import micros, moment
from storage.sql import Change, Line, Row, Sql
from storage.vault import Vault, account_place, ceremony_place

V = TypeVar("V")
TRIES = 20
NEWEST = 2**62
SEALED = ("password", "totp_secret")


class LinesOut(Protocol):
    """Where lines to a database come from."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self) -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class SqlAccounts:
    """The accounts of one house."""

    def __init__(self, lines: LinesOut, sql: AccountSql, vault: Vault) -> None:
        self._lines = lines
        self._sql = sql
        self._vault = vault

    def account(self, person: str) -> Account | None:
        """The account of a person."""
        return _first(self._account(row) for row in self._rows(self._sql.account, person=person))

    def accounts(self) -> Sequence[Account]:
        """All accounts, by person."""
        return [self._account(row) for row in self._rows(self._sql.accounts)]

    def passkeys(self, person: str) -> Sequence[Passkey]:
        """The passkeys of a person, oldest first."""
        return [_value(Passkey, named.PASSKEY, row) for row in self._rows(self._sql.passkeys, person=person)]

    def codes_left(self, person: str) -> int:
        """How many recovery codes of a person are unused."""
        return len(self._rows(self._sql.codes, person=person))

    def code_is_unused(self, person: str, digest: str) -> bool:
        """Whether this is a recovery code of the person that nobody has used."""
        return (digest,) in self._rows(self._sql.codes, person=person)

    def session(self, digest: str) -> tuple[StoredSession, Account] | None:
        """The session of a token, or of the one before the last rotation, with its account."""
        rows = self._rows(self._sql.session, digest=digest)
        if not rows:
            return None
        size = len(named.SESSION)
        return _value(StoredSession, named.SESSION, rows[0][:size]), self._account(rows[0][size:])

    def sessions(self, person: str) -> Sequence[StoredSession]:
        """All sessions of a person that are kept, newest first."""
        return [_value(StoredSession, named.SESSION, row) for row in self._rows(self._sql.sessions, person=person)]

    def link(self, digest: str) -> OneTimeLink | None:
        """A one-time link."""
        return _first(_value(OneTimeLink, named.LINK, row) for row in self._rows(self._sql.link, digest=digest))

    def open_links(self, now: dt.datetime) -> Sequence[OneTimeLink]:
        """The links that can still be used, newest first."""
        return [_value(OneTimeLink, named.LINK, row) for row in self._rows(self._sql.open_links, now=micros(now))]

    def token(self, digest: str) -> Token | None:
        """An API token by the digest of its secret."""
        return _first(_token(row) for row in self._rows(self._sql.token, digest=digest))

    def tokens(self, person: str | None) -> Sequence[Token]:
        """The tokens of a person, or of all, newest first."""
        return [_token(row) for row in self._of(person, self._sql.all_tokens, self._sql.tokens)]

    def ceremony(self, digest: str) -> Ceremony | None:
        """Something begun and not ended."""
        return _first(self._ceremony(row) for row in self._rows(self._sql.ceremony, digest=digest))

    def identity(self, issuer: str, subject: str) -> Identity | None:
        """Whom a provider means."""
        rows = self._rows(self._sql.identity, issuer=issuer, subject=subject)
        return _first(_value(Identity, named.IDENTITY, row) for row in rows)

    def identities(self, person: str | None) -> Sequence[Identity]:
        """How providers know a person, or all."""
        rows = self._of(person, self._sql.all_identities, self._sql.identities)
        return [_value(Identity, named.IDENTITY, row) for row in rows]

    def device(self, digest: str) -> Device | None:
        """A known browser."""
        return _first(_value(Device, named.DEVICE, row) for row in self._rows(self._sql.device, digest=digest))

    def sign_ins(self, person: str | None, before: int | None, limit: int) -> Sequence[SignIn]:
        """The record of a person, or of all, newest first; only numbers below `before`."""
        asked = {"before": NEWEST if before is None else before, "limit": limit}
        rows = self._of(person, self._sql.all_sign_ins, self._sql.sign_ins, **asked)
        return [_value(SignIn, named.SIGN_IN, row) for row in rows]

    def count(
        self, keys: Sequence[str], after: Callable[[Mapping[str, Throttle]], Mapping[str, Throttle] | None]
    ) -> bool:
        """Look at throttles and put what `after` makes of them, one after the other."""
        for _ in range(TRIES):
            try:
                return self._counted(keys, after)
            except Lost:
                # Somebody was first with a key that was not there; now it is, and can be locked.
                continue
        raise Failed("too many tries at the same moment; nothing was changed, try again")

    def touch_session(self, id_: str, seen_at: dt.datetime) -> None:
        """Note when a session was used."""
        self._write([Change(self._sql.touch_session, {"of_id": id_, "to_seen_at": micros(seen_at)})])

    def touch_token(self, id_: str, used_at: dt.datetime) -> None:
        """Note when a token was used."""
        self._write([Change(self._sql.touch_token, {"of_id": id_, "to_used_at": micros(used_at)})])

    def write(self, writes: AccountWrites) -> None:
        """Make a change. Raises Lost, having written nothing."""
        changes = [*self._account_changes(writes), *self._factor_changes(writes), *self._other_changes(writes)]
        # At the end, so that a session begins only with everything that it follows from.
        changes += [*self._session_changes(writes), *self._removals(writes)]
        if changes:
            self._write(changes)

    def _counted(
        self, keys: Sequence[str], after: Callable[[Mapping[str, Throttle]], Mapping[str, Throttle] | None]
    ) -> bool:
        blinded = {key: self._vault.blinded_own(key) for key in keys}
        with self._lines.to_write() as line:
            line.hold()
            there: dict[str, Throttle] = {}
            # Always in the same order, so that two never wait for each other.
            for key in sorted(keys, key=lambda one: blinded[one]):
                for row in line.rows(self._sql.throttle, {"of_key": blinded[key]}):
                    there[key] = _value(Throttle, named.THROTTLE, row)
            put = after(there)
            if put is None:
                return False
            line.write([self._throttled(blinded[key], one, fresh=key not in there) for key, one in put.items()])
            return True

    def _throttled(self, key: str, throttle: Throttle, *, fresh: bool) -> Change:
        row = _row(throttle)
        if fresh:
            return Change(self._sql.new_throttle, {"key": key, **row})
        return Change(self._sql.change_throttle, {"of_key": key, **_moved(row)})

    def _account_changes(self, writes: AccountWrites) -> Iterator[Change]:
        account = writes.account
        if account is None:
            return
        row = _row(account)
        for column in SEALED:
            if row[column] is not None:
                row[column] = self._vault.seal_own(account_place(account.person, column), row[column].encode())
        if account.revision == 1:
            yield Change(self._sql.new_account, row)
        else:
            same = {"of_person": account.person, "expected": account.revision - 1}
            yield Change(self._sql.change_account, {**same, **_moved(row)}, fenced=True)

    def _factor_changes(self, writes: AccountWrites) -> Iterator[Change]:
        sql = self._sql
        if writes.drop_passkeys_of is not None:
            yield Change(sql.drop_passkeys, {"of_person": writes.drop_passkeys_of})
        if writes.drop_passkey is not None:
            person, id_ = writes.drop_passkey
            yield Change(sql.drop_passkey, {"of_person": person, "of_id": id_})
        key = writes.passkey
        if key is not None and writes.counted is None:
            yield Change(sql.new_passkey, _row(key))
        elif key is not None:
            same = {"of_id": key.id, "of_person": key.person, "counted": writes.counted}
            used_at = micros(key.used_at) if key.used_at is not None else None
            changed = {"to_sign_count": key.sign_count, "to_used_at": used_at}
            yield Change(sql.use_passkey, {**same, **changed}, fenced=True)
        if writes.codes is not None:
            person, digests = writes.codes
            yield Change(sql.drop_codes, {"of_person": person})
            yield from (Change(sql.new_code, {"person": person, "digest": digest}) for digest in digests)
        if writes.use_code is not None:
            person, digest, now = writes.use_code
            used = {"of_person": person, "of_digest": digest, "to_used_at": micros(now)}
            yield Change(sql.use_code, used, fenced=True)

    def _other_changes(self, writes: AccountWrites) -> Iterator[Change]:
        sql = self._sql
        if writes.use_link is not None:
            digest, now = writes.use_link
            yield Change(sql.use_link, {"of_digest": digest, "to_used_at": micros(now)}, fenced=True)
        if writes.link is not None:
            yield Change(sql.drop_links, {"of_person": writes.link.person})
            yield Change(sql.new_link, _row(writes.link))
        for digest in sorted(writes.use_ceremonies):
            yield Change(sql.use_ceremony, {"of_digest": digest}, fenced=True)
        if writes.ceremony is not None:
            content = self._vault.seal_own(ceremony_place(writes.ceremony.digest), writes.ceremony.content)
            yield Change(sql.put_ceremony, {**_row(writes.ceremony), "content": content, "used": False})
        if writes.revoke_tokens_of is not None:
            person, now = writes.revoke_tokens_of
            yield Change(sql.revoke_tokens, {"of_person": person, "to_revoked_at": micros(now)})
        if writes.revoke_token is not None:
            person, id_, now = writes.revoke_token
            yield Change(sql.revoke_token, {"of_person": person, "of_id": id_, "to_revoked_at": micros(now)})
        if writes.token is not None:
            scopes = " ".join(scope for scope in SCOPES if scope in writes.token.scopes)
            yield Change(sql.new_token, {**_row(writes.token), "scopes": scopes})
        if writes.identity is not None:
            yield Change(sql.new_identity, _row(writes.identity))
        if writes.drop_identity is not None:
            issuer, subject = writes.drop_identity
            yield Change(sql.drop_identity, {"of_issuer": issuer, "of_subject": subject})

    def _session_changes(self, writes: AccountWrites) -> Iterator[Change]:
        sql = self._sql
        if writes.forget_devices_of is not None:
            yield Change(sql.forget_devices, {"of_person": writes.forget_devices_of})
        if writes.device is not None:
            yield Change(sql.new_device, _row(writes.device))
        session = writes.session
        if session is not None:
            same = {"of_person": session.person, "of_generation": session.generation}
            yield Change(sql.generation, same, fenced=True)
            if writes.replaces is None:
                yield Change(sql.new_session, _row(session))
            else:
                before = {"of_id": session.id, "of_digest": writes.replaces}
                yield Change(sql.change_session, {**before, **_moved(_row(session))}, fenced=True)
        if writes.end_session is not None:
            person, id_ = writes.end_session
            yield Change(sql.end_session, {"of_person": person, "of_id": id_})

    def _removals(self, writes: AccountWrites) -> Iterator[Change]:
        for key in sorted(self._vault.blinded_own(key) for key in writes.clear):
            yield Change(self._sql.clear, {"of_key": key})
        for line in writes.record:
            row = _row(line)
            del row["number"]
            yield Change(self._sql.record, row)
        if writes.drop_ended is not None:
            yield from (Change(sql, {"now": micros(writes.drop_ended)}) for sql in self._sql.drop_ended)

    def _account(self, row: Row) -> Account:
        found = dict(zip(named.ACCOUNT, row, strict=True))
        for column in SEALED:
            if found[column] is not None:
                place = account_place(found["person"], column)
                found[column] = self._vault.unseal_own(place, bytes(found[column])).decode()
        return _value(Account, named.ACCOUNT, tuple(found.values()))

    def _ceremony(self, row: Row) -> Ceremony:
        found = _value(Ceremony, named.CEREMONY, row)
        content = self._vault.unseal_own(ceremony_place(found.digest), found.content)
        return Ceremony(found.digest, found.kind, found.person, content, found.ends_at)

    def _of(self, person: str | None, all_: Sql, mine: Sql, **asked: Any) -> list[Row]:
        return self._rows(all_, **asked) if person is None else self._rows(mine, person=person, **asked)

    def _rows(self, sql: Sql, **asked: Any) -> list[Row]:
        with self._lines.to_read() as line:
            return line.rows(sql, asked)

    def _write(self, changes: Sequence[Change]) -> None:
        with self._lines.to_write() as line:
            line.write(changes)


_MOMENTS = frozenset(
    (
        "at",
        "created_at",
        "ends_at",
        "forget_at",
        "free_at",
        "grace",
        "linked_at",
        "made_at",
        "renewed_at",
        "revoked_at",
        "seen_at",
        "signed_in_at",
        "used_at",
    )
)
_FLAGS = frozenset(("disabled",))
_BYTES = frozenset(("handle", "public_key", "content"))


def _row(value: Any) -> dict[str, Any]:
    """The columns of a value."""
    row = asdict(value)
    return {name: micros(one) if name in _MOMENTS and one is not None else one for name, one in row.items()}


def _moved(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"to_{name}": one for name, one in row.items()}


def _value(kind: type[V], names: Sequence[str], row: Row) -> V:
    return kind(**{name: _read(name, one) for name, one in zip(names, row, strict=True)})


def _read(name: str, stored: Any) -> Any:
    if stored is None:
        return None
    if name in _MOMENTS:
        return moment(stored)
    if name in _FLAGS:
        return bool(stored)
    return bytes(stored) if name in _BYTES else stored


def _token(row: Row) -> Token:
    found = dict(zip(named.TOKEN, row, strict=True))
    found["scopes"] = frozenset(cast("str", found["scopes"]).split())
    return _value(Token, named.TOKEN, tuple(found.values()))


def _first(found: Iterator[V]) -> V | None:
    return next(found, None)
