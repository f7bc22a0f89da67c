"""What a name in a file stands for: `from time import time as t` makes `t` stand for `time.time`."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Local name → dotted name of what was imported under it, anywhere in the file."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """The dotted name that an expression such as `datetime.now` stands for, if it starts at an import."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else None
    return None


def references(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every use of something imported, called or only passed on."""
    names = imported_names(tree)
    for node in ast.walk(tree):
        name = dotted(node, names)
        if name is not None and isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, name
