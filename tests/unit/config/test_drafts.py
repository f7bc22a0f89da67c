"""What is whole and unsafe can be looked at, so that it can be shown what it does; it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loader import DefinitionError, load_draft, load_together, load_workflow
from tests.unit.config.houses import OVERLAY, TINY, changed, write

HURRY = "process: case\nactions:\n  hurry: {by: [worker], moves: {interview: {from: [waiting], to: interviewing}}}\n"
LEAVE = "guards:\n  one_of_us: {require: {fact: nationality, known: true}}\n"


def overlay(folder: Path, case: str) -> Path:
    """An overlay of the small house, beside it."""
    write(folder / "tiny", TINY)
    return write(folder / "strict", {"workflow.yaml": OVERLAY, "case.yaml": case})


class TestADraft:
    @pytest.mark.parametrize(
        ("case", "says"),
        [(HURRY, "`hurry` is a new way into `interviewing`"), (f"process: case\n{LEAVE}", "reads the protected fact")],
        ids=["a new way", "a protected fact"],
    )
    def test_that_is_unsafe_can_be_looked_at_and_not_used(self, tmp_path: Path, case: str, says: str) -> None:
        folder = overlay(tmp_path, case)
        draft = load_draft(folder)
        (problem,) = draft.unsafe
        assert says in problem.message
        assert draft.workflow.workflow == "strict"
        with pytest.raises(DefinitionError) as refused:
            load_workflow(folder)
        assert refused.value.problems == (problem,)

    def test_that_is_not_whole_is_refused_with_what_is_unsafe_beside(self, tmp_path: Path) -> None:
        folder = overlay(tmp_path, HURRY + "guards: {bad: {require: {fact: nowhere, known: true}}}\n")
        with pytest.raises(DefinitionError) as refused:
            load_draft(folder)
        messages = [problem.message for problem in refused.value.problems]
        assert len(messages) == 2
        assert any("new way" in message for message in messages)
        assert any("unknown fact `nowhere`" in message for message in messages)

    def test_that_is_sound_is_what_is_loaded(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "tiny", TINY)
        assert load_draft(folder) == load_workflow(folder)
        assert [layer.name for layer in load_draft(folder).layers.ordered] == ["tiny"]


class TestTogether:
    def test_is_what_a_folder_that_extends_them_all_would_be(self, tmp_path: Path) -> None:
        one = overlay(tmp_path, "process: case\nfacts: {told: {kind: yes_no, by: [worker]}}\n")
        both = write(tmp_path / "both", {"workflow.yaml": "workflow: both\nsays: Both\nextends: [tiny, strict]\n"})
        together = load_together([one, tmp_path / "tiny"], "both", "Both")
        assert together.hash == load_workflow(both).hash
        assert together.canonical == load_workflow(both).canonical
        assert not together.folder.exists()

    def test_finds_what_lies_beside_each_of_them(self, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        one = overlay(tmp_path / "there", "process: case\nsays: A case\n")
        other = write(tmp_path / "here" / "other", changed("workflow.yaml", "workflow: tiny", "workflow: other"))
        with pytest.raises(DefinitionError) as refused:
            load_together([one, other], "both", "Both")
        messages = [problem.message for problem in refused.value.problems]
        assert not any("unknown workflow" in message for message in messages)
        assert any("`fallback` is already given" in message for message in messages)

    def test_takes_each_once(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "tiny", TINY)
        with pytest.raises(DefinitionError, match="given twice"):
            load_together([folder, folder], "both", "Both")

    def test_tells_what_is_missing(self) -> None:
        with pytest.raises(DefinitionError, match="no workflow of this name"):
            load_together(["kh-2009", "nowhere"], "both", "Both")
