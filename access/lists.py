"""Parts of lists: a page, what of a list stands on it, and how many there are in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 10_000
"""Counting ends here: a page says "more than 10,000"."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted: so many rows after a cursor that an earlier slice gave (None: from the top)."""

    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some rows of a list, and the cursor of what comes after them; None where nothing does."""

    rows: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many, in how many families. Cases are counted to `MOST`, entries to `access.trace.WIDE`; `more`: beyond."""

    entries: int
    cases: int
    more: bool = False
