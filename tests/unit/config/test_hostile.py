"""No hostile file becomes a workflow: each is refused at a line, quickly, and nothing else happens."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.loader import DefinitionError, load_workflow
from tests.unit.config.hostile import Hostile, corpus
from tests.unit.config.houses import TINY, changed, problems, write

LONGEST_SECONDS = 5.0
DEEDS = (
    "exec",
    "compile",
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "ctypes.",
    "pickle.",
    "marshal.loads",
    "urllib.",
)
HARMLESS = ("os.listdir", "os.scandir", "os.putenv", "os.fwalk")

_watched: list[str] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note everything that Python's audit tells of what a loader has no business to do."""
    if _watched is None:
        return
    writes = event == "open" and any(sign in str(arguments[1] or "r") for sign in "wax+")
    if writes or (event.startswith(DEEDS) and event not in HARMLESS):
        _watched.append(f"{event} {arguments}")


sys.addaudithook(_watch)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the deeds of a block."""
    global _watched  # noqa: PLW0603 - an audit hook can neither be handed anything nor be taken away again
    deeds: list[str] = []
    _watched = deeds
    try:
        yield deeds
    finally:
        _watched = None


@pytest.fixture(scope="module", autouse=True)
def _everything_is_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Imports execute code, so they happen before anything is watched."""
    folder = tmp_path_factory.mktemp("warm")
    problems(folder / "sound", TINY)
    problems(folder / "broken", changed("workflow.yaml", "holidays: KH", "holidays: KX"))


CORPUS = list(corpus())


class TestTheCorpus:
    def test_it_is_large(self) -> None:
        assert len({name for name, _ in CORPUS}) == len(CORPUS)
        assert len(CORPUS) >= 300

    @pytest.mark.parametrize(
        "hostile", CORPUS, ids=[name.encode("ascii", "backslashreplace").decode() for name, _ in CORPUS]
    )
    def test_each_is_refused_at_a_line_and_nothing_happens(self, tmp_path: Path, hostile: Hostile) -> None:
        folder = write(tmp_path / "tiny", hostile[1])
        before = sorted(path.name for path in tmp_path.rglob("*"))
        begun = time.perf_counter()
        with pytest.raises(DefinitionError) as error, watched() as deeds:
            load_workflow(folder)
        assert time.perf_counter() - begun < LONGEST_SECONDS
        assert deeds == []
        assert sorted(path.name for path in tmp_path.rglob("*")) == before
        for problem in error.value.problems:
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.file.startswith(str(folder))
            assert problem.message
            assert str(problem).isprintable()
