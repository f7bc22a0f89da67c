"""A page asks the database as often for thirty rows as for one; counted at the driver, whatever asks."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.web import PEOPLE, Browser, WebHouse, web_house

MANY = 30
FEW_PEOPLE = PEOPLE
MANY_PEOPLE = PEOPLE + "".join(f"worker{number}: [case_worker]\n" for number in range(MANY))

PAGES = {
    "my work": ("sok", "/work"),
    "notices": ("sok", "/notices"),
    "cases": ("sok", "/cases"),
    "case": ("sok", "/cases/{ref}"),
    "history": ("sok", "/cases/{ref}/history"),
    "dates": ("sok", "/cases/{ref}/dates"),
    "people of a case": ("sok", "/cases/{ref}/people"),
    "what stands under a case": ("sok", "/cases/{ref}/in/service"),
    "recording": ("sok", "/cases/{ref}/record"),
    "why": ("sok", "/cases/{ref}/why/close_successful"),
    "team": ("dara", "/team"),
    "handing over": ("sok", "/team/sok"),
    "affairs of the house": ("dara", "/house"),
    "affairs of one kind": ("dara", "/house?process=partner&over=all"),
    "cases of everybody": ("dara", "/cases"),
    "trace": ("lin", "/audit/trace"),
    "one case in the trace": ("lin", "/audit/cases/{ref}"),
    "refusals": ("lin", "/audit/registers/refusals"),
    "late": ("lin", "/audit/registers/breaches"),
    "map": ("lin", "/audit/map"),
    "people": ("vanna", "/administration/people"),
    "health": ("vanna", "/administration/health"),
}


FAMILY = "SELECT families.revision"
"""How the statement begins that reads a whole family."""


class Counted:
    """Every statement that reaches SQLite, as it was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, statement: str) -> None:
        if not statement.startswith("--"):  # what a trigger does
            self.said.append(statement)

    def during(self, browser: Browser, path: str) -> Counter[str]:
        """The statements of one page, which was opened before, so that what is kept is kept."""
        browser.get(path)
        self.said.clear()
        browser.get(path)
        return Counter(shape(one) for one in self.said)


def shape(statement: str) -> str:
    """A statement without its values: enough to tell which one is asked again and again."""
    return re.sub(r"'[^']*'|\d+", "?", " ".join(statement.split()))[:70]


@contextmanager
def counted() -> Iterator[Counted]:
    """Count on every connection that is opened meanwhile."""
    counting = Counted()

    def listen(connection: sqlite3.Connection, _: object) -> None:
        connection.set_trace_callback(counting)

    event.listen(Pool, "connect", listen)
    try:
        yield counting
    finally:
        event.remove(Pool, "connect", listen)


def live(house: WebHouse, ref: str) -> None:
    """One more of everything: a case with an attempt that is refused, and in `ref` a service and a recorded fact."""
    case = house.case(age_group="adult")
    house.browser("sok").send(f"/cases/{case}/act/close_successful", {}, status=409)
    house.open_below(ref, "sok", "service", line="medical")
    house.open_below(None, "dara", "partner", called="Legal aid", branch="legal")
    house.step("sok", "record", ref, nationality="lao")
    house.browser("sok").send(f"/cases/{ref}/act/close_successful", {}, status=409)


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """The statements of each page, with one row and with thirty."""
    found: dict[str, list[Counter[str]]] = {name: [] for name in PAGES}
    for people, rows in ((FEW_PEOPLE, 1), (MANY_PEOPLE, MANY)):
        folder: Path = tmp_path_factory.mktemp("counted") / "house"
        with counted() as counting, web_house(folder, people=people) as house:
            ref = house.case(age_group="uncertain")
            for _ in range(rows):
                live(house, ref)
            for name, (person, path) in PAGES.items():
                found[name].append(counting.during(house.browser(person), path.format(ref=ref)))
    return {name: (few, many) for name, (few, many) in found.items()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_for_many_rows_as_for_few(
    counts: dict[str, tuple[Counter[str], Counter[str]]], name: str
) -> None:
    few, many = counts[name]
    assert few.total() > 2, "nothing was counted"
    assert dict(many - few) == {}


def test_the_page_of_a_case_reads_its_family_once(counts: dict[str, tuple[Counter[str], Counter[str]]]) -> None:
    for found in counts["case"]:
        assert _times(found, FAMILY) == 1
        assert _times(found, "INSERT") == 0


def _times(found: Counter[str], begins: str) -> int:
    return sum(count for statement, count in found.items() if statement.startswith(begins))


def test_a_question_for_each_row_would_be_found() -> None:
    counting = Counted()
    connection = sqlite3.connect(":memory:")
    connection.set_trace_callback(counting)
    for row in range(3):
        connection.execute("SELECT ?", (row,))
    connection.close()
    assert len(counting.said) == 3
