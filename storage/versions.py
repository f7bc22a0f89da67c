"""Versions of workflows in a database: what was kept, what came into force, and what waits for a second person.

Beside them lie the calendars on which their dates were counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import BigInteger, Select, bindparam, exists, insert, literal_column, select, update

from cases.publications import Proposal, Publication, PublishingWrites
from storage import tables
from storage.rows import micros, micros_or_none, moment, moment_or_none
from storage.sql import Change, Line, Row, Speech, Sql

PROPOSAL = (
    "id",
    "name",
    "hash",
    "canonical",
    "replaces",
    "asked_by",
    "asked_at",
    "state",
    "answered_by",
    "answered_at",
)
AFTER_HEX = "g"
"""The sign after all that a hash is made of."""


class LinesOut(Protocol):
    """Where lines to a database come from."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self) -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class VersionSql:
    """The statements about versions of workflows."""

    def __init__(self, speech: Speech) -> None:
        workflows, publications, proposals = tables.workflows.c, tables.publications.c, tables.proposals.c
        row: dict[str, Any] = {name: bindparam(name) for name in ("hash", "name", "canonical", "published_at")}
        kept = speech.insert(tables.workflows).values(row)
        self.keep = speech(kept.on_conflict_do_nothing(index_elements=["hash"]))
        self.begin = _begin(speech)
        columns = ("name", "hash", "at", "asked_by", "approved_by")
        self.publication = speech(insert(tables.publications).values({name: bindparam(name) for name in columns}))
        self.propose = speech(insert(tables.proposals))
        self.answer = speech.fence(
            update(tables.proposals)
            .where(proposals.id == bindparam("proposal"), proposals.state == literal_column("'open'"))
            .values(state=bindparam("to_state"), answered_by=bindparam("by"), answered_at=bindparam("answered"))
        )
        self.canonical = speech(select(workflows.canonical).where(workflows.hash == bindparam("hash")))
        self.newest = speech(_newest())
        proposed = select(*(proposals[name] for name in PROPOSAL))
        self.open = speech(
            proposed.where(proposals.name == bindparam("name"), proposals.state == literal_column("'open'"))
        )
        self.waiting = speech(
            proposed.where(proposals.state == literal_column("'open'")).order_by(proposals.asked_at, proposals.id)
        )
        self.proposal = speech(proposed.where(proposals.id == bindparam("proposal")))
        all_ = select(*(publications[name] for name in columns))
        self.all = speech(all_.order_by(publications.ordinal))
        self.of_name = speech(all_.where(publications.name == bindparam("name")).order_by(publications.ordinal))
        self.beginning = speech(
            select(workflows.hash, workflows.name)
            .where(workflows.hash >= bindparam("start"), workflows.hash < bindparam("end"))
            .order_by(workflows.hash)
        )
        families = tables.families.c
        calendar: dict[str, Any] = {name: bindparam(name) for name in ("hash", "content", "kept_at")}
        fresh = speech.insert(tables.calendars).values(calendar)
        self.keep_calendar = speech(fresh.on_conflict_do_nothing(index_elements=["hash"]))
        days = tables.calendars.c
        self.calendar = speech(select(days.content).where(days.hash == bindparam("hash")))
        self.pinned = speech(select(families.id).where(families.workflow == bindparam("hash")).order_by(families.id))


def _newest() -> Select[tuple[str]]:
    publications = tables.publications.c
    of_name = select(publications.hash).where(publications.name == bindparam("name"))
    return of_name.order_by(publications.ordinal.desc()).limit(literal_column("1"))


def _begin(speech: Speech) -> Sql:
    """Bring a version into force that never was, by nobody's word."""
    publications = tables.publications.c
    hash_: Any = bindparam("hash", type_=tables.TEXT)
    fresh = select(
        bindparam("name", type_=tables.TEXT).label("name"),
        hash_.label("hash"),
        bindparam("published_at", type_=BigInteger).label("at"),
    ).where(~exists().where(publications.hash == hash_))
    return speech(insert(tables.publications).from_select(["name", "hash", "at"], fresh))


