"""A command line to type into: a house of its own in a temporary folder, on the small workflow beside this file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.main import main

HARBOUR = Path(__file__).with_name("harbour")
PEOPLE = """\
sok: [case_manager]
nita: {roles: [interviewer], facts: {vetting: clear}}
maly: [health_worker]
dara: [supervisor]
vuth: {roles: [supervisor], stand_in: dara}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output, which must be one JSON document."""
        read: dict[str, Any] = json.loads(self.out)
        return read


Homeward = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty house with its people."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "people.yaml").write_text(PEOPLE, "utf-8")
    monkeypatch.setenv("HOMEWARD_HOME", str(folder))
    monkeypatch.setenv("HOMEWARD_WORKFLOW", str(HARBOUR))
    for name in ("HOMEWARD_AS", "HOMEWARD_DATABASE_URL", "HOMEWARD_KEY_FILE", "HOMEWARD_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def homeward(home: Path, capsys: pytest.CaptureFixture[str]) -> Homeward:
    """Run one command in this process."""

    assert home.is_dir()  # every command has a house to go to

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def case(homeward: Homeward) -> str:
    """The reference of a case that sok opened and leads, with nita as its interviewer."""
    ref: str = homeward("case", "open", "--as", "sok", "--json").document["ref"]
    assert homeward("case", "assign", ref, "nita", "interviewer", "--as", "dara").code == 0
    return ref
