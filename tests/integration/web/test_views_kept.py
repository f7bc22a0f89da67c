"""Views under a name: choices alone, at most 500 letters, at most 30 of them."""

from __future__ import annotations

import pytest

from interfaces.web.kept_choices import LONGEST_ADDRESS, MOST_VIEWS
from tests.web import Browser, WebHouse, hidden_of


def keep(browser: Browser, path: str, name: str, address: str) -> str:
    form = {"csrf": hidden_of(browser.get("/me"))["csrf"], "name": name, "address": address}
    answer = browser.client.post(path, data=form, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def kept(house: WebHouse, person: str) -> list[str]:
    return [one.address for one in house.served.running.store.screens.desk.views(person)]


class TestAViewOfCases:
    def test_keeps_choices_and_leaves_words_out(self, house: WebHouse) -> None:
        asked = "/cases?whose=mine&late=yes&owner=canary-7719&note=canary-7719&state=canary.7719&since=canary"
        assert keep(house.browser("sok"), "/cases/views", "Late ones", asked) == "/cases?whose=mine&late=yes"
        assert kept(house, "sok") == ["/cases?whose=mine&late=yes"]

    def test_of_an_address_that_is_too_long_keeps_none_of_it(self, house: WebHouse) -> None:
        keep(house.browser("sok"), "/cases/views", "Long", "/cases?whose=mine&needs=" + "x" * LONGEST_ADDRESS)
        assert kept(house, "sok") == ["/cases"]

    def test_is_one_of_thirty_at_most_and_the_list_says_so(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        for number in range(MOST_VIEWS + 1):
            keep(sok, "/cases/views", f"View {number}", "/cases?late=yes")
        assert len(kept(house, "sok")) == MOST_VIEWS
        page = sok.get("/cases?late=yes")
        assert "Remove one to keep another" in page
        assert "Keep these choices as" not in page


class TestAViewOfAnAuditor:
    @pytest.mark.parametrize(
        ("address", "left"),
        [
            ("/audit/trace?outcome=refused&action=canary_7719&since=2027-01-01", "outcome=refused&since=2027-01-01"),
            ("/audit/registers/refusals?clause=KH-MS-7.1.6&kind=canary", "clause=KH-MS-7.1.6"),
            ("/audit/map?show=all&measure=canary&process=case&since=canary&role=canary", "show=all&process=case"),
        ],
    )
    def test_keeps_choices_and_leaves_words_out(self, house: WebHouse, address: str, left: str) -> None:
        keep(house.browser("lin"), "/audit/views", "Kept", address)
        assert kept(house, "lin") == [f"{address.partition('?')[0]}?{left}"]
