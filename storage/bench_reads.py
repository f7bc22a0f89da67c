"""Reading with nothing between: the statements that a read asked, asked again of the bare driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import make_url

from storage.screens.reading import LinesOut
from storage.screens.screens import SqlScreens
from storage.sql import Change, Line, Row, Sql
from storage.sql_store import SqlStore
from storage.sqlite import SETTINGS

Asked = list[tuple[str, tuple[Any, ...]]]


class Recording:
    """Lines that remember what was asked over them."""

    def __init__(self, lines: LinesOut) -> None:
        self._lines = lines
        self.asked: Asked = []

    @contextmanager
    def to_read(self, viewer: str = "") -> Iterator[Line]:
        """A line on a snapshot."""
        with self._lines.to_read(viewer) as line:
            yield _Recorded(line, self.asked)

    @contextmanager
    def to_write(self) -> Iterator[Line]:
        """A line for one writing transaction."""
        with self._lines.to_write() as line:
            yield line


class _Recorded:
    def __init__(self, line: Line, asked: Asked) -> None:
        self._line = line
        self._asked = asked

    def rows(self, sql: Sql, parameters: Mapping[str, Any]) -> list[Row]:
        """What a query answers."""
        self._asked.append((sql.text, sql.bind(parameters)))
        return self._line.rows(sql, parameters)

    def write(self, changes: Sequence[Change]) -> None:
        """Nothing is written by reading."""
        self._line.write(changes)

    def hold(self) -> None:
        """Nothing is held by reading."""
        self._line.hold()

    def awaited(self) -> bool:
        """Whether somebody waits."""
        return self._line.awaited()


def recorded(store: SqlStore) -> tuple[SqlScreens, Asked]:
    """Read models of this store that remember what they ask, and where it is remembered."""
    lines = Recording(store.screens.lines)
    screens = SqlScreens(lines, store.screens.speech, store.screens.vault)
    return screens, lines.asked


class BareReads:
    """The driver of Python's library, set as the house sets it. Use it as a context."""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for setting in SETTINGS:
            self._connection.execute(setting)

    def ask(self, asked: Asked) -> int:
        """Ask all of it, in one transaction; answers how many rows came."""
        execute = self._connection.execute
        execute("BEGIN")
        count = sum(len(execute(text, values).fetchall()) for text, values in asked)
        execute("COMMIT")
        return count

    def __enter__(self) -> BareReads:
        """It is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection."""
        self._connection.close()
