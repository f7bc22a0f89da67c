"""`homeward case why | show | history | list`."""

from __future__ import annotations

import pytest

from cases.journal import Kind
from interfaces.cli.history import WORDS
from tests.integration.cli.conftest import Homeward

WHY_KEYS = {"action", "decision", "until", "met", "exception", "advice", "reasons"}
ENTRY_KEYS = {
    "seq",
    "at",
    "kind",
    "actor",
    "action",
    "moves",
    "facts",
    "guards",
    "reason",
    "workflow",
    "hash",
    "previous",
}


class TestWhy:
    def test_answers_for_every_action(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "why", case, "--as", "nita", "--json")
        assert ran.code == 0
        assert ran.document["ref"] == case
        actions = {one["action"]: one for one in ran.document["actions"]}
        assert all(one.keys() >= WHY_KEYS for one in actions.values())
        assert actions["start_interview"]["decision"] == "refused"
        assert [reason["guard"] for reason in actions["start_interview"]["reasons"]] == ["care_answered"]
        assert [reason["guard"] for reason in actions["close"]["reasons"]] == ["not_your_role"]

    def test_answers_for_one_action(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "why", case, "hold_meeting", "--as", "sok", "--json")
        (action,) = ran.document["actions"]
        assert (action["action"], action["decision"]) == ("hold_meeting", "not_yet")
        assert action["until"].endswith("Z")

    def test_tells_what_is_possible_what_from_when_and_what_not(self, homeward: Homeward, case: str) -> None:
        out = homeward("case", "why", case, "--as", "sok").out
        assert out.index("Possible now") < out.index("Not yet") < out.index("For others to do")
        assert "Ask what the person needs before the case is closed." in out
        assert "hold_meeting, from " in out

    def test_tells_one_action_in_full(self, homeward: Homeward, case: str) -> None:
        out = homeward("case", "why", case, "start_interview", "--as", "nita").out
        assert f"homeward case record {case} medical_care=… --as maly" in out
        assert "HB-1.1 – Care comes before questions." in out

    def test_hides_values_from_those_who_may_not_read_them(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "medical_care=offered", "--as", "maly")
        ran = homeward("case", "why", case, "close", "--as", "sok")
        assert "offered" not in ran.out

    def test_changes_nothing(self, homeward: Homeward, case: str) -> None:
        before = homeward("case", "show", case, "--json").document["revision"]
        homeward("case", "why", case, "--as", "sok")
        assert homeward("case", "show", case, "--json").document["revision"] == before

    def test_leaves_an_entry_where_it_shows_what_is_under_seen_by(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "medical_care=offered", "--as", "maly")
        homeward("case", "why", case, "--as", "nita")
        last = homeward("case", "history", case, "--json").document["entries"][-1]
        assert (last["kind"], last["actor"]) == ("case:fact:seen", "nita")

    def test_needs_somebody_who_asks(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "why", case)
        assert ran.code == 2
        assert "--as" in ran.err


class TestShow:
    def test_shows_only_what_stands_in_clear_to_nobody_in_particular(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "wishes=quiet", "--as", "sok")
        ran = homeward("case", "show", case)
        assert ran.code == 0
        assert "presumed" in ran.out
        assert "quiet" not in ran.out
        assert "Shown is what stands in clear." in ran.out

    def test_shows_facts_by_right_and_names_those_that_are_hidden(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "wishes=quiet", "--as", "sok")
        homeward("case", "record", case, "medical_care=delivered", "--as", "maly")
        shown = homeward("case", "show", case, "--as", "sok", "--json").document
        assert list(shown["facts"]) == ["wishes"]
        assert shown["hidden"] == ["medical_care"]
        assert "Not open to this person: medical_care" in homeward("case", "show", case, "--as", "sok").out

    def test_reads_a_reference_as_it_is_spoken(self, homeward: Homeward, case: str) -> None:
        spoken = case.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert homeward("case", "show", spoken, "--json").document["ref"] == case


class TestHistory:
    def test_has_an_entry_for_every_attempt_each_chained_to_the_last(self, homeward: Homeward, case: str) -> None:
        homeward("case", "act", case, "start_interview", "--as", "nita")
        entries = homeward("case", "history", case, "--json").document["entries"]
        assert all(entry.keys() >= ENTRY_KEYS for entry in entries)
        assert [entry["kind"] for entry in entries] == [
            "case:instance:opened",
            "case:deadline:dated",
            "case:role:assigned",
            "case:action:refused",
        ]
        assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
        assert [entry["previous"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
        assert entries[-1]["guards"] == {"care_answered": "unknown"}
        assert {entry["workflow"] for entry in entries} == {"harbour"}

    def test_shows_facts_and_reasons_to_those_assigned(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "wishes=quiet", "--as", "sok")
        homeward("case", "act", case, "close", "--reason", "she left", "--as", "sok")
        entries = homeward("case", "history", case, "--as", "sok", "--json").document["entries"]
        assert entries[-2]["facts"] == {"wishes": "quiet"}
        assert entries[-1]["reason"] == "she left"

    def test_shows_neither_to_anybody_else(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "wishes=quiet", "--as", "sok")
        homeward("case", "act", case, "close", "--reason", "she left", "--as", "sok")
        for words in ([], ["--as", "maly"]):
            out = homeward("case", "history", case, *words).out
            assert "quiet" not in out
            assert "she left" not in out

    def test_leaves_an_entry_where_it_shows_what_is_under_seen_by(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "medical_care=delivered", "--as", "maly")
        homeward("case", "history", case, "--as", "nita")
        last = homeward("case", "history", case, "--json").document["entries"][-1]
        assert (last["kind"], last["actor"]) == ("case:fact:seen", "nita")

    def test_tells_it_as_lines(self, homeward: Homeward, case: str) -> None:
        homeward("case", "act", case, "start_interview", "--as", "nita")
        out = homeward("case", "history", case).out
        assert "start_interview: refused" in out
        assert "because: care_answered" in out


class TestList:
    def test_lists_cases_in_the_order_of_their_opening(self, homeward: Homeward) -> None:
        refs = [homeward("case", "open", "--as", "sok", "--json").document["ref"] for _ in range(3)]
        listed = homeward("case", "list", "--json").document["instances"]
        assert [one["ref"] for one in listed] == refs
        assert listed[0]["tracks"] == {"case": "open", "identification": "presumed"}

    def test_says_so_where_there_is_none(self, homeward: Homeward) -> None:
        ran = homeward("case", "list", "visit")
        assert (ran.code, ran.out) == (0, "There is no visit in this house yet.\n")

    def test_names_the_nearest_process(self, homeward: Homeward) -> None:
        ran = homeward("case", "list", "visits", "--json")
        assert ran.code == 1
        assert "Did you mean visit?" in ran.document["error"]["message"]


class TestTheWordsOfAHistory:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_cover_every_kind_of_entry(self, kind: Kind) -> None:
        assert kind in WORDS
