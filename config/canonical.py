"""The canonical form of a composed workflow: what its hash covers, what is stored, and the way back.

The composed tree as it was written (no defaults filled in), except that every table of elements is an array in
canonical order whose entries hold their name. With ASCII keys and whole numbers below 2⁵³ sorted compact
JSON is RFC 8785 (semantics 0). Texts in other languages and scenarios are left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from config.definition import Workflow
from config.problems import Mark
from config.yaml_tree import Items, Leaf, Node, Table, plain


@dataclass(frozen=True, slots=True)
class Elements:
    """A table of elements; `inside` are the tables in each of them. Of `values`, each entry is not a mapping."""

    inside: Inside
    values: bool = False


Inside = tuple[tuple[str, "Elements | Inside"], ...]

_NAMED = Elements(())
_VALUES = Elements((), values=True)

SHAPE: Inside = (
    ("roles", _NAMED),
    ("notices", _NAMED),
    ("forms", _NAMED),
    (
        "processes",
        Elements(
            (
                ("tracks", Elements((("states", _NAMED),))),
                ("facts", _NAMED),
                ("conditions", _VALUES),
                ("guards", _NAMED),
                ("actions", Elements((("moves", _NAMED),))),
                ("deadlines", _NAMED),
                ("invariants", Elements((("never", (("enters", _VALUES),)),))),
            )
        ),
    ),
    (
        "clauses",
        (
            ("register", _NAMED),
            ("outside", _VALUES),
            ("attested", _NAMED),
            ("scheduled", _VALUES),
            ("built_in", _VALUES),
        ),
    ),
)
"""Where in a workflow the tables of elements stand."""


def to_canonical(tree: Table) -> bytes:
    """The canonical form of a composed tree, as bytes of RFC 8785 JSON."""
    return canonical_json(_to_arrays(plain(tree), SHAPE))


def canonical_json(value: object) -> bytes:
    """Sorted compact JSON; equal to RFC 8785 for ASCII keys and whole numbers below 2⁵³."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def from_canonical(canonical: bytes) -> Workflow:
    """Rebuild the workflow from its stored canonical form.

    Raises ValueError (pydantic's, or of JSON) if the bytes are not the canonical form of a workflow.
    """
    return Workflow.model_validate(_to_tables(json.loads(canonical), SHAPE))


def tree_of(canonical: bytes, name: str) -> Table:
    """The composed tree of a published workflow, as a layer that others can extend. Its nodes stand in no file."""
    node = _as_node(_to_tables(json.loads(canonical), SHAPE), Mark(f"{name} (published)"))
    if not isinstance(node, Table):
        raise ValueError(f"{name} is not stored as a workflow")
    return node


def _to_arrays(value: Any, shape: Inside) -> Any:
    tables = dict(shape)
    changed: dict[str, Any] = {}
    for key, inner in value.items():
        where = tables.get(key)
        if isinstance(where, Elements):
            if inner:
                changed[key] = [_with_name(name, entry, where) for name, entry in inner.items()]
        else:
            changed[key] = _to_arrays(inner, where) if where else inner
    return changed


def _with_name(name: str, entry: Any, elements: Elements) -> dict[str, Any]:
    if elements.values:
        return {"name": name, "value": entry}
    return {"name": name, **_to_arrays(entry, elements.inside)}


def _to_tables(value: Any, shape: Inside) -> Any:
    tables = dict(shape)
    changed: dict[str, Any] = {}
    for key, inner in value.items():
        where = tables.get(key)
        if isinstance(where, Elements):
            changed[key] = {entry["name"]: _without_name(entry, where) for entry in inner}
        else:
            changed[key] = _to_tables(inner, where) if where else inner
    return changed


def _without_name(entry: dict[str, Any], elements: Elements) -> Any:
    if elements.values:
        return entry["value"]
    return _to_tables({key: value for key, value in entry.items() if key != "name"}, elements.inside)


def _as_node(value: Any, mark: Mark) -> Node:
    if isinstance(value, dict):
        entries = {key: _as_node(inner, mark) for key, inner in value.items()}
        return Table(mark, entries, dict.fromkeys(entries, mark))
    if isinstance(value, list):
        return Items(mark, tuple(_as_node(inner, mark) for inner in value))
    return Leaf(mark, value)
