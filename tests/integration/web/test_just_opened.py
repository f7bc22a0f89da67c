"""The presumptions are seen before, during and after a case is opened."""

from __future__ import annotations

import re

from tests.web import WebHouse

ANSWERS = {"danger_now": "no_danger", "age_group": "uncertain"}


def test_the_form_says_what_is_taken_for_granted_before_it_asks(house: WebHouse) -> None:
    page = house.browser("sok").get("/cases/new")
    assert page.index("Age unsure: treated as a child.") < page.index('id="danger_now"')


def test_the_form_marks_what_has_to_be_answered(house: WebHouse) -> None:
    page = house.browser("sok").get("/cases/new")
    marked = re.findall(r'<fieldset[^>]* id="([^"]+)"[^>]*>\s*<legend>[^<]*\(required\)', page)
    assert marked == ["danger_now", "age_group"]


def test_the_new_case_says_what_was_taken_for_granted_and_the_first_tasks(house: WebHouse) -> None:
    sok = house.browser("sok")
    address = sok.send("/cases/new", ANSWERS)
    first = sok.get(address).partition('id="new"')[2].partition("</section>")[0]
    presumed = "Treated as a victim. Age unsure: treated as a child. Contact in person only."
    assert f"We took for granted: {presumed}" in first
    ref = address.partition("?")[0]
    assert f'href="{ref}/record?field=age_group#fact-age_group"' in first
    tasks = re.findall(rf'<a href="({ref}/tasks/[a-z_]+)">[^<]+</a> <span class="small muted">Due [^<]+</span>', first)
    assert len(tasks) == 5
    assert 'id="new"' not in sok.get(ref)


def test_what_was_answered_is_not_taken_for_granted(house: WebHouse) -> None:
    sok = house.browser("sok")
    page = sok.get(sok.send("/cases/new", {**ANSWERS, "age_group": "adult", "contact_way": "phone_as_written"}))
    assert "We took for granted: Treated as a victim. Change this" in page


def test_nobody_else_is_told_so(house: WebHouse) -> None:
    ref = house.case()
    house.assign(ref, "nita", "interviewer")
    assert "We took for granted" not in house.browser("nita").get(f"/cases/{ref}?new=1")


def test_after_a_danger_was_reported_the_same_is_said(house: WebHouse) -> None:
    sok = house.browser("sok")
    address = sok.send("/cases/new", {**ANSWERS, "danger_now": "danger"})
    page = sok.get(address)
    back = re.search(r'name="next" value="([^"]+)"', page)
    assert back is not None
    assert "We took for granted" in sok.get(back[1])
