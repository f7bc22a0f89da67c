"""Where the project's own Python files are, and how a checker sees one of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The rooms of docs/architecture.md. A new one is a decision: write it there first, then here.
ROOMS = (
    "config",
    "state_machine",
    "cases",
    "access",
    "audit",
    "storage",
    "notifications",
    "wiring",
    "flows",
    "interfaces",
)


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def room(self) -> str:
        return self.path.partition("/")[0]


def sources(*folders: str) -> list[Source]:
    """Every Python file below these top-level folders."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]


def product() -> list[Source]:
    """Every Python file that is shipped."""
    return sources(*ROOMS)


def everything() -> list[Source]:
    """Every Python file, tests included."""
    return sources(*ROOMS, "tests")
