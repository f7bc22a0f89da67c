"""Pages for paper: everything lies open, and the foot says of what, when and by whom. And My work when nothing runs."""

from __future__ import annotations

import datetime as dt
import re

from access.screens import Beat
from tests.web import WebHouse


class TestAPageForPaper:
    def test_lies_open_and_says_of_what_when_and_by_whom(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        folded = sok.get(f"/cases/{ref}")
        assert f'href="/cases/{ref}?print=1"' in folded
        assert re.search(r"<details(?! open)", folded)
        page = sok.get(f"/cases/{ref}?print=1")
        assert not re.search(r"<details(?! open)", page)
        # Those of one name would close each other again.
        assert not re.search(r"<details[^>]* name=", page)
        foot = page.split('class="on-paper"')[1].split("</p>")[0]
        assert ref in foot
        assert "Printed by Sok" in foot
        assert "2027-01-04 09:00" in foot

    def test_is_asked_for_and_no_other_is(self, house: WebHouse) -> None:
        assert "on-paper" not in house.browser("sok").get(f"/cases/{house.case()}?print=0")


class TestMyWorkWhenNothingRuns:
    def beat(self, house: WebHouse, at: dt.datetime) -> None:
        house.served.running.store.screens.beat(Beat("sweep", "one", at, 0, ""))

    def test_says_since_when_reminders_stand_still(self, house: WebHouse) -> None:
        self.beat(house, house.clock.now() - dt.timedelta(hours=2))
        assert "Reminders have not run since today, 07:00." in house.browser("sok").get("/work")

    def test_says_nothing_while_one_worker_runs(self, house: WebHouse) -> None:
        self.beat(house, house.clock.now() - dt.timedelta(hours=2))
        house.served.running.store.screens.beat(Beat("sweep", "two", house.clock.now(), 0, ""))
        assert "Reminders have not run" not in house.browser("sok").get("/work")
