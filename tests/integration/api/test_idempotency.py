"""Promise 9 over the API: the same request again, five times, two at once, after a restart: one effect, one answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from interfaces.api.app import create_api
from interfaces.api.asked import CHANGES
from tests.integration.api.serving import Answered, Api, answering

Prepared = tuple[str, str, str, dict[str, Any]]
"""Who asks, with which method, where, and how."""


def opening(_api: Api) -> Prepared:
    """Opening a case."""
    return "sok", "POST", "/cases", {"json": {"facts": {"age_group": "adult"}}}


def opening_below(api: Api) -> Prepared:
    """Opening a visit."""
    body = {"process": "visit", "under": api.case(), "facts": {"place": "the river"}}
    return "sok", "POST", "/instances", {"json": body}


def recording(api: Api) -> Prepared:
    """Recording a fact."""
    return "sok", "POST", f"/instances/{api.case()}/facts", {"json": {"facts": {"wishes": "home"}}}


def correcting(api: Api) -> Prepared:
    """Correcting what was recorded."""
    case = api.case()
    entry = api.post("sok", f"/instances/{case}/facts", {"facts": {"age_group": "adult"}}).told["seq"]
    return "sok", "POST", f"/instances/{case}/corrections", {"json": {"entry": entry, "facts": {"age_group": "child"}}}


def acting(api: Api) -> Prepared:
    """Doing something that is possible."""
    case = api.case()
    api.post("maly", f"/instances/{case}/facts", {"facts": {"medical_care": "delivered"}})
    return "nita", "POST", f"/instances/{case}/actions/start_interview", {"json": {}}


def assigning(api: Api) -> Prepared:
    """Giving somebody a role."""
    body = {"person": "lin", "role": "case_manager"}
    return "dara", "POST", f"/instances/{api.case()}/assignments", {"json": body}


def unassigning(api: Api) -> Prepared:
    """Taking a role from somebody."""
    return "dara", "POST", f"/instances/{api.case()}/unassignments", {"json": {"role": "interviewer"}}


def allowing(api: Api) -> Prepared:
    """Allowing as a second person."""
    case = api.case()
    attempt = api.post("sok", f"/instances/{case}/actions/close", {"reason": "moved away"}).told["attempt"]
    body = {"answer": "yes", "reason": "seen"}
    return "dara", "POST", f"/instances/{case}/overrides/{attempt}", {"json": body}


def sealing(api: Api) -> Prepared:
    """Sealing a document."""
    how = {"content": b"signed", "headers": {"Content-Type": "application/pdf"}}
    return "sok", "POST", f"/instances/{api.case()}/documents/consent_form", how


def marking(_api: Api) -> Prepared:
    """Marking a notice as read."""
    return "sok", "POST", f"/notices/{'cd' * 32}/read", {}


def making(_api: Api) -> Prepared:
    """Making the address of a calendar."""
    return "maly", "POST", "/people/me/calendar", {}


def ending(_api: Api) -> Prepared:
    """Ending it."""
    return "maly", "DELETE", "/people/me/calendar", {}


EACH: dict[str, Callable[[Api], Prepared]] = {
    "open_case": opening,
    "open_instance": opening_below,
    "record_facts": recording,
    "correct_facts": correcting,
    "attempt_action": acting,
    "assign": assigning,
    "unassign": unassigning,
    "answer_override": allowing,
    "put_document": sealing,
    "mark_notice_read": marking,
    "make_calendar": making,
    "end_calendar": ending,
}


def ask(api: Api, prepared: Prepared, key: str) -> Answered:
    """Ask what was prepared, under a key."""
    who, method, path, how = prepared
    return api.ask(who, method, path, **{**how, "headers": {**how.get("headers", {}), "Idempotency-Key": key}})


def what_came(answer: Answered) -> tuple[int, object]:
    """An answer without what only says that it was given before, or is told once."""
    if not answer.response.content:
        return answer.status, None
    once = ("repeated", "address", "followed", "opened", "advice")
    return answer.status, {name: value for name, value in answer.told.items() if name not in once}


def entries(api: Api) -> int:
    """How many entries the journal has."""
    return api.running.store.screens.size().entries


class TestEveryRouteThatChangesSomething:
    def test_is_among_those_that_are_replayed(self, api: Api) -> None:
        paths = create_api(api.served).openapi()["paths"].values()
        found = {
            operation["operationId"]
            for path in paths
            for method, operation in path.items()
            if method.upper() in CHANGES
        }
        assert found == set(EACH)

    @pytest.mark.parametrize("named", EACH)
    def test_has_one_effect_when_it_comes_five_times(self, api: Api, named: str) -> None:
        prepared, key = EACH[named](api), api.key()
        first = ask(api, prepared, key)
        assert 200 <= first.status < 300
        after = entries(api)
        again = [ask(api, prepared, key) for _ in range(4)]
        assert [what_came(one) for one in again] == [what_came(first)] * 4
        assert entries(api) == after

    @pytest.mark.parametrize("named", EACH)
    def test_has_one_effect_when_it_comes_twice_at_once(self, api: Api, named: str) -> None:
        alone, prepared, key = EACH[named](api), EACH[named](api), api.key()
        before = entries(api)
        ask(api, alone, api.key())
        after_one = entries(api)
        with ThreadPoolExecutor(2) as two:
            one, other = two.map(lambda _: ask(api, prepared, key), range(2))
        assert what_came(one) == what_came(other)
        assert 200 <= one.status < 300
        assert entries(api) - after_one == after_one - before

    @pytest.mark.parametrize("named", [name for name in EACH if name not in ("mark_notice_read", "end_calendar")])
    def test_needs_a_fresh_key_for_something_else(self, api: Api, named: str) -> None:
        prepared, key = EACH[named](api), api.key()
        ask(api, prepared, key)
        if named == "make_calendar":
            assert ask(api, prepared, api.key()).told["address"] is not None
            return
        who, _, _, _ = prepared
        other = api.post(who, "/cases", {"reason": "another"}, headers={"Idempotency-Key": key})
        assert (other.status, other.told["kind"]) == (422, "key_reused")


class TestARefusal:
    def test_is_repeated_only_while_nothing_has_changed(self, api: Api) -> None:
        case, key = api.case(), api.key()
        prepared: Prepared = ("nita", "POST", f"/instances/{case}/actions/start_interview", {"json": {}})
        refused = [ask(api, prepared, key) for _ in range(3)]
        assert [one.status for one in refused] == [409] * 3
        assert api.kinds(case).count("case:action:refused") == 1
        api.post("maly", f"/instances/{case}/facts", {"facts": {"medical_care": "delivered"}})
        assert ask(api, prepared, key).status == 200


class TestARestart:
    def test_between_two_of_the_same_makes_no_second_one(self, home: Path) -> None:
        with answering(home) as api:
            case = api.case()
            prepared = [opening(api), recording(api), acting(api), making(api)]
            first = [ask(api, one, f"again{place}") for place, one in enumerate(prepared)]
            refused: Prepared = ("nita", "POST", f"/instances/{case}/actions/start_interview", {"json": {}})
            before = ask(api, refused, "refused")
            count = entries(api)
        with answering(home) as api:
            second = [ask(api, one, f"again{place}") for place, one in enumerate(prepared)]
            assert [what_came(one) for one in second] == [what_came(one) for one in first]
            assert what_came(ask(api, refused, "refused")) == what_came(before)
            assert entries(api) == count
