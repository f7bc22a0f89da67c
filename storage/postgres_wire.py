"""psycopg's libpq layer, spoken to directly: its cursors cost more than a small statement costs the server.

Every statement is prepared once on a connection. Text, bytes and what is answered travel in binary, so that nothing is
escaped and no character cut off; whole numbers travel as digits, for the server knows their width better.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from storage.sql import Row

_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_DIGITS, _BINARY = 0, 1


# An idle server says little: a changed setting, or that it goes away.
_MESSAGES = 8


def _readable(socket: int) -> bool:
    ready = select.poll()
    ready.register(socket, select.POLLIN)
    return bool(ready.poll(0))


def _whole_number(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


# By the type numbers that PostgreSQL has for bool, bytea, int8, int2, int4, text and varchar.
_READ: dict[int, Callable[[bytes], Any]] = {
    16: lambda raw: raw == b"\x01",
    17: lambda raw: raw,
    20: _whole_number,
    21: _whole_number,
    23: _whole_number,
    25: bytes.decode,
    1043: bytes.decode,
}


class Wire:
    """One connection. Raises what psycopg raises."""

    def __init__(self, pgconn: PGconn) -> None:
        self._pg = pgconn
        self._names: dict[str, bytes] = {}
        self._readers: dict[str, list[Callable[[bytes], Any]]] = {}

    def is_gone(self) -> bool:
        """Whether the server has ended an idle connection: then there is something to read, and soon no more."""
        try:
            for _ in range(_MESSAGES):
                if not _readable(self._pg.socket):
                    return False
                self._pg.consume_input()
        except OperationalError:
            return True
        return self._pg.status == ConnStatus.BAD

    def rows(self, text: str, parameters: Row) -> list[Row]:
        """Send one statement; its rows, or none."""
        values, formats = _encoded(parameters)
        # A null is a value like any other, which the signature of psycopg forgets.
        result = self._pg.exec_prepared(self._prepared(text), cast("list[bytes]", values), formats, _BINARY)
        if result.status not in _GOOD:
            raise self._error(result)
        count = result.ntuples
        if not count:
            return []
        readers = self._readers.get(text)
        if readers is None:
            readers = self._readers[text] = [_READ[result.ftype(column)] for column in range(result.nfields)]
        return [_row(result, number, readers) for number in range(count)]

    def batch(self, statements: Iterable[tuple[str, Row]]) -> None:
        """Send statements in one go; after the first that fails, the server does none of the others."""
        ready = [(self._prepared(text), *_encoded(parameters)) for text, parameters in statements]
        pg = self._pg
        pg.enter_pipeline_mode()
        try:
            for name, values, formats in ready:
                pg.send_query_prepared(name, values, formats)
            pg.pipeline_sync()
            failed = self._synced()
            pg.exit_pipeline_mode()
        except BaseException:
            # Half a conversation cannot be taken up again.
            pg.finish()
            raise
        if failed is not None:
            raise self._error(failed)

    def _synced(self) -> PGresult | None:
        """Wait until everything is answered; the first answer that was an error. Other threads run meanwhile."""
        pg = self._pg
        failed = None
        while True:
            self._wait()
            result = pg.get_result()
            if result is None:
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                return failed
            if failed is None and result.status not in _GOOD:
                failed = result

    def _wait(self) -> None:
        """Until there is an answer to take, while sending what is still to be sent."""
        pg = self._pg
        sending = pg.flush()
        while pg.is_busy():
            ready = select.poll()
            ready.register(pg.socket, select.POLLIN | (select.POLLOUT if sending else 0))
            ready.poll()
            pg.consume_input()
            sending = pg.flush() if sending else 0

    def _prepared(self, text: str) -> bytes:
        name = self._names.get(text)
        if name is None:
            name = b"house%d" % len(self._names)
            result = self._pg.prepare(name, text.encode())
            if result.status not in _GOOD:
                raise self._error(result)
            self._names[text] = name
        return name

    def _error(self, result: PGresult) -> Exception:
        if self._pg.status == ConnStatus.BAD:
            return OperationalError(result.get_error_message())
        return error_from_result(result)


def _row(result: PGresult, number: int, readers: Sequence[Callable[[bytes], Any]]) -> Row:
    value = result.get_value
    raw = [value(number, column) for column in range(len(readers))]
    return tuple([None if one is None else read(one) for one, read in zip(raw, readers, strict=True)])


def _encoded(parameters: Row) -> tuple[list[bytes | None], list[int]]:
    values: list[bytes | None] = []
    formats: list[int] = []
    for value in parameters:
        if isinstance(value, str):
            values.append(value.encode())
            formats.append(_BINARY)
        elif value is None or isinstance(value, bytes):
            values.append(value)
            formats.append(_BINARY)
        elif isinstance(value, bool):
            values.append(b"true" if value else b"false")
            formats.append(_DIGITS)
        else:
            values.append(b"%d" % value)
            formats.append(_DIGITS)
    return values, formats
