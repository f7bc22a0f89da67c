"""Accounts in a database: what opens something is in no row, and the record of sign-ins only grows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from access.account_store import Account, AccountWrites, Ceremony, SignIn, Throttle
from cases.errors import Damaged
from storage.sql_store import SqlStore
from tests.conformance.making import START, later
from tests.integration.storage.test_secrets import everything

HASH, SECRET, CHALLENGE, NAME = "zq-hash-zq", "ZQTOTPZQ", b"zq-challenge-zq", "zq-typed-into-the-wrong-field-zq"
SOK = Account("sok", b"h" * 32, START, password=HASH, totp_secret=SECRET)


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """A house that keeps one of each secret."""
    ceremony = Ceremony("d1", "totp", "sok", CHALLENGE, later(minutes=5))
    store.accounts.write(
        AccountWrites(account=SOK, ceremony=ceremony, record=(SignIn(START, "sok", "sign_in", "password", "applied"),))
    )
    store.accounts.count((NAME,), lambda _: {NAME: Throttle(1, START, later(days=1))})
    return store


class TestSecrets:
    @pytest.mark.usefixtures("filled")
    def test_are_in_no_row(self, raw: Engine) -> None:
        found = everything(raw)
        assert b"sok" in found
        for secret in (HASH.encode(), SECRET.encode(), CHALLENGE, NAME.encode()):
            assert secret not in found

    def test_are_found_again(self, filled: SqlStore) -> None:
        assert filled.accounts.account("sok") == SOK
        assert not filled.accounts.count((NAME,), lambda there: None if there[NAME].failures == 1 else {})

    def test_are_worth_nothing_in_another_row(self, filled: SqlStore, raw: Engine) -> None:
        filled.accounts.write(AccountWrites(account=replace(SOK, person="dara", password="another")))
        with raw.begin() as connection:
            connection.execute(
                text(
                    "UPDATE accounts SET password = (SELECT password FROM accounts WHERE person = 'dara') "
                    "WHERE person = 'sok'"
                )
            )
        with pytest.raises(Damaged, match="accounts sok password"):
            filled.accounts.account("sok")


class TestTheRecordOfSignIns:
    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize("statement", ["UPDATE sign_ins SET person = 'dara'", "DELETE FROM sign_ins"])
    def test_only_grows(self, raw: Engine, statement: str) -> None:
        with raw.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))
