"""A folder of YAML, or the name of a shipped workflow, to a validated `Workflow`: read, compose, validate, cross-check.

A definition is data. Nothing in it is evaluated, imported or filled in; every problem of all files is reported
together, each with its line (`config.problems`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.canonical import from_canonical, to_canonical, tree_of
from config.composition import compose
from config.crosscheck import cross_check
from config.definition import Workflow
from config.folder import Layer, list_shipped, read_folder, shipped_folder
from config.layers import Layers, collect
from config.problems import DefinitionError, Mark, Problem, Report, listed
from config.translations import Translations, read_translations
from config.validation import validate
from config.yaml_tree import Table

__all__ = ["DefinitionError", "Loaded", "Problem", "from_canonical", "list_shipped", "load_workflow"]

Published = Callable[[str], bytes | None]
"""Gives the canonical form of the newest published workflow of a name, or None."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workflow that passed every check of the loader.

    `canonical` is its canonical composed form and `hash` that form's SHA-256 in hex: together with the name its
    identity. `texts` are translations by language; `files` everything that was read; `folder` where it lies.
    """

    workflow: Workflow
    canonical: bytes
    hash: str
    texts: Mapping[str, Translations]
    files: tuple[Path, ...]
    folder: Path
    warnings: tuple[Problem, ...]


def load_workflow(source: str | Path, *, published: Published | None = None, siblings: bool = True) -> Loaded:
    """Load a shipped workflow by name, or any workflow by its folder.

    What it `extends` is sought among published workflows, then the shipped ones, then, if `siblings`, the folders
    beside it. Raises DefinitionError with all problems, sorted by place.
    """
    report = Report()
    top = _top(source, report)
    if not top.usable:
        raise DefinitionError(report.problems)
    layers = collect(top, _Finder(top, published, siblings, report), report)
    if layers is None:
        raise DefinitionError(report.problems)
    return _checked(layers, report)


def _checked(layers: Layers, report: Report) -> Loaded:
    """Compose, validate and cross-check what was read."""
    tree, broken = compose(layers, report)
    validated = validate(tree, report, broken)
    warnings = Report()
    texts: dict[str, Translations] = {}
    if validated.workflow is not None:
        cross_check(validated.workflow, tree, validated.broken, layers, report, warnings)
        texts = read_translations(validated.workflow, layers, report, warnings)
    if report.problems or validated.workflow is None:
        raise DefinitionError(report.problems)
    canonical = to_canonical(tree)
    folder = layers.top.folder
    assert folder is not None
    return Loaded(
        workflow=validated.workflow,
        canonical=canonical,
        hash=hashlib.sha256(canonical).hexdigest(),
        texts=texts,
        files=tuple(path for layer in layers.ordered for path in layer.files),
        folder=folder,
        warnings=tuple(sorted(set(warnings.problems))),
    )


def _top(source: str | Path, report: Report) -> Layer:
    """The workflow that was asked for: a shipped one by its name, else a folder."""
    if isinstance(source, str) and source in list_shipped():
        return read_folder(shipped_folder() / source, report, shown_as=source)
    folder = Path(source)
    if isinstance(source, str) and not folder.is_dir():
        known = list_shipped()
        report.add(
            Mark(source),
            "there is no workflow of this name, and no such folder",
            expected=f"one of {listed(known)}, or the folder of a workflow",
            suggestion=report.nearest(source, known),
        )
        return Layer(source, Table(Mark(source), {}, {}), usable=False)
    return read_folder(folder, report)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks up what a workflow extends: published, then shipped, then the folders beside it."""

    top: Layer
    published: Published | None
    siblings: bool
    report: Report

    def __call__(self, name: str, mark: Mark) -> Layer | None:
        stored = self.published(name) if self.published else None
        if stored is not None:
            tree = tree_of(stored, name)
            includes = tuple(from_canonical(stored).extends)
            return Layer(name, tree, includes=includes)
        if name in list_shipped():
            return self._usable(read_folder(shipped_folder() / name, self.report, shown_as=name))
        beside = self._beside()
        if name in beside:
            shown_as = f"{Path(self.top.tree.mark.file).parent.parent}/{name}"
            return self._usable(read_folder(beside[name], self.report, shown_as=shown_as))
        known = (*list_shipped(), *beside)
        self.report.add(
            mark,
            "unknown workflow",
            found=f"`{name}`",
            expected=f"one of {listed(known)}" + (", or a folder beside this one" if self.siblings else ""),
            suggestion=self.report.nearest(name, known),
        )
        return None

    def _beside(self) -> dict[str, Path]:
        folder = self.top.folder
        if not self.siblings or folder is None:
            return {}
        found = sorted(folder.resolve().parent.glob("*/workflow.yaml"))
        return {path.parent.name: path.parent for path in found if path.parent != folder.resolve()}

    def _usable(self, layer: Layer) -> Layer | None:
        return layer if layer.usable else None
