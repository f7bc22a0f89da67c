"""The order of evidence in a database: a row for each journal entry that has its place, and the turn of who seals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Exists, Select, bindparam, exists, insert, select, update

from cases.errors import Overtaken
from cases.ports import Lost
from cases.seal import Leaf, Unsealed
from storage import tables
from storage.rows import micros
from storage.sql import Change, Line, Speech

SEALING = "seal_journal"
FREE = 0


class LinesOut(Protocol):
    """Where lines to a database come from."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self) -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class LeafSql:
    """The statements about leaves and turns."""

    def __init__(self, speech: Speech) -> None:
        turns, leaves = tables.turns.c, tables.leaves.c
        turn = select(turns.number, turns.until).where(turns.name == bindparam("turn"))
        # Whoever takes or uses the turn waits here for the one who is just doing that.
        self.turn = speech(turn.with_for_update() if speech.locks_rows else turn)
        moved = update(tables.turns).where(turns.name == bindparam("turn"), turns.number == bindparam("before"))
        self.take = speech.fence(moved.values(number=turns.number + 1, until=bindparam("free_at")))
        self.give_back = speech(moved.values(until=bindparam("free_at")))
        self.unsealed = speech(_unsealed())
        self.newest = speech(select(leaves.index).order_by(leaves.index.desc()).limit(bindparam("limit")))
        self.append = speech(insert(tables.leaves))
        self.leaves = speech(
            select(leaves.index, leaves.instance, leaves.seq, leaves.hash)
            .where(leaves.index >= bindparam("start"))
            .order_by(leaves.index)
            .limit(bindparam("limit"))
        )


def _has_leaf(instance: Any, seq: Any) -> Exists:
    leaves = tables.leaves.c
    return exists().where(leaves.instance == instance, leaves.seq == seq)


def _unsealed() -> Select[Any]:
    """Entries without a leaf, of the instances whose newest entry has none.

    Within an instance seq and time never go back, and leaves are given in that order: what has a leaf is the beginning
    of its journal. So an empty sealing looks once at each instance and not at each entry, and still needs no
    watermark, past which a slow transaction would come too late for ever.
    """
    entries, heads = tables.entries.c, tables.heads.c
    behind = select(heads.instance).where(heads.seq > 0, ~_has_leaf(heads.instance, heads.seq))
    return (
        select(entries.instance, entries.seq, entries.hash)
        .where(entries.instance.in_(behind), ~_has_leaf(entries.instance, entries.seq))
        .order_by(entries.at, entries.instance, entries.seq)
        .limit(bindparam("limit"))
    )


class SqlLeaves:
    """The order of evidence of one house."""

    def __init__(self, lines: LinesOut, speech: Speech) -> None:
        self._lines = lines
        self._sql = LeafSql(speech)

    def take_turn(self, now: dt.datetime, until: dt.datetime) -> int | None:
        """A fresh number, higher than all before, or None while somebody else has the turn."""
        with self._lines.to_write() as line:
            number, taken_until = self._turn(line)
            if taken_until > micros(now):
                return None
            taken = {"turn": SEALING, "before": number, "free_at": micros(until)}
            line.write([Change(self._sql.take, taken, fenced=True)])
            return number + 1

    def give_back(self, number: int) -> None:
        """End the turn before its time; where it has passed on already, nothing happens."""
        with self._lines.to_write() as line:
            line.write([Change(self._sql.give_back, {"turn": SEALING, "before": number, "free_at": FREE})])

    def unsealed(self, limit: int) -> Sequence[Unsealed]:
        """Entries that have no place, oldest first."""
        with self._lines.to_read() as line:
            return [Unsealed(*row) for row in line.rows(self._sql.unsealed, {"limit": limit})]

    def append(self, number: int, entries: Sequence[Unsealed]) -> None:
        """Give these entries the next places, all or none. Raises Overtaken."""
        with self._lines.to_write() as line:
            if self._turn(line)[0] != number:
                raise Overtaken
            newest = line.rows(self._sql.newest, {"limit": 1})
            start = newest[0][0] + 1 if newest else 0
            rows = (
                {"index": index, "instance": one.instance, "seq": one.seq, "hash": one.hash}
                for index, one in enumerate(entries, start)
            )
            try:
                line.write([Change(self._sql.append, row) for row in rows])
            except Lost:
                raise Overtaken from None

    def leaves(self, *, start: int = 0, limit: int = 1000) -> Sequence[Leaf]:
        """The leaves from an index on, in order."""
        with self._lines.to_read() as line:
            return [Leaf(*row) for row in line.rows(self._sql.leaves, {"start": start, "limit": limit})]

    def _turn(self, line: Line) -> tuple[int, int]:
        """The newest number and until when it is taken, held until the transaction is over."""
        line.hold()
        rows = line.rows(self._sql.turn, {"turn": SEALING})
        return rows[0][0], rows[0][1]
