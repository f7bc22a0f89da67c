"""The pages of staff: what needs me, what can be done, why not, and steps that pass the one door."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re

from cases.journal import Kind
from cases.look import history
from cases.ports import StoredEntry
from cases.request import Request
from cases.take_step import take_step
from config.definition import FactValue
from tests.web import WebHouse, hidden_of


def seen_in(house: WebHouse, ref: str) -> list[list[str]]:
    """The facts of few that looks at an instance have opened, look by look."""
    entries = history(house.served.running.house, ref)
    return [seen_of(entry) for entry in entries if entry.kind == Kind.SEEN]


def seen_of(entry: StoredEntry) -> list[str]:
    assert entry.sealed is not None
    names = json.loads(entry.sealed)["seen"]
    assert isinstance(names, list)
    return names


class TestTheCasePage:
    def test_says_what_needs_me_where_it_stands_and_what_can_be_done(self, house: WebHouse) -> None:
        page = house.browser("sok").get(f"/cases/{house.case()}")
        assert "things need you" in page
        assert "Where things stand" in page
        assert "Presumed" in page
        assert "The person’s own decision is never refused" in page

    def test_an_unassigned_case_answers_like_one_that_is_not_there(self, house: WebHouse) -> None:
        ref = house.case()
        rith = house.browser("rith")
        theirs, missing = rith.get(f"/cases/{ref}", 404), rith.get("/cases/7K3M-9XQT-2HDJ", 404)
        assert theirs == missing
        assert ref not in theirs

    def test_an_administrator_and_an_auditor_open_no_case(self, house: WebHouse) -> None:
        ref = house.case()
        for person in ("vanna", "lin"):
            house.browser(person).get(f"/cases/{ref}", 404)

    def test_nobody_signed_in_is_sent_to_sign_in_and_back(self, house: WebHouse) -> None:
        ref = house.case()
        answer = house.anonymous().get(f"/cases/{ref}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?next=/cases/{ref}"


class TestLooking:
    def test_journals_what_was_shown_and_nothing_else(self, house: WebHouse) -> None:
        ref = house.case(age_group="adult", nationality="lao")
        sok = house.browser("sok")
        sok.get(f"/cases/{ref}")
        assert seen_in(house, ref) == []
        sok.get(f"/cases/{ref}/record?subject=general")
        assert seen_in(house, ref) == [["nationality"]]


class TestAnAttempt:
    def test_that_is_refused_is_the_page_with_a_way_on_for_each_reason(self, house: WebHouse) -> None:
        ref = house.case()
        house.assign(ref, "nita", "interviewer")
        nita = house.browser("nita")
        page = nita.send(f"/cases/{ref}/act/start_interview", {}, status=409)
        assert "Not possible yet: begin the" in page
        assert "Critical medical and psychological care comes before" in page
        assert "Ask Maly" in page
        assert f"/cases/{ref}/record?field=" in page
        assert "Your question was written into the journal" in page

    def test_that_lacks_an_answer_keeps_the_others_and_names_the_field(self, house: WebHouse) -> None:
        ref = house.case()
        page = house.browser("sok").send(f"/cases/{ref}/act/receive", {}, status=422)
        assert 'href="#care_setting"' in page
        assert "An answer is needed here." in page

    def test_sent_twice_is_one_step(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        page = sok.get(f"/cases/{ref}/act/receive")
        form = {**hidden_of(page), "care_setting": "shelter"}
        for _ in range(2):
            assert sok.client.post(f"/cases/{ref}/act/receive", data=form).status_code == 303
        done = [one for one in sok.get(f"/cases/{ref}/history").splitlines() if "receive the person" in one.lower()]
        assert len(done) == 1

    def test_on_a_case_that_somebody_changed_meanwhile_is_told_and_nothing_is_done(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        form = {**hidden_of(sok.get(f"/cases/{ref}/act/receive")), "care_setting": "shelter"}
        house.step("maly", "record", ref, medical_care="delivered")
        answer = sok.client.post(f"/cases/{ref}/act/receive", data=form)
        assert answer.status_code == 412
        assert "Somebody changed this meanwhile" in answer.text

    def test_without_the_mark_of_the_session_is_refused(self, house: WebHouse) -> None:
        ref = house.case()
        answer = house.browser("sok").client.post(f"/cases/{ref}/act/receive", data={"care_setting": "shelter"})
        assert answer.status_code == 403

    def test_from_another_site_is_refused_before_anything_is_read(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        form = {**hidden_of(sok.get(f"/cases/{ref}/act/receive")), "care_setting": "shelter"}
        elsewhere = {"origin": "https://elsewhere.example"}
        assert sok.client.post(f"/cases/{ref}/act/receive", data=form, headers=elsewhere).status_code == 403


class TestRecording:
    def test_a_fact_is_recorded_and_shown_with_who_and_when(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        on = f"/cases/{ref}/record?field=interpreting_needed"
        sok.send(f"/cases/{ref}/record", {"interpreting_needed": "false"}, on=on)
        assert "Last: No, Sok, today" in sok.get(on)

    def test_nothing_answered_is_told_and_nothing_is_recorded(self, house: WebHouse) -> None:
        ref = house.case()
        page = house.browser("sok").send(f"/cases/{ref}/record", {}, status=422)
        assert "Nothing was answered yet" in page

    def test_what_cannot_be_used_is_never_echoed(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        on = f"/cases/{ref}/record?field=age_group"
        page = sok.send(f"/cases/{ref}/record", {"age_group": "canary-8841"}, on=on, status=422)
        assert "canary-8841" not in page

    def test_an_entry_is_corrected_with_a_reason_and_the_old_one_stays(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        sok.send(
            f"/cases/{ref}/correct/1",
            {"withdraw": "age_group", "age_group": "child", "reason": "the papers were somebody else's"},
        )
        history = sok.get(f"/cases/{ref}/history")
        assert "strike" in history
        assert "the papers were somebody else" in history


class TestOpeningACase:
    def test_takes_two_answers_and_one_send(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        address = sok.send("/cases/new", {"danger_now": "no_danger", "age_group": "uncertain"})
        page = sok.get(address)
        assert "Age not certain: treated as a child." in page

    def test_without_them_is_told_which(self, house: WebHouse) -> None:
        page = house.browser("sok").send("/cases/new", {"first_note": "x"}, status=422)
        assert 'href="#danger_now"' in page
        assert 'href="#age_group"' in page

    def test_of_an_adult_who_wants_no_file_makes_none(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        declined = {"danger_now": "no_danger", "age_group": "adult", "file_wish": "declined"}
        page = sok.send("/cases/new", declined, status=200)
        assert "No file was made" in page
        assert "No case is yours yet" in sok.get("/work")

    def test_in_danger_goes_on_to_report_it(self, house: WebHouse) -> None:
        address = house.browser("sok").send("/cases/new", {"danger_now": "danger", "age_group": "uncertain"})
        assert "/act/report_harm?next=/cases/" in address

    def test_is_not_there_for_whoever_may_not(self, house: WebHouse) -> None:
        house.browser("nita").get("/cases/new", 404)


class TestLists:
    def test_my_work_names_what_is_late_first(self, house: WebHouse) -> None:
        house.case()
        house.clock.move_to(house.clock.now() + dt.timedelta(days=3))
        house.served.running.sweep()
        page = house.browser("sok").get("/work")
        assert "late by 1 day" in page
        assert page.index("late by 1 day") < page.index("This week")

    def test_cases_shows_only_what_one_may_see(self, house: WebHouse) -> None:
        ref = house.case()
        assert ref in house.browser("sok").get("/cases")
        assert ref not in house.browser("rith").get("/cases")
        assert ref in house.browser("dara").get("/cases")

    def test_words_that_are_searched_for_never_stand_in_an_address(self, house: WebHouse) -> None:
        ref = house.case(safe_contact="behind the market", age_group="adult")
        sok = house.browser("sok")
        address = sok.send("/search", {"words": "market"}, on="/cases")
        assert "market" not in address
        assert ref in sok.get(address)
        house.browser("rith").get(address, 404)

    def test_a_view_is_kept_under_a_name(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        sok.send("/cases/views", {"name": "Mine, late", "address": "/cases?whose=mine&late=yes"}, on="/cases?late=yes")
        assert "Mine, late" in sok.get("/cases")

    def test_a_view_of_another_site_is_not_kept(self, house: WebHouse) -> None:
        sok = house.browser("sok")
        sok.send("/cases/views", {"name": "x", "address": "https://elsewhere.example"}, on="/cases?late=yes")
        assert "elsewhere" not in sok.get("/cases")


class TestTheWorkingName:
    def test_is_seen_by_whoever_is_assigned_and_by_nobody_else(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        sok.send(f"/cases/{ref}/name", {"own": "Lantern"})
        assert "Lantern" in sok.get(f"/cases/{ref}")
        assert "Lantern" not in house.browser("dara").get(f"/cases/{ref}")
        title = re.search("<title>(.*?)</title>", sok.get(f"/cases/{ref}"))
        assert title is not None
        assert "Lantern" not in title[1]

    def test_is_refused_where_it_is_recorded(self, house: WebHouse) -> None:
        ref = house.case(safe_contact="Sophea", age_group="adult")
        house.browser("sok").send(f"/cases/{ref}/name", {"own": "sophea"}, status=422)


class TestTheSummary:
    def test_asks_first_whether_paper_is_safe(self, house: WebHouse) -> None:
        page = house.browser("sok").get(f"/cases/{house.case()}/summary")
        assert "Is it safe to have this on paper?" in page

    def test_names_no_house_and_no_case_and_offers_the_exit(self, house: WebHouse) -> None:
        ref = house.case()
        page = house.browser("sok").get(f"/cases/{ref}/summary?paper=yes&language=en")
        title = re.search("<title>(.*?)</title>", page)
        assert title is not None
        assert title[1] == "My page"
        assert "I may leave at any time" in page
        assert "Leave this page" in page

    def test_leaving_ends_the_session(self, house: WebHouse) -> None:
        ref = house.case()
        sok = house.browser("sok")
        page = sok.get(f"/cases/{ref}/summary?paper=no&language=en")
        answer = sok.client.post("/leave", data=hidden_of(page))
        assert answer.status_code == 303
        assert answer.headers["location"] == house.served.running.settings.exit_address
        assert sok.client.get(f"/cases/{ref}").status_code == 303


class TestAsking:
    def test_opens_a_task_for_the_other_in_neutral_words(self, house: WebHouse) -> None:
        ref = house.case()
        house.browser("sok").send(
            f"/cases/{ref}/ask", {"to": "maly", "about": "medical care, please"}, on=f"/cases/{ref}/ask"
        )
        page = house.browser("maly").get("/work")
        assert "medical care, please" not in page
        assert ref in page


def test_a_case_that_is_closed_and_watched_says_so_and_since_when(house: WebHouse) -> None:
    ref = house.case()
    house.clock.move_to(house.clock.now() + dt.timedelta(days=40))
    house.step("sok", "record", ref, contact_attempts=("person", "family", "other_providers"))
    at, learnt = house.served.running.house, b"What the house learns."
    digest = hashlib.sha256(learnt).hexdigest()
    documents = ((digest, "text/plain", learnt),)
    facts: dict[str, FactValue] = {"learning_review": digest}
    take_step(at, Request("record", at.actor("dara"), ref, facts=facts, documents=documents), house.clock.now())
    house.step("dara", "act", ref, "close_unreachable")
    sok = house.browser("sok")
    assert "Closed and watched since today, opened Mon 4 Jan." in sok.get(f"/cases/{ref}")
    assert "Closed and watched." in sok.get("/cases")
