"""Tracks are reachable, and processes hang together."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import changed, problems


class TestTracks:
    @broken_by(
        Break(
            "a state without an arrow into it",
            "case.yaml",
            "states: {open: {}, closed: {}}",
            "states: {open: {}, closed: {}, forgotten: {}}",
            "the state `forgotten` cannot be reached",
            "forgotten",
        ),
        Break("a start that is no state", "case.yaml", "starts: calm", "starts: clam", "unknown state", "clam", "calm"),
        Break(
            "an arrow out of a final state",
            "case.yaml",
            "{from: [interviewing], to: done}",
            "{from: [interviewing, done], to: waiting}",
            "leaves the final state `done`",
            "[interviewing, done]",
        ),
    )
    def test_they_are_told_of(self, tmp_path: Path, change: Break) -> None:
        if change.id == "an arrow out of a final state":
            found = problems(tmp_path, changed(change.file, change.old, change.new))
            assert any(change.says in problem.message for problem in found)
        else:
            check(tmp_path, change)

    def test_they_are_told_of_an_island(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml", "states: {open: {}, closed: {}}", "states: {open: {}, closed: {}, here: {}, there: {}}"
        )
        files = changed(
            "case.yaml",
            "actions:\n",
            "actions:\n"
            "  go: {by: [worker], moves: {case: {from: [here], to: there}}}\n"
            "  back: {by: [worker], moves: {case: {from: [there], to: here}}}\n",
            files,
        )
        found = [(problem.message, problem.found) for problem in problems(tmp_path, files)]
        assert found == [
            ("the state `here` cannot be reached", "only back leads here, from states that cannot be reached"),
            ("the state `there` cannot be reached", "only go leads here, from states that cannot be reached"),
        ]

    def test_they_count_any_as_leaving_a_final_state(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml",
            "moves: {interview: {from: [waiting], to: interviewing}}",
            "moves: {interview: {from: any, to: interviewing}}",
        )
        (problem,) = problems(tmp_path, files)
        assert problem.message == "`start_interview` leaves the final state `done`"


class TestProcesses:
    def test_only_one_stands_for_people(self, tmp_path: Path) -> None:
        files = changed("visit.yaml", "parent: case\n", "parent: case\nstands_for: person\n")
        assert [p.message for p in problems(tmp_path, files)] == ["only one process stands for the people who act"]

    def test_none_is_its_own_ancestor(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "process: case\nsays", "process: case\nparent: visit\nsays")
        found = [problem.message for problem in problems(tmp_path, files)]
        assert found.count("a process cannot be its own ancestor") == 2
