"""The statements about accounts. Parameters of an update never bear a column's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from access.account_store import (
    Account,
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
from storage import tables_accounts as tables
from storage.sql import Speech, Sql
from storage.tables import TEXT

ACCOUNT = tuple(one.name for one in fields(Account))
PASSKEY = tuple(one.name for one in fields(Passkey))
SESSION = tuple(one.name for one in fields(StoredSession))
LINK = tuple(one.name for one in fields(OneTimeLink))
TOKEN = tuple(one.name for one in fields(Token))
CEREMONY = tuple(one.name for one in fields(Ceremony))
IDENTITY = tuple(one.name for one in fields(Identity))
DEVICE = tuple(one.name for one in fields(Device))
THROTTLE = tuple(one.name for one in fields(Throttle))
SIGN_IN = tuple(one.name for one in fields(SignIn))


class AccountSql:
    """Everything that is asked of the tables of accounts."""

    def __init__(self, speech: Speech) -> None:
        self._reading(speech)
        self._lists(speech)
        self._inserts(speech)
        self._changes(speech)
        self._removals(speech)
        self._counting(speech)

    def _reading(self, speech: Speech) -> None:
        accounts, sessions, codes = tables.accounts.c, tables.sessions.c, tables.recovery_codes.c
        self.account = speech(_of(tables.accounts, ACCOUNT).where(accounts.person == bindparam("person")))
        digest = _text("digest")
        # The digest of a token is among the present ones or among those before a rotation, never both.
        with_account = select(*_columns(tables.sessions, SESSION), *_columns(tables.accounts, ACCOUNT))
        joined = with_account.join_from(tables.sessions, tables.accounts)
        self.session = speech(joined.where(or_(sessions.digest == digest, sessions.previous == digest)))
        links, tokens = tables.one_time_links.c, tables.tokens.c
        self.link = speech(_of(tables.one_time_links, LINK).where(links.digest == digest))
        self.token = speech(_of(tables.tokens, TOKEN).where(tokens.digest == digest))
        open_ = (tables.ceremonies.c.digest == digest, tables.ceremonies.c.used != true())
        self.ceremony = speech(_of(tables.ceremonies, CEREMONY).where(*open_))
        self.device = speech(_of(tables.devices, DEVICE).where(tables.devices.c.digest == digest))
        identities = tables.identities.c
        same = (identities.issuer == bindparam("issuer"), identities.subject == bindparam("subject"))
        self.identity = speech(_of(tables.identities, IDENTITY).where(*same))
        unused = (codes.person == bindparam("person"), codes.used_at.is_(None))
        self.codes = speech(select(codes.digest).where(*unused))

    def _lists(self, speech: Speech) -> None:
        person = _text("person")
        accounts, passkeys, sessions = tables.accounts.c, tables.passkeys.c, tables.sessions.c
        links, tokens, identities = tables.one_time_links.c, tables.tokens.c, tables.identities.c
        self.accounts = speech(_of(tables.accounts, ACCOUNT).order_by(accounts.person))
        mine = _of(tables.passkeys, PASSKEY).where(passkeys.person == person)
        self.passkeys = speech(mine.order_by(passkeys.made_at, passkeys.id))
        newest = (sessions.signed_in_at.desc(), sessions.id.desc())
        self.sessions = speech(_of(tables.sessions, SESSION).where(sessions.person == person).order_by(*newest))
        usable = (links.used_at.is_(None), links.ends_at > bindparam("now"))
        self.open_links = speech(
            _of(tables.one_time_links, LINK).where(*usable).order_by(links.made_at.desc(), links.digest)
        )
        all_tokens = _of(tables.tokens, TOKEN).order_by(tokens.made_at.desc(), tokens.id.desc())
        self.all_tokens, self.tokens = speech(all_tokens), speech(all_tokens.where(tokens.person == person))
        known = _of(tables.identities, IDENTITY).order_by(identities.person, identities.issuer, identities.subject)
        self.all_identities, self.identities = speech(known), speech(known.where(identities.person == person))
        lines = tables.sign_ins.c
        record = _of(tables.sign_ins, SIGN_IN).where(lines.number < bindparam("before"))
        record = record.order_by(lines.number.desc()).limit(bindparam("limit"))
        self.all_sign_ins, self.sign_ins = speech(record), speech(record.where(lines.person == person))

    def _inserts(self, speech: Speech) -> None:
        self.new_account = _insert(speech, tables.accounts, ACCOUNT)
        self.new_session = _insert(speech, tables.sessions, SESSION)
        self.new_passkey = _insert(speech, tables.passkeys, PASSKEY)
        self.new_link = _insert(speech, tables.one_time_links, LINK)
        self.new_token = _insert(speech, tables.tokens, TOKEN)
        self.new_identity = _insert(speech, tables.identities, IDENTITY)
        self.new_device = _insert(speech, tables.devices, DEVICE)
        self.new_code = _insert(speech, tables.recovery_codes, ("person", "digest"))
        self.record = _insert(speech, tables.sign_ins, tuple(name for name in SIGN_IN if name != "number"))
        fresh = speech.insert(tables.ceremonies).values({name: bindparam(name) for name in (*CEREMONY, "used")})
        # The newest challenge of a ticket is the only one.
        moved = {name: fresh.excluded[name] for name in (*CEREMONY, "used") if name != "digest"}
        self.put_ceremony = speech(fresh.on_conflict_do_update(index_elements=["digest"], set_=moved))

    def _changes(self, speech: Speech) -> None:
        accounts, sessions, codes = tables.accounts.c, tables.sessions.c, tables.recovery_codes.c
        passkeys, links, tokens = tables.passkeys.c, tables.one_time_links.c, tables.tokens.c
        of_person, of_digest = _text("of_person"), _text("of_digest")
        used_at: Any = bindparam("to_used_at")
        same = (accounts.person == of_person, accounts.revision == bindparam("expected"))
        self.change_account = speech.fence(update(tables.accounts).where(*same).values(_to(ACCOUNT, "person")))
        living = select(accounts.person).where(
            accounts.person == of_person, accounts.generation == bindparam("of_generation")
        )
        # A change of the account waits until the session is there, and then ends it; or this one sees it.
        self.generation = speech.fence(living.with_for_update(read=True) if speech.locks_rows else living)
        before = (sessions.id == bindparam("of_id"), sessions.digest == of_digest)
        self.change_session = speech.fence(update(tables.sessions).where(*before).values(_to(SESSION, "id")))
        unused = (links.digest == of_digest, links.used_at.is_(None), links.ends_at > bindparam("to_used_at"))
        self.use_link = speech.fence(update(tables.one_time_links).where(*unused).values(used_at=used_at))
        code = (codes.person == of_person, codes.digest == of_digest, codes.used_at.is_(None))
        self.use_code = speech.fence(update(tables.recovery_codes).where(*code).values(used_at=used_at))
        begun = (tables.ceremonies.c.digest == of_digest, tables.ceremonies.c.used != true())
        self.use_ceremony = speech.fence(update(tables.ceremonies).where(*begun).values(used=literal_column("true")))
        key = (passkeys.id == bindparam("of_id"), passkeys.person == of_person)
        counted = (*key, passkeys.sign_count == bindparam("counted"))
        to = {"sign_count": bindparam("to_sign_count"), "used_at": used_at}
        self.use_passkey = speech.fence(update(tables.passkeys).where(*counted).values(to))
        living_token = (tokens.person == of_person, tokens.revoked_at.is_(None))
        revoked = update(tables.tokens).where(*living_token).values(revoked_at=bindparam("to_revoked_at"))
        self.revoke_tokens = speech(revoked)
        self.revoke_token = speech(revoked.where(tokens.id == bindparam("of_id")))
        seen = update(tables.sessions).where(sessions.id == bindparam("of_id"))
        self.touch_session = speech(seen.values(seen_at=bindparam("to_seen_at")))
        self.touch_token = speech(update(tables.tokens).where(tokens.id == bindparam("of_id")).values(used_at=used_at))

    def _removals(self, speech: Speech) -> None:
        of_person = _text("of_person")
        sessions, passkeys, links = tables.sessions.c, tables.passkeys.c, tables.one_time_links.c
        identities = tables.identities.c
        self.end_session = _delete(speech, tables.sessions, sessions.person == of_person, _is_id(sessions.id))
        self.drop_passkey = _delete(speech, tables.passkeys, passkeys.person == of_person, _is_id(passkeys.id))
        self.drop_passkeys = _delete(speech, tables.passkeys, passkeys.person == of_person)
        self.drop_links = _delete(speech, tables.one_time_links, links.person == of_person, links.used_at.is_(None))
        self.drop_codes = _delete(speech, tables.recovery_codes, tables.recovery_codes.c.person == of_person)
        same = (identities.issuer == bindparam("of_issuer"), identities.subject == bindparam("of_subject"))
        self.drop_identity = _delete(speech, tables.identities, *same)
        self.forget_devices = _delete(speech, tables.devices, tables.devices.c.person == of_person)
        self.clear = _delete(speech, tables.throttles, tables.throttles.c.key == bindparam("of_key"))
        ended = (sessions.ends_at, tables.ceremonies.c.ends_at, tables.devices.c.ends_at, tables.throttles.c.forget_at)
        self.drop_ended = tuple(_delete(speech, one.table, one <= bindparam("now")) for one in ended)

    def _counting(self, speech: Speech) -> None:
        throttles = tables.throttles.c
        there = _of(tables.throttles, THROTTLE).where(throttles.key == bindparam("of_key"))
        self.throttle = speech(there.with_for_update() if speech.locks_rows else there)
        self.new_throttle = _insert(speech, tables.throttles, ("key", *THROTTLE))
        changed = update(tables.throttles).where(throttles.key == bindparam("of_key"))
        self.change_throttle = speech(changed.values(_to(THROTTLE)))


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=TEXT)


def _columns(table: Table, names: Iterable[str]) -> list[Column[Any]]:
    return [table.c[name] for name in names]


def _of(table: Table, names: Iterable[str]) -> Select[Any]:
    return select(*_columns(table, names))


def _insert(speech: Speech, table: Table, names: Iterable[str]) -> Sql:
    return speech(insert(table).values({name: bindparam(name) for name in names}))


def _delete(speech: Speech, table: Any, *where: ColumnElement[bool]) -> Sql:
    return speech(delete(table).where(*where))


def _is_id(column: ColumnElement[str]) -> ColumnElement[bool]:
    return column == bindparam("of_id")


def _to(names: Iterable[str], *but: str) -> dict[str, Any]:
    return {name: bindparam(f"to_{name}") for name in names if name not in but}
