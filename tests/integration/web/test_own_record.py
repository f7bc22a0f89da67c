"""Everybody opens what stands for them, in every post; a monthly reminder is theirs alone, and needs no words."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.web import WebHouse

MONTH = dt.timedelta(days=32)


def record_of(house: WebHouse, person: str) -> str:
    """The reference of what stands for somebody."""
    with house.served.running.store.look() as tx:
        ref = tx.person_ref(person)
    assert ref is not None
    return ref


@pytest.mark.parametrize("person", ["sok", "dara", "vanna", "lin"])
def test_everybody_opens_their_own(house: WebHouse, person: str) -> None:
    browser, ref = house.browser(person), record_of(house, person)
    assert f"/instances/{ref}" in browser.get("/me")
    assert "Ask for supervision" in browser.get(f"/instances/{ref}")


@pytest.mark.parametrize("person", ["sok", "vanna", "lin"])
def test_others_stay_closed(house: WebHouse, person: str) -> None:
    house.browser(person).get(f"/instances/{record_of(house, 'maly')}", 404)


@pytest.mark.parametrize("person", ["sok", "vanna"])
def test_a_reminder_is_seen_to_in_one_step(house: WebHouse, person: str) -> None:
    ref = record_of(house, person)
    house.clock.move_to(house.clock.now() + MONTH)
    browser = house.browser(person)
    assert "Look at your own signs of strain" in browser.get(f"/instances/{ref}")
    browser.send(f"/instances/{ref}/act/look_at_oneself", {})
    browser.send(f"/instances/{ref}/act/ask_for_supervision", {})
    assert "Supervision was given" in browser.get(f"/instances/{ref}")


def test_my_work_has_it_and_supervision_does_not_open_the_step(house: WebHouse) -> None:
    ref = record_of(house, "sok")
    task = f"/cases/{ref}/tasks/care_of_oneself"
    house.clock.move_to(house.clock.now() + MONTH)
    assert task in house.browser("sok").get("/work")
    assert task not in house.browser("dara").get("/work")
    page = house.browser("dara").get(f"/instances/{ref}")
    assert "/act/ask_for_supervision" in page
    assert "/act/look_at_oneself" not in page
