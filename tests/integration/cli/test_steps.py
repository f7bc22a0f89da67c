"""`homeward case open | record | correct | act | assign | unassign | override`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Homeward

ACT_KEYS = {"ref", "decision", "attempt", "revision", "moves", "advice", "reasons"}
REASON_KEYS = {"guard", "strength", "message", "remedy", "clauses", "read", "until", "missing"}


class TestOpen:
    def test_opens_a_case_where_no_process_is_named(self, homeward: Homeward) -> None:
        ran = homeward("case", "open", "age_group=adult", "--as", "sok", "--json")
        assert ran.code == 0
        assert ran.document["decision"] == "applied"
        assert ran.document.keys() >= ACT_KEYS
        shown = homeward("case", "show", ran.document["ref"], "--as", "sok", "--json").document
        assert shown["process"] == "case"
        assert shown["facts"]["age_group"]["value"] == "adult"

    def test_opens_a_child_under_another_instance(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "open", "visit", "place=the river", "--under", case, "--as", "sok", "--json")
        assert ran.code == 0
        shown = homeward("case", "show", case, "--json").document
        assert [child["ref"] for child in shown["below"]] == [ran.document["ref"]]

    def test_names_no_reference_for_a_case_that_was_refused(self, homeward: Homeward) -> None:
        ran = homeward("case", "open", "--as", "maly", "--json")
        assert ran.code == 3
        assert ran.document["reasons"][0]["guard"] == "not_your_role"

    def test_takes_the_person_from_the_environment(self, homeward: Homeward, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_AS", "sok")
        assert homeward("case", "open").out.startswith("Done: open case ")


class TestRecord:
    def test_records_lists_and_texts(self, homeward: Homeward, case: str) -> None:
        assert homeward("case", "record", case, "needs=food,doctor", "wishes=to go home", "--as", "sok").code == 0
        facts = homeward("case", "show", case, "--as", "sok", "--json").document["facts"]
        assert facts["needs"]["value"] == ["food", "doctor"]
        assert facts["wishes"]["value"] == "to go home"

    def test_records_a_document_by_the_digest_of_its_file(self, homeward: Homeward, case: str, tmp_path: Path) -> None:
        paper = tmp_path / "consent.pdf"
        paper.write_bytes(b"signed")
        assert homeward("case", "record", case, f"consent_form=@{paper}", "--as", "sok").code == 0
        facts = homeward("case", "show", case, "--as", "sok", "--json").document["facts"]
        assert facts["consent_form"]["value"] == hashlib.sha256(b"signed").hexdigest()

    def test_says_how_large_a_document_may_be(self, homeward: Homeward, case: str, tmp_path: Path) -> None:
        film = tmp_path / "film.mp4"
        with film.open("wb") as file:
            file.truncate(11 * 1024 * 1024)
        ran = homeward("case", "record", case, f"consent_form=@{film}", "--as", "sok")
        assert ran.code == 1
        assert "11.0 MB; a document may have 10 MB at most" in " ".join(ran.err.split())

    def test_records_when_it_was_observed_in_the_zone_of_the_workflow(self, homeward: Homeward, case: str) -> None:
        words = ("case", "record", case, "age_group=child", "--observed", "2020-03-01T14:00", "--as", "sok")
        assert homeward(*words).code == 0
        facts = homeward("case", "show", case, "--as", "sok", "--json").document["facts"]
        assert facts["age_group"]["observed"] == "2020-03-01T07:00:00Z"

    def test_reads_a_link_as_it_is_spoken(self, homeward: Homeward, case: str) -> None:
        nita = homeward("case", "list", "staff_member", "--json").document["instances"][1]["ref"]
        assert homeward("case", "record", case, f"helper={nita.lower().replace('-', '')}", "--as", "sok").code == 0
        facts = homeward("case", "show", case, "--as", "sok", "--json").document["facts"]
        assert facts["helper"]["value"] == nita


class TestAct:
    def test_moves_tracks(self, homeward: Homeward, case: str) -> None:
        assert homeward("case", "record", case, "medical_care=delivered", "--as", "maly").code == 0
        ran = homeward("case", "act", case, "start_interview", "--as", "nita", "--json")
        assert ran.code == 0
        assert ran.document["moves"] == {"identification": ["presumed", "interviewing"]}

    def test_is_refused_with_everything_that_explains_it(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "act", case, "start_interview", "--as", "nita", "--json")
        assert ran.code == 3
        assert ran.document["decision"] == "refused"
        (reason,) = ran.document["reasons"]
        assert reason.keys() >= REASON_KEYS
        assert (reason["guard"], reason["clauses"]) == ("care_answered", ["HB-1.1"])
        (missing,) = reason["missing"]
        assert missing["fact"] == "medical_care"
        assert missing["people"] == ["maly"]

    def test_tells_a_refusal_with_the_way_out(self, homeward: Homeward, case: str) -> None:
        out = homeward("case", "act", case, "start_interview", "--as", "nita").out
        assert out.startswith(f"Refused: start_interview on case {case}\n")
        assert "Care comes before the interview." in out
        assert "HB-1.1 – Care comes before questions." in out
        assert "maly (health_worker)" in out
        assert f"homeward case record {case} medical_care=… --as maly" in out

    def test_is_not_yet_possible_with_the_moment_from_which_it_is(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "act", case, "hold_meeting", "--as", "sok", "--json")
        assert ran.code == 4
        assert ran.document["decision"] == "not_yet"
        assert ran.document["until"].endswith("Z")
        assert "It will be possible from" in homeward("case", "act", case, "hold_meeting", "--as", "sok").out

    def test_changes_nothing_under_the_same_key(self, homeward: Homeward, case: str) -> None:
        words = ("case", "open", "visit", "place=the river", "--under", case, "--as", "sok", "--key", "k1", "--json")
        first, second = homeward(*words), homeward(*words)
        assert (first.code, second.code) == (0, 0)
        assert second.document["repeated"] is True
        assert first.document["ref"] == second.document["ref"]
        assert len(homeward("case", "show", case, "--json").document["below"]) == 1

    def test_refuses_a_key_for_another_attempt(self, homeward: Homeward, case: str) -> None:
        homeward("case", "record", case, "age_group=adult", "--as", "sok", "--key", "k1")
        ran = homeward("case", "record", case, "age_group=child", "--as", "sok", "--key", "k1", "--json")
        assert ran.code == 1
        assert ran.document["error"]["kind"] == "key_reused"

    def test_asks_for_another_look_where_the_revision_has_moved_on(self, homeward: Homeward, case: str) -> None:
        seen = homeward("case", "show", case, "--json").document["revision"]
        words = ("case", "record", case, "age_group=adult", "--as", "sok", "--if-revision", str(seen), "--json")
        assert homeward(*words).code == 0
        ran = homeward(*words)
        assert ran.code == 1
        assert ran.document["error"]["kind"] == "stale"


class TestCorrect:
    def test_withdraws_and_records_anew(self, homeward: Homeward, case: str) -> None:
        entry = homeward("case", "record", case, "age_group=adult", "--as", "sok", "--json").document["seq"]
        words = ("case", "correct", case, str(entry), "age_group=child", "--reason", "another person", "--as", "sok")
        assert homeward(*words).code == 0
        facts = homeward("case", "show", case, "--as", "sok", "--json").document["facts"]
        assert facts["age_group"]["value"] == "child"

    def test_only_withdraws_a_fact_without_a_value(self, homeward: Homeward, case: str) -> None:
        words = ("case", "record", case, "age_group=adult", "wishes=rest", "--as", "sok", "--json")
        entry = homeward(*words).document["seq"]
        assert homeward("case", "correct", case, str(entry), "wishes", "--as", "sok").code == 0
        facts = homeward("case", "show", case, "--as", "sok", "--json").document["facts"]
        assert list(facts) == ["age_group"]

    def test_heeds_the_revision(self, homeward: Homeward, case: str) -> None:
        entry = homeward("case", "record", case, "age_group=adult", "--as", "sok", "--json").document["seq"]
        ran = homeward("case", "correct", case, str(entry), "--as", "sok", "--if-revision", "1", "--json")
        assert ran.document["error"]["kind"] == "stale"


class TestRoles:
    def test_are_given_and_taken(self, homeward: Homeward, case: str) -> None:
        assert homeward("case", "show", case, "--json").document["assigned"]["interviewer"] == "nita"
        assert homeward("case", "unassign", case, "interviewer", "--as", "dara").code == 0
        assert "interviewer" not in homeward("case", "show", case, "--json").document["assigned"]


class TestOverride:
    def asked(self, homeward: Homeward, case: str) -> str:
        ran = homeward("case", "act", case, "close", "--reason", "she left", "--as", "sok", "--json")
        assert (ran.code, ran.document["pending"], ran.document["exception"]) == (3, True, "second_person")
        attempt: str = ran.document["attempt"]
        return attempt

    def test_lets_a_second_person_allow_it(self, homeward: Homeward, case: str) -> None:
        attempt = self.asked(homeward, case)
        ran = homeward("case", "override", case, attempt, "--yes", "--reason", "seen", "--as", "dara", "--json")
        assert ran.code == 0
        assert ran.document["moves"] == {"case": ["open", "closed"]}

    def test_lets_a_second_person_say_no(self, homeward: Homeward, case: str) -> None:
        attempt = self.asked(homeward, case)
        assert homeward("case", "override", case, attempt, "--no", "--reason", "ask her", "--as", "dara").code == 0
        assert homeward("case", "show", case, "--json").document["tracks"]["case"] == "open"

    def test_refuses_the_one_who_asked(self, homeward: Homeward, case: str) -> None:
        attempt = self.asked(homeward, case)
        ran = homeward("case", "override", case, attempt, "--yes", "--reason", "x", "--as", "sok", "--json")
        assert ran.code == 3
        assert ran.document["reasons"][0]["guard"] == "not_your_role"

    def test_refuses_an_attempt_that_waits_elsewhere(self, homeward: Homeward, case: str) -> None:
        attempt = self.asked(homeward, case)
        other = homeward("case", "open", "--as", "sok", "--json").document["ref"]
        ran = homeward("case", "override", other, attempt, "--yes", "--reason", "x", "--as", "dara")
        assert ran.code == 1
        assert f"Attempt {attempt} is not about {other}" in " ".join(ran.err.split())

    def test_asks_for_yes_or_no(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "override", case, "a1", "--reason", "x", "--as", "dara")
        assert ran.code == 2

    def test_tells_the_asker_what_the_second_person_types(self, homeward: Homeward, case: str) -> None:
        out = homeward("case", "act", case, "close", "--reason", "she left", "--as", "sok").out
        assert f"homeward case override {case} " in out
