"""Deadlines stay in their bounds, and no ladder ends in silence."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.breaks import Break, broken_by, check
from tests.unit.config.houses import changed, problems


class TestDeadlines:
    @broken_by(
        Break(
            "a figure outside its bounds",
            "case.yaml",
            "after: P14D",
            "after: P40D",
            "the figure and its bounds do not fit",
            "P40D",
        ),
        Break(
            "bounds that cannot be compared",
            "case.yaml",
            "after: P14D\n      at_least: P7D\n      at_most: P30D",
            "after: P30D\n      at_most: P1M",
            "cannot be compared",
            "P30D",
        ),
        Break("a ladder out of order", "case.yaml", "at: -P3D", "at: P3D", "not in order of time", "P2D, tell"),
        Break(
            "a ladder that ends in silence",
            "case.yaml",
            ", breach: true, again: P7D",
            ", breach: true",
            "this ladder ends in silence",
            "- {name: soon",
        ),
        Break("two rungs of one name", "case.yaml", "name: breach", "name: soon", "stands here twice", "soon, at: P2D"),
        Break("a rung that answers", "case.yaml", "do: reopen", "do: close", "", "close}"),
        Break(
            "a repeat that nobody ends",
            "case.yaml",
            "    done_by: {action: hold, of: visit}\n",
            "",
            "nothing says when a round is done",
            "repeats",
        ),
        Break(
            "a repeat without time between",
            "case.yaml",
            "after: P14D\n      at_least: P7D",
            "after: PT0S\n      at_least: PT0S",
            "needs time between its rounds",
            "repeats",
        ),
        Break(
            "a moment that all can read of a fact that few may see",
            "case.yaml",
            "      after: P14D\n",
            "      after: P14D\n      since: {fact: born}\n",
            "not everybody may see `born`",
            "{fact: born}",
        ),
        Break("a repeat of no time", "case.yaml", "again: P7D", "again: -P7D", "longer than nothing", "-P7D"),
        Break(
            "weeks of working days",
            "case.yaml",
            "      after: P14D\n",
            "      after: P2W\n      counts: working_days\n",
            "counted in days",
            "P2W",
        ),
    )
    def test_they_are_told_of(self, tmp_path: Path, change: Break) -> None:
        if change.id == "a rung that answers":
            files = changed("case.yaml", "  reopen: {moves", "  reopen: {asks: [care], moves")
            assert [p.message for p in problems(tmp_path, files)] == ["time cannot answer what `reopen` asks"]
        else:
            check(tmp_path, change)

    def test_they_may_show_a_moment_that_is_cleared(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "      after: P14D\n", "      after: P14D\n      since: {fact: born}\n")
        files = changed(
            "case.yaml", "    repeats: after_done\n", "    repeats: after_done\n    due_clear: true\n", files
        )
        assert problems(tmp_path, files) == ()

    def test_time_opens_and_assigns_nothing(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "do: reopen", "do: assign")
        assert "time cannot do `assign`" in [problem.message for problem in problems(tmp_path, files)]

    def test_a_rung_that_acts_tells_nobody(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "do: reopen}", "do: reopen, as: late, again: P1D}")
        assert [problem.message for problem in problems(tmp_path, files)] == [
            "`as` is for a rung that tells somebody",
            "`again` is for a rung that tells somebody",
        ]
