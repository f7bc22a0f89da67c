"""When two conditions are the same, however often and under whatever names they are written."""

from __future__ import annotations

from state_machine.conditions import (
    AllNode,
    AnyNode,
    ChildrenNode,
    ClockNode,
    CountNode,
    NameNode,
    Node,
    NotNode,
    TrackNode,
)
from state_machine.leaves import ActorNode, FactNode
from state_machine.moments import FactFigure, Since

Shape = tuple[object, ...]
"""A condition as a value: equal for conditions that say the same in the same words."""


def shape(node: Node | None) -> Shape:
    """What a condition says, its names replaced by what they stand for."""
    match node:
        case None:
            return ("always",)
        case NameNode():
            # What a name stands for has its right sides where it is read, and not where the name is written.
            return ("named", shape(node.book[node.process, node.name]))
        case AllNode():
            return ("all", *(shape(part) for part in node.parts))
        case AnyNode():
            return ("any", *(shape(part) for part in node.parts))
        case NotNode():
            return ("not", shape(node.part))
        case ChildrenNode():
            return (node.kind, node.process, node.place, shape(node.where))
        case CountNode():
            bound = node.bound if isinstance(node.bound, int) else figure_shape(node.bound)
            return ("count", node.process, node.place, shape(node.where), bound, node.at_least)
    return _leaf(node)


def _leaf(node: Node) -> Shape:
    match node:
        case TrackNode():
            return ("track", node.place, node.source.track, tuple(sorted(node.states)))
        case FactNode():
            rights = tuple((right.value, type(right.value).__name__, right.fact, right.place) for right in node.rights)
            return ("fact", node.place, node.source.fact, node.test, node.source.known, rights)
        case ClockNode():
            return ("clock", node.kind, figure_shape(node.figure), since_shape(node.since), node.counts)
        case ActorNode():
            return ("actor", node.kind, node.name, None if node.since is None else since_shape(node.since))
    raise TypeError(f"no such condition: {node!r}")


def figure_shape(figure: object) -> Shape:
    """A figure: a duration, or a fact that holds it."""
    if isinstance(figure, FactFigure):
        return ("figure", figure.place, figure.fact)
    return ("duration", str(figure))


def since_shape(since: Since) -> Shape:
    """A moment."""
    return (since.kind, since.place, since.child, since.name)
