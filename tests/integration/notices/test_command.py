"""`homeward notices`: what waits, what is dead, what was told, and how a notice reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from config.loader import Loaded, load_workflow
from interfaces.cli.main import main
from interfaces.errors import ExitCode
from notifications.catalogue import read_catalogues

PEOPLE = """
sok: {roles: [case_manager], facts: {vetting: clear}, notices: {language: km}}
dara: [supervisor]
dir: {roles: [director], notices: {channels: {email: d@example.org}, quiet: {from: "21:00", until: "07:00"}}}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with three people."""
    monkeypatch.setenv("HOMEWARD_HOME", str(tmp_path))
    monkeypatch.setenv("HOMEWARD_LINK_BASE", "https://cases.example.org")
    (tmp_path / "people.yaml").write_text(PEOPLE, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def shipped() -> Loaded:
    return load_workflow("kh-2009")


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Any:
    """Type a command with --json; its document."""

    def ask(*words: str) -> Any:
        assert main([*words, "--json"]) == ExitCode.DONE
        return json.loads(capsys.readouterr().out)

    return ask


class TestList:
    def test_is_empty_in_a_house_where_nothing_is_due(self, asked: Any) -> None:
        assert asked("notices", "list") == {"notices": []}

    def test_says_so_in_words(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["notices", "list"]) == ExitCode.DONE
        assert "No notice is waiting." in capsys.readouterr().out


class TestRetry:
    def test_of_what_is_not_there_is_an_error(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["notices", "retry", "abc"]) == ExitCode.FAILED
        assert "homeward notices list shows them" in " ".join(capsys.readouterr().err.split())

    def test_without_a_word_is_typed_wrongly(self) -> None:
        assert main(["notices", "retry"]) == ExitCode.USAGE

    def test_of_all_dead_ones_where_there_are_none_does_nothing(self, asked: Any) -> None:
        assert asked("notices", "retry", "--dead") == {"retried": []}


class TestPreview:
    def test_shows_every_notice_of_the_workflow(self, asked: Any, shipped: Loaded) -> None:
        told = asked("notices", "preview", "dara")["notices"]
        assert [one["template"] for one in told] == ["built_in", *shipped.workflow.notices]
        assert all("7K3M-9XQT-2HDJ" in one["text"] for one in told)
        assert "https://cases.example.org/7K3M-9XQT-2HDJ" in told[0]["text"]

    def test_is_in_the_persons_language_or_another(self, asked: Any) -> None:
        assert "ពិនិត្យ" in asked("notices", "preview", "sok")["notices"][0]["text"]
        assert "review" in asked("notices", "preview", "sok", "--language", "en")["notices"][0]["text"]

    def test_in_an_unknown_language_is_refused_with_those_that_are_known(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["notices", "preview", "sok", "--language", "xx"]) == ExitCode.USAGE
        ran = capsys.readouterr()
        assert ran.out == ""
        assert "nothing is written in 'xx'; known: en, km" in " ".join(ran.err.replace("│", "").split())

    def test_for_nobody_is_an_error(self) -> None:
        assert main(["notices", "preview", "nobody"]) == ExitCode.FAILED


class TestInbox:
    def test_shows_what_was_told(self, asked: Any, capsys: pytest.CaptureFixture[str]) -> None:
        ref = asked("case", "open", "--as", "sok", "age_group=adult")["ref"]
        asked("case", "act", ref, "report_harm", "--as", "sok", "harm_seen=danger_to_self")
        asked("tick")
        inbox = asked("notices", "inbox", "dir")["messages"]
        urgent = [one["text"].partition(". ")[0] for one in inbox if one["urgent"]]
        assert sorted(text.partition(": ")[2] for text in urgent) == ["call now", "to be done now"]
        assert main(["notices", "inbox", "dir"]) == ExitCode.DONE
        assert "urgent" in capsys.readouterr().out

    def test_is_empty_at_first(self, asked: Any) -> None:
        assert asked("notices", "inbox", "dara") == {"person": "dara", "messages": []}


class TestWorkflowCheck:
    def test_warns_of_nothing_that_the_shipped_languages_lack(self, asked: Any) -> None:
        warnings = asked("workflow", "check", "kh-2009")["warnings"]
        assert not [one for one in warnings if "texts of notices" in one["message"]]
        assert set(read_catalogues().of) == {"en", "km"}
