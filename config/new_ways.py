"""A new action into a state of the base carries every must guard that all base actions into that state share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.element import Element
from config.layers import Layers
from config.problems import Report, listed
from config.yaml_tree import Items, Leaf, Node, Path, Table, plain


def check_new_ways(elements: Mapping[Path, Element], layers: Layers, report: Report) -> None:
    """Report each action of an overlay that is a weaker way into a state than those that the base has."""
    for element in elements.values():
        if element.kind.says == "action" and layers.ancestors[element.owner]:
            for track, to in _moves(element):
                _check(element, track, to, elements, layers, report)


def _check(
    action: Element, track: str, to: Leaf, elements: Mapping[Path, Element], layers: Layers, report: Report
) -> None:
    older = layers.ancestors[action.owner]
    process = action.path[:2]
    state = elements.get((*process, "tracks", track, "states", str(to.value)))
    if state is None or state.owner not in older:
        return
    visible = older | {action.owner}
    base = [
        other
        for other in elements.values()
        if other.path[:3] == (*process, "actions")
        and other.owner in older
        and (track, to.value) in [(name, leaf.value) for name, leaf in _moves(other)]
    ]
    if not base:
        return
    asked = [_must_guards(other, elements, visible) for other in base]
    shared = [guard for guard in asked[0] if all(guard in guards for guards in asked)]
    carried = _guards(action, visible)
    missing = [guard for guard in shared if guard not in carried]
    if missing:
        report.add_unsafe(
            to.mark,
            f"the action `{action.path[-1]}` is a new way into `{to.value}` without the guards of the others",
            found=f"guards {listed(carried) or 'none'}",
            expected=f"{listed(missing)}, asked by all of {listed(str(other.path[-1]) for other in base)}",
        )


def _moves(action: Element) -> Iterator[tuple[str, Leaf]]:
    """Each track that an action moves, with the state that it moves to."""
    moves = action.node.entries.get("moves") if isinstance(action.node, Table) else None
    for track, move in moves.entries.items() if isinstance(moves, Table) else ():
        to = move.entries.get("to") if isinstance(move, Table) else None
        if isinstance(to, Leaf):
            yield track, to


def _guards(action: Element, visible: frozenset[str]) -> list[str]:
    node: Node | None = action.seen(visible).entries.get("guards") if isinstance(action.node, Table) else None
    return [str(plain(item)) for item in node.items] if isinstance(node, Items) else []


def _must_guards(action: Element, elements: Mapping[Path, Element], visible: frozenset[str]) -> list[str]:
    """The guards of an action that are asked at strength `must`, as the overlay sees them."""
    found: list[str] = []
    for name in _guards(action, visible):
        guard = elements.get((*action.path[:2], "guards", name))
        if guard is not None and isinstance(guard.node, Table):
            strength = guard.seen(visible).entries.get("strength")
            if strength is None or plain(strength) == "must":
                found.append(name)
    return found
