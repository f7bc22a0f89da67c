"""The rooms are the ones that were decided, and their names cannot be mistaken for others."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT, everything

OTHER_FOLDERS = {"tests", "docs", "deploy", ".ci"}
TESTS = {"unit", "integration", "conformance", "scenarios", "acceptance", "architecture", "tables"}
# What belongs to nobody's part of the work ends up under such a name, and is found by nobody.
VAGUE = {"utils", "util", "common", "helpers", "helper", "core", "manager", "managers", "misc"}
# Made by the tools and ignored by git.
MADE = {"var", "dist", "build", "__pycache__"}


def undecided_folders(found: set[str], decided: set[str]) -> set[str]:
    """The folders that nobody decided on. Hidden ones belong to tools, except where they are listed."""
    return {name for name in found - decided - MADE if not name.startswith(".")}


def vague_names(paths: list[str]) -> list[str]:
    """The paths of which a folder or the file has a name that says nothing."""
    return [path for path in paths if VAGUE & set(Path(path).with_suffix("").parts)]


def hides_the_standard_library(names: set[str]) -> set[str]:
    """The module names that the standard library has too."""
    return names & sys.stdlib_module_names


def folders_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir()}


class TestTheFolders:
    def test_are_the_decided_ones(self) -> None:
        assert undecided_folders(folders_of(ROOT), {*ROOMS, *OTHER_FOLDERS}) == set()

    def test_of_the_tests_are_the_decided_ones(self) -> None:
        assert undecided_folders(folders_of(ROOT / "tests"), TESTS) == set()

    def test_have_names_that_say_something(self) -> None:
        assert vague_names([source.path for source in everything()]) == []

    @pytest.mark.parametrize("room", ["flows", "."])
    def test_hide_nothing_of_the_standard_library(self, room: str) -> None:
        names = {path.stem for path in (ROOT / room).iterdir() if path.suffix == ".py" or path.is_dir()}
        assert hides_the_standard_library(names) == set()


class TestTheImportNames:
    @pytest.mark.parametrize("room", ROOMS)
    def test_come_from_this_checkout(self, room: str) -> None:
        spec = importlib.util.find_spec(room)
        assert spec is not None
        assert spec.origin == str(ROOT / room / "__init__.py")

    @pytest.mark.parametrize("room", ROOMS)
    def test_are_claimed_by_no_other_distribution(self, room: str) -> None:
        # An editable install claims no names, an ordinary one claims them for homeward.
        assert set(packages_distributions().get(room, [])) <= {"homeward"}


class TestTheCheckers:
    def test_find_a_folder_that_nobody_decided_on(self) -> None:
        assert undecided_folders({"cases", "services", ".git", "var"}, set(ROOMS)) == {"services"}

    def test_find_vague_names(self) -> None:
        bad = ["cases/utils.py", "storage/helpers/rows.py", "wiring/manager.py"]
        assert vague_names([*bad, "cases/case_manager_role.py"]) == bad

    def test_find_what_hides_the_standard_library(self) -> None:
        assert hides_the_standard_library({"queue", "follow_up"}) == {"queue"}
