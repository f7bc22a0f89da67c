"""What is sealed at rest, and how (semantics 24).

The house key, which lies outside the database, wraps one AES-256-GCM key per family; that seals the family's facts,
the sealed parts of its journal, its askings and its documents. Every sealed value is bound to its table, row and
column, so that moving one to another place is found like a changed bit. Destroying a family's wrapped key makes
all of it unreadable for ever.

A sealed value is one byte of version, the nonce of 12 random bytes, then ciphertext and tag.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.errors import Damaged

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
# Unwrapped keys that are kept: enough for the families that work is going on in, too few to hold the house.
REMEMBERED = 4096


class FamilyKeys(NamedTuple):
    """What a family's key is used for."""

    sealing: AESGCM
    blinding: bytes


class Vault:
    """Seals and opens under the house key. `random_bytes(n)` is the only source of chance."""

    def __init__(self, house_key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        if len(house_key) != KEY_BYTES:
            raise ValueError(f"a house key has {KEY_BYTES} bytes, not {len(house_key)}")
        self._random = random_bytes
        # The house key itself is used for nothing, so that one purpose cannot harm another.
        self._wrapping = AESGCM(_derived(house_key, b"homeward/wrap/1"))
        self.key_check = _derived(house_key, b"homeward/check/1")
        # For what belongs to no family, such as the address of a member of staff.
        self._own = AESGCM(_derived(house_key, b"homeward/own/1"))
        self._own_blinding = _derived(house_key, b"homeward/blind-own/1")
        self._unwrapped = lru_cache(REMEMBERED)(self._unwrap)

    def new_family_key(self, family: str) -> bytes:
        """A fresh key for a family, wrapped, as it lies in the database."""
        return self._sealed(self._wrapping, _place("families", family, "wrapped_key"), self._random(KEY_BYTES))

    def seal(self, family: str, wrapped: bytes, place: str, content: bytes) -> bytes:
        """Seal a value of a family for one place (see `place`)."""
        return self._sealed(self._unwrapped(family, wrapped).sealing, place, content)

    def unseal(self, family: str, wrapped: bytes, place: str, sealed: bytes) -> bytes:
        """Open what `seal` made for the same place. Raises Damaged."""
        return _opened(self._unwrapped(family, wrapped).sealing, place, sealed)

    def seal_own(self, place: str, content: bytes) -> bytes:
        """Seal something that belongs to the house itself."""
        return self._sealed(self._own, place, content)

    def unseal_own(self, place: str, sealed: bytes) -> bytes:
        """Open what `seal_own` made for the same place. Raises Damaged."""
        return _opened(self._own, place, sealed)

    def blinded_own(self, value: str) -> str:
        """What stands for a value of the house itself where a row must be found by it, and not be read."""
        return hmac.digest(self._own_blinding, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()

    def blinded(self, family: str, wrapped: bytes, value: str) -> str:
        """What stands for a value where a row must be found by it; only the family's key tells which value it is."""
        return hmac.digest(self._unwrapped(family, wrapped).blinding, value.encode(), hashlib.sha256).hex()

    def _unwrap(self, family: str, wrapped: bytes) -> FamilyKeys:
        key = _opened(self._wrapping, _place("families", family, "wrapped_key"), wrapped)
        return FamilyKeys(AESGCM(key), _derived(key, b"homeward/blind/1"))

    def _sealed(self, key: AESGCM, place: str, content: bytes) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return VERSION + nonce + key.encrypt(nonce, content, place.encode())


def facts_place(ref: str) -> str:
    """Where the facts of an instance lie."""
    return _place("instances", ref, "facts")


def entry_place(ref: str, seq: int) -> str:
    """Where the sealed part of a journal entry lies."""
    return _place("entries", f"{ref}|{seq}", "sealed")


def attempt_place(person: str, key: str) -> str:
    """Where the fingerprint of a keyed attempt lies."""
    return _place("attempts", f"{person}\x00{key}", "fingerprint")


def asking_place(attempt: str) -> str:
    """Where what was asked of a second person lies."""
    return _place("askings", attempt, "asked")


def document_place(digest: str) -> str:
    """Where a document lies within its family."""
    return _place("documents", digest, "sealed")


def email_place(name: str) -> str:
    """Where the address of a member of staff lies."""
    return _place("members", name, "email")


def loan_place(id_: str) -> str:
    """Where the words about something that was lent lie."""
    return _place("loans", id_, "said")


def account_place(person: str, column: str) -> str:
    """Where a secret of an account lies: `password` or `totp_secret`."""
    return _place("accounts", person, column)


def ceremony_place(digest: str) -> str:
    """Where the content of a ceremony lies."""
    return _place("ceremonies", digest, "content")


def desk_place(table: str, id_: str, column: str) -> str:
    """Where words lie that somebody put down: those of a draft, a search or a view."""
    return _place(table, id_, column)


def name_place(ref: str) -> str:
    """Where the working name of a case lies."""
    return _place("working_names", ref, "name")


def _place(table: str, row: str, column: str) -> str:
    return f"{table}|{row}|{column}"


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, hashlib.sha256)


def _opened(key: AESGCM, place: str, sealed: bytes) -> bytes:
    nonce, content = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if sealed[:1] != VERSION or len(nonce) < NONCE_BYTES:
            raise InvalidTag
        return key.decrypt(nonce, content, place.encode())
    except InvalidTag as problem:
        raise Damaged(
            f"{place.replace('|', ' ')} is not what was stored there: it was changed or moved from outside. "
            "Do not go on working on this database; compare it with a backup",
            place=place,
        ) from problem
