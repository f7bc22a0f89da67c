"""Working names for cases: neutral words that staff remember, and that say nothing about anybody.

The lists lie in `neutral/<language>.txt`, one name a line: things, plants and weather. No names of persons or places,
and nothing that has a meaning near this work. A house can read them in a minute.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from interfaces.words.catalogues import ENGLISH, known

LISTS = Path(__file__).with_name("neutral")


class Chance(Protocol):
    """Picks at random; `random.Random` does."""

    def randrange(self, stop: int, /) -> int:
        """A whole number from 0 to below `stop`."""


@cache
def neutral_names(language: str) -> tuple[str, ...]:
    """The neutral names of a language (BCP 47 tag), or the English ones where it has no list."""
    path = LISTS / f"{known(language)}.txt"
    path = path if path.exists() else LISTS / f"{ENGLISH}.txt"
    return tuple(line.strip() for line in path.read_text("utf-8").splitlines() if line.strip())


def neutral_name(chance: Chance, language: str, taken: Collection[str] = ()) -> str:
    """A name that nobody uses yet; once all are taken, one with a number (`Lantern 2`).

    `taken` are the names in use; upper and lower case are the same.
    """
    used = {one.casefold() for one in taken}
    number = 1
    while True:
        free = [name for name in _numbered(neutral_names(language), number) if name.casefold() not in used]
        if free:
            return free[chance.randrange(len(free))]
        number += 1


def neutral_few(chance: Chance, language: str, taken: Collection[str] = (), count: int = 3) -> list[str]:
    """Several different names to choose from."""
    found: list[str] = []
    while len(found) < count:
        found.append(neutral_name(chance, language, [*taken, *found]))
    return found


def _numbered(names: Sequence[str], number: int) -> Sequence[str]:
    return names if number == 1 else [f"{name} {number}" for name in names]
