"""`homeward --server`: the same commands before a server give the same documents, words and exit codes."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from interfaces.api.answering import to_json
from interfaces.api.examples import examples
from interfaces.cli.main import main
from interfaces.documents.answers import answer_document, answer_of
from interfaces.documents.due import due_document, due_of
from interfaces.documents.instances import sight_document, sight_of
from interfaces.documents.journal import history_document, history_of
from interfaces.documents.permitted import permitted_of, why_document
from tests.integration.api.serving import WORKFLOW, Api, answering, make_home
from tests.integration.cli.conftest import Ran

Command = Callable[..., Ran]
REF = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)")
DIGEST = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{16,64}\b")
WHEN = re.compile(r"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}\b")


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Api]]:
    """A house on this machine, and another one, alike, behind a server; what is typed is typed in both."""
    folder = tmp_path_factory.mktemp("two")
    here = make_home(folder / "here")
    with answering(make_home(folder / "there")) as there:
        yield here, there


@pytest.fixture
def both(
    houses: tuple[Path, Api], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[Ran, Ran]]:
    """Run a command as somebody in the house, then before the server; `{case}` and the like are each house's own."""
    here, there = houses
    for name in ("HOMEWARD_AS", "HOMEWARD_DATABASE_URL", "HOMEWARD_KEY_FILE", "HOMEWARD_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOMEWARD_HOME", str(here))
    monkeypatch.setenv("HOMEWARD_WORKFLOW", str(WORKFLOW))

    def run(words: list[str]) -> Ran:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def run_both(
        who: str, *words: str, names: tuple[dict[str, str], dict[str, str]] = ({}, {}), named: bool = True
    ) -> tuple[Ran, Ran]:
        locally = run([word.format_map(names[0]) for word in words] + (["--as", who] if named else []))
        token = tmp_path / f"{who}.token"
        token.write_text(there.tokens[who], "utf-8")
        token.chmod(0o600)
        server = ["--server", there.address, "--token-file", str(token)]
        remotely = run([*server, *(word.format_map(names[1]) for word in words)])
        there.running.sweep()  # what the server's own ticker does within a second
        return locally, remotely

    return run_both


def alike(text: str) -> str:
    """A text in which references, ids, hashes and moments are numbered in the order in which they occur."""
    for pattern, what in ((REF, "ref"), (MOMENT, "moment"), (DIGEST, "id")):
        text = _numbered(text, pattern, what)
    # Written to the minute, which may pass between two commands in one of the houses.
    text = WHEN.sub("<when>", text)
    return re.sub(r'"late_seconds": \d+', '"late_seconds": 0', text)


def _numbered(text: str, pattern: re.Pattern[str], what: str) -> str:
    seen: dict[str, str] = {}
    return pattern.sub(lambda found: seen.setdefault(found.group(), f"<{what} {len(seen) + 1}>"), text)


class Story:
    """What is typed one after the other, in both houses; each command's answer is compared."""

    def __init__(self, both: Callable[..., tuple[Ran, Ran]], *, as_json: bool) -> None:
        self._both = both
        self._json = ("--json",) if as_json else ()
        self.names: tuple[dict[str, str], dict[str, str]] = ({}, {})

    def type(self, who: str, *words: str, exits: int = 0, names: str = "", of: str = "ref", named: bool = True) -> None:
        """Type a command; with `names` the answer's reference (or other value) goes by that name from now on."""
        locally, remotely = self._both(who, *words, *self._json, names=self.names, named=named)
        assert (locally.code, remotely.code) == (exits, exits), (words, locally, remotely)
        assert alike(remotely.out) == alike(locally.out), words
        assert alike(remotely.err) == alike(locally.err), words
        if names:
            for ran, known in zip((locally, remotely), self.names, strict=True):
                known[names] = _value(ran, of)


def _value(ran: Ran, of: str) -> str:
    try:
        return str(json.loads(ran.out)[of])
    except json.JSONDecodeError:
        found = REF.search(ran.out) if of == "ref" else re.search(r"\b[0-9a-f]{20}\b", ran.out)
        assert found is not None
        return found.group()


