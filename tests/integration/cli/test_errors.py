"""What the command line says when something is wrong: in words, with the way out, and never as a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.errors import Damaged
from interfaces.cli.faults import tell_fault
from interfaces.errors import ExitCode, fault_of
from tests.integration.cli.conftest import Homeward


def flat(text: str) -> str:
    return " ".join(text.split())


class TestReferences:
    def test_that_are_mistyped_fail_on_their_check_character(self, homeward: Homeward, case: str) -> None:
        wrong = ("2" if case[0] != "2" else "3") + case[1:]
        ran = homeward("case", "show", wrong)
        assert ran.code == 1
        assert "its last sign, which checks the others, does not fit" in flat(ran.err)

    def test_that_name_nothing_are_said_to(self, homeward: Homeward) -> None:
        ran = homeward("case", "show", "0000-0000-000D", "--json")
        assert ran.code == 1
        assert ran.document["error"]["kind"] == "unknown_reference"


class TestNames:
    def test_of_actions_are_met_with_the_nearest(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "act", case, "start_intervew", "--as", "nita")
        assert ran.code == 1
        assert "did you mean start_interview" in flat(ran.err)

    def test_of_actions_are_met_with_the_nearest_by_why_too(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "why", case, "start_intervew", "--as", "nita")
        assert ran.code == 1
        assert "did you mean start_interview" in flat(ran.err)

    def test_of_facts_are_met_with_the_nearest(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "record", case, "age_grup=adult", "--as", "sok")
        assert ran.code == 1
        assert "did you mean age_group?" in flat(ran.err)

    def test_of_processes_are_met_with_the_nearest(self, homeward: Homeward) -> None:
        assert "Did you mean visit?" in flat(homeward("case", "open", "visti", "--as", "sok").err)

    def test_of_people_are_met_with_those_who_are_here(self, homeward: Homeward) -> None:
        ran = homeward("case", "open", "--as", "nobody")
        assert ran.code == 1
        assert "known: sok, nita, maly, dara, vuth" in flat(ran.err)

    def test_of_roles_that_the_person_lacks_are_met_with_those_that_they_have(self, homeward: Homeward) -> None:
        ran = homeward("case", "open", "--as", "sok", "--role", "supervisor")
        assert ran.code == 1
        assert "sok's roles: case_manager" in flat(ran.err)


class TestFacts:
    def test_are_met_with_what_was_expected(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "record", case, "age_group=grown", "--as", "sok", "--json")
        assert ran.code == 1
        assert ran.document["error"]["message"] == "age_group: found 'grown', expected one of adult, child, uncertain"

    def test_that_link_elsewhere_are_met_with_what_was_expected(self, homeward: Homeward, case: str) -> None:
        for ref in (case, "0000-0000-000D"):
            ran = homeward("case", "record", case, f"helper={ref}", "--as", "sok")
            assert ran.code == 1
            assert f"helper: found {ref}, expected the reference of a staff_member" in flat(ran.err)

    def test_given_twice_are_refused(self, homeward: Homeward, case: str) -> None:
        assert "given twice" in homeward("case", "record", case, "wishes=a", "wishes=b", "--as", "sok").err

    def test_whose_file_is_missing_name_the_file(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "record", case, "consent_form=@nowhere.pdf", "--as", "sok")
        assert ran.code == 1
        assert "nowhere.pdf: No such file or directory" in ran.err

    def test_observed_ahead_are_refused(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "record", case, "age_group=adult", "--observed", "2999-01-01", "--as", "sok")
        assert ran.code == 1
        assert "lies ahead" in flat(ran.err)

    def test_observed_at_no_time_are_wrong_usage(self, homeward: Homeward, case: str) -> None:
        ran = homeward("case", "record", case, "age_group=adult", "--observed", "yesterday", "--as", "sok")
        assert ran.code == 2
        assert "2027-03-01T14:00" in flat(ran.err)


class TestReservedActions:
    @pytest.mark.parametrize("action", ["open", "assign", "unassign"])
    def test_are_no_actions_to_take(self, homeward: Homeward, case: str, action: str) -> None:
        ran = homeward("case", "act", case, action, "--as", "sok")
        assert ran.code == 1
        assert "is a command of its own" in flat(ran.err)


class TestUsage:
    @pytest.mark.parametrize(
        "words",
        [
            ["case", "act"],
            ["case", "show", "--nonsense"],
            ["nonsense"],
            ["case", "record", "7K3M-9XQT-2HDJ", "--if-revision", "many"],
            ["workflow", "diagram", "kh-2009", "--format", "png"],
        ],
    )
    def test_that_is_wrong_ends_with_2_and_says_how(self, homeward: Homeward, words: list[str]) -> None:
        ran = homeward(*words)
        assert ran.code == 2
        assert ran.out == ""
        assert "Usage: homeward" in ran.err
        assert "Traceback" not in ran.err

    def test_that_is_wrong_is_json_too(self, homeward: Homeward) -> None:
        ran = homeward("case", "open", "--json")
        assert ran.code == 2
        assert ran.document["error"]["kind"] == "usage"
        assert "--as" in ran.document["error"]["message"]
        assert ran.err == ""

    def test_of_a_group_alone_shows_its_help(self, homeward: Homeward) -> None:
        ran = homeward("case")
        assert ran.code == 2
        assert "override" in ran.out + ran.err

    def test_shows_help_with_an_example(self, homeward: Homeward) -> None:
        ran = homeward("case", "act", "--help")
        assert ran.code == 0
        assert "homeward case act 7K3M-9XQT-2HDJ start_interview --as nita" in ran.out
        assert max(map(len, ran.out.splitlines())) <= 80


class TestAHouse:
    @pytest.mark.usefixtures("case")
    def test_refuses_to_open_with_the_key_of_another(self, homeward: Homeward, home: Path) -> None:
        (home / "house.key").write_text("ab" * 32 + "\n", "utf-8")
        ran = homeward("case", "list", "--json")
        assert ran.code == 1
        assert ran.document["error"]["kind"] == "cannot_start"
        assert "key of another house" in ran.document["error"]["message"]

    @pytest.mark.usefixtures("case")
    def test_refuses_to_open_without_its_key(self, homeward: Homeward, home: Path) -> None:
        (home / "house.key").unlink()
        ran = homeward("case", "list")
        assert ran.code == 1
        assert "Put the key back from your backup" in flat(ran.err)

    def test_that_cannot_be_reached_says_so(self, homeward: Homeward, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_DATABASE_URL", "postgresql://homeward:secret@localhost:1/homeward")
        ran = homeward("case", "list")
        assert ran.code == 1
        assert "PostgreSQL does not answer at postgresql" in flat(ran.err)
        assert "secret" not in ran.err

    def test_that_is_set_up_in_two_ways_says_so(self, homeward: Homeward, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_KEY_FILE", "a")
        monkeypatch.setenv("HOMEWARD_KEY_COMMAND", "b")
        ran = homeward("case", "list")
        assert ran.code == 1
        assert flat(ran.err).startswith("HOMEWARD_KEY_FILE and HOMEWARD_KEY_COMMAND: one of them")

    def test_says_where_its_people_are_wrong(self, homeward: Homeward, home: Path) -> None:
        (home / "people.yaml").write_text("sok: [case_manger]\n", "utf-8")
        ran = homeward("case", "list")
        assert ran.code == 1
        assert "people.yaml:1:1" in ran.err.replace("\n", "")
        assert "1 problem in the people of the house" in ran.err
        assert "case_manager" in ran.err


class TestAnErrorThatNobodyForesaw:
    def test_is_told_without_its_message_which_may_hold_case_data(self, capsys: pytest.CaptureFixture[str]) -> None:
        try:
            raise RuntimeError("her name")
        except RuntimeError as problem:
            code = tell_fault(fault_of(problem), as_json=False)
        err = capsys.readouterr().err
        assert code == ExitCode.FAILED
        assert "RuntimeError" in err
        assert "test_errors.py" in err.replace("\n", "")
        assert "her name" not in err

    def test_is_not_how_a_damaged_house_is_told(self) -> None:
        assert fault_of(Damaged()).kind == "damaged"
