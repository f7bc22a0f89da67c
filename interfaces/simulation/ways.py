"""The shortest way of a track from one state to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Set

from state_machine.track_machine import TrackMachine


def first_action(machine: TrackMachine, state: str, wanted: Set[str]) -> str | None:
    """The action that begins the shortest way from a state to one of those wanted; None where there is no way."""
    begun: dict[str, str | None] = {state: None}
    queue = deque([state])
    while queue:
        here = queue.popleft()
        if here in wanted and here != state:
            return begun[here]
        for arrow in machine.leaving[here]:
            if arrow.to not in begun:
                begun[arrow.to] = begun[here] or arrow.action
                queue.append(arrow.to)
    return None
