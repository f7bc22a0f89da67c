"""The three walks of a newcomer in a real browser: by pointer, without scripts, by keyboard; one outcome.

After each of them nothing is kept in the browser, no title or address has said what was written, and wherever the
person may look on, the quick exit leaves nothing to come back to.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.acceptance.web import administrator_walk, auditor_walk, staff_walk
from tests.acceptance.web.walker import WAYS, Walker, Way
from tests.browser import House, Looks, end, opening, start

ELSEWHERE = "https://www.wikipedia.org/"
BLANK = "<!doctype html><html lang=en><title>A page of anybody</title><p>The free encyclopedia</p></html>"

# What people did, as the journal has it; what runs by the clock is left out. The same however one walks.
STAFF = """
case opened open
case assigned assign
case refused start_interview
case recorded record
case refused start_interview
case recorded record
case applied start_interview
case applied end_interview
case recorded record
case applied confirm
case recorded record
case applied consult_on_closing
case recorded record
case applied close_unsuccessful
case applied report_harm
case applied crisis_begins
request opened open
request applied answer
referral opened open
referral recorded record
referral refused send
referral refused send
referral applied send
referral applied take_up
consent opened open
consent refused give
consent recorded record
consent applied give
crisis opened open
"""
STANDS = {
    "case": "open",
    "outcome": "none_yet",
    "consultation": "not_yet",
    "identification": "confirmed",
    "safety": "in_crisis",
    "reopening": "reopened",
}


BY_PEOPLE = (
    "select kind, count(*) from entries where kind like 'case:%' and kind not like 'case:deadline%' group by kind"
)


@pytest.fixture(scope="module")
def house(made_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demonstration for the walks: they change it, and do not come across each other."""
    folder = tmp_path_factory.mktemp("walks")
    home = folder / "house"
    shutil.copytree(made_house, home)
    process, address = start(home, folder / "house.log")
    yield House(address, home)
    assert end(process) == 0


@pytest.fixture
def page_in(browser: Browser, house: House) -> Iterator[Looks]:
    """Open pages of that house."""
    with opening(browser, house) as opened:
        yield opened


@pytest.fixture
def walker(page_in: Looks) -> Callable[[Way, str], Walker]:
    """Somebody at the door who goes one way."""

    def at_the_door(way: Way, walk: str) -> Walker:
        return Walker(page_in(360, javascript=way != "no-scripts", as_=None), way, walk)

    return at_the_door


Walkers = Callable[[Way, str], Walker]


def asked(house: House, sql: str, *values: str) -> list[tuple[Any, ...]]:
    """Rows of the house's database, read beside the process that serves it."""
    reading = sqlite3.connect(f"file:{house.home / 'house.db'}?mode=ro", uri=True)
    try:
        return reading.execute(sql, values).fetchall()
    finally:
        reading.close()


def done_in(house: House, case: str) -> tuple[list[str], dict[str, str]]:
    """What people did in a family, and where the tracks of its case stand by what moved them."""
    rows = asked(
        house,
        "select i.process, e.kind, e.clear from entries e join instances i on i.ref = e.instance"
        " where i.family = ? order by i.ordinal, e.seq",
        case,
    )
    told: list[str] = []
    stands: dict[str, str] = {}
    for process, kind, clear in rows:
        said = json.loads(clear)
        if kind.startswith("case:deadline") or kind == "case:fact:seen":
            continue
        told.append(f"{process} {kind.rpartition(':')[2]} {said['action']}")
        if process == "case":
            stands |= {track: after for track, (_, after) in (said.get("moves") or {}).items()}
    return told, stands


@pytest.mark.parametrize("way", WAYS)
def test_staff(way: Way, house: House, walker: Walkers) -> None:
    by = walker(way, "staff")
    case = staff_walk.walk(by)
    told, stands = done_in(house, case)
    assert told == STAFF.split("\n")[1:-1]
    assert stands == STANDS
    by.leaves_nothing(*staff_walk.MARKERS.values())


@pytest.mark.parametrize("way", WAYS)
def test_administrator(way: Way, house: House, walker: Walkers) -> None:
    by = walker(way, "administrator")
    name = administrator_walk.walk(by)
    published = asked(house, "select asked_by, approved_by from publications where name = ?", name)
    assert published == [("vanna", "dara")]
    by.leaves_nothing("talk_at_once", "county audit")


@pytest.mark.parametrize("way", WAYS)
def test_auditor(way: Way, house: House, walker: Walkers) -> None:
    before = asked(
        house,
        BY_PEOPLE,
    )
    by = walker(way, "auditor")
    table = auditor_walk.walk(by)
    people = [name for (name,) in asked(house, "select distinct opened_by from instances") if name != "system"]
    assert "sok" in people
    assert [name for name in people if f",{name}," in table] == []
    assert (
        asked(
            house,
            BY_PEOPLE,
        )
        == before
    )
    by.leaves_nothing(*people)


def elsewhere(page: Page) -> CDPSession:
    """Answer for the page to which the quick exit leads; nothing leaves this machine."""
    session = page.context.new_cdp_session(page)
    body = b64encode(BLANK.encode()).decode()

    def answer(paused: dict[str, Any]) -> None:
        headers = [{"name": "Content-Type", "value": "text/html"}]
        session.send(
            "Fetch.fulfillRequest",
            {"requestId": paused["requestId"], "responseCode": 200, "responseHeaders": headers, "body": body},
        )

    session.on("Fetch.requestPaused", answer)
    session.send("Fetch.enable", {"patterns": [{"urlPattern": f"{ELSEWHERE}*"}]})
    return session


EXITS = (("button", True), ("button", False), ("Shift three times", True))


@pytest.mark.parametrize(("how", "javascript"), EXITS)
def test_the_quick_exit_leaves_nothing_to_come_back_to(how: str, javascript: bool, page_in: Looks) -> None:
    watched = page_in(360, javascript=javascript)
    by = Walker(watched, "pointer" if javascript else "no-scripts", "exit")
    by.go("/cases/new")
    by.choose("danger_now", "no_danger")
    by.choose("age_group", "adult")
    by.write("safe_contact", staff_walk.MARKERS["safe_contact"])
    by.press("Open the case")
    case = by.ref
    by.link("Summary for the person")
    by.press("Show it")
    by.see("My plan")
    assert by.page.title() == "My page"
    by.shot("summary")
    elsewhere(by.page)
    if how == "button":
        by.page.get_by_role("button", name="Leave this page").click()
    else:
        for _ in range(3):
            by.page.keyboard.press("Shift")
    by.page.wait_for_url(ELSEWHERE)
    assert "encyclopedia" in by.text
    by.page.go_back()
    assert "/sign-in" in by.page.url
    assert "My plan" not in by.text
    for said in (case, staff_walk.MARKERS["safe_contact"]):
        assert said not in by.text
    by.page.go_back()
    assert case not in by.text
