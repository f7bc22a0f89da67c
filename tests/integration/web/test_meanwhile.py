"""Somebody was first: the answers of a form are kept, what changed is marked, and sending it again goes through."""

from __future__ import annotations

import datetime as dt
import re

from tests.web import Browser, WebHouse, hidden_of

KEPT = "Your answers are kept below; check them and send again."


def later(house: WebHouse, minutes: int = 5) -> None:
    house.clock.move_to(house.clock.now() + dt.timedelta(minutes=minutes))


def sent_late(person: Browser, path: str, form: dict[str, str]) -> str:
    """The page that answers a form which somebody overtook."""
    answer = person.client.post(path, data=form, follow_redirects=False)
    assert answer.status_code == 412, (path, answer.status_code)
    assert KEPT in answer.text
    return answer.text


def again(person: Browser, path: str, page: str, answers: dict[str, str]) -> str:
    """Send the form of a page; where it leads."""
    answer = person.client.post(path, data={**hidden_of(page), **answers}, follow_redirects=False)
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"])


def question(page: str, fact: str) -> str:
    """The part of a page that asks one fact."""
    return page.partition(f'id="fact-{fact}"')[2].partition('id="fact-')[0]


class TestSomebodyWasFirst:
    def test_keeps_the_answers_of_an_action_and_says_who_it_was_and_when(self, house: WebHouse) -> None:
        ref = house.case()
        sok, path = house.browser("sok"), f"/cases/{ref}/act/receive"
        form = {**hidden_of(sok.get(path)), "care_setting": "shelter"}
        later(house)
        house.step("maly", "record", ref, medical_care="delivered")
        page = sent_late(sok, path, form)
        assert "Maly changed this case at today, 09:05." in page
        assert re.search(r'value="shelter"[^>]* checked', page)
        assert again(sok, path, page, {"care_setting": "shelter"}) == f"/cases/{ref}"

    def test_marks_the_questions_that_have_another_answer_now(self, house: WebHouse) -> None:
        ref = house.case()
        sok, path = house.browser("sok"), f"/cases/{ref}/record"
        page = sok.get(f"{path}?field=nationality")
        later(house)
        house.step("sok", "record", ref, nationality="lao")
        late = sent_late(sok, path, {**hidden_of(page), "nationality": "khmer"})
        assert "Sok changed this case" in late
        assert "Changed meanwhile by Sok: lao." in question(late, "nationality")
        assert late.count("Changed meanwhile by") == 1
        assert "khmer" in question(late, "nationality")

    def test_does_not_take_what_was_there_before_for_a_change(self, house: WebHouse) -> None:
        ref = house.case(age_group="adult", nationality="lao")
        later(house)
        sok, path = house.browser("sok"), f"/cases/{ref}/record"
        page = sok.get(f"{path}?field=nationality")
        later(house)
        house.step("maly", "record", ref, medical_care="delivered")
        late = sent_late(sok, path, {**hidden_of(page), "nationality": "khmer"})
        assert "Changed meanwhile by" not in late

    def test_keeps_the_answers_of_what_is_opened_under_a_case(self, house: WebHouse) -> None:
        ref = house.case()
        sok, path = house.browser("sok"), f"/cases/{ref}/in/assessment/new"
        form = {**hidden_of(sok.get(path)), "about": "physical_health"}
        later(house)
        house.step("maly", "record", ref, medical_care="delivered")
        page = sent_late(sok, path, form)
        assert re.search(r'value="physical_health"[^>]* (checked|selected)', page)

    def test_keeps_a_correction_with_its_reason(self, house: WebHouse) -> None:
        ref = house.case()
        entry = house.step("sok", "record", ref, nationality="lao").seq
        later(house)
        sok, path = house.browser("sok"), f"/cases/{ref}/correct/{entry}"
        reason = "It was another person, I mixed them up"
        answers = {"withdraw": "nationality", "nationality": "khmer", "reason": reason}
        form = {**hidden_of(sok.get(path)), **answers}
        later(house)
        house.step("maly", "record", ref, medical_care="delivered")
        page = sent_late(sok, path, form)
        assert reason in page
        assert re.search(r'name="withdraw" value="nationality" checked', page)
        assert again(sok, path, page, answers) == f"/cases/{ref}/history"

    def test_a_form_without_its_moment_is_answered_without_a_name(self, house: WebHouse) -> None:
        ref = house.case()
        sok, path = house.browser("sok"), f"/cases/{ref}/act/receive"
        form = {**hidden_of(sok.get(path)), "care_setting": "shelter", "made": "no moment"}
        house.step("maly", "record", ref, medical_care="delivered")
        assert "This case changed meanwhile." in sent_late(sok, path, form)
