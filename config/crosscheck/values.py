"""Which values fit which kind of fact, and which facts can be compared."""

from __future__ import annotations

import datetime as dt
import re

from config.definition import Fact
from config.durations import Duration
from config.problems import listed

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")

TESTS = {
    "choice": ("is", "known"),
    "choices": ("includes", "known"),
    "yes_no": ("is", "known"),
    "number": ("is", "at_least", "at_most", "known"),
    "date": ("is", "at_least", "at_most", "known"),
    "period": ("is", "at_least", "at_most", "known"),
    "text": ("known",),
    "link": ("is", "known"),
    "document": ("known",),
}
"""The tests that make sense for each kind of fact."""


def expected_of(fact: Fact) -> str:
    """What a value of this fact looks like, in words."""
    return {
        "choice": f"one of {listed(fact.values)}",
        "choices": f"words among {listed(fact.values)}",
        "yes_no": "true or false",
        "number": "a whole number",
        "date": "a day such as 2026-11-01, or a local time such as 2026-11-01T09:30",
        "period": "a duration such as P14D",
        "text": "a text",
        "link": "{fact: name} of another link; no instance can be named in a workflow",
        "document": "nothing; no document can be named in a workflow",
    }[fact.kind]


def fits(fact: Fact, value: object) -> bool:
    """Whether a single plain value is one that this fact may hold (of `choices`: one of its words)."""
    match fact.kind:
        case "choice" | "choices":
            return isinstance(value, str) and value in fact.values
        case "yes_no":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "period":
            return isinstance(value, str) and _is_period(value)
        case "text":
            return isinstance(value, str)
        case _:
            return False


def starts_fit(fact: Fact) -> bool:
    """Whether `starts` is a value that the fact may hold."""
    if fact.starts is None:
        return True
    if fact.kind == "choices":
        return isinstance(fact.starts, tuple) and all(fits(fact, value) for value in fact.starts)
    return fits(fact, fact.starts)


def comparable(one: Fact, other: Fact, test: str) -> str:
    """Why the values of two facts cannot be compared by a test; an empty text where they can."""
    kinds = (one.kind, other.kind)
    words = kinds == ("choice", "choice") or (
        test == "includes" and kinds in (("choices", "choices"), ("choices", "choice"))
    )
    if words:
        return "" if set(one.values) & set(other.values) else "their value lists share no value"
    if one.kind != other.kind or "choice" in kinds or "choices" in kinds:
        return f"a {one.kind} and a {other.kind} cannot be compared by `{test}`"
    if one.kind == "link" and one.to != other.to:
        return f"one links to `{one.to}`, the other to `{other.to}`"
    return ""


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_period(text: str) -> bool:
    try:
        return not Duration.parse(text).negative
    except ValueError:
        return False
