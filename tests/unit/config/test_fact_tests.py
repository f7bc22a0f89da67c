"""A test fits the fact that it looks at, and a clock stands only where time may decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import changed, place, problems


class TestTestsOfFacts:
    @broken_by(
        Break(
            "is on choices",
            "case.yaml",
            "{fact: wishes, known: true}",
            "{fact: wishes, is: woman}",
            "a choices cannot be tested with `is`",
            "is: woman",
        ),
        Break(
            "includes on a choice",
            "case.yaml",
            "{fact: care, is: [delivered, declined]}",
            "{fact: care, includes: [delivered]}",
            "a choice cannot be tested with `includes`",
            "includes",
        ),
        Break(
            "at_least on a choice",
            "case.yaml",
            "{fact: care, is: [delivered, declined]}",
            "{fact: care, at_least: 2}",
            "a choice cannot be tested with `at_least`",
            "at_least: 2",
        ),
        Break(
            "a value that is not among the values",
            "case.yaml",
            "is: [delivered, declined]",
            "is: [delivered, refused]",
            "this value does not fit",
            "refused",
        ),
        Break(
            "a word for yes",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{fact: in_danger, is: yes}",
            "this value does not fit",
            "yes}",
        ),
        Break(
            "a text for a number",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{fact: visits_agreed, at_least: few}",
            "this value does not fit",
            "few",
        ),
        Break(
            "no date",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{fact: born, at_least: 2027-02-30}",
            "this value does not fit",
            "2027-02-30",
        ),
        Break(
            "no period",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{fact: visit_interval, at_most: P1X}",
            "this value does not fit",
            "P1X",
        ),
        Break(
            "kinds that differ",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{fact: in_danger, is: {fact: visits_agreed}}",
            "cannot be compared",
            "{fact: visits_agreed}}",
        ),
        Break(
            "lists that share no value",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{fact: age_group, is: {fact: care}}",
            "share no value",
            "{fact: care}}",
        ),
    )
    def test_it_is_told_of(self, tmp_path: Path, change: Break) -> None:
        check(tmp_path, change)

    @pytest.mark.parametrize(
        "condition",
        [
            "{fact: wishes, includes: [woman, alone]}",
            "{fact: wishes, includes: {fact: wishes}}",
            "{fact: visits_agreed, at_least: 3}",
            "{fact: visits_agreed, at_most: {fact: visits_agreed}}",
            "{fact: born, at_least: 2009-11-01}",
            "{fact: born, at_most: 2009-11-01T09:30}",
            "{fact: visit_interval, at_most: P1M}",
            "{fact: interpreter, is: {fact: interpreter}}",
            "{not: {actor: {action: close}}}",
            "{not: {actor: {fact: care}}}",
            "{actor: interpreter}",
            "{actor: {action: hold, of: visit}}",
            "{count: visit, where: {track: visit, is: held}, at_least: {fact: visits_agreed}}",
            "{every: visit, where: {fact: age_group, is: {fact: age_group}}}",
            "{elapsed: {fact: visit_interval}, since: {track: case}}",
            "{within: P60D, since: {action: close}}",
            "{fact: vetting, of: worker, is: clear}",
            "{fact: vetting, of: actor, is: clear}",
            "{fact: vetting, of: interpreter, is: clear}",
        ],
    )
    def test_it_allows(self, tmp_path: Path, condition: str) -> None:
        files = changed(
            "case.yaml",
            "visited: {require: {some: visit, where: {track: visit, is: held}}",
            f"visited: {{require: {condition}",
        )
        assert problems(tmp_path, files) == ()

    def test_it_reads_names_inside_where_on_the_child_and_right_sides_at_home(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "where: {track: visit, is: held}", "where: {fact: finding, is: {fact: care}}")
        (problem,) = problems(tmp_path, files)
        assert "their value lists share no value" in problem.message

    def test_it_knows_ancestors_inside_where(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "where: {track: visit, is: held}", "where: {fact: care, of: case, is: delivered}")
        assert problems(tmp_path, files) == ()

    def test_it_counts_children_only(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "some: visit, where: {track: visit, is: held}", "some: staff")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "`staff` is no child of `case`"
        assert problem.expected == "one of visit"


class TestClocks:
    @broken_by(
        Break(
            "a figure that is no period",
            "case.yaml",
            "{fact: in_danger, is: true}",
            "{elapsed: {fact: visits_agreed}, since: {fact: born}}",
            "gives no figure",
            "visits_agreed}, since",
        ),
        Break(
            "a figure of nothing",
            "case.yaml",
            "{some: visit, where: {track: visit, is: held}}",
            "{elapsed: PT0S, since: {fact: born}}",
            "longer than nothing",
            "PT0S",
        ),
        Break(
            "months of working days",
            "case.yaml",
            "{some: visit, where: {track: visit, is: held}}",
            "{elapsed: P1M, counts: working_days, since: {fact: born}}",
            "counted in days",
            "P1M",
        ),
        Break(
            "weeks of working days",
            "case.yaml",
            "{some: visit, where: {track: visit, is: held}}",
            "{within: P2W, counts: working_days, since: {fact: born}}",
            "counted in days",
            "P2W",
        ),
        Break(
            "a clock in over",
            "case.yaml",
            "over: {track: case, is: closed}",
            "over: {elapsed: P1D, since: {track: case}}",
            "`over` reads the clock",
            "{elapsed",
        ),
        Break(
            "a clock in while, behind a name",
            "case.yaml",
            "while: {track: case, is: open}",
            "while: slow",
            "`while` reads the clock",
            "slow\n    task",
        ),
        Break(
            "the actor in while",
            "case.yaml",
            "while: {track: case, is: open}",
            "while: {actor: worker}",
            "`while` reads who acts",
            "{actor: worker}",
        ),
    )
    def test_it_is_told_of(self, tmp_path: Path, change: Break) -> None:
        if change.new.startswith("while: slow"):
            files = changed("case.yaml", change.old, change.new)
            files = changed(
                "case.yaml",
                "conditions:\n",
                "conditions:\n  slow: {not: {elapsed: P1D, since: {track: case}}}\n",
                files,
            )
            (problem,) = problems(tmp_path, files)
            assert problem.message == change.says
            assert (problem.line, problem.column) == place(files, "case.yaml", change.at)
            assert problem.found == "in case.conditions.slow.not"
        elif change.id == "a figure that is no period":
            found = problems(tmp_path, changed(change.file, change.old, change.new))
            assert any(change.says in problem.message for problem in found)
        else:
            check(tmp_path, change)
