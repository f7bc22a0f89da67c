"""Why something was not done stands on every page in the language of whoever reads, as on the page of the case."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.web.test_several import send, unowned
from tests.web import Browser, WebHouse, web_house

PEOPLE = """
sok: {roles: [case_manager, case_worker], facts: {vetting: clear}}
rith: {roles: [case_manager]}
dara: [supervisor]
"""
UNVETTED = "Cán bộ này không có kiểm tra còn hiệu lực về sự phù hợp và lý lịch tư pháp."
REMEDY = "Người đứng đầu ghi nhận kiểm tra của cán bộ này, hoặc chọn cán bộ khác."
"""What the guard of roles says in Vietnamese, and what it advises."""


def reading(house: WebHouse, person: str, language: str) -> Browser:
    """A browser of somebody whose device asks for a language."""
    browser = house.browser(person)
    browser.client.headers["accept-language"] = language
    return browser


def test_of_several_cases_is_said_with_what_to_do(tmp_path: Path) -> None:
    with web_house(tmp_path, people=PEOPLE, workflow="vn-2011") as house:
        ref = unowned(house)
        page = send(reading(house, "dara", "vi"), "/team/assign", {"case": ref, "to": "case_manager:rith"})
        assert UNVETTED in page
        assert REMEDY in page
        assert "This worker has no valid check" not in page


def test_of_what_was_handed_over_is_said(tmp_path: Path) -> None:
    with web_house(tmp_path, people=PEOPLE, workflow="vn-2011") as house:
        house.case()
        dara = reading(house, "dara", "vi")
        holding = re.search(r'name="holding" value="([^"]+)"', dara.get("/team/sok"))
        assert holding is not None
        page = dara.send(
            "/team/sok/hand-over",
            {"holding": holding[1], "taker": "rith", "reason": "away"},
            on="/team/sok",
            status=200,
        )
        assert "Cần vai trò này: Cán bộ phụ trách." in page


def test_that_nobody_has_translated_says_that_it_is_in_english(tmp_path: Path) -> None:
    with web_house(tmp_path, people=PEOPLE) as house:
        ref = unowned(house)
        page = send(reading(house, "dara", "km"), "/team/assign", {"case": ref, "to": "case_manager:rith"})
        assert '<span lang="en">This worker has no valid check of suitability and criminal record.</span>' in page


def test_of_a_case_that_is_not_there_is_said(tmp_path: Path) -> None:
    with web_house(tmp_path, people=PEOPLE) as house:
        unowned(house)
        page = send(reading(house, "dara", "vi"), "/team/assign", {"case": "nothing", "to": "case_manager:sok"})
        assert "sign by sign" not in page
        assert "reference" not in page
