"""No module over 400 lines, no function over 60: split by verb long before."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.sources import Source, everything

MODULE_LINES = 400
FUNCTION_LINES = 60
BASELINE = Path(__file__).with_name("baseline.txt")


def function_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long a function is. Its docstring does not count: nobody should save on that."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def over_the_limits(source: Source) -> dict[str, int]:
    """Name → lines of the module, if it is too long, and of each function that is."""
    found: dict[str, int] = {}
    lines = len(source.text.splitlines())
    if lines > MODULE_LINES:
        found[source.path] = lines
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = function_lines(node)
            if length > FUNCTION_LINES:
                found[f"{source.path}:{node.name}"] = length
    return found


def baseline(text: str) -> dict[str, int]:
    """What is known to be too long."""
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: int(lines) for name, lines in rows}


class TestSizes:
    def test_keep_to_the_limits(self) -> None:
        found: dict[str, int] = {}
        for source in everything():
            found |= over_the_limits(source)
        assert found == baseline(BASELINE.read_text("utf-8"))


class TestTheChecker:
    def test_finds_a_long_module(self) -> None:
        assert over_the_limits(Source("cases/long.py", "x = 1\n" * 401)) == {"cases/long.py": 401}

    def test_finds_a_long_function(self) -> None:
        text = "def long() -> None:\n" + "    print()\n" * 60
        assert over_the_limits(Source("cases/a.py", text)) == {"cases/a.py:long": 61}

    def test_does_not_count_the_docstring(self) -> None:
        text = 'def told() -> None:\n    """' + "Why.\n" * 60 + '    """\n' + "    print()\n" * 50
        assert over_the_limits(Source("cases/a.py", text)) == {}

    def test_reads_the_baseline(self) -> None:
        assert baseline("# why\ncases/a.py:long 61\n") == {"cases/a.py:long": 61}
