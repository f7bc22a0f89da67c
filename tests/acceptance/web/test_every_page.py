"""Every page that each of the people of the demonstration can reach by links, in a real browser."""

from __future__ import annotations

import pytest

from tests.acceptance.web.crawl import every_page
from tests.browser import Looks, Watched

PEOPLE = ("sok", "maly", "dara", "vanna", "lin", None)
LEAST = {"sok": 8, "maly": 8, "dara": 8, "vanna": 2, "lin": 2, None: 2}
"""Fewer pages than these would mean that the way to them was not found."""


def looks(watched: Watched, where: str) -> list[str]:
    """What is wrong with the page that stands open: at both widths, light and dark, and at the smallest width."""
    page, wrong = watched.page, []
    for width, height in ((360, 640), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{where} at {width} px, {scheme}: {one}" for one in watched.axe()]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    wider = watched.overflows()
    if wider > 0:
        wrong.append(f"{where} is {wider} px wider than 320 px")
    page.set_viewport_size({"width": 360, "height": 640})
    return wrong


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_answers_with_one_heading_and_no_error(person: str | None, page_at: Looks) -> None:
    watched = page_at(360, as_=person)
    wrong: list[str] = []
    pages = 0
    for route, path, status in every_page(watched):
        pages += 1
        where = f"{route} ({path})"
        if status != 200:
            wrong.append(f"{where}: {status}")
        headings = watched.page.locator("h1").count()
        if headings != 1:
            wrong.append(f"{where}: {headings} headings of the first level")
        wrong += looks(watched, where)
        watched.shot(f"{person or 'nobody'}{route.replace('/', '-').replace('{', '').replace('}', '')}")
        wrong += [f"{where}: {one}" for one in watched.problems]
        watched.problems.clear()
    assert wrong == []
    assert pages >= LEAST[person]
