"""What filters show, taken out of the house as a stream: CSV for a table, JSON Lines for a program.

Only clear parts leave: no fact, no reason. `hide` makes codes of names, or leaves them where that was granted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from access.screens import EntryRow
from cases.journal import Kind, instant

COLUMNS = (
    "at",
    "case",
    "instance",
    "seq",
    "leaf",
    "kind",
    "outcomes",
    "process",
    "action",
    "actor",
    "on_behalf",
    "role",
    "guards",
    "unmet",
    "overridden",
    "deadline",
    "workflow",
    "hash",
)
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A table program takes a cell that begins so for a formula."""
_NAMES = frozenset(
    {
        "actor",
        "on_behalf",
        "asked_by",
        "answered_by",
        "agreed_by",
        "asked_on_behalf",
        "assigned",
        "second_actor",
        "second_on_behalf",
        "person",
        "from",
        "stand_in",
    }
)
"""The fields of a clear part that name somebody."""

Hide = Callable[[str], str]


def as_csv(rows: Iterable[EntryRow], hide: Hide) -> Iterator[str]:
    """The lines of a table, the heads first (RFC 4180); cells that a program could run are made text."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line(tuple(_cell(value) for value in _values(row, hide)))


def as_json_lines(rows: Iterable[EntryRow], hide: Hide) -> Iterator[bytes]:
    """One object for each entry, with its whole clear part."""
    for row in rows:
        yield orjson.dumps(
            {
                "at": instant(row.at),
                "case": row.case,
                "instance": row.instance,
                "seq": row.seq,
                "leaf": row.leaf,
                "kind": row.kind,
                "outcomes": sorted(row.outcomes),
                "hash": row.hash,
                "clear": hidden(row, hide),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


def _values(row: EntryRow, hide: Hide) -> tuple[Any, ...]:
    clear = hidden(row, hide)
    return (
        instant(row.at),
        row.case,
        row.instance,
        row.seq,
        row.leaf,
        row.kind,
        " ".join(sorted(row.outcomes)),
        clear.get("process"),
        clear.get("action"),
        clear.get("actor"),
        clear.get("on_behalf"),
        clear.get("role"),
        " ".join(f"{guard}:{said}" for guard, said in clear.get("guards", {}).items()),
        " ".join(clear.get("because", ())),
        " ".join(clear.get("overridden", ())),
        clear.get("deadline"),
        clear.get("workflow"),
        row.hash,
    )


def hidden(row: EntryRow, hide: Hide) -> dict[str, Any]:
    """The clear part with everybody in it hidden; `to` names a role, but where work was handed over it is a person."""
    named = {*_NAMES, "to"} if row.kind == Kind.HANDED_OVER else _NAMES
    return {
        name: hide(value) if name in named and isinstance(value, str) else value for name, value in row.clear.items()
    }


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
