"""How a process map is kept readable: the commonest paths first, and only what they pass."""

from __future__ import annotations

from collections.abc import Sequence

from access.screens import Edge, Node, Path, ProcessMap

PATHS = 200
"""The paths that are told apart; what is rarer is counted only."""
STEPS = 200
"""The actions of a case that make its path; a longer one is told by its beginning."""
NEWEST = 100_000
"""The steps, the newest ones, of which a map is made."""
NODES = 14
"""The most that a picture shows."""


def covering(map_: ProcessMap, share: float) -> tuple[Path, ...]:
    """The commonest paths that together cover this share of the cases (0 to 1), at least one where there is one."""
    found: list[Path] = []
    covered = 0
    for path in map_.paths:
        if found and covered >= share * map_.cases:
            break
        found.append(path)
        covered += path.cases
    return tuple(found)


def passed(map_: ProcessMap, paths: Sequence[Path], most: int = NODES) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The actions and edges that these paths pass, at most so many actions: those in most cases."""
    actions = {action for path in paths for action in path.actions}
    steps = {pair for path in paths for pair in zip(path.actions, path.actions[1:], strict=False)}
    nodes = sorted((one for one in map_.nodes if one.action in actions), key=lambda one: (-one.cases, one.action))[
        :most
    ]
    names = {one.action for one in nodes}
    edges = (one for one in map_.edges if (one.before, one.after) in steps and {one.before, one.after} <= names)
    return tuple(nodes), tuple(edges)
