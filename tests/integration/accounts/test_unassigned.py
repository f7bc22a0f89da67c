"""A session says who somebody is and never what they may: what was taken away is refused from the next request on."""

from __future__ import annotations

import dataclasses

import pytest

from cases.request import Request
from cases.take_step import take_step
from tests.integration.accounts.browser import Browser, Pages


def assigned(pages: Pages, kind: str, ref: str, person: str) -> None:
    """The supervisor gives somebody the lead of a case, or takes it from them."""
    house = pages.running.house
    request = Request("assign", house.actor("dara"), ref, assigned=person, role="case_manager")
    if kind == "unassign":
        request = dataclasses.replace(request, kind="unassign", assigned=None)
    assert take_step(house, request, pages.now).decision == "applied"


@pytest.fixture
def case(pages: Pages) -> str:
    """A case that somebody else opened, and sok leads."""
    house = pages.running.house
    answer = take_step(house, Request("open", house.actor("rith"), None, process="case"), pages.now)
    assigned(pages, "unassign", answer.ref, "rith")
    assigned(pages, "assign", answer.ref, "sok")
    return answer.ref


def at_case(browser: Browser, ref: str) -> int:
    """With which status a case answers."""
    status: int = browser.open(f"/cases/{ref}").page.status_code
    return status


class TestUnassigning:
    def test_closes_the_case_from_the_next_request_on(self, pages: Pages, case: str) -> None:
        browser = pages.invited("sok")
        assert at_case(browser, case) == 200
        assigned(pages, "unassign", case, "sok")
        assert at_case(browser, case) == 404
        missing = browser.page.text
        assert at_case(browser, "7K3M-9XQT-2HDJ") == 404
        assert browser.page.text == missing

    def test_is_undone_by_assigning_from_the_next_request_on(self, pages: Pages, case: str) -> None:
        browser = pages.invited("sok")
        assigned(pages, "unassign", case, "sok")
        assert at_case(browser, case) == 404
        assigned(pages, "assign", case, "sok")
        assert at_case(browser, case) == 200
