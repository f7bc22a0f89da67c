"""What auditors read: why something was refused, from which values; and codes for everybody outside of a narrative."""

from __future__ import annotations

import re

import pytest

from access.members import disable_person
from cases.request import Request
from cases.take_step import take_step
from tests.web import WebHouse, hidden_of

NAMES = re.compile(r"\b(nita|sok|maly|dara|vanna)\b", re.IGNORECASE)
RULE = (
    "process: case\ndeadlines:\n  plan_review:\n"
    "    due: {after: P20D, source: {house: director, decided: 2026-11-01, why: county audit}}\n"
)


@pytest.fixture
def refused(house: WebHouse) -> str:
    """A case in which the interview was refused to Nita after Maly had offered care."""
    ref = house.case(safe_contact="canary-7719", age_group="adult")
    house.assign(ref, "nita", "interviewer")
    house.step("maly", "record", ref, medical_care="offered")
    try_the_interview(house, "nita", ref)
    return ref


def try_the_interview(house: WebHouse, person: str, ref: str) -> None:
    """An attempt that the door refuses."""
    home = house.served.running.house
    answer = take_step(home, Request("act", home.actor(person), ref, action="start_interview"), house.served.now())
    assert answer.decision == "refused", answer


def body_of(page: str) -> str:
    """What a page says to whoever reads it; the bar names the reader."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


class TestARefusal:
    def test_shows_the_value_that_each_guard_read_with_who_set_it(self, house: WebHouse, refused: str) -> None:
        lin = house.browser("lin")
        address = re.search(r'/audit/entries/[^"]+', lin.get(f"/audit/trace?outcome=refused&case={refused}"))
        assert address is not None
        page = body_of(lin.get(address[0]))
        assert re.search(r"medical_care = offered \(P-\d+, ", page)
        assert "psychological_care = not_offered" in page
        assert "support_person: no entry" in page
        assert not NAMES.search(page)
        assert "canary-7719" not in page

    def test_shows_it_in_the_list_of_a_case(self, house: WebHouse, refused: str) -> None:
        page = body_of(house.browser("lin").get(f"/audit/cases/{refused}"))
        assert re.search(r"medical_care = offered \(P-\d+, ", page)
        assert not NAMES.search(page)

    def test_that_no_guard_gave_says_why(self, house: WebHouse) -> None:
        ref = house.case()
        try_the_interview(house, "sok", ref)
        page = body_of(house.browser("lin").get(f"/audit/trace?outcome=refused&case={ref}"))
        assert "Why not: It takes another role" in page

    def test_of_the_house_says_why(self, house: WebHouse) -> None:
        done = disable_person(house.served.running.house, "vanna", "vanna", "tired of it", house.served.now())
        assert done.outcome == "refused"
        page = body_of(house.browser("lin").get("/audit/trace?kind=house:person:refused"))
        for objection in done.objections:
            assert objection.code.replace("_", " ").capitalize() in page
        assert not NAMES.search(page)


class TestAVersion:
    def test_is_published_by_codes_for_auditors_and_by_names_for_those_who_work_here(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = vanna.send("/administration/workflows", {"name": "our-house", "extends": "kh-2009"})
        vanna.send(draft, {"new_file": "case.yaml"})
        vanna.send(draft, {"file": "case.yaml", "text": RULE, "new_file": ""}, on=f"{draft}?file=case.yaml")
        vanna.send(f"{draft}/propose", {}, on=draft)
        dara = house.browser("dara")
        form = hidden_of(dara.get("/approvals/workflows/our-house"))
        assert dara.client.post("/approvals/workflows/our-house", data={**form, "answer": "yes"}).status_code == 303
        hash_ = house.served.running.house.store.newest_workflow("our-house")
        said = body_of(house.browser("lin").get(f"/audit/workflows/{hash_}"))
        assert re.search(r"published by P-\d+ and P-\d+", said)
        assert not NAMES.search(said)
        for path in ("/api/v1/workflows", "/api/v1/workflows/our-house/versions"):
            told = house.browser("lin").get(path)
            assert re.search(r'"proposed_by": ?"P-\d+"', told)
            assert not NAMES.search(told)
            assert re.search(r'"proposed_by": ?"vanna"', house.browser("sok").get(path))
        assert "published by Vanna and Dara" in vanna.get(f"/administration/workflows/our-house/{hash_}")


class TestANarrative:
    def test_says_before_it_is_asked_for_that_it_names_people(self, house: WebHouse) -> None:
        assert "A narrative names the people who wrote it" in house.browser("lin").get("/audit/grants/new")
