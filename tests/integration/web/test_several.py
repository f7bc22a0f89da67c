"""Several at once: cases without owner are given, late tasks reminded of; one that is refused stalls no other."""

from __future__ import annotations

import datetime as dt
import re

from cases.request import Request
from cases.take_step import take_step
from tests.web import Browser, WebHouse, hidden_of


def unowned(house: WebHouse) -> str:
    """A case that nobody holds any more, and its reference."""
    ref = house.case()
    at = house.served.running.house
    request = Request("unassign", at.actor("dara"), ref, role="case_worker")
    assert take_step(at, request, house.clock.now()).decision == "applied"
    return ref


def send(browser: Browser, path: str, values: dict[str, object], status: int = 200) -> str:
    page = browser.get("/team")
    part = page.split(f'action="{path}"')[1].split("</form>")[0]
    answer = browser.client.post(path, data={**hidden_of(part), **values})
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


class TestGivingCases:
    def test_is_one_step_for_each(self, house: WebHouse) -> None:
        refs = [unowned(house), unowned(house)]
        dara = house.browser("dara")
        page = send(dara, "/team/assign", {"case": refs, "to": "case_manager:sok"})
        assert "2 of 2 done" in page
        for ref in refs:
            assert "Sok" in dara.get(f"/cases/{ref}/people")
            assert dara.get(f"/cases/{ref}/history").count("Dara gave") == 1
        assert "Every open case has somebody." in dara.get("/team")

    def test_tells_of_each_what_became_of_it(self, house: WebHouse) -> None:
        ref = unowned(house)
        page = send(house.browser("dara"), "/team/assign", {"case": [ref, "7K3M-9XQT-2HDJ"], "to": "case_manager:sok"})
        assert "1 of 2 done" in page
        assert "There is no case here for you." in page

    def test_that_is_refused_is_told_with_its_reason(self, house: WebHouse) -> None:
        ref = unowned(house)
        page = send(house.browser("dara"), "/team/assign", {"case": ref, "to": "case_manager:maly"})
        assert "0 of 1 done" in page
        assert "case manager" in page.lower()

    def test_sent_twice_is_done_once(self, house: WebHouse) -> None:
        ref = unowned(house)
        dara = house.browser("dara")
        form = {**hidden_of(dara.get("/team").split('action="/team/assign"')[1].split("</form>")[0])}
        form |= {"case": ref, "to": "case_manager:sok"}
        for _ in range(2):
            assert "1 of 1 done" in dara.client.post("/team/assign", data=form).text
        assert dara.get(f"/cases/{ref}/history").count("Dara gave") == 1

    def test_of_none_is_told(self, house: WebHouse) -> None:
        unowned(house)
        assert "Choose at least one case" in send(house.browser("dara"), "/team/assign", {"to": ""}, 422)

    def test_is_for_supervision(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        form = {"csrf": hidden_of(sok.get("/me"))["csrf"], "key": "K", "case": house.case(), "to": "case_manager:sok"}
        assert sok.client.post("/team/assign", data=form).status_code == 403


class TestReminding:
    def test_asks_whoever_has_the_task_in_their_own_list(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        house.clock.move_to(house.clock.now() + dt.timedelta(days=60))
        dara = house.browser("dara")
        tasks = re.findall(r'name="task" value="([^"]+)"', dara.get("/team"))
        assert tasks
        page = send(dara, "/team/remind", {"task": tasks})
        done = int(re.findall(r"(\d+) of \d+ done", page)[0])
        assert done > 0
        asked = dara.get(f"/cases/{ref}/in/request")
        assert asked.count('class="whole"') == done

    def test_of_nothing_late_is_told(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "sok", "case_manager")
        house.clock.move_to(house.clock.now() + dt.timedelta(days=60))
        dara = house.browser("dara")
        assert "Choose at least one late task." in send(dara, "/team/remind", {"task": "X.nothing"}, 422)
