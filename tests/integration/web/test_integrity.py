"""The check of the journal: in portions until the end, kept with who made it, honest about its limits."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.web.served import Portions
from tests.web import Browser, WebHouse, web_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[WebHouse]:
    """A house in which one request checks five instances."""
    with web_house(tmp_path) as found:
        yield found.in_portions(Portions(checked=5))


def to_the_end(lin: Browser) -> tuple[str, int]:
    """The page after the last portion, and how many requests that took."""
    page, requests = lin.send("/audit/integrity", {"go_on": ""}, status=200), 1
    while "Check the next ones" in page:
        page, requests = lin.send("/audit/integrity", {"go_on": "yes"}, status=200), requests + 1
    return page, requests


def instances(house: WebHouse) -> int:
    with house.served.running.store.look() as tx:
        return len(tx.list_instances(None, limit=1000))


class TestACheck:
    def test_that_nobody_made_is_not_claimed(self, house: WebHouse) -> None:
        page = house.browser("lin").get("/audit/integrity")
        assert "Nobody has checked it yet" in page
        assert "is whole" not in page

    def test_goes_through_all_instances_in_portions(self, house: WebHouse) -> None:
        for _ in range(3):
            house.case()
        lin = house.browser("lin")
        first = lin.send("/audit/integrity", {"go_on": ""}, status=200)
        assert "the newest 5 instances are checked" in first
        assert "The journal is whole" not in first
        page, requests = to_the_end(lin)
        assert requests == instances(house) // 5 + 1
        assert f"The journal is whole: {instances(house)} instances checked" in page

    def test_is_kept_with_who_made_it_by_code(self, house: WebHouse) -> None:
        to_the_end(house.browser("lin"))
        page = house.browser("lin").get("/audit/integrity")
        assert re.search(r"Last check: .*, by P-\d+\.", page)
        assert "Check it now" in page

    def test_finds_the_entry_that_was_changed(self, house: WebHouse, tmp_path: Path) -> None:
        ref = house.case()
        for _ in range(6):
            house.case()
        with sqlite3.connect(tmp_path / "house.db") as other:
            # Whoever has the file can take the locks off.
            locks = other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'")
            for (lock,) in locks.fetchall():
                other.execute(f'DROP TRIGGER "{lock}"')
            changed = other.execute("UPDATE entries SET hash = ? WHERE instance = ? AND seq = 1", ("0" * 64, ref))
            assert changed.rowcount == 1
        lin = house.browser("lin")
        page, requests = to_the_end(lin)
        assert requests > 1
        assert f"The journal is broken at {ref} #1" in page
        kept = lin.get("/audit/integrity")
        assert f"The journal is broken at {ref} #1" in kept
        assert "is whole" not in kept

    def test_says_what_it_cannot_show(self, house: WebHouse) -> None:
        page = house.browser("lin").get("/audit/integrity")
        assert "makes no signed marks yet" in page
        assert "How to check it without us" in page
