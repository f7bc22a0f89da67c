"""What steps leave for lists agrees with what it was worked out from; lists ask indexes, and as often for many rows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from access.registers import register
from access.screens import CaseFilter, MapFilter, Page, TraceFilter
from access.trace import ClausesOf
from access.work import my_work
from cases.shown import shown_of
from storage.house_key import HomeKey
from storage.screens.marks import marks_of_all
from storage.screens.reading import LinesOut
from storage.screens.screens import SqlScreens
from storage.sql import Change, Line, Row, Sql
from storage.sql_store import SqlStore, open_store
from tests.conformance import screens_reference as slow
from tests.conformance.screens_house import Year, listed_house
from tests.houses import SmallHouse


@pytest.fixture
def lived(store: SqlStore) -> SmallHouse:
    """A house in which a while has passed."""
    house = listed_house(store)
    Year(house, 3).play(120)
    return house


def table(raw: Engine, query: str) -> set[tuple[Any, ...]]:
    with raw.connect() as connection:
        return {tuple(row) for row in connection.execute(text(query))}


class TestWhatStepsLeave:
    def test_is_what_follows_from_the_instances(self, lived: SmallHouse, raw: Engine) -> None:
        tasks: set[tuple[Any, ...]] = set()
        roots: set[tuple[Any, ...]] = set()
        standings: set[tuple[Any, ...]] = set()
        for family in slow.families(lived):
            shown = shown_of(lived.rules, {one.ref: one for one in family.instances})
            tasks.update((one.instance, one.name, one.role, one.kind, one.owner) for one in shown.tasks)
            assert shown.overview is not None
            roots.add((shown.overview.ref, shown.overview.process, shown.overview.owner))
            root = family.instances[0]
            standings.update((root.ref, name, track.state) for name, track in root.tracks.items())
        assert table(raw, "SELECT instance, name, role, kind, owner FROM tasks") == tasks
        assert table(raw, "SELECT ref, process, owner FROM overview") == roots
        assert table(raw, "SELECT instance, track, state FROM standings") == standings

    @pytest.mark.usefixtures("lived")
    def test_has_a_mark_for_each_entry(self, raw: Engine) -> None:
        assert table(raw, "SELECT instance, seq FROM marks") == table(raw, "SELECT instance, seq FROM entries")
        assert table(raw, "SELECT sort FROM marks") == table(raw, "SELECT id FROM sorts")

    def test_can_be_made_anew_for_entries_that_have_no_marks(self, lived: SmallHouse, raw: Engine) -> None:
        columns = "at, sort, actor, on_behalf, instance, seq, family"
        before = table(raw, f"SELECT {columns} FROM marks")
        with raw.begin() as connection:
            connection.execute(text("DELETE FROM marks"))
            connection.execute(text("DELETE FROM sorts"))
            marks_of_all(connection)
        assert table(raw, f"SELECT {columns} FROM marks") == before
        assert isinstance(lived.store, SqlStore)
        found = lived.store.screens.sorts()
        assert {one.id for one in found} == {sort for (sort,) in table(raw, "SELECT id FROM sorts")}


class Counted:
    """Lines that count the statements which go over them."""

    def __init__(self, lines: LinesOut) -> None:
        self._lines = lines
        self.said: list[str] = []

    @contextmanager
    def to_read(self, viewer: str = "") -> Iterator[Line]:
        with self._lines.to_read(viewer) as line:
            yield CountedLine(line, self.said)

    @contextmanager
    def to_write(self) -> Iterator[Line]:
        with self._lines.to_write() as line:
            yield CountedLine(line, self.said)


class CountedLine:
    """One of them."""

    def __init__(self, line: Line, said: list[str]) -> None:
        self._line = line
        self._said = said

    def rows(self, sql: Sql, parameters: Any) -> list[Row]:
        self._said.append(sql.text)
        return self._line.rows(sql, parameters)

    def write(self, changes: Sequence[Change]) -> None:
        self._line.write(changes)

    def hold(self) -> None:
        self._line.hold()

    def awaited(self) -> bool:
        return self._line.awaited()


Read = Callable[[SmallHouse, SqlScreens], object]


def _reach(house: SmallHouse) -> Any:
    return slow.reach(house, "sok")


READS: dict[str, Read] = {
    "my work": lambda house, reads: my_work(house.house, reads, _reach(house), house.clock.now()),
    "cases": lambda house, reads: reads.cases(_reach(house), CaseFilter(), Page(), house.clock.now()),
    "board": lambda house, reads: reads.board(_reach(house), CaseFilter(track="plan"), house.clock.now()),
    "loads": lambda house, reads: reads.loads(house.clock.now()),
    "late": lambda house, reads: reads.late(house.clock.now(), 50),
    "trace": lambda house, reads: reads.trace(TraceFilter(outcome="refused"), Page(), ClausesOf(house.house.workflows)),
    "whole": lambda house, reads: reads.whole(slow.cases(house, "dara", CaseFilter())[-1]),
    "count": lambda house, reads: reads.count(TraceFilter(person="sok"), ClausesOf(house.house.workflows)),
    "register": lambda house, reads: register(
        reads, "breaches", TraceFilter(), Page(), ClausesOf(house.house.workflows)
    ),
    "map": lambda _, reads: reads.process_map(MapFilter()),
    "health": lambda house, reads: reads.health(house.clock.now()),
}


@pytest.mark.parametrize("name", READS)
def test_a_read_takes_as_many_statements_for_many_rows_as_for_few(store: SqlStore, name: str) -> None:
    house = listed_house(store)
    year = Year(house, 3)
    counts = []
    for steps in (120, 120):
        year.play(steps)
        lines = Counted(store.screens.lines)
        reads = SqlScreens(lines, store.screens.speech, store.screens.vault)
        reads.desk.lines = lines
        READS[name](house, reads)
        lines.said.clear()
        READS[name](house, reads)
        counts.append(len(lines.said))
    # What fills a page from the newest entries needs not look further.
    assert counts[1] <= counts[0] <= 14


class TestTheIndexes:
    @pytest.fixture
    def plans(self, tmp_path: Path) -> Iterator[Callable[[str], str]]:
        """How SQLite would answer each statement that was asked."""
        path = tmp_path / "house.db"
        store = open_store(f"sqlite:///{path}", HomeKey(tmp_path / "house.key", os.urandom), os.urandom)
        house = listed_house(store)
        Year(house, 3).play(60)
        connection = sqlite3.connect(path)

        def plan(name: str) -> str:
            lines = Counted(store.screens.lines)
            reads = SqlScreens(lines, store.screens.speech, store.screens.vault)
            READS[name](house, reads)
            found = []
            for said in lines.said:
                nothing = ("[]",) * said.count("?")
                found += [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {said}", nothing)]
            return "\n".join(found)

        yield plan
        connection.close()
        store.close()

    @pytest.mark.parametrize(
        ("name", "indexes"),
        [
            ("my work", ["tasks_held", "tasks_unheld", "inbox_by_person_at", "assignments_by_person"]),
            ("trace", ["marks_by_at_id", "marks_by_sort_at_id"]),
            ("count", ["marks_by_actor_sort_at_id", "marks_on_behalf"]),
            ("late", ["due_falling"]),
        ],
    )
    def test_are_used(self, plans: Callable[[str], str], name: str, indexes: list[str]) -> None:
        plan = plans(name)
        for index in indexes:
            assert index in plan, plan

    @pytest.mark.parametrize("name", ["my work", "trace", "late"])
    def test_spare_a_look_at_every_row(self, plans: Callable[[str], str], name: str) -> None:
        big = {"instances", "entries", "marks", "tasks", "due", "inbox", "standings"}
        scanned = {line.split()[1] for line in plans(name).splitlines() if line.startswith("SCAN ")}
        assert not scanned & big, plans(name)
