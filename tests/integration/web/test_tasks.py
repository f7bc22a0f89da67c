"""A task leads to where it is done, from my work, from the case and from the page of its dates."""

from __future__ import annotations

import datetime as dt
import re

from cases.ports import StoredEntry
from tests.web import Browser, WebHouse

TASK = re.compile(r'href="((?:/cases|/instances)/[^"]+/tasks/[^"]+)"')


def way(person: Browser, address: str) -> str:
    """Where the address of a task leads."""
    answer = person.client.get(address)
    assert answer.status_code == 303, (address, answer.status_code)
    return str(answer.headers["location"])


def tasks_of(house: WebHouse, ref: str) -> list[str]:
    """The deadlines of an instance, by name."""
    with house.served.running.house.store.look() as tx:
        loaded = tx.load(ref)
    assert loaded is not None
    return [name for one in loaded.instances if one.ref == ref for name in one.deadlines]


class TestATask:
    def test_leads_from_my_work_to_its_form(self, house: WebHouse) -> None:
        house.case(age_group="uncertain")
        house.clock.move_to(house.clock.now() + dt.timedelta(days=5))
        sok = house.browser("sok")
        rows = TASK.findall(sok.get("/work"))
        assert rows
        for address in rows:
            place, _, about = way(sok, address).partition("#")
            page = sok.get(place)
            assert f'id="{about}"' in page or not about, (address, about)

    def test_every_deadline_of_a_case_leads_to_a_page_with_something_to_do(self, house: WebHouse) -> None:
        ref = house.case(age_group="uncertain")
        sok = house.browser("sok")
        names = tasks_of(house, ref)
        assert len(names) > 10
        for name in names:
            place = way(sok, f"/cases/{ref}/tasks/{name}")
            if "/dates#" not in place:
                assert "<form" in sok.get(place.partition("#")[0]) or "/in/" in place, (name, place)

    def test_of_several_ways_is_a_list_of_buttons_on_the_page_of_dates(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        assert way(sok, f"/cases/{ref}/tasks/first_plan") == f"/cases/{ref}/dates#first_plan"
        row = sok.get(f"/cases/{ref}/dates").partition('id="first_plan"')[2].partition("</li>\n<li id=")[0]
        assert f"/cases/{ref}/act/begin_interim_plan" in row
        assert f"/cases/{ref}/act/agree_plan" in row

    def test_is_reached_from_the_head_of_its_case_at_once(self, house: WebHouse) -> None:
        ref = house.case()
        house.clock.move_to(house.clock.now() + dt.timedelta(days=30))
        now = house.browser("sok").get(f"/cases/{ref}").partition('id="now"')[2].partition("</section>")[0]
        buttons = re.findall(r'<a class="button[^"]*" href="([^"]+)"', now)
        assert len(buttons) == 3
        assert all("/act/" in one or "/record?" in one or "/in/" in one or "/dates#" in one for one in buttons), buttons

    def test_that_is_not_there_is_not_found(self, house: WebHouse) -> None:
        ref = house.case()
        house.browser("sok").get(f"/cases/{ref}/tasks/no_such_task", 404)

    def test_of_a_case_that_is_not_ones_own_is_not_found(self, house: WebHouse) -> None:
        ref = house.case()
        house.browser("rith").get(f"/cases/{ref}/tasks/first_plan", 404)

    def test_journals_no_look_on_its_way(self, house: WebHouse) -> None:
        ref = house.case()
        kinds = [one.kind for one in _entries(house, ref)]
        way(house.browser("sok"), f"/cases/{ref}/tasks/first_plan")
        assert [one.kind for one in _entries(house, ref)] == kinds


def _entries(house: WebHouse, ref: str) -> tuple[StoredEntry, ...]:
    with house.served.running.house.store.look() as tx:
        return tuple(tx.entries(ref))
