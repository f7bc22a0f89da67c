"""Conditions and guards that name each other: never in a circle, and not through too many names."""

from __future__ import annotations

from collections.abc import Iterator

from config.crosscheck.context import Context
from config.crosscheck.leaves import named, spots

Node = tuple[str, str]
"""A process, and the name of a condition or guard of it."""

MAX_CHAIN = 32
"""How many conditions and guards may name one another in a row."""


def check_naming(ctx: Context) -> bool:
    """Report circles (also through `where`) and overlong chains of names. Returns whether there are none."""
    depths: dict[Node, int] = {}
    sound = True
    for process, found in ctx.workflow.processes.items():
        for name in (*found.conditions, *found.guards):
            if (process, name) not in depths:
                sound = _follow(ctx, (process, name), depths) and sound
    return sound


def _follow(ctx: Context, start: Node, depths: dict[Node, int]) -> bool:
    """Walk all that a name leads to, deepest first, without recursion: the names come from whoever wrote them."""
    trail: list[tuple[Node, Iterator[Node]]] = [(start, _names_in(ctx, start))]
    sound = True
    while trail:
        node, rest = trail[-1]
        depths.setdefault(node, 1)
        following = next(rest, None)
        if following is None:
            trail.pop()
            if trail:
                above = trail[-1][0]
                depths[above] = max(depths[above], depths[node] + 1)
            continue
        open_nodes = [other for other, _ in trail]
        if following in open_nodes:
            _report_circle(ctx, open_nodes[open_nodes.index(following) :])
            sound = False
        elif following not in depths:
            trail.append((following, _names_in(ctx, following)))
        else:
            depths[node] = max(depths[node], depths[following] + 1)
        if depths[node] > MAX_CHAIN or len(trail) > MAX_CHAIN:
            _report_chain(ctx, node)
            return False
    return sound


def _names_in(ctx: Context, node: Node) -> Iterator[Node]:
    """The names that a condition or guard mentions itself, each with the process on which it is read."""
    process, name = node
    for condition, path in named(ctx, process, name):
        for spot in spots(ctx, condition, path, process, process):
            if isinstance(spot.part, str) and spot.here is not None:
                yield spot.here, spot.part


def _section(ctx: Context, node: Node) -> str:
    process, name = node
    return "conditions" if name in ctx.workflow.processes[process].conditions else "guards"


def _report_chain(ctx: Context, node: Node) -> None:
    process, name = node
    ctx.problem_at_key(
        ("processes", process, _section(ctx, node), name),
        f"`{name}` stands in too long a chain of names",
        found=f"more than {MAX_CHAIN} conditions that name each other in a row",
        expected=f"at most {MAX_CHAIN}",
    )


def _report_circle(ctx: Context, circle: list[Node]) -> None:
    process, name = circle[0]
    said = " → ".join(f"{where}.{what}" for where, what in [*circle, circle[0]])
    ctx.problem_at_key(("processes", process, _section(ctx, circle[0]), name), f"`{name}` says itself", found=said)
