"""Generated workflows and families, for what must hold of all of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from config.definition import FactValue, Workflow
from state_machine.rules import Rules
from tests.unit.state_machine.town import DAY, NOW, PEOPLE, ROLES, Town, read

STATES = ("s0", "s1", "s2", "s3")
TRACKS = ("t0", "t1")
KINDS: dict[str, dict[str, Any]] = {
    "word": {"kind": "choice", "values": ["red", "green", "blue"]},
    "words": {"kind": "choices", "values": ["red", "green", "blue"]},
    "flag": {"kind": "yes_no"},
    "number": {"kind": "number"},
    "day": {"kind": "date"},
    "span": {"kind": "period"},
    "friend": {"kind": "link", "to": "person"},
}
VALUES: dict[str, st.SearchStrategy[FactValue]] = {
    "word": st.sampled_from(["red", "green", "blue"]),
    "words": st.sampled_from([(), ("red",), ("red", "blue")]),
    "flag": st.booleans(),
    "number": st.integers(0, 3),
    "day": st.sampled_from(["2027-01-01", "2027-01-04T09:00", "2027-02-01"]),
    "span": st.sampled_from(["PT1H", "P1D", "P1M"]),
    "friend": st.sampled_from(["P-sok", "P-nobody"]),
}
ROLE_NAMES = ("manager", "worker", "nurse", "supervisor")
SOURCE = {"house": "director", "decided": "2026-11-01", "why": "generated"}
DURATIONS = st.sampled_from(["PT1H", "PT36H", "P1D", "P2D", "P1M"])
TESTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "word": st.sampled_from([{"is": "red"}, {"is": ["red", "green"]}, {"known": True}, {"is": {"fact": "word"}}]),
    "words": st.sampled_from([{"includes": ["red"]}, {"includes": {"fact": "words"}}, {"known": False}]),
    "flag": st.sampled_from([{"is": True}, {"is": False}, {"known": True}]),
    "number": st.sampled_from([{"at_least": 2}, {"at_most": {"fact": "number"}}, {"is": 1}]),
    "day": st.sampled_from([{"at_least": "2027-01-04"}, {"at_most": {"fact": "day"}}, {"known": True}]),
    "span": st.sampled_from([{"at_least": "P1D"}, {"at_most": "P1M"}]),
}


def leaves(place: st.SearchStrategy[dict[str, str]]) -> st.SearchStrategy[dict[str, Any]]:
    """Tests of one instance, with `of` drawn from `place`."""
    fact = st.sampled_from(list(TESTS)).flatmap(
        lambda name: st.tuples(TESTS[name], place).map(lambda drawn: {"fact": name, **drawn[0], **drawn[1]})
    )
    track = st.tuples(st.sampled_from(TRACKS), st.sampled_from(STATES), place).map(
        lambda drawn: {"track": drawn[0], "is": drawn[1], **drawn[2]}
    )
    moment = st.sampled_from([{"fact": "flag"}, {"fact": "day"}, {"action": "a0"}, {"track": "t0"}])
    figure = st.one_of(DURATIONS, st.just({"fact": "span"}))
    clock = st.tuples(st.sampled_from(["elapsed", "within"]), figure, moment, place).map(
        lambda drawn: {drawn[0]: drawn[1], "since": {**drawn[2], **drawn[3]}}
    )
    return st.one_of(fact, track, clock)


def trees(depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions of the process `case`, whose children are `visit`s of the same shape."""
    here = leaves(st.sampled_from([{}, {}, {"of": "friend"}]))
    actor = st.sampled_from(
        [{"actor": "manager"}, {"actor": {"fact": "flag"}}, {"actor": {"action": "a0"}}, {"actor": "friend"}]
    )
    where = leaves(st.sampled_from([{}, {"of": "case"}]))
    children = st.one_of(
        st.tuples(st.sampled_from(["some", "none", "every"]), where).map(
            lambda drawn: {drawn[0]: "visit", "where": drawn[1]}
        ),
        st.tuples(where, st.sampled_from([{"at_least": 1}, {"at_most": 1}, {"at_least": {"fact": "number"}}])).map(
            lambda drawn: {"count": "visit", "where": drawn[0], **drawn[1]}
        ),
    )
    tree: st.SearchStrategy[dict[str, Any]] = st.one_of(here, here, actor, children)
    for _ in range(depth):
        parts = st.lists(tree, min_size=1, max_size=3)
        tree = st.one_of(
            here,
            parts.map(lambda drawn: {"all": drawn}),
            parts.map(lambda drawn: {"any": drawn}),
            tree.map(lambda drawn: {"not": drawn}),
        )
    return tree


