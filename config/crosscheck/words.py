"""Words that leave the house: notices use five slots and no forbidden word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from config.problems import Mark, Report, listed

SLOTS = ("case", "verb", "due", "link", "rung")
"""All that a notice may hold besides its own words."""

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def check_notice_text(text: str, mark: Mark, forbidden: Iterable[str], report: Report) -> None:
    """Report every slot of a notice that is not one of the five, and every forbidden word in it."""
    for match in _BRACES.finditer(text):
        if match.group()[1:-1] not in SLOTS:
            report.add(
                mark,
                "a notice has other slots than the five that may leave the house",
                found=f"`{match.group()}`",
                expected=listed(f"{{{slot}}}" for slot in SLOTS),
            )
    for word in forbidden_in(text, forbidden):
        report.add(mark, "a notice holds a word that must not leave the house", found=f"`{word}`")


def forbidden_in(text: str, forbidden: Iterable[str]) -> list[str]:
    """The forbidden words that a text holds, in any case; a word of letters also as part of a compound with hyphens.

    Scripts that write without spaces (Khmer, Lao, Thai) have no word ends to look for, so there any occurrence counts.
    """
    plain = _folded(text)
    return [word for word in forbidden if re.search(_pattern(_folded(word)), plain)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _pattern(word: str) -> str:
    quoted = re.escape(word)
    if not word.isascii():
        return quoted
    return rf"(?<!\w){quoted}(?!\w)"
