"""Which workflows a composition consists of, in canonical order, and who extends whom (semantics 0)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.folder import Layer
from config.problems import Mark, Report

MAX_WORKFLOWS = 32

Find = Callable[[str, Mark], Layer | None]
"""Looks a workflow up by name; reports at the given place where there is none."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The workflows of a composition, ancestors first and siblings by name, and the ancestors of each."""

    ordered: tuple[Layer, ...]
    ancestors: Mapping[str, frozenset[str]]

    @property
    def top(self) -> Layer:
        """The workflow that was asked for."""
        return self.ordered[-1]


def collect(top: Layer, find: Find, report: Report) -> Layers | None:
    """Find everything that `top` extends, to any depth. Returns None where something is missing or goes in a circle."""
    found: dict[str, Layer] = {top.name: top}
    _visit(top, (top.name,), found, find, report)
    if any(name not in found for layer in found.values() for name, _ in layer.extends):
        return None
    _use_published(found)
    parents = {name: _parents(layer, found) for name, layer in found.items()}
    order = _order(parents)
    if len(order) < len(found):
        return None
    ancestors: dict[str, frozenset[str]] = {}
    for name in order:
        ancestors[name] = parents[name].union(*(ancestors[parent] for parent in parents[name]))
    return Layers(tuple(found[name] for name in order), ancestors)


def _visit(layer: Layer, path: tuple[str, ...], found: dict[str, Layer], find: Find, report: Report) -> None:
    for name, mark in layer.extends:
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            report.add(
                mark, "a workflow cannot extend itself", found=circle, expected="workflows that do not extend this one"
            )
        elif name not in found:
            if len(found) >= MAX_WORKFLOWS:
                report.add(mark, "too many workflows in one composition", expected=f"at most {MAX_WORKFLOWS}")
                return
            known = find(name, mark)
            if known is not None and path[0] in known.includes:
                report.add(mark, "a workflow cannot extend itself", found=f"{name} was composed from {path[0]}")
                known = None
            if known is not None:
                found[name] = known
                _visit(known, (*path, name), found, find, report)


def _use_published(found: dict[str, Layer]) -> None:
    """Leave out what is already composed into a published workflow that is extended beside it."""
    included = {name for layer in found.values() for name in layer.includes}
    for name in included & set(found):
        del found[name]


def _parents(layer: Layer, found: Mapping[str, Layer]) -> frozenset[str]:
    names = {name for name, _ in layer.extends}
    present = {name for name in names if name in found}
    replaced = {
        other.name for other in found.values() if other.name != layer.name and names.intersection(other.includes)
    }
    return frozenset(present | replaced)


def _order(parents: Mapping[str, frozenset[str]]) -> list[str]:
    """Ancestors first; among those that could come next, the first by name."""
    waiting = {name: set(above) for name, above in parents.items()}
    ready = [name for name, above in waiting.items() if not above]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        for other, above in waiting.items():
            if name in above:
                above.remove(name)
                if not above:
                    heapq.heappush(ready, other)
    return order
