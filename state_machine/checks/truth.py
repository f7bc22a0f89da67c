"""What a condition says, as two sets: where it is a definite yes, and where a definite no (Kleene, semantics 12)."""

from __future__ import annotations

from typing import NamedTuple

from state_machine.checks.kin import Calm, Kin
from state_machine.checks.leaf_truth import LeafTruth
from state_machine.checks.sites import Site, find
from state_machine.checks.space import Set, Space
from state_machine.checks.symbols import Symbols
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


class Said(NamedTuple):
    """Where a condition is yes and where it is no; everywhere else it is unknown."""

    yes: Set
    no: Set


class Reader:
    """Reads conditions into sets of one space, each once."""

    def __init__(self, symbols: Symbols, own: Site, calm: Calm) -> None:
        self.symbols = symbols
        self.space: Space = symbols.space
        self.kin = Kin(symbols, own, calm)
        self._leaves = LeafTruth(symbols)
        self._names: dict[tuple[str, str, str], Said] = {}

    def said(self, node: Node, here: Site, home: Site) -> Said:
        """What a condition that is written for `home` says, read on the site `here`."""
        space = self.space
        match node:
            case NameNode():
                return self._named(node, here)
            case AllNode():
                parts = [self.said(part, here, home) for part in node.parts]
                return Said(space.all(part.yes for part in parts), space.any(part.no for part in parts))
            case AnyNode():
                parts = [self.said(part, here, home) for part in node.parts]
                return Said(space.any(part.yes for part in parts), space.all(part.no for part in parts))
            case NotNode():
                inner = self.said(node.part, here, home)
                return Said(inner.no, inner.yes)
            case ChildrenNode() | CountNode():
                return Said(*self.kin.said(node, find(self.symbols.rules, node.place, here), home, self.said))
        return self._leaf(node, here, home)

    def _leaf(self, node: Node, here: Site, home: Site) -> Said:
        match node:
            case TrackNode():
                return self._track(node, here)
            case FactNode():
                return Said(*self._leaves.fact(node, here, home))
            case ClockNode():
                return Said(*self._leaves.clock(node, here, home))
            case ActorNode():
                return Said(*self._leaves.actor(node, here))
        raise TypeError(f"no such condition: {node!r}")

    def _named(self, node: NameNode, here: Site) -> Said:
        key = (node.process, node.name, here.name)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self.said(node.book[node.process, node.name], here, here)
        return found

    def _track(self, node: TrackNode, here: Site) -> Said:
        site = find(self.symbols.rules, node.place, here)
        variable = self.symbols.track(site, node.source.track)
        if variable is None:
            return Said(self.space.empty, self.space.empty)
        there = self.symbols.present(site)
        standing = self.space.among(variable, node.states)
        return Said(there & standing, there & ~standing)
