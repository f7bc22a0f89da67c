"""That what follows by itself comes to an end."""

from __future__ import annotations

from state_machine.checks.model import Model
from state_machine.checks.relation import Relation
from state_machine.checks.replay import Played
from state_machine.checks.space import Set
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, Verdict
from state_machine.words import listed

NO_LOOP = "no_loop"
FREE = "automatic actions alone, with everything that they read free at each of them"
CARRIED = "the same, with what they read carried along; relatives that come to rest have done so"


def check_loops(model: Model, relation: Relation) -> Proof:
    """No automatic actions of a process can follow each other for ever."""
    process = relation.process.name
    endless, method = _endless(relation), FREE
    if endless != relation.space.empty:
        endless, method = model.cascade(process, relation.tracks).endless(_restless(model)), CARRIED
    names = [
        action.name
        for action in relation.process.automatic
        if endless & relation.follows(action) != relation.space.empty
    ]
    says = "What follows by itself comes to an end"
    if names:
        says = f"{listed(names, 'and')} may follow each other for ever"
    played = _played(relation, endless) if names else None
    verdict = Verdict.VIOLATED if played is not None else Verdict.NOT_DECIDED if names else Verdict.HOLDS
    return Proof(
        f"{process}.{NO_LOOP}",
        "structure",
        verdict,
        says,
        relation.size,
        method,
        played.steps if played is not None else (),
        where=("processes", process),
    )


def _played(relation: Relation, endless: Set) -> Played | None:
    """A trace after which something follows, and follows, and does not come to rest."""
    explorer = Explorer(relation)
    for action in relation.process.automatic:
        for played in explorer.provoke(endless & relation.follows(action), endless=True):
            return played
    return None


def _restless(model: Model) -> frozenset[str]:
    """The processes whose automatic actions could go on for ever, were everything that they read free."""
    relations = [model.relation(name) for name, process in model.rules.processes.items() if process.automatic]
    return frozenset(one.process.name for one in relations if _endless(one) != one.space.empty)


def _endless(relation: Relation) -> Set:
    """The configurations from which automatic actions can go on for ever, were everything that they read free."""
    automatic = [way for way in relation.ways if way.rules.model.automatic]
    found = relation.space.any(way.from_tracks for way in automatic) & relation.reached
    while True:
        further = found & relation.space.any(
            way.from_tracks & relation.changes(way.rules) & relation.before(way.rules, found) for way in automatic
        )
        if further == found:
            return found
        found = further
