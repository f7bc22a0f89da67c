"""A session that is over loses nothing: answers are kept for whoever gave them, and for nobody else."""

from __future__ import annotations

import datetime as dt
import re

from starlette.testclient import TestClient

from access.figures import SignedIn
from tests.web import Browser, WebHouse, hidden_of

OVER = dt.timedelta(minutes=31)
WORD = "canary-4471"


def sign_in_again(house: WebHouse, browser: Browser, person: str) -> Browser:
    """Sign in anew in the same browser."""
    signed = house.served.accounts.begin_demo(person, house.served.now())
    assert isinstance(signed, SignedIn)
    browser.client.cookies.clear()
    browser.client.cookies.set(house.served.cookie, signed.token, domain="homeward.test")
    return Browser(browser.client, person)


def sent_too_late(house: WebHouse, browser: Browser, path: str, **values: str) -> str:
    """Fill in a form, send it when the session is over, and say where the browser is sent."""
    form = {**hidden_of(browser.get(path)), **values}
    house.clock.move_to(house.clock.now() + OVER)
    answer = browser.client.post(path, data=form)
    assert answer.status_code == 303
    return str(answer.headers["location"])


class TestASessionThatIsOver:
    def test_keeps_the_answers_and_sends_them_with_one_button_after_sign_in(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        went = sent_too_late(house, sok, f"/cases/{ref}/record?field=interpreting_needed", interpreting_needed="true")
        assert went.startswith("/sign-in?next=/kept/")
        assert "your answers are kept for 30 minutes" in sok.client.get(went).text
        kept = went.removeprefix("/sign-in?next=")
        sok = sign_in_again(house, sok, "sok")
        page = sok.get(kept)
        assert "Your answers are kept" in page
        assert ref in page
        kept_id = kept.removeprefix("/kept/")
        form = {"csrf": hidden_of(page)["csrf"], "kept": kept_id}
        assert sok.client.post(f"/cases/{ref}/record", data=form).status_code == 303
        assert "Last: Yes, Sok, today" in sok.get(f"/cases/{ref}/record?field=interpreting_needed")
        # What arrived is kept no longer.
        sok.get(kept, 404)

    def test_shows_them_to_nobody_else_who_signs_in(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        went = sent_too_late(house, sok, f"/cases/{ref}/record?field=interpreting_needed", interpreting_needed="true")
        rith = sign_in_again(house, sok, "rith")
        assert "Nothing is kept here for you" in rith.get(went.removeprefix("/sign-in?next="), 404)

    def test_keeps_them_for_half_an_hour(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        went = sent_too_late(house, sok, f"/cases/{ref}/record?field=interpreting_needed", interpreting_needed="true")
        house.clock.move_to(house.clock.now() + dt.timedelta(minutes=30))
        sign_in_again(house, sok, "sok").get(went.removeprefix("/sign-in?next="), 404)

    def test_that_was_ended_keeps_nothing(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        path = f"/cases/{ref}/record?field=interpreting_needed"
        form = {**hidden_of(sok.get(path)), "interpreting_needed": "true"}
        token = sok.client.cookies.get(house.served.cookie)
        assert token is not None
        house.served.accounts.sign_out(token, house.served.now())
        assert sok.client.post(path, data=form).headers["location"] == "/sign-in"

    def test_keeps_nothing_without_the_mark_of_that_session(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        house.clock.move_to(house.clock.now() + OVER)
        answer = sok.client.post(f"/cases/{ref}/record", data={"csrf": "x", "interpreting_needed": "true"})
        assert answer.headers["location"] == "/sign-in"

    def test_never_keeps_a_password(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        form = {**hidden_of(sok.get("/me")), "old": WORD, "new": WORD, "again": WORD}
        house.clock.move_to(house.clock.now() + OVER)
        assert sok.client.post("/me/password", data=form).headers["location"] == "/sign-in"
        assert not house.served.running.store.screens.desk.drafts("sok", "form", house.served.now())

    def test_keeps_words_and_files_sealed(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        path = f"/cases/{ref}/record"
        form = {**hidden_of(sok.get(path)), "note": WORD}
        house.clock.move_to(house.clock.now() + OVER)
        files = {"paper": ("name.pdf", WORD.encode(), "application/pdf")}
        assert sok.client.post(path, data=form, files=files).status_code == 303
        for file in house.served.running.settings.home.rglob("*"):
            assert not file.is_file() or WORD.encode() not in file.read_bytes()
        (draft,) = house.served.running.store.screens.desk.drafts("sok", "form", house.served.now())
        assert WORD.encode() in draft.content

    def test_that_was_sent_twice_is_one_step(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        went = sent_too_late(house, sok, f"/cases/{ref}/act/receive", care_setting="shelter")
        sok = sign_in_again(house, sok, "sok")
        page = sok.get(went.removeprefix("/sign-in?next="))
        form = {"csrf": hidden_of(page)["csrf"], "kept": went.rpartition("/")[2]}
        assert sok.client.post(f"/cases/{ref}/act/receive", data=form).status_code == 303
        assert sok.client.post(f"/cases/{ref}/act/receive", data=form).status_code == 404
        done = [one for one in sok.get(f"/cases/{ref}/history").splitlines() if "receive the person" in one.lower()]
        assert len(done) == 1

    def test_sends_them_nowhere_but_to_the_place_for_which_they_were_meant(self, house: WebHouse) -> None:
        ref, other = house.case(), house.case()
        sok = house.browser("sok")
        went = sent_too_late(house, sok, f"/cases/{ref}/act/receive", care_setting="shelter")
        sok = sign_in_again(house, sok, "sok")
        form = {"csrf": hidden_of(sok.get("/me"))["csrf"], "kept": went.rpartition("/")[2]}
        assert sok.client.post(f"/cases/{other}/act/receive", data=form).status_code == 404

    def test_can_be_thrown_away(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        went = sent_too_late(house, sok, f"/cases/{ref}/act/receive", care_setting="shelter")
        sok = sign_in_again(house, sok, "sok")
        kept = went.removeprefix("/sign-in?next=")
        form = {"csrf": hidden_of(sok.get(kept))["csrf"]}
        assert sok.client.post(f"{kept}/throw-away", data=form).headers["location"] == "/"
        sok.get(kept, 404)


class TestACaseFinishedLater:
    def begin(self, client: TestClient, page: str, **values: str) -> str:
        answer = client.post("/cases/new", data={**hidden_of(page), **values, "later": "1"})
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def draft(self, page: str) -> str:
        found = re.search(r'href="(/cases/new\?draft=[^"]+)"', page)
        assert found is not None
        return found[1]

    def test_is_kept_as_it_is_and_opened_when_it_is_sent(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        self.begin(sok.client, sok.get("/cases/new"), age_group="adult")
        house.clock.move_to(house.clock.now() + dt.timedelta(days=13))
        sok = sign_in_again(house, sok, "sok")
        address = self.draft(sok.get("/cases/new"))
        page = sok.get(address)
        assert re.search(r'value="adult" checked', page)
        form = {**hidden_of(page), "age_group": "adult", "danger_now": "no_danger"}
        opened = sok.client.post("/cases/new", data=form)
        assert opened.status_code == 303, opened.text[:2000]
        assert "Begun, not opened yet" not in sok.get("/cases/new")
        # The same form again opens no second case.
        assert sok.client.post("/cases/new", data=form).headers["location"] == opened.headers["location"]

    def test_ends_after_two_weeks_and_is_for_nobody_else(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        self.begin(sok.client, sok.get("/cases/new"), age_group="adult")
        address = self.draft(sok.get("/cases/new"))
        house.browser("rith").get(address, 404)
        house.clock.move_to(house.clock.now() + dt.timedelta(days=14))
        sign_in_again(house, sok, "sok").get(address, 404)

    def test_is_not_kept_for_an_adult_who_declined_a_file(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        form = {**hidden_of(sok.get("/cases/new")), "age_group": "adult", "file_wish": "declined", "later": "1"}
        answer = sok.client.post("/cases/new", data=form)
        assert answer.status_code == 200
        assert not house.served.running.store.screens.desk.drafts("sok", "new_case", house.served.now())

    def test_can_be_thrown_away(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        self.begin(sok.client, sok.get("/cases/new"), age_group="adult")
        page = sok.get("/cases/new")
        sok.send("/cases/new/throw-away", {"draft": self.draft(page).partition("=")[2]}, on="/cases/new")
        assert "Begun, not opened yet" not in sok.get("/cases/new")
