"""The way of a trace drawn into the picture of its process: which arrows it went, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from state_machine.checks.verdict import TraceStep
from state_machine.diagram import ArrowLine, StateBox, TrackPicture, picture
from state_machine.rules import Rules
from state_machine.svg import svg
from state_machine.words import spaced


def trace_svg(rules: Rules, process: str, title: str, trace: Sequence[TraceStep]) -> str:
    """A process as SVG with a trace in it: only the tracks that move or would have to, the steps told above them."""
    own = [(number, step) for number, step in enumerate(trace, 1) if step.process == process]
    shown = [name for name in rules.processes[process].model.tracks if any(_concerns(rules, s, name) for _, s in own)]
    last = own[-1][1] if own else None
    stands = dict(last.after or last.before) if last is not None else {}
    drawn = [_marked(track, own) for track in picture(rules, process, stands, shown or None)]
    return svg(title, drawn, [f"{number}. {step.says}" for number, step in enumerate(trace, 1)])


def _concerns(rules: Rules, step: TraceStep, track: str) -> bool:
    """Whether a step moves a track, or is refused and would have."""
    action = rules.processes[step.process].actions.get(step.action)
    tries = step.refused and action is not None and track in action.model.moves
    return tries or (track in step.before and step.before[track] != step.after.get(track, step.before[track]))


def _marked(track: TrackPicture, own: Sequence[tuple[int, TraceStep]]) -> TrackPicture:
    moves = [
        (number, step.before[track.name], step.after[track.name], spaced(step.action))
        for number, step in own
        if track.name in step.before and track.name in step.after and step.before[track.name] != step.after[track.name]
    ]
    return replace(
        track,
        states=tuple(_state(state, moves) for state in track.states),
        arrows=tuple(_arrow(arrow, moves) for arrow in track.arrows),
    )


Move = tuple[int, str, str, str]
"""The number of a step, from which state to which, and the action as people read it."""


def _state(state: StateBox, moves: Sequence[Move]) -> StateBox:
    return replace(state, steps=tuple(number for number, _, to, _ in moves if to == state.name))


def _arrow(arrow: ArrowLine, moves: Sequence[Move]) -> ArrowLine:
    """An arrow with the numbers of the steps that went it before the action that they took."""
    went = {label: [move[0] for move in moves if _goes(move, arrow, label)] for label in arrow.labels}
    labels = tuple(" ".join([*(f"{number}." for number in went[label]), label]) for label in arrow.labels)
    return replace(arrow, labels=labels, steps=tuple(sorted(number for numbers in went.values() for number in numbers)))


def _goes(move: Move, arrow: ArrowLine, label: str) -> bool:
    _, source, to, action = move
    return to == arrow.to and arrow.source in (source, None) and label.removesuffix(" (by itself)") == action