class TestTheSameCommands:
    @pytest.mark.parametrize("as_json", [True, False])
    def test_give_the_same_here_and_before_a_server(
        self, both: Callable[..., tuple[Ran, Ran]], tmp_path: Path, as_json: bool
    ) -> None:
        paper = tmp_path / "consent.pdf"
        paper.write_bytes(b"signed")
        story = Story(both, as_json=as_json)
        story.type("maly", "case", "open", exits=3)
        story.type("sok", "case", "open", "needs=food,doctor", "age_group=uncertain", names="case")
        story.type("dara", "case", "assign", "{case}", "nita", "interviewer", "--reason", "she is free")
        story.type("sok", "case", "open", "visit", "place=the river", "--under", "{case}", names="visit")
        story.type("nita", "case", "act", "{case}", "start_interview", exits=3)
        story.type("sok", "case", "act", "{case}", "hold_meeting", exits=4)
        story.type("maly", "case", "record", "{case}", "medical_care=delivered", "--observed", "2026-11-01")
        story.type("sok", "case", "record", "{case}", f"consent_form=@{paper}", "wishes=to go home")
        story.type("sok", "case", "record", "{case}", "age_group=adult", names="entry", of="seq") if as_json else None
        if as_json:
            story.type("sok", "case", "correct", "{case}", "{entry}", "age_group=child", "--reason", "a slip")
        story.type("nita", "case", "act", "{case}", "start_interview")
        story.type("nita", "case", "why", "{case}")
        story.type("sok", "case", "why", "{case}", "hold_meeting")
        story.type("nita", "case", "show", "{case}")
        story.type("sok", "case", "show", "{visit}")
        story.type("sok", "case", "history", "{case}")
        story.type("sok", "case", "list")
        story.type("dara", "case", "list", "visit")
        story.type("sok", "case", "open", names="other")
        story.type("sok", "case", "act", "{other}", "close", "--reason", "moved", exits=3, names="asked", of="attempt")
        story.type("dara", "case", "override", "{other}", "{asked}", "--yes", "--reason", "seen")
        story.type("dara", "case", "unassign", "{case}", "interviewer")

    @pytest.mark.parametrize("as_json", [True, False])
    def test_say_the_same_of_what_is_due(self, both: Callable[..., tuple[Ran, Ran]], as_json: bool) -> None:
        story = Story(both, as_json=as_json)
        story.type("sok", "case", "open", names="case")
        story.type("dara", "due", "--until", "2999-01-01", "--explain", named=False)
        story.type("dara", "due", "{case}", "--explain", "--for", "sok", named=False)
        story.type("dara", "due", "{case}", "--for", "nita", named=False)
        story.type("dara", "due", named=False)

    @pytest.mark.parametrize(
        "words",
        [
            ("show", "7K3M-9XQT-2HDJ"),
            ("show", "7K3M-9XQT-2HDX"),
            ("record", "{case}", "shoe_size=3"),
            ("record", "{case}", "age_group=old"),
            ("act", "{case}", "elope"),
            ("why", "{case}", "elope"),
            ("list", "voyage"),
        ],
    )
    def test_say_the_same_of_what_is_typed_wrongly(
        self, both: Callable[..., tuple[Ran, Ran]], words: tuple[str, ...]
    ) -> None:
        story = Story(both, as_json=True)
        story.type("sok", "case", "open", names="case")
        story.type("sok", "case", *words, exits=1)

    def test_repeat_and_refuse_under_the_same_key(self, both: Callable[..., tuple[Ran, Ran]]) -> None:
        story = Story(both, as_json=True)
        story.type("sok", "case", "open", names="case")
        for _ in range(2):
            story.type("sok", "case", "record", "{case}", "age_group=adult", "--key", "k1")
        story.type("sok", "case", "record", "{case}", "age_group=child", "--if-revision", "2")
        here, there = both(
            "sok", "case", "record", "{case}", "wishes=x", "--if-revision", "2", "--json", names=story.names
        )
        kinds = [json.loads(one.out)["error"]["kind"] for one in (here, there)]
        assert (here.code, there.code, kinds) == (1, 1, ["stale", "stale"])
        here, there = both("sok", "case", "record", "{case}", "wishes=x", "--key", "k1", "--json", names=story.names)
        kinds = [json.loads(one.out)["error"]["kind"] for one in (here, there)]
        assert (here.code, there.code, kinds) == (1, 1, ["key_reused", "key_reused"])


