"""Every problem of every file is told at once."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.houses import changed, problems


class TestAllTogether:
    def test_every_problem_of_every_file_is_told_at_once(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "guards: [care_answered, interest_noted]", "guards: [care_answerd]")
        files = changed("case.yaml", "strength: should", "strength: shuld", files)
        files = changed("visit.yaml", "asks: [finding]", "asks: [findings]", files)
        files = changed("workflow.yaml", "holidays: KH", "holidays: KX", files)
        files = changed("staff.yaml", "stands_for: person", "stands_for: person\nstands_for: person", files)
        found = problems(tmp_path, files)
        assert [problem.message for problem in found] == [
            "`strength` does not know this word",
            "unknown guard `care_answerd` of `case`",
            "the key `stands_for` stands here twice",
            "unknown fact `findings` of `visit`",
            "unknown country `KX`",
        ]
        assert list(found) == sorted(found)

    def test_a_name_whose_element_is_broken_is_not_called_unknown(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "care: {kind: choice,", "care: {kind: chioce,")
        (problem,) = problems(tmp_path, files)
        assert problem.suggestion == "choice"

    def test_a_process_whose_file_is_broken_is_not_called_unknown(self, tmp_path: Path) -> None:
        files = changed("visit.yaml", "facts:", "facts: [")
        (problem,) = problems(tmp_path, files)
        assert problem.message.startswith("this is not YAML")
        assert Path(problem.file).name == "visit.yaml"
