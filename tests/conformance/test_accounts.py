"""Accounts, on each store: a change is whole, whoever was first stays first, what was used is used."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest

from access.account_store import (
    Account,
    AccountStore,
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
    account_after,
)
from cases.errors import Failed
from cases.ports import Lost, Store
from storage.memory import MemoryStore
from storage.sql_store import SqlStore
from tests.conformance.making import START, later

SOK = Account("sok", b"h" * 32, START, password="$argon2id$one", totp_secret="BASE32", language="km")
SESSION = StoredSession(
    id="s1",
    digest="d1",
    person="sok",
    acting=None,
    csrf="c1",
    strength="password",
    generation=1,
    signed_in_at=START,
    seen_at=START,
    renewed_at=START,
    ends_at=later(hours=12),
    network="192.0.2.0/24",
)
LINK = OneTimeLink("l1", "sok", "invitation", "vanna", START, later(days=3))
TOKEN = Token("t1", "td1", "sok", "a program", frozenset({"read", "act"}), START, later(days=90))
KEY = Passkey("k1", "sok", "phone", b"public", 4, START)
CEREMONY = Ceremony("x1", "second", "sok", b"challenge", later(minutes=5))
LINE = SignIn(START, "sok", "sign_in", "password", "applied", "192.0.2.0/24")


@pytest.fixture
def accounts(store: Store) -> AccountStore:
    """A house with the account of sok."""
    found = cast("SqlStore | MemoryStore", store).accounts
    found.write(AccountWrites(account=SOK))
    return found


class TestAnAccount:
    def test_is_read_as_it_was_written(self, accounts: AccountStore) -> None:
        assert accounts.account("sok") == SOK
        assert accounts.account("nobody") is None
        bare = Account("maly", b"m" * 32, START)
        accounts.write(AccountWrites(account=bare))
        assert list(accounts.accounts()) == [bare, SOK]

    def test_is_made_once(self, accounts: AccountStore) -> None:
        with pytest.raises(Lost):
            accounts.write(AccountWrites(account=replace(SOK, password="another")))
        assert accounts.account("sok") == SOK

    def test_is_changed_by_who_has_seen_its_newest_revision(self, accounts: AccountStore) -> None:
        changed = replace(SOK, revision=2, disabled=True, theme="dark")
        accounts.write(AccountWrites(account=changed))
        with pytest.raises(Lost):
            accounts.write(AccountWrites(account=replace(SOK, revision=2), record=(LINE,)))
        assert accounts.account("sok") == changed
        assert list(accounts.sign_ins(None, None, 9)) == []


class TestASession:
    def test_is_found_by_its_digest_with_its_account(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(session=SESSION))
        assert accounts.session("d1") == (SESSION, SOK)
        assert accounts.session("d2") is None
        assert list(accounts.sessions("sok")) == [SESSION]

    def test_does_not_begin_for_an_account_that_has_moved_on(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(account=account_after(SOK)))
        with pytest.raises(Lost):
            accounts.write(AccountWrites(session=SESSION, record=(LINE,)))
        assert accounts.session("d1") is None
        assert list(accounts.sign_ins(None, None, 9)) == []

    def test_begins_with_the_change_of_its_account(self, accounts: AccountStore) -> None:
        moved = replace(SESSION, generation=2)
        accounts.write(AccountWrites(account=account_after(SOK), session=moved))
        assert accounts.session("d1") == (moved, account_after(SOK))

    def test_is_rotated_once(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(session=SESSION))
        rotated = replace(SESSION, digest="d2", previous="d1", grace=later(minutes=1), acting="director")
        accounts.write(AccountWrites(session=rotated, replaces="d1"))
        assert accounts.session("d1") == accounts.session("d2") == (rotated, SOK)
        with pytest.raises(Lost):
            accounts.write(AccountWrites(session=replace(SESSION, digest="d3"), replaces="d1"))
        assert list(accounts.sessions("sok")) == [rotated]

    def test_that_ended_is_not_brought_back_by_a_rotation(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(session=SESSION))
        accounts.write(AccountWrites(end_session=("sok", "s1")))
        with pytest.raises(Lost):
            accounts.write(AccountWrites(session=replace(SESSION, digest="d2"), replaces="d1"))
        assert list(accounts.sessions("sok")) == []

    def test_of_somebody_else_is_not_ended(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(session=SESSION))
        accounts.write(AccountWrites(end_session=("maly", "s1")))
        assert accounts.session("d1") == (SESSION, SOK)

    def test_is_seen(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(session=SESSION))
        accounts.touch_session("s1", later(minutes=3))
        accounts.touch_session("gone", later(minutes=3))
        assert accounts.session("d1") == (replace(SESSION, seen_at=later(minutes=3)), SOK)

    def test_is_swept_away_when_it_has_ended(self, accounts: AccountStore) -> None:
        other = replace(SESSION, id="s2", digest="d2", signed_in_at=later(hours=1), ends_at=later(hours=13))
        accounts.write(AccountWrites(session=SESSION, device=Device("e1", "sok", later(hours=12)), ceremony=CEREMONY))
        accounts.write(AccountWrites(session=other))
        assert list(accounts.sessions("sok")) == [other, SESSION]
        accounts.write(AccountWrites(drop_ended=later(hours=12)))
        assert list(accounts.sessions("sok")) == [other]
        assert (accounts.device("e1"), accounts.ceremony("x1")) == (None, None)


class TestALink:
    def test_is_used_once(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(link=LINK))
        assert accounts.link("l1") == LINK
        accounts.write(AccountWrites(use_link=("l1", later(days=1))))
        assert accounts.link("l1") == replace(LINK, used_at=later(days=1))
        with pytest.raises(Lost):
            accounts.write(AccountWrites(use_link=("l1", later(days=1)), account=account_after(SOK)))
        assert accounts.account("sok") == SOK

    def test_is_not_used_after_its_end(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(link=LINK))
        with pytest.raises(Lost):
            accounts.write(AccountWrites(use_link=("l1", later(days=3))))

    def test_puts_an_end_to_earlier_ones_of_the_same_person(self, accounts: AccountStore) -> None:
        newer = replace(LINK, digest="l2", made_at=later(days=1))
        others = replace(LINK, digest="l3", person="maly")
        for link in (LINK, others, newer):
            accounts.write(AccountWrites(link=link))
        assert list(accounts.open_links(later(days=2))) == [newer, others]
        assert list(accounts.open_links(later(days=3))) == []
        with pytest.raises(Lost):
            accounts.write(AccountWrites(use_link=("l1", later(days=2))))


class TestACeremony:
    def test_is_ended_once(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(ceremony=CEREMONY))
        assert accounts.ceremony("x1") == CEREMONY
        accounts.write(AccountWrites(use_ceremonies=("x1",)))
        assert accounts.ceremony("x1") is None
        with pytest.raises(Lost):
            accounts.write(AccountWrites(use_ceremonies=("x1",), session=SESSION))
        assert accounts.session("d1") is None

    def test_is_replaced_by_a_newer_one_of_the_same_digest(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(ceremony=CEREMONY))
        newer = replace(CEREMONY, content=b"another", ends_at=later(minutes=9))
        accounts.write(AccountWrites(ceremony=newer))
        assert accounts.ceremony("x1") == newer

    def test_ends_with_all_others_or_not_at_all(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(ceremony=CEREMONY))
        with pytest.raises(Lost):
            accounts.write(AccountWrites(use_ceremonies=("x1", "x2")))
        assert accounts.ceremony("x1") == CEREMONY


class TestRecoveryCodes:
    def test_are_used_once(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(codes=("sok", ("r1", "r2"))))
        assert accounts.codes_left("sok") == 2
        accounts.write(AccountWrites(use_code=("sok", "r1", START)))
        assert accounts.codes_left("sok") == 1
        assert not accounts.code_is_unused("sok", "r1")
        assert accounts.code_is_unused("sok", "r2")
        assert not accounts.code_is_unused("maly", "r2")
        with pytest.raises(Lost):
            accounts.write(AccountWrites(use_code=("sok", "r1", START)))

    def test_are_replaced_all_at_once(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(codes=("sok", ("r1", "r2"))))
        accounts.write(AccountWrites(codes=("sok", ("r3",))))
        assert not accounts.code_is_unused("sok", "r1")
        assert accounts.codes_left("sok") == 1


class TestAPasskey:
    def test_is_put_once(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(passkey=KEY))
        assert list(accounts.passkeys("sok")) == [KEY]
        with pytest.raises(Lost):
            accounts.write(AccountWrites(passkey=replace(KEY, public_key=b"another")))

    def test_counts_on_from_the_count_that_was_read(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(passkey=KEY))
        used = replace(KEY, sign_count=5, used_at=later(hours=1))
        accounts.write(AccountWrites(passkey=used, counted=4))
        assert list(accounts.passkeys("sok")) == [used]
        with pytest.raises(Lost):
            accounts.write(AccountWrites(passkey=replace(KEY, sign_count=6), counted=4))

    def test_is_dropped_by_its_owner_alone(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(passkey=KEY))
        accounts.write(AccountWrites(drop_passkey=("maly", "k1")))
        assert list(accounts.passkeys("sok")) == [KEY]
        accounts.write(AccountWrites(drop_passkey=("sok", "k1")))
        assert list(accounts.passkeys("sok")) == []

    def test_all_of_a_person_are_dropped(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(passkey=KEY))
        accounts.write(AccountWrites(passkey=replace(KEY, id="k2")))
        accounts.write(AccountWrites(drop_passkeys_of="sok"))
        assert list(accounts.passkeys("sok")) == []

    def test_needs_an_account(self, accounts: AccountStore) -> None:
        with pytest.raises(Failed):
            accounts.write(AccountWrites(passkey=replace(KEY, person="nobody")))


class TestAToken:
    def test_is_found_by_its_digest_until_the_end_of_time(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(token=TOKEN))
        newer = replace(TOKEN, id="t2", digest="td2", made_at=later(days=1))
        accounts.write(AccountWrites(token=newer))
        assert accounts.token("td1") == TOKEN
        assert list(accounts.tokens("sok")) == list(accounts.tokens(None)) == [newer, TOKEN]
        assert list(accounts.tokens("maly")) == []

    def test_is_used_and_revoked(self, accounts: AccountStore) -> None:
        accounts.write(AccountWrites(token=TOKEN))
        accounts.touch_token("t1", later(days=1))
        accounts.write(AccountWrites(revoke_token=("maly", "t1", later(days=2))))
        assert accounts.token("td1") == replace(TOKEN, used_at=later(days=1))
        accounts.write(AccountWrites(revoke_token=("sok", "t1", later(days=2))))
        accounts.write(AccountWrites(revoke_tokens_of=("sok", later(days=3))))
        assert accounts.token("td1") == replace(TOKEN, used_at=later(days=1), revoked_at=later(days=2))


class TestWhatProvidersSay:
    def test_means_one_person(self, accounts: AccountStore) -> None:
        identity = Identity("https://id.example.org", "42", "sok", "vanna", START)
        accounts.write(AccountWrites(identity=identity))
        assert accounts.identity("https://id.example.org", "42") == identity
        assert list(accounts.identities("sok")) == list(accounts.identities(None)) == [identity]
        with pytest.raises(Lost):
            accounts.write(AccountWrites(identity=replace(identity, linked_by="dara")))
        accounts.write(AccountWrites(drop_identity=("https://id.example.org", "42")))
        assert accounts.identity("https://id.example.org", "42") is None


class TestADevice:
    def test_is_forgotten_with_all_others_of_the_person(self, accounts: AccountStore) -> None:
        device = Device("e1", "sok", later(days=180))
        accounts.write(AccountWrites(device=device))
        assert accounts.device("e1") == device
        accounts.write(AccountWrites(forget_devices_of="sok"))
        assert accounts.device("e1") is None


class TestTheRecord:
    def test_is_read_newest_first_and_page_by_page(self, accounts: AccountStore) -> None:
        unknown = replace(LINE, person=None, outcome="declined")
        by = replace(LINE, what="disabled", how="none", by="vanna")
        accounts.write(AccountWrites(record=(LINE, unknown)))
        accounts.write(AccountWrites(record=(by,)))
        newest = list(accounts.sign_ins(None, None, 2))
        assert [replace(one, number=0) for one in newest] == [by, unknown]
        older = list(accounts.sign_ins(None, newest[-1].number, 2))
        assert [replace(one, number=0) for one in older] == [LINE]
        assert [one.what for one in accounts.sign_ins("sok", None, 9)] == ["disabled", "sign_in"]


class Counting:
    """Counts one more try of each key, as long as there are fewer than `most`."""

    def __init__(self, keys: tuple[str, ...], most: int = 100) -> None:
        self.keys = keys
        self.most = most

    def __call__(self, there: Mapping[str, Throttle]) -> Mapping[str, Throttle] | None:
        counts = {key: (there[key].failures if key in there else 0) + 1 for key in self.keys}
        if max(counts.values()) > self.most:
            return None
        return {key: Throttle(count, later(seconds=count), later(days=1)) for key, count in counts.items()}


class TestAThrottle:
    def test_counts_until_it_is_cleared(self, accounts: AccountStore) -> None:
        both = Counting(("a", "b"), most=2)
        assert accounts.count(("a", "b"), both)
        assert accounts.count(("b",), Counting(("b",)))
        assert not accounts.count(("a", "b"), both)
        accounts.write(AccountWrites(clear=("b",)))
        assert accounts.count(("a", "b"), both)

    def test_is_forgotten_in_the_end(self, accounts: AccountStore) -> None:
        accounts.count(("a",), Counting(("a",), most=1))
        accounts.write(AccountWrites(drop_ended=later(days=1)))
        assert accounts.count(("a",), Counting(("a",), most=1))

    def test_counts_every_one_of_many_at_once(self, accounts: AccountStore) -> None:
        counted: list[bool] = []

        def try_it() -> None:
            counted.append(accounts.count(("a", "b"), Counting(("a", "b"), most=5)))

        threads = [threading.Thread(target=try_it) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(counted) == [False] * 3 + [True] * 5
