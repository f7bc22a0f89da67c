"""Passwords: how they are kept (Argon2id), and which are taken.

The rules follow NIST SP 800-63B (rev. 4, 3.1.1): a long enough password, compared with lists of those that are tried
first, and nothing else. There are no rules about kinds of signs and no expiry, because both make people choose worse.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

SHORTEST = 12
"""More than the eight signs that the standard asks for where there is a second factor: not everybody here has one."""
LONGEST = 128
"""The standard asks for at least 64. A limit there must be, or a request could make the house hash a megabyte."""
AT_ONCE = 2
"""So many hashes are computed at the same time, since each takes its memory: a flood of tries cannot take it all."""
SALT_BYTES = 16
PasswordProblem = Literal["short", "long", "common", "name"]


class Hashing(Protocol):
    """How passwords are turned into what is kept."""

    def hash(self, password: str) -> str:
        """What is kept of a password."""

    def verify(self, kept: str, password: str) -> bool:
        """Whether this is the password of which `kept` was kept."""

    def outdated(self, kept: str) -> bool:
        """Whether it was kept with other figures than passwords are now."""


class Argon2:
    """Argon2id. The defaults are the second recommended figures of RFC 9106: 64 MiB, three rounds, four lanes."""

    def __init__(
        self, random: Callable[[int], bytes], *, memory_kib: int = 65536, rounds: int = 3, lanes: int = 4
    ) -> None:
        self._random = random
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=lanes)
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """What is kept of a password: the hash with its figures and a fresh salt."""
        with self._room:
            return self._hasher.hash(normal(password), salt=self._random(SALT_BYTES))

    def verify(self, kept: str, password: str) -> bool:
        """Whether this is the password of which `kept` was kept. Raises ValueError where `kept` is no such hash."""
        with self._room:
            try:
                return self._hasher.verify(kept, normal(password))
            except VerifyMismatchError:
                return False
            except (InvalidHashError, VerificationError) as problem:
                raise ValueError("what is kept of a password is not an Argon2 hash") from problem

    def outdated(self, kept: str) -> bool:
        """Whether the figures have changed since."""
        return self._hasher.check_needs_rehash(kept)


def normal(password: str) -> str:
    """The same password, however a keyboard composed its signs. Any Unicode is taken, spaces too."""
    return unicodedata.normalize("NFKC", password)


def problems_of(password: str, name: str) -> tuple[PasswordProblem, ...]:
    """Why this may not be the password of the person of this name; nothing where it may."""
    plain = normal(password)
    found: list[PasswordProblem] = []
    if len(plain) < SHORTEST:
        found.append("short")
    if len(plain) > LONGEST:
        # Not looked at any further: it could be of any length.
        return ("long",)
    if is_common(plain):
        found.append("common")
    if _is_of_name(plain, name):
        found.append("name")
    return tuple(found)


def is_common(password: str) -> bool:
    """Whether it is one of the common ones, or made of one or two of them, or of one sign, or runs up a keyboard row.

    Most common passwords are shorter than what is taken at all; so what people do to make them longer is looked
    through: repeating, digits and signs at the ends, a letter written as a digit.
    """
    folded = password.casefold()
    return any(_is_made_of(one) for one in {folded, folded.translate(_LOOKALIKES)})


_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
_AROUND = "0123456789!?.,-_*#+@$%&/ "


@cache
def _common() -> frozenset[str]:
    # A megabyte of words, which only those who set passwords need.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _is_made_of(password: str) -> bool:
    core = password.strip(_AROUND)
    unit = _unit_of(core)
    if (
        len(core) < 4
        or (len(unit) <= 4 and unit != core)
        or any(_is_listed(one) for one in (password, core, _unit_of(password), unit))
    ):
        return True
    halves = ((core[:cut], core[cut:]) for cut in range(4, len(core) - 3))
    return any(_is_listed(left) and _is_listed(right) for left, right in halves)


def _is_listed(word: str) -> bool:
    if word in _common() or len(set(word)) <= 2:
        return True
    doubled = [row * 2 for row in _ROWS]
    return len(word) >= 4 and any(word in row or word[::-1] in row for row in doubled)


def _unit_of(word: str) -> str:
    """The shortest piece of which a word is a repetition: of `abcabcab` it is `abc`."""
    sizes = range(1, len(word) + 1)
    return next((word[:size] for size in sizes if (word[:size] * len(word)).startswith(word)), word)


def _is_of_name(password: str, name: str) -> bool:
    """Whether little is left of it without the person's name or that of this program."""
    left = password.casefold()
    for part in (*name.casefold().replace(".", " ").replace("-", " ").split(), "homeward"):
        if len(part) >= 3:
            left = left.replace(part, "")
    left = left.strip(_AROUND)
    return left != password.casefold().strip(_AROUND) and len(left) < 6
