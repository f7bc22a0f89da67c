"""The mark of a house that was made as a demonstration: set once, in the database itself, and never taken away."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import bindparam, select

from storage import tables
from storage.rows import micros, moment
from storage.sql import Change, Line, Speech

ONLY = 1


class LinesOut(Protocol):
    """Where lines to a database come from."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self) -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class SqlDemonstration:
    """Whether a database was made as a demonstration."""

    def __init__(self, lines: LinesOut, speech: Speech) -> None:
        self._lines = lines
        row: dict[str, Any] = {"id": bindparam("id"), "made_at": bindparam("made_at")}
        fresh = speech.insert(tables.demonstration).values(row)
        self._mark = speech(fresh.on_conflict_do_nothing(index_elements=["id"]))
        self._made = speech(select(tables.demonstration.c.made_at))

    def mark(self, at: dt.datetime) -> None:
        """Mark it, at a moment (aware); the first mark stays. Raises Failed."""
        with self._lines.to_write() as line:
            line.write([Change(self._mark, {"id": ONLY, "made_at": micros(at)})])

    @property
    def made_at(self) -> dt.datetime | None:
        """When it was made as one (UTC); None for a house of real work. Raises Failed."""
        with self._lines.to_read() as line:
            rows = line.rows(self._made, {})
        return moment(rows[0][0]) if rows else None
