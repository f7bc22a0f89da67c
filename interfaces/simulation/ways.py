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


def leads_back(process: ProcessRules, moves: Mapping[str, tuple[str, str]]) -> bool:
    """Whether these moves, taken together, bring tracks nearer to where they start.

    What settles a track never does: a plan that is made anew and agreed once more is a step on. What unsettles one is
    a step back, and so is a way round.
    """
    settled = {track: [_is_settled(process, track, state) for state in move] for track, move in moves.items()}
    if any(to and not origin for origin, to in settled.values()):
        return False
    return (
        sum(-1 if _unsettles(process, track, *move) else _gain(process, track, *move) for track, move in moves.items())
        < 0
    )


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


def _is_settled(process: ProcessRules, track: str, state: str) -> bool:
    declared = process.model.tracks[track].states[state]
    return declared.settled or declared.final


def _gain(process: ProcessRules, track: str, origin: str, to: str) -> int:
    """How many moves farther from its start a track is after a move."""
    depths = _depths(process.machines[track])
    return depths.get(to, 0) - depths.get(origin, 0)


def _unsettles(process: ProcessRules, track: str, origin: str, to: str) -> bool:
    """Whether a track leaves a state in which it had come to rest, or goes a way round: to where it can only turn back
    or go on to what it had before it anyway. The start is left by any way.
    """
    machine = process.machines[track]
    if origin == machine.starts or _is_settled(process, track, to):
        return False
    after, before = ({arrow.to for arrow in machine.leaving[state]} for state in (to, origin))
    return _is_settled(process, track, origin) or (origin in after and after - {origin} <= before)


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
