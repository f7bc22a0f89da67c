"""A page in Khmer says of each text that is in English that it is, outside of titles, options and attributes."""

from __future__ import annotations

import datetime as dt
import re

from tests.web import WebHouse

CHROME = r"<(title|option)\b[^>]*>[^<]*<span"


def test_a_case_in_khmer_marks_what_is_in_english(house: WebHouse) -> None:
    ref = house.case(age_group="uncertain")
    sok = house.browser("sok")
    sok.client.headers["accept-language"] = "km"
    for path in (f"/cases/{ref}?new=1", f"/cases/{ref}/dates", "/work"):
        page = sok.get(path)
        assert '<html lang="km"' in page
        assert '<span lang="en">' in page, path
        assert re.search(CHROME, page) is None, path
        assert re.search(r'="[^"<>]*<span lang', page) is None, path
        assert "&lt;span lang" not in page, path


def test_lists_of_auditors_administrators_and_supervision_mark_it_too(house: WebHouse) -> None:
    ref = house.case(age_group="adult")
    house.assign(ref, "sok", "case_manager")
    house.browser("sok").send(f"/cases/{ref}/act/close_successful", {}, status=409)
    for case in (ref, house.case(age_group="adult")):
        house.step("sok", "act", case, "receive", care_setting="other")
    house.open_below(None, "dara", "partner", called="Legal aid", branch="legal")
    house.clock.move_to(house.clock.now() + dt.timedelta(days=9))
    house.served.running.sweep()
    version = house.served.running.house.workflows.current(None).hash
    for person, path in (
        ("lin", f"/audit/cases/{ref}"),
        ("lin", f"/audit/entries/{ref}.1"),
        ("lin", "/audit/trace"),
        ("lin", "/audit/map?process=partner&show=all"),
        ("lin", "/audit/registers/refusals"),
        ("vanna", f"/administration/workflows/kh-2009/{version[:12]}"),
        ("dara", "/team"),
        ("dara", "/house"),
    ):
        browser = house.browser(person)
        browser.client.headers["accept-language"] = "km"
        page = browser.get(path)
        assert '<span lang="en">' in page.split("<main")[1], path
        assert re.search(CHROME, page) is None, path
        assert re.search(r'="[^"<>]*<span lang', page) is None, path
        assert "&lt;span" not in page, path


def test_what_can_be_chosen_says_in_which_language_it_is(house: WebHouse) -> None:
    browser = house.browser("lin")
    browser.client.headers["accept-language"] = "km"
    assert re.search(r'<option value="partner" lang="en">[A-Z]', browser.get("/audit/map")) is not None


def test_a_case_in_english_marks_nothing(house: WebHouse) -> None:
    assert '<span lang="en">' not in house.browser("sok").get(f"/cases/{house.case()}")
