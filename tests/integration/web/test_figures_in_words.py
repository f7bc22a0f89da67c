"""Administration: lists with an end, and figures of the health page in words."""

from __future__ import annotations

import datetime as dt
import re

from tests.web import WebHouse

FACTS = "process: case\nfacts:\n" + "".join(f"  fact_{number}: {{kind: nothing_{number}}}\n" for number in range(150))


class TestProblemsOfADraft:
    def test_are_listed_up_to_a_hundred_and_the_rest_is_counted(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = vanna.send("/administration/workflows", {"name": "our-house", "extends": "kh-2009"})
        vanna.send(draft, {"new_file": "case.yaml"})
        vanna.send(draft, {"file": "case.yaml", "text": FACTS, "new_file": ""}, on=f"{draft}?file=case.yaml")
        page = vanna.get(f"{draft}?file=case.yaml")
        total = re.search(r'id="h-problems">(\d+) problems', page)
        assert total is not None
        assert int(total[1]) >= 150
        assert page.count("#line-") == 100
        assert f"And {int(total[1]) - 100} more." in page

    def test_that_quote_what_was_found_quote_no_more_than_its_beginning(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = vanna.send("/administration/workflows", {"name": "our-house", "extends": "kh-2009"})
        vanna.send(draft, {"new_file": "case.yaml"})
        text = f"process: case\nfacts:\n  one: {{kind: {'z' * 5000}}}\n"
        vanna.send(draft, {"file": "case.yaml", "text": text, "new_file": ""}, on=f"{draft}?file=case.yaml")
        problems = vanna.get(draft).split('id="problems"')[1].split('id="text"')[0]
        assert "z" * 50 in problems
        assert "z" * 1000 not in problems


class TestHealth:
    def test_gives_the_oldest_overdue_date_as_a_figure(self, house: WebHouse) -> None:
        house.case()
        assert re.search(r"Oldest overdue date</dt><dd>none<", house.browser("vanna").get("/administration/health"))
        house.clock.move_to(house.clock.now() + dt.timedelta(days=9))
        page = house.browser("vanna").get("/administration/health")
        assert re.search(r"Oldest overdue date</dt><dd>late by \d+ days?<", page)

    def test_says_in_words_what_became_of_notices(self, house: WebHouse) -> None:
        house.case()
        house.clock.move_to(house.clock.now() + dt.timedelta(days=9))
        house.served.running.sweep()
        house.served.running.deliver()
        page = house.browser("vanna").get("/administration/health")
        assert "passed on to those who are told" in page
        assert "fanned_out" not in page
