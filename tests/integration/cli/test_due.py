"""`homeward due` tells in whose place somebody is asked, and commands warn of a house that nobody answers for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from interfaces.cli.main import main
from tests.integration.flows.quay_house import DARA, SOK, Quay, quay_in, soon
from wiring.settings import read_settings
from wiring.watch import watch_once

DAY = dt.timedelta(days=1)


@pytest.fixture
def quay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quay:
    """A house with a case of sok's that is due, and dara to fall back on; the environment names it."""
    house = quay_in(tmp_path / "house", None)
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    house.fill(1, 0, soon(-1))
    return house


def people(quay: Quay, text: str) -> None:
    """Somebody edits the file of people."""
    (Path(quay.environment["HOMEWARD_HOME"]) / "people.yaml").write_text(text, "utf-8")


class TestDue:
    def test_says_that_the_fallback_is_asked_for_somebody_who_is_disabled(
        self, quay: Quay, capsys: pytest.CaptureFixture[str]
    ) -> None:
        people(quay, f"{SOK}: {{roles: [case_manager], disabled: true}}\n{DARA}: [supervisor]\n")
        assert main(["due"]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert f"{DARA} (case manager; {SOK} cannot be asked; nobody has the role, so the fallback is asked)" in said
        assert main(["due", "--json"]) == 0
        told = {(one["found_by"], one["instead_of"]) for one in json.loads(capsys.readouterr().out)["due"]}
        assert ("fallback", SOK) in told

    def test_says_who_stands_in(self, quay: Quay, capsys: pytest.CaptureFixture[str]) -> None:
        people(quay, f"{SOK}: {{roles: [case_manager], disabled: true, stand_in: {DARA}}}\n{DARA}: [supervisor]\n")
        assert main(["due"]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert f"{DARA} (case manager; {SOK} cannot be asked; a stand-in)" in said

    def test_says_nothing_of_it_where_the_holder_is_there(self, quay: Quay, capsys: pytest.CaptureFixture[str]) -> None:
        assert quay.environment
        assert main(["due"]) == 0
        assert f"{SOK} (case manager)" in capsys.readouterr().out


class TestAFallbackRoleThatNobodyHas:
    def test_is_warned_of_by_every_command_and_by_the_watchdog(
        self, quay: Quay, capsys: pytest.CaptureFixture[str]
    ) -> None:
        people(quay, f"{SOK}: [case_manager]\n{DARA}: {{roles: [supervisor], disabled: true}}\n")
        assert main(["case", "list", "--json"]) == 0
        ran = capsys.readouterr()
        json.loads(ran.out)
        assert "people.yaml:nobodyhastherolesupervisor" in "".join(ran.err.split())  # wrapped wherever the path ends
        assert main(["watch", "--once", "--max-late", "P1D"]) == 1
        assert "ALARM: nobody has the role supervisor" in " ".join(capsys.readouterr().err.split())
        people(quay, f"{SOK}: [case_manager]\n{DARA}: [supervisor]\n")
        assert main(["watch", "--once", "--max-late", "P1D"]) == 0
        assert main(["case", "list"]) == 0
        assert capsys.readouterr().err == ""

    def test_is_not_told_where_the_file_of_people_lies_elsewhere(self, quay: Quay) -> None:
        home = Path(quay.environment["HOMEWARD_HOME"])
        people(quay, f"{SOK}: [case_manager]\n")
        settings = read_settings()
        assert watch_once(settings, DAY).wrong == ("nobody",)
        (home / "people.yaml").unlink()
        assert watch_once(settings, DAY).wrong == ()

    def test_people_who_cannot_be_read_are_told(self, quay: Quay) -> None:
        people(quay, f"{SOK}: [case_manger]\n")
        settings = read_settings()
        assert watch_once(settings, DAY).wrong == ("nobody",)
