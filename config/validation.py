"""From a composed tree to the models: pydantic's errors, brought back to the lines that caused them.

An element with a problem is left out and remembered as *broken*, so that the cross-checks can go on with
what is intact and do not call a name unknown that is merely misspelt inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.definition import Workflow
from config.model_walk import known_keys
from config.problems import Report, listed, nearest, shown
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
    for error in errors:
        if not _follows_from_another(error, errors):
            _describe(error, tree, report)
    broken = broken | {_element_of(_as_path(error["loc"], tree)) for error in errors}
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


def _as_path(loc: tuple[int | str, ...], tree: Table) -> Path:
    """The keys and indices of an error's place, without the tags of unions and without what is not there."""
    steps = tuple(step for step in loc if not (isinstance(step, str) and step.startswith("?")))
    return steps[:-1] if steps and steps[-1] == "[key]" else steps


def _follows_from_another(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether a list is called too short only because its items are wrong."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in errors
    )


def _describe(error: ErrorDetails, tree: Table, report: Report) -> None:
    """Put one pydantic error into our words and at its place."""
    path = _as_path(error["loc"], tree)
    value = error["input"]
    kind = error["type"]
    key = path[-1] if path else ""
    if kind == "missing":
        report.add(at(tree, path[:-1]).mark, f"the key `{key}` is missing", expected=f"`{key}`")
    elif kind == "extra_forbidden":
        known = known_keys(Workflow, error["loc"][:-1])
        report.add(
            mark_of_key(tree, path),
            f"unknown key `{key}`",
            found=f"`{key}`",
            expected=f"one of {listed(known, 20)}" if known else "",
            suggestion=nearest(str(key), known),
        )
    else:
        wording = _WORDINGS.get(kind, _other)
        message, found, expected, suggestion = wording(error, key, value)
        where = mark_of_key(tree, path) if error["loc"][-1] == "[key]" else at(tree, path).mark
        report.add(where, message, found=found, expected=expected, suggestion=suggestion)


_Wording = tuple[str, str, str, str]


def _wrong_shape(expected: str) -> Callable[[ErrorDetails, object, object], _Wording]:
    def word(error: ErrorDetails, key: object, value: object) -> _Wording:
        suggestion = ""
        if expected == "true or false" and isinstance(value, str):
            suggestion = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.casefold(), "")
        return f"`{key}` has the wrong kind of value", shown(value), expected, suggestion

    return word


def _shape(error: ErrorDetails, key: object, value: object) -> _Wording:
    return f"`{key}` has the wrong kind of value", shown(value), error["msg"], ""


def _head(error: ErrorDetails, key: object, value: object) -> _Wording:
    suggestion = ""
    if isinstance(value, dict):
        known = error["msg"].rpartition("keys" if "keys" in error["msg"] else "heads")[2].strip().split(", ")
        close = [nearest(str(given), known) for given in value if given not in known]
        suggestion = next((name for name in close if name), "")
    return "this says nothing that can be tested", shown(value), error["msg"], suggestion


def _pattern(error: ErrorDetails, key: object, value: object) -> _Wording:
    pattern = error["ctx"]["pattern"]
    if pattern.startswith("^[A-Z]"):
        return f"{shown(value)} is not a clause", shown(value), "an id such as KH-MS-7.1.6", ""
    expected = "a name of a-z, 0-9 and _ that begins with a letter"
    known = re_named(str(value))
    return f"{shown(value)} is not a name", shown(value), expected, known


def re_named(text: str) -> str:
    """The name that somebody may have meant by a text with capitals, blanks or hyphens in it."""
    name = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in text.casefold()).strip("_")
    return name if name and name[0].isalpha() and len(name) <= 80 else ""


def _literal(error: ErrorDetails, key: object, value: object) -> _Wording:
    expected = error["ctx"]["expected"]
    options = [option.strip("'") for part in expected.split(" or ") for option in part.split(", ")]
    return f"`{key}` does not know this word", shown(value), f"one of {listed(options, 20)}", nearest(str(value), options)


def _said(error: ErrorDetails, key: object, value: object) -> _Wording:
    return str(error["ctx"]["error"]), shown(value), "", ""


def _too_short(error: ErrorDetails, key: object, value: object) -> _Wording:
    return f"`{key}` is empty", shown(value), "at least one", ""


def _too_long(error: ErrorDetails, key: object, value: object) -> _Wording:
    limits = error.get("ctx", {})
    if "actual_length" in limits:
        return f"`{key}` has too many entries", str(limits["actual_length"]), f"at most {limits['max_length']}", ""
    return f"`{key}` is too long", shown(value), f"at most {limits['max_length']} signs", ""


def _too_small(error: ErrorDetails, key: object, value: object) -> _Wording:
    return f"`{key}` is too small", shown(value), f"at least {error['ctx']['ge']}", ""


def _other(error: ErrorDetails, key: object, value: object) -> _Wording:
    return f"`{key}`: {error['msg'][:1].lower()}{error['msg'][1:]}", shown(value), "", ""


_WORDINGS: dict[str, Callable[[ErrorDetails, object, object], _Wording]] = {
    "bool_type": _wrong_shape("true or false"),
    "int_type": _wrong_shape("a whole number"),
    "string_type": _wrong_shape("a text"),
    "tuple_type": _wrong_shape("a list"),
    "dict_type": _wrong_shape("a mapping of names"),
    "model_type": _wrong_shape("a mapping"),
    "model_attributes_type": _wrong_shape("a mapping"),
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
