"""Commands load what they use: a look at the help, or a check of a workflow, waits for no database and no server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import HARBOUR

HEAVY = (
    "alembic",
    "apprise",
    "apscheduler",
    "dbos",
    "fastapi",
    "matplotlib",
    "prefect",
    "psycopg",
    "sqlalchemy",
    "uvicorn",
)
"""Libraries of which each takes a tenth of a second and more to load."""

PROGRAM = """\
import json, sys
from interfaces.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code
heavy = {heavy!r}
print(json.dumps([code, [name for name in heavy if name in sys.modules]]), file=sys.stderr)
"""


def loaded_by(home: Path, *words: str) -> tuple[int, list[str]]:
    """The exit code of a command typed in a process of its own, and which of the heavy libraries it has loaded."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), *words],
        env=clean | {"HOMEWARD_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    code, heavy = json.loads(ran.stderr.splitlines()[-1])
    return code, heavy


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("workflow", "--help"),
        ("workflow", "check", str(HARBOUR)),
        ("workflow", "show", str(HARBOUR)),
        ("scenario", "run", str(HARBOUR)),
    ],
    ids=" ".join,
)
def test_loads_nothing_heavy(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert loaded_by(tmp_path, *words) == (0, [])


def test_would_be_seen_if_it_did(tmp_path: Path) -> None:
    code, heavy = loaded_by(tmp_path, "case", "list")
    assert code == 0
    assert "sqlalchemy" in heavy
