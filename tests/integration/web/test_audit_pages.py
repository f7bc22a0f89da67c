"""Auditors: the trace by codes, registers, one case over time, grants, exports; and what stays closed to them."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from tests.web import WebHouse


@pytest.fixture
def refused(house: WebHouse) -> str:
    """A case in which the interview was refused to Nita."""
    ref = house.case(safe_contact="canary-7719", age_group="adult")
    house.assign(ref, "nita", "interviewer")
    house.browser("nita").send(f"/cases/{ref}/act/start_interview", {}, status=409)
    return ref


class TestTheTrace:
    def test_finds_a_refusal_by_what_came_of_it(self, house: WebHouse, refused: str) -> None:
        page = house.browser("lin").get("/audit/trace?outcome=refused")
        assert refused in page
        assert "KH-MS-7.1.6" in page

    def test_names_nobody_and_tells_no_fact(self, house: WebHouse, refused: str) -> None:
        lin = house.browser("lin")
        pages = ["/audit/trace", f"/audit/cases/{refused}", "/audit/registers/refusals", f"/audit/entries/{refused}.1"]
        for path in pages:
            page = lin.get(path)
            assert "canary-7719" not in page
            assert not re.search(r"\b(Nita|Sok|nita|sok)\b", page), path

    def test_that_finds_nothing_says_which_filter_to_drop(self, house: WebHouse, refused: str) -> None:
        page = house.browser("lin").get(f"/audit/trace?case={refused}&outcome=overridden")
        assert "No entry matches" in page
        assert "Drop the filter that excludes most" in page

    def test_is_not_open_to_staff(self, house: WebHouse) -> None:
        house.browser("sok").get("/audit/trace", 403)

    def test_is_exported_as_lines_and_as_a_table_with_codes(self, house: WebHouse, refused: str) -> None:
        lin = house.browser("lin")
        lines = lin.get(f"/audit/export?case={refused}&format=jsonl").splitlines()
        assert lines
        assert all(json.loads(line)["case"] == refused for line in lines)
        table = lin.get(f"/audit/export?case={refused}&format=csv")
        assert not re.search(r"\b(nita|sok)\b", table)


class TestRegisters:
    def test_tell_how_a_refusal_was_answered(self, house: WebHouse, refused: str) -> None:
        page = house.browser("lin").get("/audit/registers/refusals")
        assert refused in page
        assert "Not answered yet" in page

    @pytest.mark.parametrize("kind", ["overrides", "breaches", "disclosures", "sights"])
    def test_of_every_kind_can_be_opened(self, house: WebHouse, kind: str) -> None:
        house.browser("lin").get(f"/audit/registers/{kind}")


class TestTheMapAndTheRest:
    def test_draws_what_follows_what(self, house: WebHouse) -> None:
        for _ in range(2):
            house.step("sok", "act", house.case(), "receive", care_setting="shelter")
        page = house.browser("lin").get("/audit/map?show=all")
        assert "<svg" in page
        assert "What follows what" in page

    def test_a_journal_that_was_checked_is_whole(self, house: WebHouse) -> None:
        assert "The journal is whole" in house.browser("lin").send("/audit/integrity", {}, status=200)

    def test_coverage_names_every_clause(self, house: WebHouse) -> None:
        assert "KH-MS-7.1.6" in house.browser("lin").get("/audit/coverage")


class TestANarrative:
    def test_opens_by_a_second_person_for_a_time(self, house: WebHouse, refused: str) -> None:
        lin = house.browser("lin")
        lin.get(f"/audit/cases/{refused}/narrative", 403)
        lin.send("/audit/grants/new", {"case": refused, "reason": "the refusal has to be understood", "days": "1"})
        dara = house.browser("dara")
        asked = re.search(r"/approvals/grants/[^\"]+", dara.get("/team"))
        assert asked is not None
        dara.send(asked[0], {"answer": "yes", "reason": "it is part of the yearly audit"})
        assert "canary-7719" in lin.get(f"/audit/cases/{refused}/narrative")
        house.clock.move_to(house.clock.now() + dt.timedelta(days=2))
        house.browser("lin").get(f"/audit/cases/{refused}/narrative", 403)


class TestTheRecordOfSignIns:
    def test_is_read_by_auditors_with_codes(self, house: WebHouse) -> None:
        vanna, lin = house.browser("vanna"), house.browser("lin")
        vanna.send("/administration/people/rith/invite", {}, on="/administration/people/rith", status=200)
        page = lin.get("/audit/sign-ins")
        assert "A one-time link was made for P-" in page
        assert not re.search(r"\b(vanna|rith)\b", page, re.IGNORECASE)
        for who in ("sok", "dara", "vanna"):
            house.browser(who).get("/audit/sign-ins", 403)

    def test_goes_on_where_a_page_ends(self, house: WebHouse) -> None:
        for _ in range(60):
            house.browser("sok")
        lin = house.browser("lin")
        first = set(re.findall(r'id="line-(\d+)"', lin.get("/audit/sign-ins")))
        older = re.search(r"/audit/sign-ins\?before=\d+", lin.get("/audit/sign-ins"))
        assert older is not None
        assert len(first) == 50
        assert not first & set(re.findall(r'id="line-(\d+)"', lin.get(older[0])))
        lin.get("/audit/sign-ins?before=" + "9" * 5000)

    def test_of_oneself_is_at_ones_account(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        vanna.send("/administration/people/rith/invite", {}, on="/administration/people/rith", status=200)
        mine = house.browser("rith").get("/me")
        assert "A one-time link was made for Rith. Done by Vanna." in mine
        assert "A one-time link" not in house.browser("sok").get("/me")
