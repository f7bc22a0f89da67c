"""The workflows of which another one is made, each composed by itself: what a composition is compared with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, permutations

from config.canonical import to_canonical
from config.composition import compose
from config.definition import Workflow
from config.folder import Layer
from config.layers import Layers, collect
from config.loader import Loaded
from config.problems import Mark, Report
from config.validation import validate
from config.yaml_tree import Items, Leaf, Table

MOST_ORDERS = 24
"""In so many orders of those that are extended is a composition made again: all orders of up to four."""

_FROM_THE_WHOLE = ("calendar", "fallback", "second_person", "second_person_within")


@dataclass(frozen=True, slots=True)
class WayOfOrder:
    """The workflows that are extended in another order than it was written, and the hash that comes of it."""

    order: tuple[str, ...]
    hash: str


def parts_of(loaded: Loaded) -> dict[str, Workflow]:
    """Each workflow that the loaded one extends directly, composed from itself and its ancestors.

    What a workflow may leave to others (calendar, fallback, second persons) is that of the whole. A part that cannot
    be made by itself is left out: its problems are problems of the whole, and were reported.
    """
    layers = loaded.layers
    direct = [name for name, _ in layers.top.extends]
    made: dict[str, Workflow] = {}
    whole, _ = compose(layers, Report())
    for name in dict.fromkeys(direct):
        if name in layers.ancestors:
            found = _alone(layers, name, whole)
            if found is not None:
                made[name] = found
    return made


def other_orders(loaded: Loaded) -> Iterator[WayOfOrder]:
    """The composition made again for the other orders of what it extends directly, at most `MOST_ORDERS` of them."""
    layers = loaded.layers
    written = tuple(dict.fromkeys(name for name, _ in layers.top.extends))
    by_name = {layer.name: layer for layer in layers.ordered}
    for order in islice(permutations(written), 1, MOST_ORDERS):
        again = collect(_reordered(layers.top, order), lambda name, _: by_name.get(name), Report())
        if again is not None:
            tree, _ = compose(again, Report())
            yield WayOfOrder(order, hashlib.sha256(to_canonical(tree)).hexdigest())


def _alone(layers: Layers, name: str, whole: Table) -> Workflow | None:
    wanted = layers.ancestors[name] | {name}
    ordered = tuple(layer for layer in layers.ordered if layer.name in wanted)
    ancestors = {layer.name: layers.ancestors[layer.name] for layer in ordered}
    report = Report()
    tree, broken = compose(Layers(ordered, ancestors), report)
    for key in _FROM_THE_WHOLE:
        if key not in tree.entries and key in whole.entries:
            tree.entries[key], tree.keys[key] = whole.entries[key], whole.keys[key]
    return validate(tree, report, broken).workflow


def _reordered(top: Layer, order: Sequence[str]) -> Layer:
    """The same workflow with what it extends in another order."""
    marks: Mapping[str, Mark] = dict(top.extends)
    items = Items(top.tree.mark, tuple(Leaf(marks[name], name) for name in order))
    tree = Table(top.tree.mark, {**top.tree.entries, "extends": items}, dict(top.tree.keys))
    return Layer(top.name, tree, top.usable, top.broken, top.texts, top.files, top.folder, top.includes)
