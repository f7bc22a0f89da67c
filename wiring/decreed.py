"""The days off that a house adds to its country's, from `holidays.yaml` beside `people.yaml`.

A line says `2027-02-08: {name: Day of mourning, decreed_by: the government}`.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from config.calendars import HASHED_YEARS, DecreedDay
from config.problems import DefinitionError, Mark, Report, nearest, shown
from config.yaml_tree import Leaf, Node, Table, read_yaml

FILE = "holidays.yaml"
KEYS = ("name", "decreed_by")
EXPECTED = "a day such as 2027-02-08: {name: Day of mourning, decreed_by: the government}"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_decreed(path: Path) -> tuple[DecreedDay, ...]:
    """The days that a file adds, in their order; no file adds none.

    Raises DefinitionError with every problem at its line.
    """
    if not path.exists():
        return ()
    report = Report()
    table = read_yaml(path.read_bytes(), str(path), report)
    found: list[DecreedDay] = []
    for key, node in table.entries.items() if table is not None else ():
        assert table is not None
        day, words = _day(key, table.keys[key], report), _words(key, node, report)
        if day is not None and words is not None:
            found.append(DecreedDay(day, *words))
    if report.problems:
        raise DefinitionError(report.problems)
    return tuple(sorted(found))


def _day(key: str, where: Mark, report: Report) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(key) if _DAY.fullmatch(key) else None
    except ValueError:
        day = None
    first, last = HASHED_YEARS[0], HASHED_YEARS[-1]
    if day is None:
        report.add(where, "this is no day", found=shown(key), expected=EXPECTED)
    elif day.year not in HASHED_YEARS:
        report.add(where, "a day too far away", found=key, expected=f"a day in {first} to {last}")
        return None
    return day


def _words(key: str, node: Node, report: Report) -> tuple[str, str] | None:
    """The name of a day and who decreed it."""
    if not isinstance(node, Table):
        if not (isinstance(node, Leaf) and node.broken):
            report.add(node.mark, f"{key}: nothing says what day it is and who decreed it", expected=EXPECTED)
        return None
    for name in node.entries:
        if name not in KEYS:
            known = " and ".join(KEYS)
            report.add(node.keys[name], "unknown key", found=name, expected=known, suggestion=nearest(name, KEYS))
    words = [_text(key, name, node, report) for name in KEYS]
    return (words[0], words[1]) if words[0] is not None and words[1] is not None else None


def _text(key: str, name: str, table: Table, report: Report) -> str | None:
    node = table.entries.get(name)
    if node is None:
        report.add(table.mark, f"{key}: {name} is missing", expected=EXPECTED)
    elif not isinstance(node, Leaf):
        report.add(node.mark, f"{key}: {name} is no text", expected=EXPECTED)
    elif not isinstance(node.value, str) or not node.value.strip():
        if not node.broken:
            report.add(node.mark, f"{key}: {name} is no text", found=shown(node.value), expected=EXPECTED)
    elif not node.broken:
        return node.value.strip()
    return None