class SqlVersions:
    """The versions of one house, to read."""

    def __init__(self, lines: LinesOut, sql: VersionSql) -> None:
        self._lines = lines
        self._sql = sql

    def open_proposal(self, name: str) -> Proposal | None:
        """The version of this workflow that waits for a second person."""
        rows = self._rows(self._sql.open, {"name": name})
        return _proposal(rows[0]) if rows else None

    def open_proposals(self) -> Sequence[Proposal]:
        """Every version that waits for a second person, the oldest first."""
        return [_proposal(row) for row in self._rows(self._sql.waiting, {})]

    def proposal(self, id_: str) -> Proposal | None:
        """A version that was ever proposed, with what became of it."""
        rows = self._rows(self._sql.proposal, {"proposal": id_})
        return _proposal(rows[0]) if rows else None

    def publications(self, name: str | None = None) -> Sequence[Publication]:
        """Everything that came into force, oldest first."""
        rows = self._rows(self._sql.all, {}) if name is None else self._rows(self._sql.of_name, {"name": name})
        return [Publication(one[0], one[1], moment(one[2]), one[3], one[4]) for one in rows]

    def beginning(self, start: str) -> Sequence[tuple[str, str]]:
        """The versions whose hash begins so, as (hash, name)."""
        rows = self._rows(self._sql.beginning, {"start": start, "end": f"{start}{AFTER_HEX}"})
        return [(hash_, name) for hash_, name in rows]

    def families(self, hash_: str) -> Sequence[str]:
        """The families that are pinned to this version."""
        return [row[0] for row in self._rows(self._sql.pinned, {"hash": hash_})]

    def keep_calendar(self, hash_: str, content: bytes, at: dt.datetime) -> None:
        """Keep a calendar by its hash; the same again changes nothing."""
        row = {"hash": hash_, "content": content, "kept_at": micros(at)}
        with self._lines.to_write() as line:
            line.write([Change(self._sql.keep_calendar, row)])

    def calendar(self, hash_: str) -> bytes | None:
        """The content of a calendar that was kept."""
        rows = self._rows(self._sql.calendar, {"hash": hash_})
        return bytes(rows[0][0]) if rows else None

    def _rows(self, sql: Sql, parameters: dict[str, Any]) -> list[Row]:
        with self._lines.to_read() as line:
            return line.rows(sql, parameters)


def publishing_changes(sql: VersionSql, writes: PublishingWrites) -> Iterator[Change]:
    """The statements of one change of a proposal, without its journal entries."""
    proposal = writes.proposal
    if writes.fresh:
        row = {name: getattr(proposal, name) for name in PROPOSAL}
        moments = {"asked_at": micros(proposal.asked_at), "answered_at": micros_or_none(proposal.answered_at)}
        yield Change(sql.propose, row | moments)
    else:
        answered = {"by": proposal.answered_by, "answered": micros_or_none(proposal.answered_at)}
        yield Change(sql.answer, {"proposal": proposal.id, "to_state": proposal.state, **answered}, fenced=True)
    published = writes.publication
    if published is not None:
        kept = {"hash": published.hash, "name": published.name, "canonical": proposal.canonical}
        yield Change(sql.keep, {**kept, "published_at": micros(published.at)})
        by = {"asked_by": published.asked_by, "approved_by": published.approved_by}
        yield Change(
            sql.publication, {"name": published.name, "hash": published.hash, "at": micros(published.at), **by}
        )


def _proposal(row: Row) -> Proposal:
    found = dict(zip(PROPOSAL, row, strict=True))
    found["canonical"] = bytes(found["canonical"])
    found["asked_at"] = moment(found["asked_at"])
    found["answered_at"] = moment_or_none(found["answered_at"])
    return Proposal(**found)
