"""`extends`: the trees of a base and its overlays, made into one before anything is validated.

Overlays add and tighten; `config.overlay_rules` lists what they may do. Every refusal names the overlay's line.
The order of `extends` does not matter; elements stand in canonical order (semantics 0).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from config.calendar_choice import choose_calendar
from config.clause_books import merge_clause_books
from config.element import Element, Touch
from config.folder import Layer
from config.layers import Layers
from config.new_ways import check_new_ways
from config.overlay_rules import KINDS, Kind
from config.problems import Mark, Report, shown
from config.yaml_tree import Items, Leaf, Node, Path, Table, plain, same

MAX_ELEMENTS = 500
"""Of one kind in one process, or of processes, roles, notices and forms in a workflow."""

_OWN_KEYS = ("workflow", "says")
_GIVEN_ONCE = ("fallback", "second_person", "second_person_within")
_ADD_UP = ("forbidden_words",)
_WORDS = ("says", "clauses")
"""What may differ where two workflows bring the same fact."""


def compose(layers: Layers, report: Report) -> tuple[Table, frozenset[Path]]:
    """One tree from all layers, and the paths of what could not be read and is therefore left out."""
    broken = frozenset(path for layer in layers.ordered for path in layer.broken)
    composition = _Composition(layers, report, broken)
    for layer in layers.ordered:
        composition.gather_workflow(layer)
    for element in composition.elements.values():
        element.settle(report)
    check_new_ways(composition.elements, layers, report)
    return composition.tree(), broken


@dataclass(slots=True)
class _Composition:
    """Every element with the workflow that owns it, and how later ones touch it."""

    layers: Layers
    report: Report
    broken: frozenset[Path]
    elements: dict[Path, Element] = field(default_factory=dict)
    inside: dict[Path, list[Element]] = field(default_factory=dict)

    def gather_workflow(self, layer: Layer) -> None:
        """Take in the elements of one layer; its ancestors are already there."""
        for table, kind in KINDS["workflow"].tables:
            self._gather_table((table,), kind, layer.tree.entries.get(table), layer)

    def _gather_table(self, path: Path, kind: str, node: Node | None, layer: Layer) -> None:
        if not isinstance(node, Table):
            return
        for name, value in node.entries.items():
            if (*path, name) not in self.broken:
                self._gather((*path, name), KINDS[kind], value, layer, node.keys[name])

    def _gather(self, path: Path, kind: Kind, node: Node, layer: Layer, key: Mark) -> None:
        element = self.elements.get(path)
        if element is None:
            element = Element(path, kind, layer.name, node, key, self.layers.ancestors)
            self.elements[path] = element
            self.inside.setdefault(path[:-1], []).append(element)
        elif element.owner not in self.layers.ancestors[layer.name]:
            if not same(element.node, node) and not _joins(element, node, layer):
                self._clash(path, kind, element, key, layer)
            return
        elif not self._touch(element, node, layer, key):
            return
        if isinstance(node, Table):
            for table, inner in kind.tables:
                self._gather_table((*path, table), inner, node.entries.get(table), layer)

    def _clash(self, path: Path, kind: Kind, element: Element, key: Mark, layer: Layer) -> None:
        alike = "the same but for `says` and `clauses`" if kind.says == "fact" else "the same"
        self.report.add(
            key,
            f"the {kind.says} `{path[-1]}` is another one in the workflow `{element.owner}`",
            found=f"`{path[-1]}`, also in {element.key}",
            expected=f"{alike} in both, another name, or `extends: [{element.owner}]` in `{layer.name}`",
        )

    def _touch(self, element: Element, node: Node, layer: Layer, key: Mark) -> bool:
        """Note what an overlay does to an element of a workflow that it extends. False where that is refused whole."""
        if not isinstance(element.node, Table) and element.kind.allowed:
            return False  # what its owner wrote is no element; validation says so
        if not isinstance(node, Table) or not (element.kind.allowed or element.kind.tables):
            self.report.add(
                key,
                f"the {element.kind.says} `{element.path[-1]}` belongs to the workflow `{element.owner}`",
                found=shown(plain(node)),
                expected=element.kind.may,
            )
            return False
        element.touch(Touch(layer.name, node), self.report)
        return True

    def tree(self) -> Table:
        """The composed workflow, every node with the place where it was written."""
        top = self.layers.top
        whole = Table(top.tree.mark, {}, {})
        self._own_keys(whole)
        for table, _ in KINDS["workflow"].tables:
            mark = top.tree.keys.get(table, top.tree.mark)
            part = self._wrong_shape(table) or self._built_table((table,), mark)
            if part is not None:
                whole.entries[table], whole.keys[table] = part, mark
        book = merge_clause_books(
            [(layer.name, layer.tree.entries.get("clauses")) for layer in self.layers.ordered], self.report
        )
        if book is not None:
            whole.entries["clauses"], whole.keys["clauses"] = book, book.mark
        return whole

    def _wrong_shape(self, table: str) -> Node | None:
        nodes = (layer.tree.entries.get(table) for layer in self.layers.ordered)
        return next((node for node in nodes if node is not None and not isinstance(node, Table)), None)

    def _built_table(self, path: Path, mark: Mark) -> Table | None:
        inside = self.inside.get(path)
        if not inside:
            return None
        if len(inside) > MAX_ELEMENTS:
            self.report.add(
                inside[MAX_ELEMENTS].key,
                f"there are too many {path[-1]}",
                found=str(len(inside)),
                expected=f"at most {MAX_ELEMENTS}",
            )
        table = Table(mark, {}, {})
        for element in inside[:MAX_ELEMENTS]:
            name = str(element.path[-1])
            table.entries[name], table.keys[name] = self._built(element), element.key
        return table

    def _built(self, element: Element) -> Node:
        if not isinstance(element.node, Table):
            return element.node
        own = element.seen(None)
        for table, _ in element.kind.tables:
            mark = element.node.keys.get(table, element.node.mark)
            part = self._built_table((*element.path, table), mark)
            if part is not None:
                own.entries[table], own.keys[table] = part, mark
        return own

    def _own_keys(self, whole: Table) -> None:
        """The keys of `workflow.yaml` that are no tables of elements."""
        tables = {table for table, _ in KINDS["workflow"].tables} | {"clauses", "extends", "calendar"}
        for layer in self.layers.ordered:
            for key, node in layer.tree.entries.items():
                mark = layer.tree.keys[key]
                if key in tables or (key in _OWN_KEYS and layer is not self.layers.top):
                    continue
                if key in _ADD_UP and key in whole.entries:
                    whole.entries[key] = _union(whole.entries[key], node)
                elif key in _GIVEN_ONCE and key in whole.entries:
                    self.report.add(
                        mark,
                        f"`{key}` is already given by another workflow of this composition",
                        found=f"first in {whole.keys[key]}",
                        expected="exactly one workflow that gives it",
                    )
                else:
                    whole.entries[key], whole.keys[key] = node, mark
        calendar = choose_calendar(self.layers, self.report)
        if calendar is not None:
            whole.entries["calendar"], whole.keys["calendar"] = calendar
        self._extends(whole)

    def _extends(self, whole: Table) -> None:
        """The composed form names all ancestors, in canonical order, whatever the layers wrote."""
        top = self.layers.top
        mark = top.tree.keys.get("extends", top.tree.mark)
        written = top.tree.entries.get("extends")
        if written is not None and not isinstance(written, Items):
            whole.entries["extends"], whole.keys["extends"] = written, mark
            return
        names = [name for layer in self.layers.ordered for name in (*layer.includes, layer.name)]
        ancestors = [name for name in dict.fromkeys(names) if name != top.name]
        if ancestors:
            whole.entries["extends"] = Items(mark, tuple(Leaf(mark, name) for name in ancestors))
            whole.keys["extends"] = mark


def _joins(element: Element, node: Node, layer: Layer) -> bool:
    """Whether two workflows mean the same fact: all that counts of it is the same, and only its words differ.

    Then it is one fact, which carries the clauses of both; the words of the first by name are kept.
    """
    mine = element.node
    if element.kind.says != "fact" or not isinstance(mine, Table) or not isinstance(node, Table):
        return False
    if not same(_without(mine, *_WORDS), _without(node, *_WORDS)):
        return False
    clauses = node.entries.get("clauses")
    if clauses is not None:
        entries = {"clauses": clauses}
        element.touches.append(Touch(layer.name, Table(node.mark, entries, {"clauses": node.keys["clauses"]})))
    return True


def _without(table: Table, *names: str) -> Table:
    entries = {key: node for key, node in table.entries.items() if key not in names}
    return Table(table.mark, entries, {key: table.keys[key] for key in entries})


def _union(one: Node, other: Node) -> Node:
    """Two lists as one, each entry once; anything else is left to validation."""
    if not isinstance(one, Items) or not isinstance(other, Items):
        return one if not isinstance(one, Items) else other
    return Items(one.mark, tuple(_each_once((*one.items, *other.items))))


def _each_once(nodes: Iterable[Node]) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        if not any(same(node, other) for other in kept):
            kept.append(node)
    return kept
