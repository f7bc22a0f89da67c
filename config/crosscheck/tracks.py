"""Tracks and moves: states exist, every state can be reached, and nothing leaves a final one."""

from __future__ import annotations

from collections.abc import Iterator

from config.crosscheck.context import Context
from config.definition import Move, Track
from config.problems import listed
from config.yaml_tree import Path


def check_tracks(ctx: Context) -> None:
    """Check every track of every process, and every move of every action."""
    for process, found in ctx.workflow.processes.items():
        path: Path = ("processes", process)
        for name, track in found.tracks.items():
            _check_track(ctx, process, name, track)
        for name, action in found.actions.items():
            for track_name, move in action.moves.items():
                _check_move(ctx, process, track_name, move, (*path, "actions", name, "moves", track_name))


def _check_track(ctx: Context, process: str, name: str, track: Track) -> None:
    path: Path = ("processes", process, "tracks", name)
    if track.starts not in track.states:
        ctx.unknown("state", track.starts, track.states, (*path, "starts"), f"of the track `{name}`")
        return
    moves = list(_moves(ctx, process, name))
    if not any(broken[:3] == ("processes", process, "actions") for broken in ctx.broken):
        _check_reached(ctx, track, moves, path)
    for action, move in moves:
        for state in _left(move, track):
            if track.states[state].final and state != move.to:
                ctx.problem(
                    ("processes", process, "actions", action, "moves", name, "from"),
                    f"`{action}` leaves the final state `{state}`",
                    found=f"from `{state}` to `{move.to}`",
                    expected="nothing leaves a final state; name the states in `from`, or take `final` away",
                )


def _moves(ctx: Context, process: str, track: str) -> Iterator[tuple[str, Move]]:
    for name, action in ctx.workflow.processes[process].actions.items():
        if track in action.moves:
            yield name, action.moves[track]


def _left(move: Move, track: Track) -> tuple[str, ...]:
    """The states from which a move goes."""
    return tuple(track.states) if move.from_ == "any" else tuple(state for state in move.from_ if state in track.states)


def _check_reached(ctx: Context, track: Track, moves: list[tuple[str, Move]], path: Path) -> None:
    reached = {track.starts}
    grew = True
    while grew:
        further = {move.to for _, move in moves if reached.intersection(_left(move, track))} - reached
        reached |= further
        grew = bool(further)
    for state in track.states:
        if state in reached:
            continue
        into = [name for name, move in moves if move.to == state]
        ctx.problem_at_key(
            (*path, "states", state),
            f"the state `{state}` cannot be reached",
            found=f"only {listed(into)} leads here, from states that cannot be reached"
            if into
            else "no action leads here",
            expected="an action that moves the track here",
        )


def _check_move(ctx: Context, process: str, name: str, move: Move, path: Path) -> None:
    tracks = ctx.workflow.processes[process].tracks
    if name not in tracks:
        if ("processes", process, "tracks", name) not in ctx.broken:
            close = ctx.report.nearest(name, tracks)
            known = f"one of {listed(tracks)}" + (f" (perhaps `{close}`)" if close else "")
            ctx.problem_at_key(path, f"unknown track `{name}` of `{process}`", found=f"`{name}`", expected=known)
        return
    ctx.state(process, name, move.to, (*path, "to"))
    if move.from_ != "any":
        for index, state in enumerate(move.from_):
            ctx.state(process, name, state, (*path, "from", index))
