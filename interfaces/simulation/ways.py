"""The ways of tracks: the shortest one to a state, whether a move leads on or back, and what comes by chance."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Set
from functools import cache

from state_machine.rules import ActionRules, ProcessRules
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


def befalls(process: ProcessRules, action: ActionRules, moves: Mapping[str, tuple[str, str]]) -> bool:
    """Whether an action comes over a person by chance, and is nothing that staff set out to do.

    What may never be refused is mostly the person's own decision, or a report of something that befell the person. It
    is work like other work where it is the one way of people out of the start of a track, such as a reception.
    """
    declared = (one.never_refused for one in process.model.invariants.values())
    if not any(one is not None and one.action == action.name for one in declared):
        return False
    if action.model.persons_own or action.model.opens:
        return True
    begun = [track for track, (origin, _) in moves.items() if origin == process.machines[track].starts]
    return not any(_only_way(process, action.name, track) for track in begun)


def _only_way(process: ProcessRules, action: str, track: str) -> bool:
    """Whether people leave the start of a track by this action alone."""
    start = process.machines[track].starts
    leaving = {
        one.name
        for one in process.actions.values()
        if one.model.by
        for arrows in one.arrows
        if arrows.track == track and arrows.follow(start) not in (None, start)
    }
    return leaving == {action}


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
