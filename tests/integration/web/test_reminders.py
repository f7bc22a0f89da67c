"""Remind me then: a refusal that only time ends leaves a notice for that moment, once, and says the reference alone."""

from __future__ import annotations

import datetime as dt

from tests.web import NOW, WebHouse, hidden_of

THEN = NOW + dt.timedelta(days=4)
ADDRESS = THEN.strftime("%Y-%m-%dT%H:%M:%SZ")


class TestAReminder:
    def test_comes_to_the_inbox_at_its_moment_and_not_before(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        page = sok.get(f"/cases/{ref}/dates?remind={ADDRESS}&about=safe_space")
        assert 'id="remind"' in page
        went = sok.send(f"/cases/{ref}/dates/remind", {}, on=f"/cases/{ref}/dates?remind={ADDRESS}&about=safe_space")
        assert "You will find it in your inbox on" in sok.get(went)
        assert "You wished to be reminded" not in sok.get("/notices")
        house.clock.move_to(THEN - dt.timedelta(seconds=1))
        assert "You wished to be reminded" not in house.browser("sok").get("/notices")
        house.clock.move_to(THEN)
        later = house.browser("sok")
        assert f"{ref}. You wished to be reminded now." in later.get("/notices")
        assert "You wished to be reminded" not in house.browser("rith").get("/notices")

    def test_asked_for_twice_with_one_form_is_one(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        form = hidden_of(sok.get(f"/cases/{ref}/dates?remind={ADDRESS}"))
        for _ in range(2):
            assert sok.client.post(f"/cases/{ref}/dates/remind", data=form).status_code == 303
        house.clock.move_to(THEN)
        assert house.browser("sok").get("/notices").count("You wished to be reminded") == 1

    def test_for_a_moment_that_has_come_is_told_so(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        form = hidden_of(sok.get(f"/cases/{ref}/dates?remind={ADDRESS}"))
        house.clock.move_to(THEN - dt.timedelta(minutes=1))
        again = house.browser("sok")
        form["csrf"] = hidden_of(again.get("/me"))["csrf"]
        house.clock.move_to(THEN)
        assert "That moment has come" in again.client.post(f"/cases/{ref}/dates/remind", data=form).text

    def test_on_a_case_that_is_not_theirs_is_not_there(self, house: WebHouse) -> None:
        ref = house.case()
        rith = house.browser("rith")
        form = {"csrf": hidden_of(rith.get("/me"))["csrf"], "key": "K", "remind": ADDRESS}
        assert rith.client.post(f"/cases/{ref}/dates/remind", data=form).status_code == 404

    def test_with_no_moment_in_its_address_leaves_the_page_as_it_is(self, house: WebHouse) -> None:
        ref = house.case()
        assert 'id="remind"' not in house.browser("sok").get(f"/cases/{ref}/dates?remind=soon")
