"""The walk of `docs/api.md`, line for line, in a house of the shipped workflow; and all its places are there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.api.app import create_api
from interfaces.api.problems import PROBLEMS
from tests.integration.api.serving import Answered, Api, answering, make_home

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")
WALK = [line for line in PAGE.splitlines() if line.startswith("ask ")]
ANSWERS = [200, 201, 409, 200, 200, 200, 200, 200, 200, 200, 201]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A house of the workflow that comes first."""
    with answering(make_home(tmp_path_factory.mktemp("walk") / "house"), workflow="kh-2009") as running:
        yield running


def typed(api: Api, line: str, case: str) -> Answered:
    """Ask as a line of the page does."""
    words = shlex.split(line.replace("$api", "").replace("$case", case), comments=True)[1:]
    method, path, headers, body = "GET", "", {}, None
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                method, body = "POST", words.pop(0)
            case "-X":
                method = words.pop(0)
            case word:
                path = word
    more = {"content": body} if body is not None else {}
    headers |= {"Content-Type": "application/json"}
    return api.ask("sok", method, path, headers=headers, **more)


class TestTheWalk:
    def test_goes_as_the_page_says(self, api: Api) -> None:
        case, answers = "", []
        for line in WALK:
            answer = typed(api, line, case)
            answers.append(answer)
            case = case or answer.told.get("ref", "")
        assert [one.status for one in answers] == ANSWERS
        refused, acted = answers[2].told, answers[6].told
        assert [one["guard"] for one in refused["reasons"]] == ["recovery_is_explained"]
        assert acted["moves"] == {"recovery": ["not_begun", "running"]}


class TestThePage:
    def test_names_every_place(self, api: Api) -> None:
        paths = create_api(api.served).openapi()["paths"]
        for path in paths:
            last = re.sub(r"\{.*?\}", "", path).rstrip("/").rpartition("/")[2] or "cases"
            assert last.removesuffix(".ics") in PAGE, path

    def test_names_every_problem(self) -> None:
        assert [kind for kind in PROBLEMS if f"`{kind}`" not in PAGE] == []
