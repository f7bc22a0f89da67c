"""What a version changes, in words and in groups: what asks more, what asks less, what is new, gone, or only worded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.difference import Difference
from config.tendency import TENDENCIES, Tendency, tendency
from interfaces.words.words import Words


@dataclass(frozen=True, slots=True)
class Group:
    """Differences of one tendency, under one heading."""

    name: Tendency
    title: str
    changes: Sequence[Difference]


def in_groups(words: Words, changes: Iterable[Difference]) -> list[Group]:
    """The differences by what they tend to; empty groups are left out."""
    titles: dict[Tendency, str] = {
        "stricter": words.gettext("Stricter"),
        "looser": words.gettext("Looser"),
        "other": words.gettext("Otherwise: read these"),
        "new": words.gettext("New"),
        "gone": words.gettext("Gone"),
        "words": words.gettext("Words only"),
    }
    found: dict[Tendency, list[Difference]] = {}
    for one in changes:
        found.setdefault(tendency(one), []).append(one)
    return [Group(name, titles[name], found[name]) for name in TENDENCIES if name in found]
