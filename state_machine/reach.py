"""How far a deadline looks: everything whose change, in a step of its family, can make it otherwise.

A step that changes none of it leaves the deadline as it was, so that it need not be looked at. No such list is made
where what it reads can change without a step of the family: what another family holds or a person, what the clock ends,
figures and dates (for days of rest may be decreed), and pauses (which are looked at from the step after the first on).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from state_machine.conditions import Node, Touch, clocked, touched
from state_machine.moments import Since, since

if TYPE_CHECKING:
    from state_machine.compiling import Compiler

_OUTSIDE = ("link", "person", "actor", "assigned")


def reach(compiler: Compiler, process: str, nodes: Iterable[Node], done_by: Since | None) -> frozenset[Touch] | None:
    """Everything at which these conditions and this event look, and what ends the facts among it; None: no list tells.

    They are read on an instance of `process`.
    """
    asked = tuple(nodes)
    if any(clocked(node) for node in asked):
        return None
    waiting = {touch for node in asked for touch in touched(node)}
    if done_by is not None:
        waiting.update(compiler.moment_touches(done_by, process))
    found: set[Touch] = set()
    while waiting:
        touch = waiting.pop()
        ends = _ended_by(compiler, touch)
        if ends is None:
            return None
        found.add(touch)
        waiting |= ends - found
    return frozenset(found)


def _ended_by(compiler: Compiler, touch: Touch) -> set[Touch] | None:
    """What ends a fact, nothing for anything else; None where the family alone does not tell how this reads."""
    process, kind, name = touch
    if process is None or kind in _OUTSIDE:
        return None
    fact = compiler.workflow.processes[process].facts.get(name) if kind == "fact" else None
    if fact is None or fact.lasts is None:
        return set()
    if fact.lasts.for_ is not None:
        return None
    moments = (since(compiler.workflow, process, event) for event in fact.lasts.until)
    return {one for moment in moments for one in compiler.moment_touches(moment, process)}
