"""The shipped workflows load, and copies of them with one thing spoilt are refused at that very place."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from config.coverage import counts, coverage
from config.loader import DefinitionError, Loaded, Problem, from_canonical, list_shipped, load_workflow
from tests.architecture.sources import ROOT
from tests.tables.write import shipped
from tests.unit.config.houses import write

SHIPPED = ROOT / "config" / "workflows"
CLAUSES = {"KH": 326, "VN": 103, "COMMIT": 141, "VSE": 58}
"""How many clauses each standard has, by the beginning of their ids."""
BOMB = "process: bomb\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.fixture(scope="module")
def kh_2009() -> Loaded:
    return load_workflow("kh-2009")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of kh-2009, with all others beside it."""
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    return tmp_path / "kh-2009"


def told(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as error:
        load_workflow(folder)
    return error.value.problems


def spoil(path: Path, pattern: str, new: str) -> tuple[int, str]:
    """Replace the first match in a file; the line that changed, and what stood there."""
    text = path.read_text("utf-8")
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None
    path.write_text(text[: match.start(1)] + new + text[match.end(1) :], "utf-8")
    return text.count("\n", 0, match.start(1)) + 1, match.group(1)


class TestTheShippedWorkflows:
    def test_all_are_listed(self) -> None:
        assert list_shipped() == tuple(sorted(path.name for path in SHIPPED.iterdir() if path.is_dir()))

    @pytest.mark.parametrize("name", shipped())
    def test_each_builds_on_the_base_and_loads(self, name: str) -> None:
        found = load_workflow(name)
        assert "base" in found.workflow.extends
        assert from_canonical(found.canonical) == found.workflow

    def test_all_load_but_the_base(self) -> None:
        assert set(list_shipped()) - set(shipped()) == {"base"}

    @pytest.mark.parametrize("name", shipped())
    def test_each_loads_from_a_copy_as_the_same(self, name: str, copy: Path) -> None:
        assert load_workflow(copy.parent / name).hash == load_workflow(name).hash

    @pytest.mark.parametrize("name", shipped())
    def test_no_register_has_a_gap(self, name: str) -> None:
        rows = coverage(load_workflow(name).workflow)
        assert counts(rows)["missing"] == 0
        standards = Counter(row.id.partition("-")[0] for row in rows)
        assert standards
        assert dict(standards) == {standard: CLAUSES[standard] for standard in standards}

    def test_base_is_there_to_be_extended(self) -> None:
        with pytest.raises(DefinitionError) as error:
            load_workflow("base")
        assert [problem.message for problem in error.value.problems] == ["the key `calendar` is missing"]

    def test_each_file_fits_its_limits_with_room_to_grow(self) -> None:
        assert all(path.stat().st_size < 256 * 1024 for path in SHIPPED.rglob("*.yaml"))


class TestASpoiltCopy:
    def test_a_misspelt_guard_is_told_with_the_right_name(self, copy: Path) -> None:
        line, guard = spoil(copy / "case.yaml", r"^    guards: \[(\w+)", "x")
        spoil(copy / "case.yaml", r"^    guards: \[(x)\b", f"{guard}x")
        (problem,) = [problem for problem in told(copy) if "unknown guard" in problem.message]
        assert (Path(problem.file).name, problem.line) == ("case.yaml", line)
        assert (problem.found, problem.suggestion) == (f"`{guard}x`", guard)

    def test_a_duplicate_key_is_told_with_the_first_one(self, copy: Path) -> None:
        text = (copy / "case.yaml").read_text("utf-8")
        (copy / "case.yaml").write_text(text + "process: case\n", "utf-8")
        (problem,) = told(copy)
        assert problem.message == "the key `process` stands here twice"
        assert problem.line == text.count("\n") + 1
        assert "first in line" in problem.found

    def test_an_alias_bomb_is_told_at_every_alias(self, copy: Path) -> None:
        (copy / "bomb.yaml").write_text(BOMB, "utf-8")
        found = [(problem.line, problem.column, problem.message) for problem in told(copy) if "bomb" in problem.file]
        assert found[:4] == [(2, 4, "an anchor"), (3, 4, "an anchor"), (3, 8, "an alias"), (3, 12, "an alias")]

    def test_a_state_without_an_arrow_into_it_is_told(self, copy: Path) -> None:
        line, _ = spoil(
            copy / "visit.yaml",
            r"^(\Z|(?=\w+:\n))",
            "tracks: {weather: {starts: dry, states: {dry: {}, stormy: {}}}}\n",
        )
        found = [problem for problem in told(copy) if problem.message == "the state `stormy` cannot be reached"]
        assert [(Path(problem.file).name, problem.found) for problem in found] == [
            ("visit.yaml", "no action leads here")
        ]
        assert found[0].line == line


class TestAWeakeningOverlay:
    def overlay(self, folder: Path, case: str) -> tuple[Problem, ...]:
        top = "workflow: weak\nsays: A house that would rather not\nextends: [kh-2009]\n"
        return told(write(folder / "weak", {"workflow.yaml": top, "case.yaml": f"process: case\n{case}"}))

    def test_it_may_not_add_when_to_a_guard(self, tmp_path: Path) -> None:
        case = "guards:\n  critical_care_answered:\n    when: {fact: age_group, is: child}\n"
        (problem,) = self.overlay(tmp_path, case)
        assert problem.message.startswith("an overlay may not set `when` on the guard `critical_care_answered`")
        assert (problem.line, problem.column) == (4, 5)
        assert "raise strength" in problem.expected

    def test_it_may_not_add_otherwise_to_a_move(self, tmp_path: Path, kh_2009: Loaded) -> None:
        action = next(name for name, found in kh_2009.workflow.processes["case"].actions.items() if found.moves)
        (problem,) = self.overlay(tmp_path, f"actions:\n  {action}:\n    moves: {{case: {{otherwise: stay}}}}\n")
        assert problem.message.startswith(f"an overlay may not set `moves` on the action `{action}`")
        assert (problem.line, problem.column) == (4, 5)

    def test_it_may_not_open_a_second_way_into_interviewing_without_its_guards(self, tmp_path: Path) -> None:
        move = "moves: {identification: {from: [presumed], to: interviewing}}"
        case = f"actions:\n  just_talk:\n    by: [interviewer]\n    {move}\n"
        (problem,) = self.overlay(tmp_path, case)
        assert (
            problem.message
            == "the action `just_talk` is a new way into `interviewing` without the guards of the others"
        )
        assert "critical_care_answered" in problem.expected
        assert problem.line == 5
