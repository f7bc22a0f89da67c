"""What is ours is faked by a twin behind a port, never patched: a patched test tests the patch."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.names import dotted, imported_names
from tests.architecture.sources import ROOMS, Source, sources

PATCHERS = {
    "unittest.mock.patch",
    "unittest.mock.patch.object",
    "unittest.mock.patch.dict",
    "unittest.mock.patch.multiple",
}
FIXTURE_PATCHERS = {
    ("monkeypatch", "setattr"),
    ("monkeypatch", "delattr"),
    ("mocker", "patch"),
    ("mocker", "object"),
}


def is_patcher(function: ast.expr, names: dict[str, str]) -> bool:
    if dotted(function, names) in PATCHERS:
        return True
    if not isinstance(function, ast.Attribute):
        return False
    owner = next((node.id for node in ast.walk(function.value) if isinstance(node, ast.Name)), "")
    return (owner, function.attr) in FIXTURE_PATCHERS


def patches_of_ours(source: Source) -> list[int]:
    """The lines on which a test replaces something in a module of ours."""
    names = imported_names(source.tree)
    lines = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.args and is_patcher(node.func, names):
            target = node.args[0]
            written = target.value if isinstance(target, ast.Constant) else dotted(target, names)
            if str(written).partition(".")[0] in ROOMS:
                lines.append(node.lineno)
    return lines


class TestOurTests:
    def test_patch_nothing_of_ours(self) -> None:
        found = {source.path: patches_of_ours(source) for source in sources("tests")}
        assert {path: lines for path, lines in found.items() if lines} == {}


class TestTheChecker:
    @pytest.mark.parametrize(
        "text",
        [
            "from unittest.mock import patch\npatch('cases.take_step.decide')",
            "from unittest import mock\nimport storage.vault\nmock.patch.object(storage.vault, 'seal')",
            "from cases import take_step\nmonkeypatch.setattr(take_step, 'decide', None)",
            "monkeypatch.setattr('wiring.clock.now', None)",
            "mocker.patch('audit.leaf.hash')",
            "from cases import take_step\nmocker.patch.object(take_step, 'decide')",
        ],
    )
    def test_finds_a_patch_of_ours(self, text: str) -> None:
        assert len(patches_of_ours(Source("tests/a.py", text))) == 1

    def test_lets_a_test_patch_what_is_not_ours(self) -> None:
        text = "import sys\nmonkeypatch.setattr(sys, 'stdout', None)\nmonkeypatch.setenv('HOMEWARD_HOME', '/x')"
        assert patches_of_ours(Source("tests/a.py", text)) == []
