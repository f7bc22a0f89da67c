"""Actions: who does them, what they open, and which run by themselves."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import TINY, changed, problems


class TestAutomaticActions:
    @broken_by(
        Break(
            "roles",
            "case.yaml",
            "crisis_begins: {automatic: true,",
            "crisis_begins: {automatic: true, by: [worker],",
            "has no `by`",
            "by: [worker], moves: {safety: {from: [calm]",
        ),
        Break(
            "questions",
            "case.yaml",
            "crisis_begins: {automatic: true,",
            "crisis_begins: {automatic: true, asks: [in_danger],",
            "has no `asks`",
            "asks: [in_danger]",
        ),
        Break(
            "no move",
            "case.yaml",
            "crisis_begins: {automatic: true, moves: {safety: {from: [calm], to: in_crisis}}",
            "crisis_begins: {by: [worker], moves: {safety: {from: [calm], to: in_crisis}}}\n  idle: {automatic: true",
            "must move a track",
            "idle",
        ),
        Break(
            "moves that may all stay",
            "case.yaml",
            "to: in_crisis}}, guards: [danger]",
            "to: in_crisis, otherwise: stay}}, guards: [danger]",
            "must move a track",
            "crisis_begins",
        ),
        Break(
            "a guard that reads the clock",
            "case.yaml",
            "danger: {require: {fact: in_danger, is: true}}",
            "danger: {require: {elapsed: P1D, since: {fact: care}}}",
            "reads the clock",
            "danger]",
        ),
        Break(
            "a guard that reads who acts",
            "case.yaml",
            "danger: {require: {fact: in_danger, is: true}}",
            "danger: {require: {not: {actor: {fact: in_danger}}}}",
            "reads who acts",
            "danger]",
        ),
    )
    def test_they_have_no(self, tmp_path: Path, change: Break) -> None:
        check(tmp_path, change)

    def test_they_may_not_be_reserved_ones(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml",
            "  assign: {by: [director]}",
            "  assign: {automatic: true, moves: {case: {from: [closed], to: open}}}",
        )
        assert any("`assign` is always somebody's act" in problem.message for problem in problems(tmp_path, files))


class TestActions:
    @broken_by(
        Break(
            "one that nobody can do",
            "case.yaml",
            "calm_down: {by: [worker],",
            "calm_down: {",
            "nobody can do `calm_down`",
            "calm_down",
        ),
        Break(
            "one that opens a process that is no child",
            "case.yaml",
            "opens: [{process: visit, copies: [age_group]}]",
            "opens: [{process: staff}]",
            "`staff` is no child of `case`",
            "staff}",
        ),
        Break(
            "one that opens without what is asked",
            "case.yaml",
            "opens: [{process: visit, copies: [age_group]}]",
            "opens: [{process: visit}]",
            "opening `visit` asks facts that are not copied",
            "{process: visit}",
        ),
        Break(
            "one that copies what is not there",
            "case.yaml",
            "copies: [age_group]",
            "copies: [age_group, care]",
            "unknown fact `care` of `visit`",
            "care]",
        ),
        Break(
            "a missing open",
            "staff.yaml",
            "  open: {by: [director]}",
            "  start: {by: [director]}",
            "the process `staff` has no action `open`",
            "process: staff",
        ),
    )
    def test_they_are_told_of(self, tmp_path: Path, change: Break) -> None:
        check(tmp_path, change)

    def test_they_may_lack_roles_where_time_does_them(self, tmp_path: Path) -> None:
        assert "reopen: {moves" in TINY["case.yaml"]
        assert problems(tmp_path, TINY) == ()

    def test_they_may_not_move_when_they_open(self, tmp_path: Path) -> None:
        files = changed(
            "visit.yaml", "open: {by: [worker],", "open: {by: [worker], moves: {visit: {from: [planned], to: held}},"
        )
        (problem,) = problems(tmp_path, files)
        assert problem.message == "`open` moves nothing: tracks begin in `starts`"
