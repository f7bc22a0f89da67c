"""What is wrong with a workflow, and where: values that name the line, what stood there and what was expected.

A loader reports all problems together, so that an administrator need not mend and try again line by line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_SUGGESTIONS = 300
"""Looking for a similar name takes time; whoever has more problems than this will not miss it."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file: its path as it was given, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, or (among the warnings) doubtful. Texts that do not apply are empty."""

    file: str
    line: int
    column: int
    message: str
    found: str = ""
    expected: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        """`file:line:column: message (found …; expected …; did you mean …?)` on one line."""
        more = [f"{word} {text}" for word, text in (("found", self.found), ("expected", self.expected)) if text]
        if self.suggestion:
            more.append(f"did you mean {self.suggestion}?")
        tail = f" ({'; '.join(more)})" if more else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{tail}"


class DefinitionError(Exception):
    """The workflow cannot be used: `problems` says everything that is wrong with it, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Report:
    """Collects problems while a stage of the loader goes on with what is intact.

    `unsafe` are problems of a workflow that is whole and must not be used: what it does wrong can be shown.
    """

    problems: list[Problem] = field(default_factory=list)
    unsafe: list[Problem] = field(default_factory=list)
    searches_left: int = MOST_SUGGESTIONS

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """The known name that looks most like this one; empty where none does, or after very many searches."""
        if self.searches_left <= 0:
            return ""
        self.searches_left -= 1
        return nearest(name, known)

    def add(self, mark: Mark, message: str, *, found: str = "", expected: str = "", suggestion: str = "") -> None:
        """Note a problem at a place."""
        self.problems.append(Problem(mark.file, mark.line, mark.column, message, found, expected, suggestion))

    def add_unsafe(self, mark: Mark, message: str, *, found: str = "", expected: str = "") -> None:
        """Note that something whole is unsafe."""
        self.unsafe.append(Problem(mark.file, mark.line, mark.column, message, found, expected))


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like this one, or an empty text where none comes near."""
    candidates = {option.casefold(): option for option in sorted(known)}
    close = difflib.get_close_matches(name.casefold(), list(candidates), n=1, cutoff=0.6)
    return candidates[close[0]] if close else ""


def shown(value: object) -> str:
    """A value of a definition as a message quotes it: short, on one line, in the spelling of the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        keys = ", ".join(str(key) for key in list(value)[:6])
        return f"a mapping with {keys}" if keys else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    text = str(value).replace("\n", " ")
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names as a message lists them, cut after `limit`."""
    names = list(names)
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
