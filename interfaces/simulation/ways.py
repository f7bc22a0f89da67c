"""The ways of tracks: the shortest one to a state, and whether a move leads on or back."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Set
from functools import cache

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


def leads_back(machines: Mapping[str, TrackMachine], moves: Mapping[str, tuple[str, str]]) -> bool:
    """Whether these moves, taken together, bring tracks nearer to where they start."""
    depths = {track: _depths(machines[track]) for track in moves}
    return sum(depths[track].get(to, 0) - depths[track].get(origin, 0) for track, (origin, to) in moves.items()) < 0


@cache
def _depths(machine: TrackMachine) -> Mapping[str, int]:
    """How many moves each state is from the start, on the shortest way."""
    found = {machine.starts: 0}
    queue = deque([machine.starts])
    while queue:
        here = queue.popleft()
        for arrow in machine.leaving[here]:
            if arrow.to not in found:
                found[arrow.to] = found[here] + 1
                queue.append(arrow.to)
    return found
