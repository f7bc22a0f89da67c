"""The affairs of the house itself: listed to those at whose hands they lie, opened from a form, and never a case."""

from __future__ import annotations

import re

from tests.web import PEOPLE, Browser, WebHouse, hidden_of, web_house

NEW = "/house/new/partner"


def put(browser: Browser, name: str, branch: str = "legal", status: int = 303) -> str:
    return browser.send(NEW, {"called": name, "branch": branch}, status=status)


def named(page: str) -> list[str]:
    """What stands in the lists of a page, in order."""
    return re.findall(r'<a class="whole" href="/cases/[^"]+"><strong>([^<]+)</strong>', page)


class TestTheList:
    def test_shows_each_kind_with_names_and_states(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        put(dara, "Legal aid of the river")
        case = house.case()
        page = dara.get("/house")
        assert named(page) == ["Legal aid of the river"]
        assert "One entry of the referral list" in page
        assert "An organisation that gives services" in page
        assert "Listed." in page
        assert case not in page

    def test_is_narrowed_to_one_kind_and_to_what_is_over(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        here, gone = put(dara, "Here"), put(dara, "Gone")
        house.open_below(None, "dara", "provider", called="Clinic", sector="national", lines=("health",))
        house.step("dara", "act", gone.removeprefix("/cases/"), "remove")
        assert named(dara.get("/house?process=partner")) == ["Here"]
        page = dara.get("/house?process=partner&over=closed")
        assert named(page) == ["Gone"]
        assert "Removed" in page
        assert sorted(named(dara.get("/house?process=partner&over=all"))) == ["Gone", "Here"]
        assert set(named(dara.get("/house?process=case"))) == {"Here", "Clinic"}
        assert here in dara.get("/house?process=partner")

    def test_has_pages_that_together_show_everything_once(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        wanted = [f"Partner {number}" for number in range(14)]
        for name in wanted:
            house.open_below(None, "dara", "partner", called=name, branch="care")
        few = dara.get("/house")
        assert len(named(few)) == 5
        assert "/house?process=partner" in few
        first = dara.get("/house?process=partner")
        more = re.search(r'href="([^"]+)">Show more', first)
        assert more is not None
        assert sorted([*named(first), *named(dara.get(more[1].replace("&amp;", "&")))]) == sorted(wanted)

    def test_is_reached_from_the_list_of_cases_and_from_each_of_them(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        assert 'href="/house"' in dara.get("/cases")
        page = dara.get(put(dara, "Here"))
        assert 'href="/house?process=partner"' in page
        assert 'href="/house?' not in dara.get(f"/cases/{house.case()}")


class TestNeedToKnow:
    def test_whoever_has_nothing_to_do_with_them_sees_none(self, house: WebHouse) -> None:
        at = put(house.browser("dara"), "Nobody else reads this")
        for person in ("sok", "nita"):
            browser = house.browser(person)
            page = browser.get("/house?process=partner&over=all")
            assert named(page) == []
            assert "Nobody else reads this" not in page + browser.get("/house")
            browser.get(at, 404)
        assert "There is nothing here for you." in house.browser("nita").get("/house")
        assert 'href="/house"' not in house.browser("nita").get("/cases")

    def test_is_open_to_staff_alone(self, house: WebHouse) -> None:
        for person in ("vanna", "lin"):
            house.browser(person).get("/house", 403)
            house.browser(person).get(NEW, 403)

    def test_an_official_sees_the_kinds_at_which_they_act(self, house: WebHouse) -> None:
        people = PEOPLE + "rany: [monitoring_official]\n"
        folder = house.served.running.settings.home / "other"
        with web_house(folder, people=people) as other:
            put(other.browser("dara"), "A partner")
            other.open_below(None, "dara", "provider", called="A clinic", sector="national", lines=("health",))
            rany = other.browser("rany")
            assert named(rany.get("/house")) == ["A clinic"]
            assert 'href="/house"' in rany.get("/cases")
            rany.get(NEW, 404)


class TestOpening:
    def test_asks_what_the_workflow_asks_and_leads_to_what_was_opened(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        form = dara.get(NEW)
        assert "Put an organisation on the list" in form
        assert 'name="called"' in form
        assert 'value="legal"' in form
        page = dara.get(put(dara, "Legal aid"))
        assert "Listed" in page

    def test_without_an_answer_is_told_and_keeps_the_others(self, house: WebHouse) -> None:
        page = put(house.browser("dara"), "Legal aid", branch="", status=422)
        assert "An answer is needed here." in page
        assert "Legal aid" in page

    def test_sent_twice_is_done_once(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        form = {**hidden_of(dara.get(NEW)), "called": "Once", "branch": "care"}
        found = {dara.client.post(NEW, data=form).headers["location"] for _ in range(2)}
        assert len(found) == 1
        assert named(dara.get("/house?process=partner")) == ["Once"]

    def test_is_for_those_whose_role_opens_them(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        sok.get(NEW, 404)
        form = {"csrf": hidden_of(sok.get("/me"))["csrf"], "key": "K", "called": "x", "branch": "care"}
        assert sok.client.post(NEW, data=form).status_code == 404

    def test_of_what_is_no_affair_of_the_house_is_not_there(self, house: WebHouse) -> None:
        dara = house.browser("dara")
        for process in ("case", "service", "staff_member", "none-such"):
            dara.get(f"/house/new/{process}", 404)
