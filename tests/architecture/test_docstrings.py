"""What others call says what it does: public functions and classes of the inner rooms have a docstring."""

from __future__ import annotations

import ast

from tests.architecture.sources import Source, sources

INNER_ROOMS = ("config", "state_machine", "cases", "access", "audit")


def undocumented(source: Source) -> list[str]:
    """`path:line: name` of each public function and class of a module that has no docstring."""
    return [
        f"{source.path}:{node.lineno}: {node.name}"
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


class TestPublicNames:
    def test_are_documented(self) -> None:
        assert [line for source in sources(*INNER_ROOMS) for line in undocumented(source)] == []


class TestTheChecker:
    def test_finds_an_undocumented_function(self) -> None:
        assert undocumented(Source("cases/a.py", "def close() -> None: ...")) == ["cases/a.py:1: close"]

    def test_finds_an_undocumented_class(self) -> None:
        assert undocumented(Source("cases/a.py", "class Case:\n    ref: str")) == ["cases/a.py:1: Case"]

    def test_asks_nothing_of_private_names(self) -> None:
        assert undocumented(Source("cases/a.py", "def _hash() -> None: ...")) == []
