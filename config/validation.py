"""From a composed tree to the models: pydantic's errors, brought back to the lines that caused them.

An element with a problem is left out and remembered as *broken*, so that the cross-checks can go on with
what is intact and do not call a name unknown that is merely misspelt inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.definition import Workflow
from config.model_walk import known_keys
from config.problems import Report, listed, shown
from config.yaml_tree import Items, Leaf, Node, Path, Table, at, is_broken, mark_of_key, plain

ELEMENT_SECTIONS = ("tracks", "facts", "conditions", "guards", "actions", "deadlines", "invariants")
"""The sections of a process, in the order of the reference."""

_TABLES = ("roles", "notices", "forms")
_STAND_INS: dict[str, Any] = {
    "says": "?",
    "calendar": {"time_zone": "UTC", "working_days": ["mon", "tue", "wed", "thu", "fri"]},
    "fallback": "unknown",
    "roles": {},
    "processes": {},
}
"""What takes the place of a broken part of `workflow.yaml` while the rest is checked; never loaded."""


_MISSING: dict[Path, str] = {
    ("calendar",): "exactly one workflow of a composition that gives it; one that gives none is there to be extended",
    ("fallback",): "a role that is told and asked when nobody holds another",
}


@dataclass(frozen=True, slots=True)
class Validated:
    """The models of what is intact, and the paths of what is not. `workflow` is None where nothing could be built."""

    workflow: Workflow | None
    broken: frozenset[Path]


def validate(tree: Table, report: Report, broken: frozenset[Path] = frozenset()) -> Validated:
    """Build the models from a composed tree, reporting every problem at its place.

    `broken` are paths of elements that earlier stages found unusable; they are left out silently.
    """
    broken = broken | _broken_elements(tree)
    try:
        return Validated(Workflow.model_validate(_without(tree, broken)), broken)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
    inside = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    for error in errors:
        # A list is also called too short where its items are wrong.
        if error["type"] != "too_short" or error["loc"] not in inside:
            _describe(error, tree, report)
    broken = broken | {_element_of(_as_path(error["loc"])) for error in errors}
    try:
        return Validated(Workflow.model_validate({**_STAND_INS, **_without(tree, broken)}), broken)
    except ValidationError:
        return Validated(None, broken)


def _broken_elements(tree: Table) -> frozenset[Path]:
    """The elements that hold a leaf whose problem the reader has already reported."""
    found: set[Path] = set()

    def look(node: Node, path: Path) -> None:
        if isinstance(node, Leaf):
            if node.broken:
                found.add(_element_of(path))
        elif isinstance(node, Items):
            for place, item in enumerate(node.items):
                look(item, (*path, place))
        else:
            for key, value in node.entries.items():
                look(value, (*path, key))

    if is_broken(tree):
        look(tree, ())
    return frozenset(found)


def _element_of(path: Path) -> Path:
    """The smallest part that can be left out without making others unintelligible."""
    if path[:1] == ("processes",):
        if len(path) > 3 and path[2] in ELEMENT_SECTIONS:
            return path[:4]
        return path[:2]
    if path[:1] == ("clauses",):
        return path[:3]
    return path[:2] if path and path[0] in _TABLES else path[:1]


def _without(tree: Table, broken: frozenset[Path]) -> Any:
    """The tree as plain data, the broken parts left out and stand-ins put where something must be."""
    raw: Any = plain(tree)
    for path in broken:
        parent = raw
        for step in path[:-1]:
            parent = parent.get(step) if isinstance(parent, dict) else None
        if isinstance(parent, dict) and path:
            parent.pop(path[-1], None)
        if len(path) == 1 and path[0] in _STAND_INS:
            raw[path[0]] = _STAND_INS[str(path[0])]
    return raw


def _as_path(loc: tuple[int | str, ...]) -> Path:
    """The keys and indices of an error's place, without the tags of unions."""
    steps = tuple(step for step in loc if not (isinstance(step, str) and step.startswith("?")))
    return steps[:-1] if steps and steps[-1] == "[key]" else steps


