"""One change that breaks the small house, and what the loader must say of it: this, at this place, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.config.houses import changed, place, problems


@dataclass(frozen=True)
class Break:
    """One change to one file: what is said, and the text at whose beginning it is said."""

    id: str
    file: str
    old: str
    new: str
    says: str
    at: str
    suggests: str = ""


def broken_by(*breaks: Break) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("change", [pytest.param(change, id=change.id) for change in breaks])


def check(tmp_path: Path, change: Break) -> None:
    """Exactly this problem at exactly this place."""
    files = changed(change.file, change.old, change.new)
    found = problems(tmp_path, files)
    said = [(Path(problem.file).name, problem.line, problem.column, problem.message) for problem in found]
    line, column = place(files, change.file, change.at)
    assert [entry[:3] for entry in said] == [(change.file, line, column)], said
    assert change.says in said[0][3]
    assert found[0].suggestion == change.suggests or not change.suggests
