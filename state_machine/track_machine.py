"""Tracks as flat state machines: which arrows there are, and which of them an action follows from a state.

Each track of a workflow version has one `transitions.Machine`: it owns the states and the arrows, is built once,
keeps no model and no state, and calls nothing. Decisions read a table compiled from the same arrows;
a test proves table and machine equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from transitions import Machine

from config.definition import Move, Process


@dataclass(frozen=True, slots=True)
class Arrows:
    """How one action moves one track: from these states (None: any) to that one; elsewhere it `stays`, or refuses."""

    track: str
    sources: frozenset[str] | None
    to: str
    stays: bool

    def follow(self, state: str) -> str | None:
        """The state that the action leads to from here; None where it does not go from here and does not stay."""
        if self.sources is None or state in self.sources:
            return self.to
        return state if self.stays else None


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow of a diagram: this action leads from this state to that one."""

    action: str
    source: str
    to: str


class TrackMachine:
    """One track of a process. Shared by all instances and threads: asking it changes nothing.

    `arrows` has every arrow, by action in file order, then by state in file order, as read from the machine; `into` and
    `leaving` have those of each state.
    """

    def __init__(self, process: Process, track: str) -> None:
        self.process = process.process
        self.track = track
        self.states = tuple(process.tracks[track].states)
        self.starts = process.tracks[track].starts
        self._machine = Machine(
            model=None,
            states=list(self.states),
            initial=self.starts,
            auto_transitions=False,
            send_event=False,
        )
        for action, declared in process.actions.items():
            move = declared.moves.get(track)
            if move is not None:
                self._add(action, move)
        self.arrows = self._read_arrows()
        self.into = {state: tuple(arrow for arrow in self.arrows if arrow.to == state) for state in self.states}
        self.leaving = {state: tuple(arrow for arrow in self.arrows if arrow.source == state) for state in self.states}

    def follow(self, action: str, state: str) -> str | None:
        """Where an action leads from a state, None where no arrow leaves; asked of the machine itself."""
        event = self._machine.events.get(action)
        found = event.transitions.get(state, ()) if event is not None else ()
        return found[0].dest if found else None

    def _read_arrows(self) -> tuple[Arrow, ...]:
        return tuple(
            Arrow(action, source, transition.dest)
            for action, event in self._machine.events.items()
            for source in self.states
            for transition in event.transitions.get(source, ())
            if transition.dest is not None
        )

    def _add(self, action: str, move: Move) -> None:
        sources = self.states if move.from_ == "any" else move.from_
        for source in sources:
            self._machine.add_transition(trigger=action, source=source, dest=move.to)
