"""You: how you are told, a calendar of your own, and as what you act."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from access.members import add_person
from cases.staff import StaffMember
from state_machine.view import SYSTEM
from tests.web import Browser, WebHouse, hidden_of


@pytest.fixture
def kim(house: WebHouse) -> Browser:
    """Somebody whom the store keeps, with an address."""
    member = StaffMember("kim", "Kim", frozenset({"case_worker"}), email="kim@example.org")
    add_person(house.served.running.house, SYSTEM, member, house.served.now())
    return house.browser("kim")


def sent(browser: Browser, path: str, status: int = 303, **values: str) -> str:
    form = {"csrf": hidden_of(browser.get("/me"))["csrf"], **values}
    answer = browser.client.post(path, data=form)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


class TestHowOneIsTold:
    def test_is_kept_and_shown_again(self, house: WebHouse, kim: Browser) -> None:
        sent(
            kim,
            "/me/notices",
            way="inbox",
            quiet_from="21:00",
            quiet_until="06:30",
            digest_at="07:00",
            notice_language="km",
            time_zone="Asia/Ho_Chi_Minh",
        )
        person = house.served.running.house.people.person("kim")
        assert person is not None
        assert person.notices.channels == {}
        assert person.notices.quiet == (dt.time(21), dt.time(6, 30))
        page = kim.get("/me")
        for value in ("21:00", "06:30", "07:00", "Asia/Ho_Chi_Minh"):
            assert f'value="{value}"' in page

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"quiet_from": "25:00", "quiet_until": "06:00"}, "A time of day looks like 07:30."),
            ({"quiet_from": "21:00"}, "Say when quiet hours begin and when they end"),
            ({"time_zone": "Asia/Nowhere"}, "There is no such time zone"),
        ],
    )
    def test_says_what_cannot_be_kept(self, kim: Browser, values: dict[str, str], said: str) -> None:
        assert said in sent(kim, "/me/notices", 422, **values)

    def test_of_people_in_the_file_is_changed_there(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        assert "How you are told stands in a file of the house" in sok.get("/me")
        assert "stands in a file of the house" in sent(sok, "/me/notices", 422, digest_at="07:00")


class TestACalendar:
    def test_has_a_secret_address_shown_once_that_reads_dates_until_it_is_ended(
        self, house: WebHouse, kim: Browser
    ) -> None:
        page = sent(kim, "/me/calendar", 200, key="K-1")
        found = re.search(r"https://homeward\.test(/api/v1/calendars/[^<]+\.ics)", page)
        assert found is not None
        assert house.anonymous().get(found[1]).text.startswith("BEGIN:VCALENDAR")
        assert found[1] not in kim.get("/me")
        sent(kim, "/me/calendar/end")
        assert house.anonymous().get(found[1]).status_code == 404

    def test_that_is_made_anew_ends_the_earlier_one(self, house: WebHouse, kim: Browser) -> None:
        first, second = (
            re.search(r"(/api/v1/calendars/[^<]+\.ics)", sent(kim, "/me/calendar", 200, key=key)) for key in ("A", "B")
        )
        assert first is not None
        assert second is not None
        assert [house.anonymous().get(one[1]).status_code for one in (first, second)] == [404, 200]

    def test_asked_for_twice_with_one_form_is_one(self, kim: Browser) -> None:
        sent(kim, "/me/calendar", 200, key="K-1")
        sent(kim, "/me/calendar", 303, key="K-1")

    def test_is_no_token_among_the_others(self, kim: Browser) -> None:
        sent(kim, "/me/calendar", 200, key="K-1")
        assert "calendar " not in kim.get("/me").split('id="tokens"')[1].split("</ul>")[0]


class TestWhoOneIs:
    def test_acts_as_something_and_can_take_leave(self, kim: Browser) -> None:
        page = kim.get("/me")
        assert "Case worker" in page.split('id="acting"')[1].split("</section>")[0]
        assert 'href="/team/kim"' in page

    def test_auditors_have_no_calendar_and_no_work_to_hand_over(self, house: WebHouse) -> None:
        page = house.browser("lin").get("/me")
        assert "/me/calendar" not in page
        assert "/team/lin" not in page
