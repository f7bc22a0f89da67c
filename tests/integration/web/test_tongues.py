"""A page in Khmer says of each text that is in English that it is, outside of titles, options and attributes."""

from __future__ import annotations

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


def test_a_case_in_english_marks_nothing(house: WebHouse) -> None:
    assert '<span lang="en">' not in house.browser("sok").get(f"/cases/{house.case()}")
