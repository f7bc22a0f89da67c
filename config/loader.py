"""A folder of YAML, or the name of a shipped workflow, to a validated `Workflow`: read, compose, validate, cross-check.

A definition is data. Nothing in it is evaluated, imported or filled in; every problem of all files is reported
together, each with its line (`config.problems`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
from config.yaml_tree import Items, Leaf, Node, Table

__all__ = [
    "DefinitionError",
    "Loaded",
    "Problem",
    "from_canonical",
    "list_shipped",
    "load_draft",
    "load_together",
    "load_workflow",
]

Published = Callable[[str], bytes | None]
"""Gives the canonical form of the newest published workflow of a name, or None."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workflow that passed every check of the loader.

    `canonical` is its canonical composed form and `hash` that form's SHA-256 in hex: together with the name its
    identity. `texts` are translations by language; `files` everything that was read; `folder` where it lies (of what
    was put together in memory: a folder of its name that is not there). `layers` are the workflows of which it is made.
    `unsafe` is empty but for drafts: why it must not be used.
    """

    workflow: Workflow
    canonical: bytes
    hash: str
    texts: Mapping[str, Translations]
    files: tuple[Path, ...]
    folder: Path
    warnings: tuple[Problem, ...]
    layers: Layers = field(repr=False)
    unsafe: tuple[Problem, ...] = ()


def load_workflow(source: str | Path, *, published: Published | None = None, siblings: bool = True) -> Loaded:
    """Load a shipped workflow by name, or any workflow by its folder.

    What it `extends` is sought among published workflows, then the shipped ones, then, if `siblings`, the folders
    beside it. Raises DefinitionError with all problems, sorted by place.
    """
    return _safe(load_draft(source, published=published, siblings=siblings))


def load_draft(source: str | Path, *, published: Published | None = None, siblings: bool = True) -> Loaded:
    """Load a workflow that is whole even where it is unsafe, so that what it does wrong can be shown.

    Raises DefinitionError with all problems of one that is not whole, what is unsafe among them.
    """
    report = Report()
    top = _top(source, report)
    if not top.usable:
        raise DefinitionError(report.problems)
    layers = collect(top, _Finder(top, published, siblings, report), report)
    if layers is None:
        raise DefinitionError(report.problems)
    return _checked(layers, report)


def load_together(
    sources: Sequence[str | Path],
    name: str,
    says: str,
    *,
    calendar_of: str | None = None,
    published: Published | None = None,
) -> Loaded:
    """Put workflows together as a workflow `name` would that extends them all and adds nothing, in memory.

    Each source is a shipped workflow's name or a folder; their order does not matter. `calendar_of` is the one whose
    calendar counts, where they count by different ones. What is only unsafe is told as of a draft. Raises
    DefinitionError with all other problems, of the sources and of what they are together.
    """
    report = Report()
    given = [_top(source, report) for source in sources]
    names = [layer.name for layer in given]
    for place, layer in enumerate(given):
        if layer.name in names[:place]:
            report.add(layer.tree.mark, f"the workflow `{layer.name}` is given twice", expected="each workflow once")
    if report.problems or not all(layer.usable for layer in given):
        raise DefinitionError(report.problems)
    mark = Mark(name)
    extended = Items(mark, tuple(Leaf(mark, layer.name) for layer in given))
    entries: dict[str, Node] = {"workflow": Leaf(mark, name), "says": Leaf(mark, says), "extends": extended}
    top = Layer(name, Table(mark, entries, dict.fromkeys(entries, mark)))
    layers = collect(top, _Finder(top, published, True, report, {layer.name: layer for layer in given}), report)
    if layers is None:
        raise DefinitionError(report.problems)
    if calendar_of is not None:
        _take_calendar(top, calendar_of, layers, report)
    return _checked(layers, report)


def _take_calendar(top: Layer, name: str, layers: Layers, report: Report) -> None:
    """Write the calendar of one of the workflows into the one that puts them together. Raises DefinitionError."""
    having = {layer.name: layer.tree for layer in layers.ordered if "calendar" in layer.tree.entries}
    if name not in having:
        report.add(
            top.tree.mark,
            "there is no such calendar to count by",
            found=f"`{name}`",
            expected=f"one that gives a calendar: {listed(sorted(having))}",
            suggestion=report.nearest(name, sorted(having)),
        )
        raise DefinitionError(report.problems)
    top.tree.entries["calendar"] = having[name].entries["calendar"]
    top.tree.keys["calendar"] = having[name].keys["calendar"]


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
        raise DefinitionError([*report.problems, *report.unsafe])
    canonical = to_canonical(tree)
    return Loaded(
        workflow=validated.workflow,
        canonical=canonical,
        hash=hashlib.sha256(canonical).hexdigest(),
        texts=texts,
        files=tuple(path for layer in layers.ordered for path in layer.files),
        folder=layers.top.folder or Path(layers.top.name),
        warnings=tuple(sorted(set(warnings.problems))),
        layers=layers,
        unsafe=tuple(sorted(set(report.unsafe))),
    )


def _safe(loaded: Loaded) -> Loaded:
    if loaded.unsafe:
        raise DefinitionError(loaded.unsafe)
    return loaded


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
    """Looks up what a workflow extends: what was given, published, shipped, then the folders beside it."""

    top: Layer
    published: Published | None
    siblings: bool
    report: Report
    given: Mapping[str, Layer] = field(default_factory=dict)

    def __call__(self, name: str, mark: Mark) -> Layer | None:
        if name in self.given:
            return self.given[name]
        stored = self.published(name) if self.published else None
        if stored is not None:
            tree = tree_of(stored, name)
            includes = tuple(from_canonical(stored).extends)
            return Layer(name, tree, includes=includes)
        if name in list_shipped():
            return self._usable(read_folder(shipped_folder() / name, self.report, shown_as=name))
        beside = self._beside()
        if name in beside:
            return self._usable(read_folder(beside[name][0], self.report, shown_as=f"{beside[name][1]}/{name}"))
        known = (*list_shipped(), *beside)
        self.report.add(
            mark,
            "unknown workflow",
            found=f"`{name}`",
            expected=f"one of {listed(known)}" + (", or a folder beside this one" if self.siblings else ""),
            suggestion=self.report.nearest(name, known),
        )
        return None

    def _beside(self) -> dict[str, tuple[Path, Path]]:
        """The folders beside the workflow (or beside those given), and how messages name the folder they lie in."""
        found: dict[str, tuple[Path, Path]] = {}
        for layer in (self.top, *self.given.values()) if self.siblings else ():
            if layer.folder is not None:
                own, shown_as = layer.folder.resolve(), Path(layer.tree.mark.file).parent.parent
                for path in sorted(own.parent.glob("*/workflow.yaml")):
                    if path.parent != own:
                        found.setdefault(path.parent.name, (path.parent, shown_as))
        return found

    def _usable(self, layer: Layer) -> Layer | None:
        return layer if layer.usable else None
