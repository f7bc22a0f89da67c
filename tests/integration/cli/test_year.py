"""`homeward journeys` with its year: what it tells is what journal, outbox and inboxes hold, counted by another route.

The shipped year is played once through the command line. Its database is then read as bare rows, without a key and
without anything of ours. The year's are the entries that were written after the last of its own people was entered.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from interfaces.cli.main import main
from tests.integration.cli.conftest import HARBOUR, Homeward

REMINDED, BREACHED, ACTED = "case:deadline:reminded", "case:deadline:breached", "case:deadline:acted"
LAST_ENTERED = "mom"
"""Of the people whom the year adds."""
OPENED, APPLIED, DATED = "case:instance:opened", "case:action:applied", "case:deadline:dated"


@dataclass
class Played:
    """What the command answered, and the rows that it left."""

    answer: Any
    rows: sqlite3.Connection
    before: dict[str, int]

    @property
    def year(self) -> Any:
        """The year as the command tells it."""
        return self.answer["year"]

    @property
    def ended(self) -> dt.datetime:
        """The last moment of the year."""
        return dt.datetime.fromisoformat(self.year["ended"])

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The clear parts of the year's journal entries."""
        found = self.rows.execute("SELECT instance, seq, clear FROM entries ORDER BY instance, seq").fetchall()
        return [json.loads(clear) for instance, seq, clear in found if seq > self.before.get(instance, 0)]

    @cached_property
    def instances(self) -> dict[str, tuple[str, str | None, dict[str, Any]]]:
        """(process, parent, clear part) of every instance."""
        found = self.rows.execute("SELECT ref, process, parent, clear FROM instances").fetchall()
        return {ref: (process, parent, json.loads(clear)) for ref, process, parent, clear in found}

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """The entries of these kinds."""
        return [one for one in self.entries if one["kind"] in kinds]

    def acts(self, process: str, action: str) -> list[dict[str, Any]]:
        """The applied actions of this name."""
        return [one for one in self.of(APPLIED) if (one["process"], one["action"]) == (process, action)]

    def rungs(self, ref: str, deadline: str) -> dict[str, list[dict[str, Any]]]:
        """The entries of a deadline's rungs, by rung, in order."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in self.of(REMINDED, BREACHED, ACTED):
            if (one["instance"], one["deadline"]) == (ref, deadline):
                found[one["rung"]].append(one)
        return found

    def told(self, entry: dict[str, Any]) -> set[str]:
        """To whom the notice of an entry was sent."""
        asked = "SELECT person FROM deliveries WHERE instance = ? AND seq = ? AND state = 'sent'"
        return {person for (person,) in self.rows.execute(asked, (entry["instance"], entry["seq"]))}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The shipped journeys and their year."""
    home = tmp_path_factory.mktemp("house")
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        for name in ("HOMEWARD_AS", "HOMEWARD_WORKFLOW", "HOMEWARD_DATABASE_URL", "HOMEWARD_KEY_FILE"):
            patched.delenv(name, raising=False)
        patched.setenv("HOMEWARD_HOME", str(home))
        patched.setattr("sys.stdout.write", written.append)
        code = main(["journeys", "--json"])
    assert code == 0, "".join(written)
    rows = sqlite3.connect(home / "house.db")
    yield Played(json.loads("".join(written)), rows, before(rows))
    rows.close()


def before(rows: sqlite3.Connection) -> dict[str, int]:
    """The newest entry of each journal at the beginning of the year."""
    (ref,) = rows.execute("SELECT ref FROM instances WHERE stands_for = ?", (LAST_ENTERED,)).fetchone()
    asked = "SELECT rowid, json_extract(clear, '$.attempt') FROM entries WHERE instance = ? ORDER BY seq"
    entered = rows.execute(asked, (ref,)).fetchall()
    last = max(rowid for rowid, attempt in entered if attempt == entered[0][1])
    asked = "SELECT instance, max(seq) FROM entries WHERE rowid <= ? GROUP BY instance"
    return dict(rows.execute(asked, (last,)).fetchall())


def moment(text: str) -> dt.datetime:
    """A moment as a journal writes it."""
    return dt.datetime.fromisoformat(text)


