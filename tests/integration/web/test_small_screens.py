"""Pages of auditors and administrators on a small screen, as Chromium lays them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

import interfaces.web
from cases.request import Request
from cases.take_step import take_step
from tests.web import WebHouse

STATIC = Path(interfaces.web.__file__).with_name("static")
ELSEWHERE = "http://homeward.test"
BOX = "node => { const box = node.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom] }"


@contextmanager
def laid_out(browser: Browser, text: str, width: int) -> Iterator[Page]:
    """A page as it was answered, in a window of this width."""
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=True)
    page.route(f"{ELSEWHERE}/static/*", lambda route: route.fulfill(path=STATIC / Path(route.request.url).name))
    page.route(f"{ELSEWHERE}/", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto(f"{ELSEWHERE}/")
    yield page
    page.close()


def box(page: Page, selector: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the first thing that fits."""
    left, top, right, bottom = page.locator(selector).first.evaluate(BOX)
    return left, top, right, bottom


def refused(house: WebHouse) -> str:
    ref = house.case()
    house.assign(ref, "nita", "interviewer")
    home = house.served.running.house
    answer = take_step(home, Request("act", home.actor("nita"), ref, action="start_interview"), house.served.now())
    assert answer.decision == "refused", answer
    return ref


def test_the_bar_of_an_administrator_is_one_line(house: WebHouse, browser: Browser) -> None:
    with laid_out(browser, house.browser("vanna").get("/administration/people"), 360) as page:
        links = [box(page, f".top a >> nth={place}") for place in range(6)]
        assert {round(top) for _, top, _, _ in links} == {round(links[0][1])}
        assert links[-1][2] <= 360


def test_a_button_of_a_row_stands_under_its_text(house: WebHouse, browser: Browser) -> None:
    ref = refused(house)
    lin, dara = house.browser("lin"), house.browser("dara")
    lin.send("/audit/grants/new", {"case": ref, "reason": "the refusal has to be understood", "days": "1"})
    asked = re.search(r"/approvals/grants/[^\"]+", dara.get("/team"))
    assert asked is not None
    dara.send(asked[0], {"answer": "yes", "reason": "it is part of the yearly audit"})
    with laid_out(browser, lin.get("/audit/grants"), 360) as page:
        text, button = box(page, ".rows > .plain > p"), box(page, ".rows > .plain > .go")
        assert abs(text[0] - button[0]) < 1
        assert text[3] <= button[1]


def test_how_a_refusal_was_answered_is_in_sight(house: WebHouse, browser: Browser) -> None:
    refused(house)
    text = house.browser("lin").get("/audit/registers/refusals")
    for width in (360, 1280):
        with laid_out(browser, text, width) as page:
            _, _, right, _ = box(page, "td[data-says='How it was answered'] strong")
            assert right <= width


def test_the_values_that_a_guard_read_are_in_sight(house: WebHouse, browser: Browser) -> None:
    ref = refused(house)
    lin = house.browser("lin")
    entry = re.search(r'/audit/entries/[^"]+', lin.get(f"/audit/trace?outcome=refused&case={ref}"))
    assert entry is not None
    with laid_out(browser, lin.get(entry[0]), 360) as page:
        _, _, right, _ = box(page, "td[data-says='Value read']")
        assert right <= 360


def test_the_map_is_a_table_first_on_a_phone_and_a_picture_first_on_a_desk(house: WebHouse, browser: Browser) -> None:
    for _ in range(2):
        house.step("sok", "act", house.case(), "receive", care_setting="shelter")
    text = house.browser("lin").get("/audit/map?show=all")
    with laid_out(browser, text, 360) as page:
        assert box(page, "table")[3] <= box(page, "figure")[1]
    with laid_out(browser, text, 1280) as page:
        assert box(page, "figure")[3] <= box(page, "table")[1]
        drawn, last = box(page, "figure svg"), box(page, "figure svg rect")
        assert drawn[3] - last[3] < 20


def test_the_trace_leads_to_its_filters_before_the_entries(house: WebHouse, browser: Browser) -> None:
    refused(house)
    with laid_out(browser, house.browser("lin").get("/audit/trace"), 360) as page:
        link = page.locator("a[href='#ask']").first
        assert link.is_visible()
        assert box(page, "a[href='#ask']")[3] <= box(page, "#results")[1]
