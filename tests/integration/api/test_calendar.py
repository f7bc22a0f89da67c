"""A person's own calendar: a secret address, references and neutral words, and nothing else."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar

from tests.integration.api.serving import Api

BASE = "http://house.test/api/v1"


def made(api: Api, who: str) -> str:
    """The address of a calendar that somebody has just made."""
    address: str = api.post(who, "/people/me/calendar").told["address"]
    return at(address)


def at(address: str) -> str:
    """The path of an address that was handed out, below that of the API: a test's server has a port of its own."""
    assert address.startswith(BASE)
    return address.removeprefix(BASE)


class TestTheFeed:
    def test_has_ones_tasks_by_reference_and_neutral_words(self, api: Api, case: str) -> None:
        api.post("sok", f"/instances/{case}/facts", {"facts": {"wishes": "to go home"}})
        answer = api.client.get(made(api, "sok"))
        assert answer.headers["Content-Type"].startswith("text/calendar")
        calendar = Calendar.from_ical(answer.text)
        (event,) = [one for one in calendar.walk("VEVENT") if case in str(one["SUMMARY"])]
        assert str(event["SUMMARY"]) == f"{case}: review"
        (line,) = api.get("sok", f"/instances/{case}/deadlines").told["due"]
        due = dt.datetime.fromisoformat(line["due"])
        assert f"DTSTART:{due:%Y%m%dT%H%M%SZ}" in answer.text
        assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DURATION", "SUMMARY", "CLASS", "TRANSP"}
        assert calendar.walk("VALARM") == []
        for word in ("needs_review", "wishes", "home", "sok", "case_manager", "harbour"):
            assert word not in answer.text

    def test_is_known_again_when_it_is_read_again(self, api: Api) -> None:
        api.case()
        address = made(api, "sok")
        first, second = (
            {str(one["UID"]) for one in Calendar.from_ical(api.client.get(address).text).walk("VEVENT")}
            for _ in range(2)
        )
        assert first == second
        assert first


class TestTheAddress:
    def test_ends_with_the_next_one_and_when_it_is_ended(self, api: Api) -> None:
        first = made(api, "dara")
        second = made(api, "dara")
        assert (api.client.get(first).status_code, api.client.get(second).status_code) == (404, 200)
        assert api.get("dara", "/people/me/calendar").told["made_at"] is not None
        assert api.ask("dara", "DELETE", "/people/me/calendar").status == 204
        assert api.client.get(second).status_code == 404
        assert api.get("dara", "/people/me/calendar").told == {"made_at": None, "ends_at": None}
        assert api.ask("dara", "DELETE", "/people/me/calendar").status == 204

    def test_is_told_once_and_made_once(self, api: Api) -> None:
        key = {"Idempotency-Key": api.key()}
        first, again = (api.post("vuth", "/people/me/calendar", headers=key).told for _ in range(2))
        assert again == first | {"address": None}
        assert api.client.get(at(first["address"])).status_code == 200

    def test_is_no_token_and_no_token_is_one(self, api: Api) -> None:
        secret = made(api, "nita").rpartition("/")[2].removesuffix(".ics")
        headers = {"Authorization": f"Bearer {secret}"}
        assert api.get(None, "/notices", headers=headers).status == 403
        assert api.client.get(f"/calendars/{api.tokens['nita']}.ics").status_code == 200
        only_reads = api.served.accounts.tokens.make("nita", "reads", ("read",), api.served.now()).secret
        assert api.client.get(f"/calendars/{only_reads}.ics").status_code == 404
