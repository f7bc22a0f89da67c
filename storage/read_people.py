"""Reading of people: which instance stands for them, and what they hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from storage import tables
from storage.sql import Line, Speech


class ReadPeopleSql:
    """The queries, in the words of one database."""

    def __init__(self, speech: Speech) -> None:
        instances, held = tables.instances.c, tables.assignments.c
        self.ref = speech(select(instances.ref).where(instances.stands_for == bindparam("person")))
        self.all = speech(select(instances.stands_for).where(instances.stands_for.is_not(None)))
        holds = select(held.instance, held.role).where(held.person == bindparam("person"))
        self.held = speech(holds.order_by(held.instance, held.role))


class PeopleReading(ABC):
    """What can be read of people over one line. `known` are references that were found before; they never change."""

    def __init__(self, sql: ReadPeopleSql, known: dict[str, str]) -> None:
        self._sql = sql
        self._known = known

    @property
    @abstractmethod
    def _line(self) -> Line:
        """The line, while the transaction lasts."""

    def person_ref(self, person: str) -> str | None:
        """The reference of the instance that stands for a person."""
        line = self._line
        if person not in self._known:
            rows = line.rows(self._sql.ref, {"person": person})
            if not rows:
                return None
            self._known[person] = rows[0][0]
        return self._known[person]

    def people(self) -> Sequence[str]:
        """Everybody for whom an instance stands, by name."""
        return sorted(row[0] for row in self._line.rows(self._sql.all, {}))

    def held_by(self, person: str) -> Sequence[tuple[str, str]]:
        """The roles that a person holds."""
        return [(row[0], row[1]) for row in self._line.rows(self._sql.held, {"person": person})]
