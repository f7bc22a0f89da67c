"""HEAD is answered as GET is, shows nothing and counts as no look; long histories have pages."""

from __future__ import annotations

import re

import pytest

from cases.journal import Kind
from interfaces.web.served import Portions
from tests.web import WebHouse


def sights(house: WebHouse, ref: str) -> int:
    with house.served.running.store.look() as tx:
        return sum(one.kind == Kind.SEEN for one in tx.entries(ref))


class TestHead:
    @pytest.mark.parametrize("path", ["/work", "/cases", "/notices", "/me", "/help"])
    def test_of_a_page_answers_without_a_body(self, house: WebHouse, path: str) -> None:
        answer = house.browser("sok").client.head(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
    def test_of_the_signs_of_life_is_answered_as_get_is(self, house: WebHouse, path: str) -> None:
        monitor = house.anonymous()
        got, head = monitor.get(path), monitor.head(path)
        assert (head.status_code, head.headers["cache-control"]) == (got.status_code, "no-store")
        assert head.status_code in (204, 503)
        assert head.content == b""

    def test_of_a_case_tells_what_get_tells_and_is_no_look(self, house: WebHouse) -> None:
        ref = house.case()
        house.step("sok", "record", ref, date_of_birth="1999-04-01")
        before = sights(house, ref)
        assert house.browser("sok").client.head(f"/cases/{ref}/history").status_code == 200
        assert house.browser("rith").client.head(f"/cases/{ref}").status_code == 404
        assert house.browser("lin").client.head("/work").status_code == 403
        assert sights(house, ref) == before
        house.browser("sok").get(f"/cases/{ref}/history")
        assert sights(house, ref) == before + 1

    def test_of_an_export_takes_nothing_out(self, house: WebHouse) -> None:
        assert house.browser("lin").client.head("/audit/export").status_code == 200
        with house.served.running.store.look() as tx:
            ref = tx.person_ref("lin")
            assert ref is not None
            assert all(one.kind != Kind.EXPORTED for one in tx.entries(ref))

    def test_without_a_session_leads_to_signing_in(self, house: WebHouse) -> None:
        answer = house.anonymous().head("/cases")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/cases")


class TestALongHistory:
    def test_has_pages_that_together_show_everything_once(self, house: WebHouse) -> None:
        ref = house.case()
        for number in range(7):
            house.step("sok", "record", ref, language=("khmer", "english")[number % 2])
        sok = house.browser("sok")
        whole = re.findall(r'id="entry-(\d+)"', sok.get(f"/cases/{ref}/history?show=changes"))
        sok = house.in_portions(Portions(history=3)).browser("sok")
        found: list[str] = []
        address = f"/cases/{ref}/history?show=changes"
        while address:
            page = sok.get(address)
            part = re.findall(r'id="entry-(\d+)"', page)
            assert 0 < len(part) <= 3
            found += part
            more = re.search(r'href="([^"]+)">Show more', page)
            address = more[1].replace("&amp;", "&") if more is not None else ""
        assert found == whole
        assert len(found) > 3

    def test_of_a_place_that_means_nothing_begins_at_the_newest(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        whole = re.findall(r'id="entry-(\d+)"', sok.get(f"/cases/{ref}/history?show=changes"))
        for place in ("x", "-1", "9" * 5000):
            page = sok.get(f"/cases/{ref}/history?show=changes&before={place}")
            assert re.findall(r'id="entry-(\d+)"', page) == whole
