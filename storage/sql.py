"""Statements that SQLAlchemy compiles once and the driver gets as text, since Core costs a lot at each execution."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Dialect, Select, Table, Update, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

Insert = sqlite.Insert | postgresql.Insert
Row = tuple[Any, ...]


class Sql:
    """Text for the driver, and the order in which it wants its parameters."""

    __slots__ = ("bind", "text")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
        carried = {name: value for name, value in compiled.params.items() if value is not None}
        self.text = str(compiled)
        self.bind = _binder(tuple(names), carried)


def _binder(names: tuple[str, ...], carried: dict[str, Any]) -> Callable[[Mapping[str, Any]], Row]:
    """What puts named parameters, and the values that a statement carries itself, in order."""
    if not names:
        return lambda _: ()
    if carried or len(names) == 1:
        return lambda given: tuple(given[name] if name in given else carried[name] for name in names)
    return itemgetter(*names)


class Change(NamedTuple):
    """One statement of a transaction. A fenced one must match a row, or somebody was first."""

    sql: Sql
    parameters: Mapping[str, Any]
    fenced: bool = False


class Line(Protocol):
    """A connection to a database, as those who read and write see it. Its errors are those of the ports."""

    def rows(self, sql: Sql, parameters: Mapping[str, Any]) -> list[Row]:
        """What a query answers."""

    def write(self, changes: Sequence[Change]) -> None:
        """Make all changes and commit, or none of them. Raises Lost, KeyTaken, Failed."""

    def hold(self) -> None:
        """From now on, keep what is locked until the transaction is over."""

    def awaited(self) -> bool:
        """Whether somebody waits for whoever has it, who gives way when it is given back."""


class Speech:
    """What a database is told: Core statements made into text in its dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.locks_rows = dialect.name == "postgresql"

    def __call__(self, statement: ClauseElement) -> Sql:
        """The text of a statement."""
        return Sql(statement, self.dialect)

    def insert(self, table: Table) -> Insert:
        """An insert that can say what happens where the row is there already."""
        return postgresql.insert(table) if self.locks_rows else sqlite.insert(table)

    def fence(self, statement: Update | Select[Any]) -> Sql:
        """The text of a statement that must match a row.

        On PostgreSQL the batch, with its COMMIT, is under way before anybody counts rows, so the server itself must
        stop it: dividing by the number of rows does. On SQLite the rows are counted here.
        """
        if not self.locks_rows:
            return self(statement)
        if isinstance(statement, Update):
            matched = select(func.count()).select_from(statement.returning(literal_column("1")).cte("matched"))
        else:
            matched = select(func.count()).select_from(statement.subquery("matched"))
        return self(select(literal_column("1").op("/")(matched.scalar_subquery())))
