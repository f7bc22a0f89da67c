"""How a command speaks: one JSON document, or calm lines that fit 80 columns, coloured on a terminal only."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from rich.console import Console
from rich.text import Text

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})")
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

    def as_said(self, text: str) -> None:
        """What a capture of the console holds, colours and all."""
        self.console.file.write(text)

    def command(self, text: str, indent: int = 2) -> None:
        """A command to type; never broken into lines, so that it can be copied."""
        self.console.print(Text(" " * indent + text, style="cyan"), soft_wrap=True)

    def columns(self, rows: list[list[str]], *, heads: list[str] | None = None, indent: int = 0) -> None:
        """Rows in columns without lines, below their heads; the last column wraps."""
        lines = [heads, *rows] if heads else rows
        widths = [max(map(len, column)) for column in zip(*[row[:-1] for row in lines], strict=True)]
        for number, (*first, last) in enumerate(lines):
            style = "dim" if heads and number == 0 else ""
            cells = "".join(f"{cell:<{width}}  " for cell, width in zip(first, widths, strict=True))
            self._hanging(Text(" " * indent + cells, style), Text(last, style))

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


def localised(text: str, zone: dt.tzinfo) -> str:
    """A text in which moments with their distance from UTC are written as times of a zone."""
    return _INSTANT.sub(lambda found: local(dt.datetime.fromisoformat(found.group()), zone), text)


def shown(value: object, zone: dt.tzinfo | None = None) -> str:
    """A fact's value as people read it; a moment with its offset as the time of a zone, if one is given."""
    if zone is not None and isinstance(value, str) and _MOMENT.fullmatch(value):
        return local(dt.datetime.fromisoformat(value), zone)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "none of them"
    return "unknown" if value is None else str(value)