@st.composite
def workflows(draw: st.DrawFn) -> Rules:
    """A workflow with a case, its visits and the people; actions, guards and facts are drawn."""
    lasting = draw(st.sampled_from([None, {"for": "P1D", "source": SOURCE}, {"until": [{"action": "a1"}]}]))
    facts: dict[str, Any] = {name: dict(kind) for name, kind in KINDS.items()}
    if lasting is not None:
        facts["flag"]["lasts"] = lasting
    guard = st.fixed_dictionaries(
        {"require": trees(), "strength": st.sampled_from(["must", "must", "should", "may", "off"])},
        optional={"when": trees(1)},
    )
    guards = {f"g{number}": draw(guard) for number in range(draw(st.integers(1, 3)))}
    move = st.fixed_dictionaries(
        {
            "from": st.one_of(st.just("any"), st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True)),
            "to": st.sampled_from(STATES),
        },
        optional={"otherwise": st.just("stay")},
    )
    action = st.fixed_dictionaries(
        {
            "by": st.lists(st.sampled_from(ROLE_NAMES), max_size=3, unique=True),
            "moves": st.dictionaries(st.sampled_from(TRACKS), move, max_size=2),
            "guards": st.lists(st.sampled_from(sorted(guards)), max_size=3, unique=True),
            "asks": st.lists(st.sampled_from(["word", "flag"]), max_size=1),
        }
    )
    actions = {f"a{number}": draw(action) for number in range(4)}
    tracks = {name: {"starts": "s0", "states": {state: {} for state in STATES}} for name in TRACKS}
    bare = {"tracks": tracks, "facts": facts, "actions": {"a0": {"by": ["worker"]}, "a1": {"by": ["worker"]}}}
    return Rules.compile(
        Workflow.model_validate(
            {
                "workflow": "generated",
                "says": "Drawn",
                "calendar": {"time_zone": "Asia/Phnom_Penh", "working_days": ["mon", "tue", "wed"]},
                "roles": read(ROLES),
                "fallback": "director",
                "processes": {
                    "case": {"process": "case", "tracks": tracks, "facts": facts, "guards": guards, "actions": actions},
                    "visit": {"process": "visit", "parent": "case", **bare},
                    "person": {"process": "person", "stands_for": "person", **bare},
                },
            }
        ),
        "generated",
    )


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """A generated workflow with a case `C1`, some visits, and people, at some point of their lives."""
    town = Town(draw(workflows()))
    roles = ("manager", "worker")
    holders = draw(st.dictionaries(st.sampled_from(roles), st.sampled_from(sorted(PEOPLE)), max_size=2))
    tracks = st.dictionaries(st.sampled_from(TRACKS), st.sampled_from(STATES))
    town.add("case", "C1", holders=holders, tracks=draw(tracks))
    town.add("person", "P-sok", stands_for="sok")
    for number in range(draw(st.integers(0, 2))):
        town.add("visit", f"V{number}", "C1", tracks=draw(tracks))
    for ref in list(town.instances):
        for name, values in VALUES.items():
            if draw(st.booleans()):
                given: dict[str, Any] = {name: draw(values), "by": draw(st.sampled_from(sorted(PEOPLE)))}
                town.record(ref, at=NOW, observed=draw(instants(-3, 0)), **given)
        if draw(st.booleans()):
            town.did(ref, draw(st.sampled_from(["a0", "a1"])), at=NOW)
    return town


def instants(first: int, last: int) -> st.SearchStrategy[dt.datetime]:
    """Hours around NOW, counted in days."""
    return st.integers(first * 24, last * 24).map(lambda hours: NOW + hours * DAY / 24)