def _describe(error: ErrorDetails, tree: Table, report: Report) -> None:
    """Put one pydantic error into our words and at its place."""
    path = _as_path(error["loc"])
    value = error["input"]
    kind = error["type"]
    key = path[-1] if path else ""
    if kind == "missing":
        report.add(at(tree, path[:-1]).mark, f"the key `{key}` is missing", expected=_MISSING.get(path, f"`{key}`"))
    elif kind == "extra_forbidden":
        known = known_keys(Workflow, error["loc"][:-1])
        report.add(
            mark_of_key(tree, path),
            f"unknown key `{key}`",
            found=f"`{key}`",
            expected=f"one of {listed(known, 20)}" if known else "",
            suggestion=report.nearest(str(key), known),
        )
    else:
        wrong = _Wrong(str(key), value, error["msg"], error.get("ctx", {}), report.nearest)
        said = _WORDINGS.get(kind, _other)(wrong)
        where = mark_of_key(tree, path) if error["loc"][-1] == "[key]" else at(tree, path).mark
        report.add(where, said.message, found=said.found, expected=said.expected, suggestion=said.suggestion)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What pydantic says of one value: the key that it stands under, its own message and its limits."""

    key: str
    value: object
    message: str
    limits: dict[str, Any]
    nearest: Callable[[str, Iterable[str]], str]


@dataclass(frozen=True, slots=True)
class _Said:
    """The same in our words."""

    message: str
    found: str
    expected: str = ""
    suggestion: str = ""


def _wrong_kind(expected: str) -> Callable[[_Wrong], _Said]:
    def say(wrong: _Wrong) -> _Said:
        suggestion = ""
        if expected == "true or false" and isinstance(wrong.value, str):
            meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
            suggestion = meant.get(wrong.value.casefold(), "")
        return _Said(f"`{wrong.key}` has the wrong kind of value", shown(wrong.value), expected, suggestion)

    return say


def _shape(wrong: _Wrong) -> _Said:
    return _wrong_kind(wrong.message)(wrong)


def _head(wrong: _Wrong) -> _Said:
    suggestion = ""
    if isinstance(wrong.value, dict):
        known = re.split(r"\b(?:heads|keys)\b", wrong.message)[-1].strip().split(", ")
        close = [wrong.nearest(str(given), known) for given in wrong.value if given not in known]
        suggestion = next((name for name in close if name), "")
    return _Said("this says nothing that can be tested", shown(wrong.value), wrong.message, suggestion)


def _pattern(wrong: _Wrong) -> _Said:
    message = f"{shown(wrong.value)} is not a name"
    if wrong.limits["pattern"].startswith("^[A-Z]"):
        return _Said(f"{shown(wrong.value)} is not a clause", shown(wrong.value), "an id such as KH-MS-7.1.6")
    expected = "a name of a-z, 0-9 and _ that begins with a letter"
    return _Said(message, shown(wrong.value), expected, as_name(str(wrong.value)))


def as_name(text: str) -> str:
    """The name that somebody may have meant by a text with capitals, blanks or hyphens in it; else an empty text."""
    name = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in text.casefold()).strip("_")
    return name if name and name[0].isalpha() and len(name) <= 80 else ""


def _literal(wrong: _Wrong) -> _Said:
    options = re.findall(r"'([^']*)'", wrong.limits["expected"])
    expected = f"one of {listed(options, 20)}"
    suggestion = wrong.nearest(str(wrong.value), options)
    return _Said(f"`{wrong.key}` does not know this word", shown(wrong.value), expected, suggestion)


def _said(wrong: _Wrong) -> _Said:
    return _Said(str(wrong.limits["error"]), shown(wrong.value))


def _too_short(wrong: _Wrong) -> _Said:
    return _Said(f"`{wrong.key}` is empty", shown(wrong.value), "at least one")


def _too_long(wrong: _Wrong) -> _Said:
    most = wrong.limits["max_length"]
    if "actual_length" in wrong.limits:
        found = str(wrong.limits["actual_length"])
        return _Said(f"`{wrong.key}` has too many entries", found, f"at most {most}")
    return _Said(f"`{wrong.key}` is too long", shown(wrong.value), f"at most {most} signs")


def _too_small(wrong: _Wrong) -> _Said:
    return _Said(f"`{wrong.key}` is too small", shown(wrong.value), f"at least {wrong.limits['ge']}")


def _other(wrong: _Wrong) -> _Said:
    return _Said(f"`{wrong.key}`: {wrong.message[:1].lower()}{wrong.message[1:]}", shown(wrong.value))


_WORDINGS: dict[str, Callable[[_Wrong], _Said]] = {
    "bool_type": _wrong_kind("true or false"),
    "int_type": _wrong_kind("a whole number"),
    "string_type": _wrong_kind("a text"),
    "tuple_type": _wrong_kind("a list"),
    "dict_type": _wrong_kind("a mapping of names"),
    "model_type": _wrong_kind("a mapping"),
    "model_attributes_type": _wrong_kind("a mapping"),
    "shape": _shape,
    "head": _head,
    "string_pattern_mismatch": _pattern,
    "literal_error": _literal,
    "value_error": _said,
    "too_short": _too_short,
    "too_long": _too_long,
    "string_too_long": _too_long,
    "greater_than_equal": _too_small,
}
