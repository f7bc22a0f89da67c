"""What leaves the house as a table or as lines: clear parts alone, no names, nothing that a table program would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest

from access.exports import COLUMNS, as_csv, as_json_lines
from access.screens import EntryRow

AT = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)


def entry(kind: str = "case:action:refused", **clear: Any) -> EntryRow:
    said = {"actor": "sok", "action": "close", "process": "case", "guards": {"waited": "fails"}, "because": ["waited"]}
    return EntryRow(7, AT, "C1", 3, "C1", kind, said | clear, "ab", 41, frozenset({"refused"}))


def code(name: str) -> str:
    return f"P-{len(name)}"


def table(*rows: EntryRow) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(as_csv(rows, code)))))


class TestATable:
    def test_has_heads_and_a_line_for_each_entry(self) -> None:
        (line,) = table(entry())
        assert tuple(line) == COLUMNS
        assert line | {"at": "2027-01-04T02:00:00.000000Z", "leaf": "41", "actor": "P-3", "unmet": "waited"} == line
        assert line["guards"] == "waited:fails"

    @pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
    def test_holds_no_formula(self, begins: str) -> None:
        (line,) = table(entry(action=f"{begins}HYPERLINK(1)"))
        assert line["action"] == f"'{begins}HYPERLINK(1)"

    def test_keeps_commas_quotes_and_lines_in_their_cell(self) -> None:
        (line,) = table(entry(action='a, "b"\nc'))
        assert line["action"] == 'a, "b"\nc'


class TestLines:
    def test_are_one_object_each(self) -> None:
        lines = [json.loads(line) for line in as_json_lines([entry(), entry()], code)]
        assert len(lines) == 2
        assert lines[0]["clear"]["guards"] == {"waited": "fails"}

    def test_name_nobody(self) -> None:
        people = {"actor": "sok", "on_behalf": "away", "asked_by": "vuth", "assigned": "nita", "person": "maly"}
        (line,) = as_json_lines([entry(**people, to="manager")], code)
        assert not any(name in line.decode() for name in people.values())
        assert json.loads(line)["clear"]["to"] == "manager"

    def test_name_nobody_where_work_was_handed_over(self) -> None:
        clear = {"actor": "sok", "from": "vuth", "to": "nita", "moved": ["C1 manager"]}
        (line,) = as_json_lines([entry("house:role:handed_over", **clear)], code)
        assert json.loads(line)["clear"] | {"from": "P-4", "to": "P-4"} == json.loads(line)["clear"]
