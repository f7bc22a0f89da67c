"""The same house, asked by the command line and over the API: the same decisions and the same reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.main import main
from tests.integration.api.same import said_in, why_said_in
from tests.integration.api.serving import WORKFLOW, Api, answering, make_home

Typed = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Api]]:
    """One house, open to both."""
    folder = make_home(tmp_path_factory.mktemp("same") / "house")
    with answering(folder) as api:
        yield folder, api


@pytest.fixture
def typed(house: tuple[Path, Api], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """What a command answers as JSON."""
    monkeypatch.setenv("HOMEWARD_HOME", str(house[0]))
    monkeypatch.setenv("HOMEWARD_WORKFLOW", str(WORKFLOW))
    for name in ("HOMEWARD_AS", "HOMEWARD_DATABASE_URL", "HOMEWARD_KEY_FILE", "HOMEWARD_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        main([*words, "--json"])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return run


@pytest.mark.parametrize("who", ["sok", "nita", "maly", "dara"])
def test_why_says_the_same(house: tuple[Path, Api], typed: Typed, who: str) -> None:
    _, api = house
    case = api.case()
    told = why_said_in(api.get(who, f"/instances/{case}/why").told)
    assert told == why_said_in(typed("case", "why", case, "--as", who))
    assert any(decision == "refused" and reasons for decision, reasons, _ in told.values())


@pytest.mark.parametrize(
    ("who", "action"), [("nita", "start_interview"), ("sok", "hold_meeting"), ("sok", "close"), ("maly", "close")]
)
def test_an_attempt_is_answered_the_same(house: tuple[Path, Api], typed: Typed, who: str, action: str) -> None:
    _, api = house
    case = api.case()
    over_the_api = api.post(who, f"/instances/{case}/actions/{action}", {}).told
    on_the_line = typed("case", "act", case, action, "--as", who)
    for name in ("decision", "until", "exception", "pending", "revision"):
        assert over_the_api[name] == on_the_line[name], name
    assert said_in(over_the_api["reasons"]) == said_in(on_the_line["reasons"]) != []
