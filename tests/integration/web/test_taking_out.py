"""What an auditor takes out of the house: journaled before the first line, and never more than was asked for."""

from __future__ import annotations

import orjson
import pytest

from cases.journal import Kind
from tests.web import WebHouse


def exports(house: WebHouse) -> list[dict[str, object]]:
    """What stands in Lin's own journal of what was taken out."""
    with house.served.running.store.look() as tx:
        ref = tx.person_ref("lin")
        assert ref is not None
        return [orjson.loads(one.clear) for one in tx.entries(ref) if one.kind == Kind.EXPORTED]


class TestAnExport:
    def test_is_journaled_with_what_was_asked(self, house: WebHouse) -> None:
        ref = house.case()
        house.browser("lin").get(f"/audit/export?case={ref}&format=jsonl")
        (said,) = exports(house)
        assert said["actor"] == "lin"
        assert said["exports"] == "trace"
        assert said["asked"] == {"case": ref, "format": "jsonl"}

    @pytest.mark.parametrize(
        "asked",
        [
            "case=7K3M-9XQT-2HDK",
            "person=P-4711",
            "outcome=refusd",
            "since=2027-13-01",
            "until=9999-12-31x",
            "format=xml",
            "outcom=refused",
        ],
    )
    def test_of_a_question_that_is_not_understood_takes_nothing_out(self, house: WebHouse, asked: str) -> None:
        house.case()
        page = house.browser("lin").get(f"/audit/export?{asked}", 422)
        assert "Nothing was exported" in page
        assert exports(house) == []

    def test_is_not_offered_where_a_part_of_the_question_means_nothing(self, house: WebHouse) -> None:
        page = house.browser("lin").get("/audit/trace?outcome=refusd")
        assert "/audit/export" not in page


class TestARegister:
    def test_says_what_of_the_question_means_nothing(self, house: WebHouse) -> None:
        page = house.browser("lin").get("/audit/registers/refusals?outcome=refusd")
        assert "Not understood, and not asked: What came of it." in page
