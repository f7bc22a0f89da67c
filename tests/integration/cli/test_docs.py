"""`docs/cli.md` has every command and every option, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from interfaces.cli.main import PROGRAM, app

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
EVERYWHERE = "What is typed everywhere"
OPTION = re.compile(r"--[a-z][a-z-]+|(?<!\S)-h\b")


def sections(text: str) -> dict[str, str]:
    """The text under each heading of the page, down to the next heading."""
    parts = re.split(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command as it is typed, with its options."""
    yield from _below(PROGRAM, get_command(app))


def _below(path: str, command: object) -> Iterator[tuple[str, set[str]]]:
    subcommands: dict[str, object] = getattr(command, "commands", {})
    params = [one for one in getattr(command, "params", []) if one.param_type_name == "option"]
    options = {name for one in params for name in (*one.opts, *one.secondary_opts)}
    if options or not subcommands:
        yield path, options
    for name, inner in subcommands.items():
        yield from _below(f"{path} {name}", inner)


DOCUMENTED = sections(PAGE.read_text("utf-8"))


class TestThePage:
    @pytest.mark.parametrize(("command", "options"), list(commands()))
    def test_has_the_command_and_its_options(self, command: str, options: set[str]) -> None:
        assert command in DOCUMENTED
        said = set(OPTION.findall(DOCUMENTED[command]) + OPTION.findall(DOCUMENTED[EVERYWHERE]))
        assert options - said == set()

    def test_has_nothing_that_cannot_be_typed(self) -> None:
        known = dict(commands())
        headings = {heading for heading in DOCUMENTED if heading.startswith(PROGRAM)}
        assert headings - known.keys() == set()
        for command in headings:
            everywhere = {"--as", "--help", "-h", "--json"}
            assert set(OPTION.findall(DOCUMENTED[command])) - known[command] - everywhere == set(), command


class TestTheChecker:
    def test_sees_the_commands_and_options(self) -> None:
        known = dict(commands())
        assert {"homeward case act", "homeward workflow check", "homeward scenario run"} <= known.keys()
        assert {"--under", "--workflow", "--as", "--json"} <= known["homeward case open"]
        assert {"--yes", "--no"} <= known["homeward case override"]