class TestTheStory:
    def test_comes_to_its_end(self, played: Played) -> None:
        assert (played.answer["failed"], played.year["ok"]) == (0, True)
        assert played.ended - dt.datetime.fromisoformat(played.year["began"]) == dt.timedelta(days=366)

    def test_has_work_of_most_kinds_that_are_asked_for_in_time(self, played: Played) -> None:
        assert len(played.acts("visit", "hold")) >= 4
        assert len(played.acts("case", "check_in")) > 30
        assert len(played.acts("case", "review_plan")) >= 5
        assert len(played.acts("staff_member", "talk_about_wellbeing")) > 50
        assert played.acts("provider", "monitor")
        assert played.acts("crisis", "end")

    def test_answers_far_more_in_time_than_late(self, played: Played) -> None:
        assert played.year["dates"]["kept"] > 5 * played.year["dates"]["late"] > 0

    def test_reopens_a_case_for_silence_after_calling_for_somebody(self, played: Played) -> None:
        (reopened,) = played.acts("case", "reopen_for_silence")
        rungs = played.rungs(reopened["instance"], "watch_contact")
        assert reopened["actor"] == "system"
        assert reopened["moves"]["case"] == ["closed_watched", "open"]
        assert list(rungs) == ["soon", "overdue", "late", "reopen_for_silence"]
        assert played.told(rungs["late"][0]) == {"dara"}

    @pytest.mark.parametrize("action", ["adverse_sign_reopens", "report_harm"])
    def test_reopens_a_case_by_a_sign_in_the_same_step(self, played: Played, action: str) -> None:
        (reopened,) = played.acts("case", action)
        assert reopened["moves"]["case"] == ["closed_watched", "open"]
        cause = next(
            one for one in played.entries if one["attempt"] == reopened["attempt"] and one["actor"] != "system"
        )
        assert cause["actor"] in {"bopha", "maly"}

    def test_climbs_a_ladder_to_its_last_rung(self, played: Played) -> None:
        silent = played.acts("case", "reopen_for_silence")[0]["instance"]
        rungs = played.rungs(silent, "next_visit")
        assert {rung: {name for one in each for name in played.told(one)} for rung, each in rungs.items()} == {
            "soon": {"bopha"},
            "breach": {"sok"},
            "breach_2": {"dara"},
            "province": {"oun"},
        }
        assert len(rungs["breach_2"]) > 1
        assert [one["repeat"] for one in rungs["breach_2"]] == list(range(1, len(rungs["breach_2"]) + 1))
        held = [moment(one["at"]) for one in played.acts("visit", "hold")]
        assert min(at for at in held if at > moment(rungs["province"][0]["at"])) < moment(
            rungs["province"][0]["at"]
        ) + dt.timedelta(days=30)

    def test_reports_an_organisation_after_three_months_and_a_second_look(self, played: Played) -> None:
        asked, found, told = (
            {one["instance"]: moment(one["at"]) for one in played.acts("improvement", action)}
            for action in ("deliver", "find_failing", "report_to_minister")
        )
        (ref,) = told
        assert asked[ref] + relativedelta(months=3) <= found[ref] < told[ref]
        breach = played.rungs(ref, "tell_the_minister")["breach"]
        assert [played.told(one) for one in breach] == [{"rany"}]
        (followed,) = [one for one in played.acts("provider", "is_reported") if one["actor"] == "system"]
        assert followed["instance"] == played.instances[ref][1]


