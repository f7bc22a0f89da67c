"""How the house is, as its database tells: what is overdue, who is alive, what waits, what a power cut would take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Select, Table, cast, func, literal_column, select, text

from access.screens import Beat, Durability, Health
from storage import tables
from storage.rows import micros, moment
from storage.screens import tables as shown
from storage.screens.reading import Reader
from storage.sql import Change, Sql

_due, _beats = tables.due.c, shown.beats.c
_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")
_LEVELS = {"0": "off", "1": "normal", "2": "full", "3": "extra"}
_SERVER = ("fsync", "full_page_writes", "synchronous_commit")


class HealthSql(Reader):
    """What administration reads."""

    def health(self, now: dt.datetime) -> Health:
        """How the house is at `now`."""
        oldest = self.rows(self.made("oldest", _oldest), {})
        ref, name, at = oldest[0] if oldest else ("", "", 0)
        is_late = bool(oldest) and moment(at) < now
        return Health(
            late=(ref, name, moment(at)) if is_late else None,
            next_due=moment(at) if oldest else None,
            stuck=self.rows(self.made("stuck", _stuck), {})[0][0],
            beats=self.beats(),
            outbox=self._by_state(tables.outbox),
            deliveries=self._by_state(tables.deliveries),
            versions=dict(self.rows(self.made("versions", _versions), {})),
            unsealed=self.rows(self.made("unsealed", _unsealed), {})[0][0],
            durability=self._durability(),
        )

    def beat(self, beat: Beat) -> None:
        """A worker is alive; replaces its last sign."""
        row = {
            "work": beat.work,
            "worker": beat.worker,
            "at": micros(beat.at),
            "failed": beat.failed,
            "said": beat.said,
        }
        self.write([Change(self.made("beat", self._beat), row)])

    def beats(self) -> tuple[Beat, ...]:
        """The last signs of life of all workers."""
        columns = (_beats.work, _beats.worker, _beats.at, _beats.failed, _beats.said)
        made = self.made("beats", lambda: select(*columns).order_by(_beats.work, _beats.worker))
        return tuple(
            Beat(work, worker, moment(at), failed, said) for work, worker, at, failed, said in self.rows(made, {})
        )

    def _by_state(self, table: Table) -> Mapping[str, int]:
        sql = self.made(("states", table.name), lambda: _states(table))
        return dict(self.rows(sql, {}))

    def _beat(self) -> Any:
        put = self.speech.insert(shown.beats)
        new = {name: put.excluded[name] for name in ("at", "failed", "said")}
        return put.on_conflict_do_update(index_elements=["work", "worker"], set_=new)

    def _durability(self) -> Durability:
        if self.speech.locks_rows:
            settings = {name: self._told(_setting(name)) for name in _SERVER}
            return Durability("postgresql", settings, "off" not in settings.values())
        settings = {name: self._told(text(f"PRAGMA {name}")) for name in _PRAGMAS}
        settings["synchronous"] = _LEVELS.get(settings["synchronous"], settings["synchronous"])
        safe = settings["journal_mode"] == "wal" and settings["synchronous"] in ("full", "extra")
        return Durability("sqlite", settings, safe and settings["foreign_keys"] == "1")

    def _told(self, statement: Any) -> str:
        return str(self.rows(Sql(statement, self.speech.dialect), {})[0][0])


def _setting(name: str) -> Select[Any]:
    return select(func.current_setting(literal_column(f"'{name}'")))


def _oldest() -> Select[Any]:
    waits = _due.stuck == literal_column("false")
    return select(_due.instance, _due.name, _due.at).where(waits).order_by(_due.at).limit(literal_column("1"))


def _stuck() -> Select[Any]:
    return select(func.count()).select_from(tables.due).where(_due.stuck == literal_column("true"))


def _states(table: Table) -> Select[Any]:
    return select(table.c.state, func.count()).group_by(table.c.state)


def _versions() -> Select[Any]:
    return select(tables.families.c.workflow, func.count()).group_by(tables.families.c.workflow)


def _unsealed() -> Select[Any]:
    """Entries without a place in the order of evidence; both are counted without reading them."""
    newest = select(func.coalesce(func.max(tables.leaves.c["index"]), literal_column("-1"))).scalar_subquery()
    all_ = func.coalesce(func.sum(tables.heads.c.seq), literal_column("0"))
    return select(cast(all_, BigInteger) - newest - literal_column("1"))