class TestTheServer:
    @pytest.fixture
    def ask(
        self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> Command:
        """Type something; `server` and `token` go into the environment."""
        monkeypatch.setenv("HOMEWARD_HOME", str(tmp_path / "nothing"))
        monkeypatch.delenv("HOMEWARD_AS", raising=False)

        def run(*words: str, server: str | None = None, token: str | None = None) -> Ran:
            monkeypatch.setenv("HOMEWARD_SERVER", server or api.address)
            monkeypatch.setenv("HOMEWARD_TOKEN", api.tokens["sok"] if token is None else token)
            capsys.readouterr()
            code = main(words)
            captured = capsys.readouterr()
            return Ran(code, captured.out, captured.err)

        return run

    def test_is_named_by_the_environment_too(self, api: Api, ask: Command, tmp_path: Path) -> None:
        case = api.case()
        assert ask("case", "show", case, "--json").document["ref"] == case
        assert not (tmp_path / "nothing").exists()

    def test_answers_for_the_tokens_person_alone(self, api: Api, ask: Command) -> None:
        case = api.case()
        assert ask("case", "why", case, "--as", "sok").code == 0
        assert ask("case", "why", case, "--as", "dara").code == 2
        assert ask("case", "why", case, "--role", "supervisor", "--json").document["error"]["kind"] == "unknown_name"
        assert ask("case", "why", case, "--role", "case_manager").code == 0

    @pytest.mark.parametrize(
        ("server", "said"),
        [
            ("http://cases.example.org", "must begin with https://"),
            ("ftp://127.0.0.1", "is not one"),
            ("cases.example.org", "is not one"),
            ("https://sok:secret@127.0.0.1", "is not one"),
        ],
    )
    def test_must_be_one_to_whom_a_token_may_be_told(self, ask: Command, server: str, said: str) -> None:
        ran = ask("case", "list", server=server, token="homeward_x")
        assert ran.code == 1
        assert said in " ".join(ran.err.split())
        assert "secret" not in ran.err

    def test_that_is_not_there_is_told_so(self, ask: Command) -> None:
        ran = ask("case", "list", "--json", server="http://127.0.0.1:9")
        assert (ran.code, ran.document["error"]["kind"]) == (1, "failed")

    def test_that_does_not_know_the_token_is_told_so(self, ask: Command) -> None:
        ran = ask("case", "list", "--json", token="homeward_unknown")
        assert ran.code == 1
        assert "does not let this in" in ran.document["error"]["message"]

    def test_without_a_token_is_not_asked(self, ask: Command) -> None:
        assert "needs a token" in ask("case", "list", token="").err

    def test_is_not_asked_with_a_token_that_others_can_read(self, api: Api, ask: Command, tmp_path: Path) -> None:
        file = tmp_path / "token"
        file.write_text(api.tokens["sok"], "utf-8")
        file.chmod(0o644)
        said = " ".join(ask("--token-file", str(file), "case", "list").err.split())
        assert "say: chmod 600" in said

    def test_is_not_asked_by_what_works_in_the_house_itself(self, api: Api, ask: Command) -> None:
        ran = ask("--server", api.address, "tick")
        assert (ran.code, "works in the house itself" in ran.err) == (2, True)
        assert "HOMEWARD_SERVER is set" in " ".join(ask("tick").err.split())

    def test_that_sends_elsewhere_is_not_followed(self, api: Api, ask: Command) -> None:
        # The address below the API is one that the app knows only with a stroke at its end, and sends there.
        answer = httpx.get(f"{api.address}/api/v1", headers={"Authorization": "Bearer x"}, trust_env=False)
        assert answer.is_redirect
        ran = ask("case", "list", "--json", server=f"{api.address}/elsewhere")
        assert ran.code == 1


class TestDocuments:
    def test_are_read_back_as_they_were_written(self) -> None:
        told = examples()
        again = {named: answer_document(answer_of(told[named])) for named in ("refused", "not_yet", "open_case")}
        assert read(again) == {named: {name: told[named][name] for name in one} for named, one in again.items()}
        why = told["why"]
        assert read(why_document(why["ref"], permitted_of(why))) == why
        sight = told["show_instance"]
        assert read(sight_document(sight_of(sight), sight["workflow"], clear_only=False)) == sight
        journal = told["journal_of_instance"]
        names = {one["workflow_hash"]: one["workflow"] for one in journal["entries"]}
        assert read(history_document(journal["ref"], history_of(journal), names, clear_only=False)) == journal
        due = told["deadlines_of_instance"]
        lines, explained = due_of(due)
        now = dt.datetime.fromisoformat(due["now"])
        assert read(due_document(now, lines, explained))["due"] == due["due"]


def read(document: dict[str, Any]) -> dict[str, Any]:
    """A document as whoever gets it reads it."""
    told: dict[str, Any] = json.loads(to_json(document))
    return told
