"""Whether a difference between two versions asks more or less of staff: for grouping, never for deciding.

Only what can be told from the difference alone is called stricter or looser. A condition that reads otherwise is
neither: somebody has to read it.
"""

from __future__ import annotations

from typing import Literal

from config.difference import Difference
from config.durations import Duration, compare

Tendency = Literal["stricter", "looser", "new", "gone", "words", "other"]
TENDENCIES: tuple[Tendency, ...] = ("stricter", "looser", "other", "new", "gone", "words")
"""The order in which they are read."""

_WORDS = frozenset({"says", "short", "task_says", "refusal", "remedy", "source"})
_STRENGTHS = ("may", "should", "must")
_MORE_IS_STRICTER = frozenset({"guards", "asks"})
_MORE_IS_LOOSER = frozenset({"by", "seen_by"})
_PROTECTS = frozenset({"guard", "deadline", "invariant", "ladder"})
"""What is gone of these protects no more."""


def tendency(one: Difference) -> Tendency:
    """What a difference tends to."""
    keys = one.where.split(".")
    last = keys[-1]
    if last in _WORDS or keys[0] in ("notice", "form", "clauses"):
        return "words"
    if one.what == "changed":
        return _of_change(one, keys)
    added = one.what == "added"
    if last in _MORE_IS_STRICTER and "action" in keys:
        return "stricter" if added else "looser"
    if last in _MORE_IS_LOOSER:
        return "looser" if added else "stricter"
    if len(keys) > 1 and keys[-2] in _PROTECTS:
        if not added:
            return "looser"
        return "new" if keys[-2] == "guard" else "stricter"
    return "new" if added else "gone"


def _of_change(one: Difference, keys: list[str]) -> Tendency:
    match keys[-2:]:
        case ["due", "after" | "at_most"]:
            return _sooner(one)
        case [_, "strength"] if one.before in _STRENGTHS and one.after in _STRENGTHS:
            more = _STRENGTHS.index(one.after) > _STRENGTHS.index(one.before)
            return "stricter" if more else "looser"
        case [_, "opens_cases"]:
            return "looser" if one.after == "all" else "stricter"
        case [_, "seen_by"] if one.before is None or one.after is None:
            return "stricter" if one.before is None else "looser"
    return "other"


def _sooner(one: Difference) -> Tendency:
    """What falls due sooner is stricter on staff; figures in facts, or counted otherwise, cannot be compared."""
    was, _, is_ = one.says.rpartition(": ")[2].partition(" → ")
    # Where the unit is the same it is told once, after the second figure.
    counted_otherwise = " " in was and ("working" in was) != ("working" in is_)
    if one.before is None or one.after is None or counted_otherwise:
        return "other"
    try:
        longer = compare(Duration.parse(one.after), Duration.parse(one.before))
    except ValueError:
        return "other"
    return "other" if not longer else "looser" if longer > 0 else "stricter"
