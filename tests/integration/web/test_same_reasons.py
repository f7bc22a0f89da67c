"""The same case, asked by the command line, over the API and on the page: the same reasons, in the same order."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from interfaces.api.app import PREFIX
from interfaces.cli.main import main
from tests.web import WebHouse, web_house

LEAST = 10
REASON = re.compile(r'<li data-guard="([^"]+)"(?: data-until="([^"]+)")?>(.*?)</li>', re.DOTALL)
PEOPLE_WHO_ASK = ("sok", "nita", "maly", "dara")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, WebHouse, str]]:
    """A house at the present moment, which the command line has as well; with a case that has got somewhere."""
    folder = tmp_path_factory.mktemp("same") / "house"
    with web_house(folder, now=dt.datetime.now(dt.UTC)) as served:
        case = served.case(age_group="uncertain")
        served.assign(case, "nita", "interviewer")
        served.step("sok", "act", case, "receive", care_setting="shelter")
        served.step("sok", "record", case, welcome_steps=("safe", "rapport"))
        served.step("sok", "act", case, "settle_in")
        yield folder, served, case


@pytest.fixture
def on_the_line(house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command answers as JSON."""
    monkeypatch.setenv("HOMEWARD_HOME", str(house[0]))
    monkeypatch.setenv("HOMEWARD_WORKFLOW", "kh-2009")
    for name in ("HOMEWARD_AS", "HOMEWARD_DATABASE_URL", "HOMEWARD_KEY_FILE", "HOMEWARD_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)

    def typed(*words: str) -> Any:
        capsys.readouterr()
        main([*words, "--json"])
        return json.loads(capsys.readouterr().out)

    return typed


def over_the_api(house: WebHouse, who: str, case: str) -> Any:
    """What the API answers to the same question."""
    accounts, now = house.served.accounts, house.served.now()
    if accounts.account(who) is None:
        accounts.links.account_of(who, now)
    token = accounts.tokens.make(who, "test", ("read",), now).secret
    client: TestClient = house.anonymous()
    answer = client.get(f"{PREFIX}/instances/{case}/why", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def plain(html: str) -> str:
    """The words of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def on_the_page(house: WebHouse, who: str, case: str, action: str) -> list[tuple[str, str | None, str]]:
    """The reasons of a why page: guard, until, and the piece of the page."""
    return [(guard, until or None, html) for guard, until, html in REASON.findall(page_of(house, who, case, action))]


def page_of(house: WebHouse, who: str, case: str, action: str) -> str:
    return house.browser(who).get(f"/cases/{case}/why/{action}")


def differs(reason: dict[str, Any], shown: tuple[str, str | None, str], who: str) -> list[str]:
    """In what a reason on a page is otherwise than the same reason of a program."""
    guard, until, html = shown
    said, wrong = plain(html), []
    if guard != reason["guard"]:
        wrong.append(f"guard {guard} for {reason['guard']}")
    if not said.startswith(reason["message"]):
        wrong.append(f"message {said!r} for {reason['message']!r}")
    if re.findall(r'href="/clauses/([^"]+)"', html) != reason["clauses"]:
        wrong.append(f"clauses for {reason['clauses']}")
    if (dt.datetime.fromisoformat(until) if until else None) != (
        dt.datetime.fromisoformat(reason["until"]) if reason["until"] else None
    ):
        wrong.append(f"until {until} for {reason['until']}")
    for missing in reason["missing"]:
        if who in missing["people"] and "You can do this." not in said:
            wrong.append(f"{missing['name']} is not said to be theirs")
        if missing["people"] and who not in missing["people"] and f"to={missing['people'][0]}&" not in unescape(html):
            wrong.append(f"{missing['name']} is not asked of {missing['people'][0]}")
    return wrong


@pytest.mark.parametrize("who", PEOPLE_WHO_ASK)
def test_page_api_and_command_line_give_the_same_reasons(house: Any, on_the_line: Any, who: str) -> None:
    _, served, case = house
    api, typed = over_the_api(served, who, case), on_the_line("case", "why", case, "--as", who)
    assert api["actions"] == typed["actions"]
    compared, wrong = 0, []
    for one in api["actions"]:
        if one["decision"] == "applied" or one["action"] in ("open", "assign", "unassign"):
            continue
        if [reason["guard"] for reason in one["reasons"]] == ["answer_missing"]:
            continue  # the page leads to the form, which asks for it
        shown = on_the_page(served, who, case, one["action"])
        if len(shown) != len(one["reasons"]):
            wrong.append(f"{one['action']}: {len(shown)} reasons for {len(one['reasons'])}")
            continue
        compared += 1
        for reason, found in zip(one["reasons"], shown, strict=True):
            wrong += [f"{one['action']}: {what}" for what in differs(reason, found, who)]
    assert wrong == []
    assert compared >= LEAST


def test_what_a_guard_advises_stands_on_the_page(house: Any) -> None:
    _, served, case = house
    workflow = served.served.running.house.workflows.current(None).workflow
    guard = workflow.processes["case"].guards["childs_place_was_looked_at"]
    assert guard.remedy is not None
    assert guard.remedy in plain(page_of(served, "sok", case, "choose_community"))


def test_a_difference_is_found() -> None:
    reason = {"guard": "g", "message": "Not so.", "clauses": ["A-1"], "until": None, "missing": []}
    piece = '<p><strong>Not so.</strong></p><a href="/clauses/A-1">A-1</a>'
    assert differs(reason, ("g", None, piece), "sok") == []
    assert len(differs(reason, ("h", "2027-01-01T00:00:00+00:00", "<p>Other</p>"), "sok")) == 4
