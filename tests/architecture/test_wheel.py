"""What is installed elsewhere is whole: code, workflows, the licence, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def files_below(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in paths}


class TestTheWheel:
    @pytest.mark.parametrize("room", ROOMS)
    def test_has_everything_of_a_room(self, shipped: set[str], room: str) -> None:
        assert files_below(ROOT / room) <= shipped

    def test_has_the_workflows(self, shipped: set[str]) -> None:
        assert "config/workflows/kh-2009/workflow.yaml" in shipped
        assert "config/workflows/base/workflow.yaml" in shipped

    def test_has_the_licence(self, shipped: set[str]) -> None:
        assert any(name.endswith(".dist-info/licenses/LICENSE") for name in shipped)

    def test_has_nothing_else(self, shipped: set[str]) -> None:
        tops = {name.partition("/")[0] for name in shipped}
        assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def unlocked(lock: str) -> list[str]:
    """The lines of a lock file that pin something without a hash, or name an address."""
    lines = lock.splitlines()
    pins = [line for line in lines if "==" in line and not line.startswith((" ", "#"))]
    return [line for line in pins if not line.endswith(" \\")] + [line for line in lines if "://" in line]


class TestTheLocks:
    @pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
    def test_have_a_hash_for_everything_and_no_addresses(self, lock: str) -> None:
        text = (ROOT / lock).read_text("utf-8")
        assert "==" in text
        assert unlocked(text) == []


class TestTheChecker:
    @pytest.mark.parametrize("line", ["six==1.17.0", "--index-url https://example.org/simple"])
    def test_finds_what_is_not_locked(self, line: str) -> None:
        assert unlocked(f"attrs==26.1.0 \\\n    --hash=sha256:00\n{line}\n") == [line]
