"""Small workflows drawn by a seed: one process, small enough that everything which can happen in it can be tried."""

from __future__ import annotations

from random import Random
from typing import Any

from config.definition import Workflow
from state_machine.rules import Rules

TRACKS = {"left": ("l0", "l1", "l2"), "right": ("r0", "r1")}
SOURCE = {"house": "director", "decided": "2026-11-01", "why": "drawn"}
FACTS: dict[str, dict[str, Any]] = {
    "flag": {"kind": "yes_no", "by": ["worker"]},
    "word": {"kind": "choice", "values": ["red", "green"], "by": ["worker"]},
}
Tree = dict[str, Any]


def house(seed: int) -> Rules:
    """The workflow of a seed, with an invariant of every kind that a search proves."""
    draw = Random(seed)  # the same seed draws the same workflow
    facts = {name: dict(fact) for name, fact in FACTS.items()}
    if draw.random() < 0.3:
        facts["word"]["starts"] = "red"
    if draw.random() < 0.3:
        facts["flag"]["lasts"] = {"until": [{"action": draw.choice(["a0", "a1", "a2"])}]}
    guards = {f"g{number}": _guard(draw) for number in range(3)}
    actions: dict[str, Any] = {f"a{number}": _action(draw, guards) for number in range(4)}
    actions["open"] = {"by": ["worker"], "asks": draw.choice([[], [], ["flag"]])}
    case = {
        "process": "case",
        "tracks": {
            name: {"starts": states[0], "states": {state: {} for state in states}} for name, states in TRACKS.items()
        },
        "facts": facts,
        "guards": guards,
        "actions": actions,
        "deadlines": {f"d{number}": _deadline(draw) for number in range(2)},
        "invariants": _invariants(draw, actions),
    }
    if draw.random() < 0.3:
        case["over"] = {"track": "left", "is": "l2"}
    workflow = {
        "workflow": "drawn",
        "says": "Drawn",
        "calendar": {"time_zone": "Asia/Phnom_Penh", "working_days": ["mon"]},
        "roles": {"worker": {"says": "Worker"}, "director": {"says": "Director"}},
        "fallback": "director",
        "second_person": ["director"],
        "processes": {"case": case},
    }
    return Rules.compile(Workflow.model_validate(workflow), f"seed {seed}")


def tree(draw: Random, depth: int = 2) -> Tree:
    """A condition of the case."""
    kind = draw.choice(["fact", "track", "track", "fact", "all", "any", "not"] if depth else ["fact", "track"])
    match kind:
        case "fact":
            return draw.choice(
                [
                    {"fact": "flag", "is": True},
                    {"fact": "flag", "is": False},
                    {"fact": "flag", "known": draw.random() < 0.5},
                    {"fact": "word", "is": "red"},
                    {"fact": "word", "is": draw.choice(["green", ["red", "green"]])},
                ]
            )
        case "track":
            name = draw.choice(list(TRACKS))
            states = draw.sample(TRACKS[name], draw.randint(1, len(TRACKS[name]) - 1))
            return {"track": name, "is": states}
        case "not":
            return {"not": tree(draw, depth - 1)}
    return {kind: [tree(draw, depth - 1) for _ in range(2)]}


def _guard(draw: Random) -> Tree:
    guard: Tree = {"require": tree(draw), "strength": draw.choice(["must", "must", "should", "may", "off"])}
    return guard | ({"when": tree(draw, 1)} if draw.random() < 0.3 else {})


def _action(draw: Random, guards: Tree) -> Tree:
    moved = draw.sample(list(TRACKS), draw.choice([1, 1, 2]))
    action: Tree = {
        "moves": {track: _move(draw, TRACKS[track]) for track in moved},
        "guards": draw.sample(list(guards), draw.choice([0, 1, 1, 2])),
    }
    if draw.random() < 0.3:
        return action | {"automatic": True}
    return action | {"by": ["worker"], "asks": draw.choice([[], [], ["flag"], ["word"], ["flag", "word"]])}


def _move(draw: Random, states: tuple[str, ...]) -> Tree:
    to = draw.choice(states)
    move: Tree = {"to": to, "from": "any"}
    if draw.random() < 0.8:
        move["from"] = draw.sample(states, draw.randint(1, len(states) - 1))
    return move | ({"otherwise": "stay"} if draw.random() < 0.2 else {})


def _deadline(draw: Random) -> Tree:
    deadline: Tree = {
        "while": tree(draw),
        "due": {"after": "P1D", "source": SOURCE},
        "ladder": [{"name": "due", "at": "PT0S", "tell": "worker", "again": "P1D"}],
    }
    if draw.random() < 0.2:
        deadline |= {"pauses_while": tree(draw, 1), "pauses_at_most": "P9D"}
    return deadline


def _invariants(draw: Random, actions: Tree) -> Tree:
    track = draw.choice(list(TRACKS))
    asked = [name for name, action in actions.items() if not action.get("automatic")]
    state = draw.choice(TRACKS[track])
    return {
        "enters": {"never": {"process": "case", "enters": {track: state}, "unless": tree(draw)}},
        "rests": {"never": {"process": "case", "rests": {"all": [tree(draw, 1), tree(draw, 1)]}}},
        "refused": {"never_refused": {"process": "case", "action": draw.choice(asked), "when": tree(draw, 1)}},
        "watched": {"always_watched": {"process": "case", "except": tree(draw, 1)}},
    }
