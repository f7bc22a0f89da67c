"""`texts/<language>.yaml`: what people read, in other languages. Not part of a workflow's identity.

A file mirrors the workflow: `processes: {case: {guards: {care_answered: {refusal: …}}}}`. The keys of a
`Translations` are the same path with dots: `processes.case.guards.care_answered.refusal`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from config.crosscheck.words import check_notice_text
from config.definition import Workflow
from config.layers import Layers
from config.model_walk import key_of
from config.problems import Report, listed, shown
from config.shapes import Part
from config.yaml_tree import Leaf, Node, Table, plain

Translations = Mapping[str, str]

TEXT_KEYS = ("says", "short", "task_says", "refusal", "remedy")
"""The keys whose texts are translated."""

_NEVER_TRANSLATED = ("clauses",)


def read_translations(workflow: Workflow, layers: Layers, report: Report, warnings: Report) -> dict[str, Translations]:
    """The translations of all layers by language; those of a workflow come before those of what it extends."""
    known = dict(translatable(workflow))
    branches = {here for path in known for here in _above(path)}
    found: dict[str, dict[str, str]] = {}
    for layer in layers.ordered:
        for language, tree in layer.texts.items():
            into = found.setdefault(language, {})
            _flatten(_Known(workflow, known, branches), tree, "", into, report)
    for language, texts in found.items():
        missing = [path for path, text in known.items() if text and path not in texts]
        if missing:
            mark = next(layer.texts[language].mark for layer in layers.ordered if language in layer.texts)
            warnings.add(mark, f"{len(missing)} texts are not translated", found=listed(missing, 3))
    return dict(found)


def translatable(workflow: Workflow) -> Iterator[tuple[str, str | None]]:
    """Every path at which a translation may stand, with the workflow's own text there, if it has one."""
    yield from _texts_of(workflow, "")


def _texts_of(part: Part, path: str) -> Iterator[tuple[str, str | None]]:
    for name, info in type(part).model_fields.items():
        key, value = key_of(name, info), getattr(part, name)
        if key in TEXT_KEYS:
            yield f"{path}{key}", value
        elif key in _NEVER_TRANSLATED:
            continue
        elif isinstance(value, Mapping):
            for inner, element in value.items():
                if isinstance(element, Part):
                    yield from _texts_of(element, f"{path}{key}.{inner}.")
        elif key == "values":
            # A value has no text of its own: people read its name, or its translation.
            yield from ((f"{path}values.{word}", None) for word in value)
        elif key == "ladder":
            for rung in value:
                yield from _texts_of(rung, f"{path}{key}.{rung.name}.")


@dataclass(frozen=True, slots=True)
class _Known:
    """The texts of a workflow, and every path that leads on to some."""

    workflow: Workflow
    texts: Mapping[str, str | None]
    branches: Set[str]


def _above(path: str) -> Iterator[str]:
    """All beginnings of a path that end before a dot."""
    return (path[:place] for place, sign in enumerate(path) if sign == ".")


def _flatten(known: _Known, node: Node, path: str, into: dict[str, str], report: Report) -> None:
    """Add the texts below a node to `into`; what is no text of the workflow is reported."""
    assert isinstance(node, Table)
    for key, value in node.entries.items():
        here = f"{path}{key}"
        if isinstance(value, Table) and here in known.branches:
            _flatten(known, value, f"{here}.", into, report)
        elif here not in known.texts:
            level = {other[len(path) :].partition(".")[0] for other in known.texts if other.startswith(path)}
            report.add(
                node.keys[key],
                f"the workflow has no text `{here}`",
                found=f"`{key}`",
                expected=f"one of {listed(sorted(level))}",
                suggestion=report.nearest(key, level),
            )
        elif isinstance(value, Leaf) and isinstance(value.value, str):
            if here.startswith("notices."):
                check_notice_text(value.value, value.mark, known.workflow.forbidden_words, report)
            into[here] = value.value
        else:
            report.add(node.keys[key], f"`{key}` is not a text", found=shown(plain(value)), expected="a text")
