"""What all readers of lists share: statements made once for each shape, lists of values as one parameter, cursors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, String, bindparam, cast, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from access.relation import Reach
from access.screens import Page, Slice
from cases.errors import BadInput
from storage.sql import Change, Line, Row, Speech, Sql
from storage.vault import Vault

T = TypeVar("T")
FAR = 2**62
"""A moment after all others, in microseconds."""
ONE: ColumnElement[int] = literal_column("1")


class LinesOut(Protocol):
    """Where lines to a database come from."""

    def to_write(self) -> AbstractContextManager[Line]:
        """A line for one writing transaction."""

    def to_read(self, viewer: str = "") -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class Reader:
    """Asks a database. Statements are made when their shape is first asked for, and kept."""

    def __init__(self, lines: LinesOut, speech: Speech, vault: Vault) -> None:
        self.lines = lines
        self.speech = speech
        self.vault = vault
        self._made: dict[object, Sql] = {}

    def made(self, shape: object, make: Callable[[], Any]) -> Sql:
        """The statement of this shape."""
        found = self._made.get(shape)
        if found is None:
            found = self._made[shape] = self.speech(make())
        return found

    def rows(self, sql: Sql, parameters: Mapping[str, Any], viewer: str = "") -> list[Row]:
        """What a query answers, on a snapshot of its own. Raises Failed."""
        with self.lines.to_read(viewer) as line:
            return line.rows(sql, parameters)

    def write(self, changes: Sequence[Change]) -> None:
        """Write and commit. Raises Failed."""
        with self.lines.to_write() as line:
            line.write(changes)

    def texts(self, name: str) -> Select[Any]:
        """The texts of a list that is given as one parameter, as `given` makes it."""
        return self._listed(name, String())

    def numbers(self, name: str) -> Select[Any]:
        """The whole numbers of a list that is given as one parameter, as `given` makes it."""
        return self._listed(name, BigInteger())

    def _listed(self, name: str, type_: Any) -> Select[Any]:
        parameter = bindparam(name, type_=String)
        if self.speech.locks_rows:
            each = func.jsonb_array_elements_text(parameter.cast(JSONB)).column_valued(f"{name}_each")
            return select(each if isinstance(type_, String) else cast(each, type_))
        rows = func.json_each(parameter).table_valued(column("value", type_), name=f"{name}_each")
        return select(rows.c.value)


def sees_all(reach: Reach, process: str | None = None) -> bool:
    """Whether everything of a process, or everything of the house, may be opened."""
    return reach.staff and (reach.every_case or process in reach.processes)


def given(values: Iterable[str | int]) -> str:
    """A list as one parameter."""
    return json.dumps(list(values))


def cursor(*parts: str | int) -> str:
    """Where a list goes on."""
    return ".".join(str(part) for part in parts)


def sliced(rows: Sequence[T], page: Page, place: Callable[[T], str]) -> Slice[T]:
    """The rows of a page, of which one more than its limit was read; `place` is the cursor after a row."""
    some = tuple(rows[: page.limit])
    return Slice(some, place(some[-1]) if len(rows) > page.limit else None)


def read_cursor(text: str | None, *, numbers: int) -> tuple[int, ...] | None:
    """The numbers of a cursor; None at the top of a list. Raises BadInput for what no list has given."""
    if text is None:
        return None
    parts = text.split(".")
    if len(parts) != numbers or not all(part.isdecimal() and len(part) < 20 for part in parts):
        raise BadInput("this is no place in a list: take the address of the page before, or begin at the top")
    return tuple(int(part) for part in parts)


def read_place(text: str | None) -> tuple[int, str] | None:
    """A moment and a reference of a cursor; None at the top of a list. Raises BadInput."""
    if text is None:
        return None
    moment, _, ref = text.partition(".")
    read_cursor(moment, numbers=1)
    return int(moment), ref
