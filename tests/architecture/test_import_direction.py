"""The import contracts in pyproject.toml catch what they forbid. `make check` runs them on the code itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT

# Importing module → what it may not import.
BAD = [
    ("config.bad", "state_machine"),
    ("state_machine.bad", "cases"),
    ("cases.bad", "storage"),
    ("storage.bad", "notifications"),
    ("access.bad", "storage"),
    ("audit.bad", "storage"),
    ("wiring.bad", "flows"),
    ("flows.bad", "interfaces"),
    ("cases.bad", "sqlalchemy"),
    ("interfaces.cli.bad", "psycopg"),
    ("wiring.bad", "sqlite3"),
    ("interfaces.bad", "prefect"),
    ("cases.bad", "apscheduler"),
    ("state_machine.bad", "transitions"),
    ("flows.bad", "httpx"),
    ("audit.bad", "fastapi"),
    ("config.bad", "typer"),
    ("state_machine.bad", "rich"),
]


def imports(folder: Path, module: str, imported: str) -> None:
    path = folder / Path(*module.split(".")).with_suffix(".py")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"import {imported}\n")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "200"},
    )


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say of a copy of the house in which every bad import stands."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for module, imported in BAD:
        imports(folder, module, imported)
    result = lint(folder)
    assert result.returncode == 1
    return result.stdout


class TestTheContracts:
    @pytest.mark.parametrize(("module", "imported"), BAD)
    def test_catch_a_forbidden_import(self, complaints: str, module: str, imported: str) -> None:
        assert f"{module} -> {imported} (l." in complaints