class TestEveryFigure:
    """Of what the command tells."""

    def test_of_rungs_is_what_the_journal_counts(self, played: Played) -> None:
        kinds = Counter(one["kind"] for one in played.entries)
        assert (played.year["reminded"], played.year["breached"]) == (kinds[REMINDED], kinds[BREACHED])
        assert sorted((one["deadline"], one["ref"]) for one in played.year["acted"]) == sorted(
            (one["deadline"], one["instance"]) for one in played.of(ACTED)
        )
        assert min(kinds[REMINDED], kinds[BREACHED], kinds[ACTED]) > 5

    def test_of_work_is_what_the_journal_counts(self, played: Played) -> None:
        done = Counter(
            (one["process"], one["action"]) for one in played.of(OPENED, APPLIED) if one["actor"] != "system"
        )
        assert {(one["process"], one["action"]): one["times"] for one in played.year["work"]} == done
        recorded = [one for one in played.of("case:fact:recorded") if one["actor"] != "system"]
        assert played.year["recorded"] == len(recorded) > 50

    def test_of_dates_is_what_the_journal_counts(self, played: Played) -> None:
        late = [
            moment(one["at"]) > moment(change["was"])
            for one in played.of(DATED)
            for change in one["deadlines"].values()
            if change["what"] in ("done", "ended")
        ]
        told = played.year["dates"]
        assert (told["kept"], told["late"]) == (late.count(False), late.count(True))

    def test_of_reopened_cases_is_what_the_journal_says(self, played: Played) -> None:
        found = {
            (one["instance"], one["action"])
            for one in played.of(APPLIED)
            if one["moves"].get("case", [None, None]) == ["closed_watched", "open"]
        }
        assert {(one["ref"], one["action"]) for one in played.year["reopened"]} == found
        assert len(played.year["reopened"]) == len(found) == 3

    def test_of_reported_organisations_is_what_the_journal_says(self, played: Played) -> None:
        improvements = [one["instance"] for one in played.acts("improvement", "report_to_minister")]
        assert [one["provider"] for one in played.year["reported"]] == [
            played.instances[ref][1] for ref in improvements
        ]

    def test_of_a_ladder_is_what_the_journal_says(self, played: Played) -> None:
        assert len(played.year["ladders"]) >= 5
        for ladder in played.year["ladders"]:
            due = moment(ladder["due"])
            rungs = played.rungs(ladder["ref"], ladder["deadline"])
            for rung in ladder["rungs"]:
                came = [one for one in rungs[rung["name"]] if moment(one["due"]) == due]
                assert rung["times"] == len(came)
                assert set(rung["told"]) == {name for one in came for name in played.told(one)}

    def test_of_notices_and_inboxes_is_what_was_sent(self, played: Played) -> None:
        asked = "SELECT person, instance, seq FROM deliveries WHERE state = 'sent'"
        sent = Counter(person for person, ref, seq in played.rows.execute(asked) if seq > played.before.get(ref, 0))
        inboxes = Counter(person for (person,) in played.rows.execute("SELECT person FROM inbox"))
        told = played.year["inbox"]
        assert played.year["notices"]["sent"] == sum(sent.values()) > 100
        assert {name: one["of_year"] for name, one in told.items() if one["of_year"]} == sent
        assert {name: one["all"] for name, one in told.items()} == inboxes


