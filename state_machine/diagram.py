"""Pictures of a process: its tracks with states and arrows, the present states marked. As Mermaid or as SVG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state_machine.conditions import evaluate
from state_machine.evaluation import Evaluation, Truth
from state_machine.shelf import belongs_to
from state_machine.view import SYSTEM, Actor, Instance
from state_machine.words import spaced

if TYPE_CHECKING:
    from config.definition import Action, Process, State
    from state_machine.rules import Rules
    from state_machine.view import View


@dataclass(frozen=True, slots=True)
class StateBox:
    """A state in a picture. `marks` has what is particular about it: start, final, waits; `steps` led here."""

    name: str
    label: str
    current: bool
    marks: tuple[str, ...]
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrowLine:
    """The actions that lead from one state to another; source None stands for every state. `steps` went this way."""

    source: str | None
    to: str
    labels: tuple[str, ...]
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackPicture:
    """One track of a picture."""

    name: str
    label: str
    states: tuple[StateBox, ...]
    arrows: tuple[ArrowLine, ...]


def picture(
    rules: Rules, process: str, current: Mapping[str, str] | None = None, tracks: Collection[str] | None = None
) -> tuple[TrackPicture, ...]:
    """The tracks of a process (or of those named) in canonical order; `current` has the present state of each track."""
    declared = rules.processes[process].model
    shown = [name for name in declared.tracks if tracks is None or name in tracks]
    return tuple(_track(declared, name, (current or {}).get(name)) for name in shown)


def tracks_shown(rules: Rules, view: View, instance: Instance, now: dt.datetime) -> tuple[str, ...]:
    """The tracks that a picture of an instance shows: all but those whose `shown_when` is a definite no.

    Whatever it says, a track that has left its start or has a deadline that runs is shown: nothing asked for is hidden.
    """
    at = Evaluation(view, now, Actor(SYSTEM))
    process = rules.processes[instance.process]
    asks = {
        belongs_to(process, process.deadlines[name]) for name, one in instance.deadlines.items() if one.state != "done"
    }
    hidden = {
        name
        for name, node in process.shown_when.items()
        if name not in asks
        and instance.tracks[name].state == process.model.tracks[name].starts
        and evaluate(at, instance, node)[0] is Truth.NO
    }
    return tuple(name for name in process.model.tracks if name not in hidden)


def mermaid(
    rules: Rules, process: str, current: Mapping[str, str] | None = None, tracks: Collection[str] | None = None
) -> str:
    """The process as a Mermaid `stateDiagram-v2`: one composite state a track, present states of class `current`."""
    lines = ["stateDiagram-v2", "    direction LR", "    classDef current fill:#ffd966,stroke:#7f6000,stroke-width:3px"]
    marked = []
    for track in picture(rules, process, current, tracks):
        lines.append(f'    state "{_escaped(track.label)}" as track_{track.name} {{')
        for state in track.states:
            lines.append(f'        state "{_escaped(state.label)}" as {track.name}__{state.name}')
            if "start" in state.marks:
                lines.append(f"        [*] --> {track.name}__{state.name}")
            if "final" in state.marks:
                lines.append(f"        {track.name}__{state.name} --> [*]")
            if state.current:
                marked.append(f"    class {track.name}__{state.name} current")
        if any(arrow.source is None for arrow in track.arrows):
            lines.append(f'        state "from any state" as {track.name}__any_state_')
        for arrow in track.arrows:
            source = arrow.source or "any_state_"
            label = ", ".join(_escaped(text) for text in arrow.labels)
            lines.append(f"        {track.name}__{source} --> {track.name}__{arrow.to}: {label}")
        lines.append("    }")
    return "\n".join([*lines, *marked]) + "\n"


def _track(process: Process, name: str, current: str | None) -> TrackPicture:
    track = process.tracks[name]
    arrows: dict[tuple[str | None, str], list[str]] = {}
    for key, action in process.actions.items():
        move = action.moves.get(name)
        for source in (None,) if move is not None and move.from_ == "any" else move.from_ if move is not None else ():
            assert move is not None
            arrows.setdefault((source, move.to), []).append(_action(key, action))
    return TrackPicture(
        name,
        _capital(track.says or spaced(name)),
        tuple(_state(key, state, key == current, key == track.starts) for key, state in track.states.items()),
        tuple(ArrowLine(source, to, tuple(labels)) for (source, to), labels in arrows.items()),
    )


def _state(name: str, state: State, current: bool, start: bool) -> StateBox:
    marks = (("start", start), ("final", state.final), ("waits", state.waits))
    label = state.short or state.says or spaced(name)
    return StateBox(name, label, current, tuple(mark for mark, holds in marks if holds))


def _action(name: str, action: Action) -> str:
    return f"{spaced(name)} (by itself)" if action.automatic else spaced(name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _escaped(text: str) -> str:
    """Text in which Mermaid finds nothing to interpret: most signs that are no letters become codes."""
    return "".join(sign if sign.isalnum() or sign in " ,.()'-" else f"#{ord(sign)};" for sign in text)
