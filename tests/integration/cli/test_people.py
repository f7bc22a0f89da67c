"""`homeward people` and `homeward access`, typed: who is there, who is away, and what is lent for a time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Homeward

FALLBACK = "supervisor"
"""Of the small workflow beside this file."""
MISSING = "7K3M-9XQT-2HDJ"
WORDS = "She fainted, and nobody of the team answers the telephone."


@pytest.fixture
def staffed(home: Path, homeward: Homeward, monkeypatch: pytest.MonkeyPatch) -> Homeward:
    """A house of a shipped workflow: some people in its file, and two added by its owner."""
    people = "vanna: [administrator]\ndara: [supervisor]\ndir: [director]\nsok: [case_manager]\n"
    (home / "people.yaml").write_text(people, "utf-8")
    monkeypatch.setenv("HOMEWARD_WORKFLOW", "vse-3-adopted")
    for name, title in {"lin": "auditor", "rith": "case_worker"}.items():
        assert homeward("people", "add", name, "--title", title).code == 0
    return homeward


class TestPeople:
    def test_are_listed_with_those_of_the_file(self, homeward: Homeward) -> None:
        assert homeward("people", "add", "vanna", "--title", "administrator", "--team", "office").code == 0
        people = {one["name"]: one for one in homeward("people", "list", "--json").document["people"]}
        assert (people["sok"]["in_file"], people["sok"]["titles"]) == (True, ["case_manager"])
        assert (people["vanna"]["in_file"], people["vanna"]["teams"]) == (False, ["office"])
        assert "in people.yaml" in homeward("people", "list").out

    def test_of_the_file_are_not_changed_here(self, homeward: Homeward) -> None:
        refused = homeward("people", "change", "sok", "--title", "supervisor", "--json")
        assert refused.code == 3
        assert [one["code"] for one in refused.document["objections"]] == ["in_file"]

    def test_are_changed_disabled_and_enabled(self, staffed: Homeward) -> None:
        assert staffed("people", "change", "rith", "--title", "counsellor", "--as", "vanna").code == 0
        assert staffed("people", "disable", "rith", "--reason", "left", "--as", "vanna").code == 0
        rith = next(one for one in staffed("people", "list", "--json").document["people"] if one["name"] == "rith")
        assert (rith["titles"], rith["disabled"]) == (["counsellor"], True)
        assert staffed("people", "enable", "rith", "--as", "vanna").code == 0

    def test_keep_somebody_in_posts_that_must_be_held(self, staffed: Homeward) -> None:
        refused = staffed("people", "disable", "lin", "--reason", "left", "--as", "vanna", "--json")
        assert (refused.code, refused.document["objections"][0]["code"]) == (3, "last_of_post")

    def test_go_on_leave(self, staffed: Homeward) -> None:
        dates = ("--from", "2030-03-01", "--until", "2030-03-12")
        assert staffed("people", "leave", "rith", *dates, "--stand-in", "sok", "--as", "rith").code == 0
        rith = next(one for one in staffed("people", "list", "--json").document["people"] if one["name"] == "rith")
        assert rith["leave"] == {
            "from": "2030-02-28T17:00:00Z",
            "until": "2030-03-12T16:59:59.999999Z",
            "stand_in": "sok",
        }
        assert staffed("people", "leave", "rith", "--back", "--as", "dara").code == 0
        assert staffed("people", "leave", "rith", "--from", "2030-03-01", "--as", "rith").code == 2
        assert staffed("people", "leave", "rith", "--from", "soon", *dates[2:], "--stand-in", "sok").code == 1

    def test_hand_over(self, staffed: Homeward) -> None:
        done = staffed("people", "hand-over", "sok", "rith", "--reason", "moves", "--as", "dara", "--json")
        assert (done.code, done.document) == (0, {"moved": [], "kept": []})
        only = ("--only", f"{MISSING}:case_manager")
        assert staffed("people", "hand-over", "sok", "rith", "--reason", "m", "--as", "dara", *only).code == 1


class TestAccess:
    def test_in_an_emergency_is_reviewed(self, staffed: Homeward) -> None:
        case = staffed("case", "open", "--as", "sok", "--json").document["ref"]
        taken = staffed(
            "access",
            "emergency",
            case,
            "--why",
            "medical",
            "--needed",
            "all",
            "--reason",
            WORDS,
            "--as",
            "rith",
            "--json",
        )
        assert taken.code == 0, taken.err
        id_ = taken.document["loan"]["id"]
        assert [
            one["id"] for one in staffed("access", "list", "--waiting", "--as", "dara", "--json").document["loans"]
        ] == [id_]
        assert staffed("access", "list", "--as", "sok", "--json").document["loans"] == []
        assert staffed("access", "end", id_, "--as", "rith").code == 0
        justified = ("--justified", "--reason", "Her life was at risk.")
        assert staffed("access", "review", id_, *justified, "--as", "sok").code == 3
        assert staffed("access", "review", id_, *justified, "--as", "dara").code == 0
        assert "Her life was at risk." in staffed("access", "list", "--as", "dara").out
        told = staffed("case", "history", case).out
        assert "took emergency access" in told
        assert "reviewed emergency access: justified" in told

    def test_to_what_is_not_there_is_refused(self, staffed: Homeward) -> None:
        why = ("--why", "danger", "--needed", "all", "--reason", WORDS)
        refused = staffed("access", "emergency", MISSING, *why, "--as", "rith", "--json")
        assert (refused.code, refused.document["objections"][0]["code"]) == (3, "no_such_case")

    def test_of_an_auditor_is_granted(self, staffed: Homeward) -> None:
        case = staffed("case", "open", "--as", "sok", "--json").document["ref"]
        asked = staffed("access", "ask", case, "--until", "2030-01-01", "--reason", WORDS, "--as", "lin")
        assert asked.code == 1, "it is too long"
        until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).date().isoformat()
        asked = staffed("access", "ask", case, "--until", until, "--reason", WORDS, "--as", "lin", "--json")
        assert asked.code == 0, asked.err
        id_ = asked.document["loan"]["id"]
        assert staffed("access", "answer", id_, "--yes", "--reason", "It is due.", "--as", "lin").code == 3
        assert staffed("access", "answer", id_, "--yes", "--reason", "It is due.", "--as", "dara").code == 0
        assert staffed("access", "end", id_, "--as", "lin").code == 0


def test_the_watchdog_knows_the_people_whom_the_house_keeps(home: Path, homeward: Homeward) -> None:
    (home / "people.yaml").unlink()
    assert homeward("people", "add", "vanna", "--title", "administrator").code == 0
    assert "nobody" in homeward("watch", "--json").document["wrong"]
    assert homeward("people", "add", "dara", "--title", FALLBACK).code == 0
    assert "nobody" not in homeward("watch", "--json").document["wrong"]
