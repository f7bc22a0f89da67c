"""Texts that are not in the language of the page: which part of a sentence is in which, so that it is read out rightly.

A workflow's own text comes as it is where nobody has translated it. It says so of itself, also as part of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_SLOT = re.compile("\ue000([0-9]+)\ue001")


class Tongued(str):
    """A text of which parts are in another language: `parts` are (text, BCP 47 tag, empty for that of the page)."""

    __slots__ = ("parts",)
    parts: tuple[tuple[str, str], ...]

    def __new__(cls, *parts: tuple[str, str]) -> Tongued:
        made = super().__new__(cls, "".join(text for text, _ in parts))
        made.parts = parts
        return made


def parts_of(text: str) -> tuple[tuple[str, str], ...]:
    """The parts of any text, each with its language, empty for that of the page."""
    return text.parts if isinstance(text, Tongued) else ((text, ""),)


def together(texts: Iterable[str], between: str = "") -> str:
    """Texts one after the other, each of which stays in its language."""
    texts = list(texts)
    if not any(isinstance(one, Tongued) for one in texts):
        return between.join(texts)
    found: list[tuple[str, str]] = []
    for place, one in enumerate(texts):
        found += [(between, "")] if place and between else []
        found += parts_of(one)
    return Tongued(*found)


def filled(fill: Callable[[Mapping[str, Any]], str], values: Mapping[str, Any]) -> str:
    """A sentence filled with values; those of another tongue stay so. `fill` puts the values it is given into slots."""
    foreign = [(name, value) for name, value in values.items() if isinstance(value, Tongued)]
    if not foreign:
        return fill(values)
    said = fill({**values, **{name: f"\ue000{number}\ue001" for number, (name, _) in enumerate(foreign)}})
    parts: list[tuple[str, str]] = []
    for place, piece in enumerate(_SLOT.split(said)):
        parts += foreign[int(piece)][1].parts if place % 2 else ((piece, ""),)
    return Tongued(*(part for part in parts if part[0]))
