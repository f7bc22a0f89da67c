"""How a command speaks: one JSON document, or calm lines that fit 80 columns, coloured on a terminal only."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

WIDEST = 100
LABEL = 9
STYLE_OF_DECISION = {"applied": "bold green", "refused": "bold red", "not_yet": "bold yellow"}
WORD_OF_DECISION = {"applied": "done", "refused": "refused", "not_yet": "not yet"}


class Paper:
    """Lines for people. Colour and width are those of the terminal; without one there is no colour."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        self.console = Console(stderr=to_stderr, highlight=False, markup=False, emoji=False)
        self.console.width = min(self.console.width, WIDEST)

    def line(self, text: str | Text = "", style: str = "", indent: int = 0) -> None:
        """A paragraph, wrapped within its indent."""
        self._hanging(Text(" " * indent), Text(text, style=style) if isinstance(text, str) else text)

    def title(self, text: str) -> None:
        """A heading."""
        self.line(text, "bold")

    def field(self, label: str, text: str | Text, style: str = "", indent: int = 2) -> None:
        """A label and what it says, wrapped beside the label."""
        said = Text(text, style=style) if isinstance(text, str) else text
        before = Text.assemble(" " * indent, (label.ljust(LABEL + 1), "dim"))
        self._hanging(before, said)

    def _hanging(self, before: Text, said: Text) -> None:
        """A paragraph whose first line stands after `before` and whose others are indented as far."""
        width = max(self.console.width - before.cell_len, 20)
        for number, line in enumerate(said.wrap(self.console, width) or [Text()]):
            line.rstrip()
            start = before if number == 0 else Text(" " * before.cell_len)
            self.console.print(Text.assemble(start, line) if line or number == 0 else "", soft_wrap=True)

    def plain(self, text: str) -> None:
        """Lines exactly as they are, not wrapped."""
        self.console.print(Text(text), soft_wrap=True)

    def command(self, text: str, indent: int = 2) -> None:
        """A command to type; never broken into lines, so that it can be copied."""
        self.console.print(Text(" " * indent + text, style="cyan"), soft_wrap=True)

    def columns(self, rows: list[list[str]], *, heads: list[str] | None = None, indent: int = 0) -> None:
        """Rows in columns without lines; the last column wraps."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        count = len(rows[0]) if rows else 0
        for place in range(count):
            grid.add_column(no_wrap=place < count - 1, overflow="fold")
        if heads:
            grid.add_row(*[Text(head, style="dim") for head in heads])
        for row in rows:
            grid.add_row(*[Text(cell) for cell in row])
        self.console.print(Padding(grid, (0, 0, 0, indent)))

    def note(self, text: str) -> None:
        """A side remark."""
        self.line(text, "dim")


def tell(as_json: bool, document: Mapping[str, Any], human: Callable[[Paper], None]) -> None:
    """Say the outcome of a command: the document as JSON, or what `human` writes."""
    if as_json:
        write_json(document)
    else:
        human(Paper())


def write_json(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output. Times are UTC with `Z`."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    sys.stdout.write(orjson.dumps(document, option=option).decode())
    sys.stdout.flush()


def write_raw(text: str) -> None:
    """Text that is for programs or files, exactly as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def local(moment: dt.datetime, zone: ZoneInfo | dt.tzinfo) -> str:
    """A moment as people of this zone say it: `Thu 3 Dec 2026 09:00`."""
    here = moment.astimezone(zone)
    return f"{here:%a} {here.day} {here:%b %Y %H:%M}"


def shown(value: object) -> str:
    """A fact's value as people read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "none of them"
    return "unknown" if value is None else str(value)