class TestNotices:
    def test_are_in_the_inbox_of_each_person_exactly_if_they_are_recorded_as_sent(self, played: Played) -> None:
        sent = played.rows.execute("SELECT id, person FROM deliveries WHERE state = 'sent'").fetchall()
        held = played.rows.execute("SELECT id, person FROM inbox").fetchall()
        assert sorted(held) == sorted(sent)
        assert len({id_ for id_, _ in held}) == len(held)

    def test_are_sent_once_to_each_person(self, played: Played) -> None:
        asked = "SELECT instance, seq, rung, template, person FROM deliveries WHERE state = 'sent'"
        sent = played.rows.execute(asked).fetchall()
        assert len(set(sent)) == len(sent)

    def test_all_went_out_or_were_needed_by_nobody_any_more(self, played: Played) -> None:
        rows = dict(played.rows.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
        sent = dict(played.rows.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
        assert set(rows) == {"fanned_out", "superseded"}
        assert set(sent) <= {"sent", "superseded", "cancelled"}

    def test_are_there_for_the_highest_of_the_rungs_that_come_together(self, played: Played) -> None:
        asked = "SELECT instance, seq FROM outbox"
        rows = {(ref, seq) for ref, seq in played.rows.execute(asked) if seq > played.before.get(ref, 0)}
        highest: dict[tuple[str, str, str], int] = {}
        for one in played.of(REMINDED, BREACHED):
            highest[one["instance"], one["attempt"], one["deadline"]] = one["seq"]
        assert rows == {(ref, seq) for (ref, _, _), seq in highest.items()}

    def test_of_a_rung_and_repeat_come_once(self, played: Played) -> None:
        keys = ("instance", "deadline", "generation", "dating", "rung", "repeat")
        came = [tuple(one[key] for key in keys) for one in played.of(REMINDED, BREACHED, ACTED)]
        assert len(set(came)) == len(came)


class TestNoDeadlineIsLost:
    def armed(self, played: Played) -> dict[tuple[str, str], Any]:
        """The deadlines that run at the end."""
        return {
            (ref, name): state
            for ref, (_, _, clear) in played.instances.items()
            for name, state in clear["deadlines"].items()
            if state[0] == "armed"
        }

    def test_all_that_run_lie_ahead_and_the_sweep_looks_at_them_in_time(self, played: Played) -> None:
        asked = "SELECT instance, name, at, stuck FROM due WHERE kind = 'deadline'"
        ended = int(played.ended.timestamp() * 1_000_000)
        looked_at = {(ref, name): (at, stuck) for ref, name, at, stuck in played.rows.execute(asked)}
        armed = self.armed(played)
        assert armed.keys() == looked_at.keys()
        assert all(at > ended and not stuck for at, stuck in looked_at.values())
        assert (played.year["dates"]["ahead"], played.year["dates"]["overdue"]) == (len(armed), 0)

    def test_each_that_began_in_the_year_was_answered_escalated_or_runs(self, played: Played) -> None:
        state: dict[tuple[str, str], str] = {}
        for one in played.of(DATED):
            for name, change in one["deadlines"].items():
                state[one["instance"], name] = "done" if change["what"] in ("ended", "done") else "runs"
                if change["what"] == "done" and "due" in change:
                    state[one["instance"], name] = "runs"
        running = {key for key, last in state.items() if last == "runs"}
        assert len(state) > 100
        assert running <= self.armed(played).keys()

    def test_nothing_was_postponed_and_nothing_is_due(self, played: Played) -> None:
        assert played.of("case:elapse:postponed") == []
        ended = int(played.ended.timestamp() * 1_000_000)
        assert played.rows.execute("SELECT count(*) FROM due WHERE at <= ?", (ended,)).fetchone() == (0,)


STEPS = """\
year: A short year
workflow: harbour
lasts: P30D
cases: {first: {journey: 1, name: c1}}
steps:
  - {wait: P3D}
  - {record: {needs: [food]}, in: first, as: sok}
  - {act: close, in: first, as: sok}
  - {check: first, tracks: {case: %s}}
"""


class TestAYearOfAnotherWorkflow:
    @pytest.fixture
    def harbour(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A copy of the small workflow with a folder for its year, and a place to play."""
        folder = home.with_name("workflows") / "harbour"
        shutil.copytree(HARBOUR, folder)
        (folder / "years").mkdir()
        monkeypatch.setenv("HOMEWARD_HOME", str(home.with_name("journeys")))
        return folder

    def test_is_told_after_its_journeys(self, homeward: Homeward, harbour: Path) -> None:
        (harbour / "years" / "short.yaml").write_text(STEPS % "closed", "utf-8")
        ran = homeward("journeys", "--workflow", str(harbour), "--quiet")
        assert ran.code == 0
        assert "A year goes by: 7 Jan 2027 to 6 Feb 2027" in ran.out
        assert "1 actions by people, and 1 times something was written down" in " ".join(ran.out.split())
        assert ran.out.index("Care comes first") < ran.out.index("A year goes by")

    def test_that_goes_otherwise_says_where(self, homeward: Homeward, harbour: Path) -> None:
        (harbour / "years" / "short.yaml").write_text(STEPS % "open", "utf-8")
        ran = homeward("journeys", "--workflow", str(harbour), "--quiet")
        assert ran.code == 1
        said = " ".join(ran.out.split())
        assert "short.yaml:9, on" in said.replace("- ", "-")
        assert "expected case: open" in said
        assert "found case: closed" in said
        year = homeward("journeys", "--workflow", str(harbour), "--json").document["year"]
        assert (year["ok"], year["failed_line"], year["found"]) == (False, 9, "case: closed")

    def test_is_left_out_on_request_or_where_there_is_none(self, homeward: Homeward, harbour: Path) -> None:
        assert "year" not in homeward("journeys", "--workflow", str(harbour), "--json").document
        (harbour / "years" / "short.yaml").write_text(STEPS % "closed", "utf-8")
        assert "year" not in homeward("journeys", "--workflow", str(harbour), "--no-year", "--json").document

    def test_with_a_broken_file_leaves_the_last_house(self, homeward: Homeward, harbour: Path) -> None:
        assert homeward("journeys", "--workflow", str(harbour)).code == 0
        (harbour / "years" / "short.yaml").write_text("year: A short year\n", "utf-8")
        ran = homeward("journeys", "--workflow", str(harbour))
        assert ran.code == 1
        assert "the key `workflow` is missing" in " ".join(ran.err.split())
        assert len(homeward("case", "list", "--json").document["instances"]) == 1
