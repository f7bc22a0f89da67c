"""Oversight: `always_watched`, and that every ladder goes on until somebody answers. Nobody is forgotten.

A deadline watches while it runs, is not paused, and tells somebody. One that waits for an event and is not repeated
watches nobody once that event has come, until it begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from config.definition import AlwaysWatched, Deadline
from state_machine.checks.model import AT_REST, EXACT, REACHED, Model
from state_machine.checks.relation import Relation
from state_machine.checks.replay import Played
from state_machine.checks.space import Set
from state_machine.checks.staging import REF
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, Verdict
from state_machine.dating import DeadlineRules
from state_machine.evaluation import Truth
from state_machine.moments import Since
from state_machine.places import Here
from state_machine.words import listed, spaced

MOST_STARTS = 8
MOST_NAMED = 4
FEW = 4
"""Where fewer deadlines watch, each has its own work, and none is there to catch what the others leave."""


def check_oversight(model: Model) -> Iterator[Proof]:
    """Prove every `always_watched` of the workflow, and that no ladder ends in silence."""
    for process in model.rules.processes.values():
        for name, invariant in process.model.invariants.items():
            if invariant.always_watched is not None:
                yield _always_watched(model, process.name, name, invariant.says, invariant.always_watched)
    yield from _watched_unasked(model)
    for process in model.rules.processes.values():
        for name, deadline in process.model.deadlines.items():
            if deadline.strength != "off":
                yield _ladder(model, process.name, name, deadline)


# --- every configuration is watched -----------------------------------------------------------------------------------


def _always_watched(model: Model, process: str, name: str, says: str | None, watched: AlwaysWatched) -> Proof:
    relation = model.relation(watched.process)
    verdict, method, played = _proved(model, relation, watched)
    if verdict is Verdict.HOLDS:
        _catch_all(model, relation, watched)
    return Proof(
        f"{process}.{name}",
        "oversight",
        verdict,
        says or f"A deadline that tells somebody runs wherever a {watched.process} stands",
        relation.size,
        method,
        played.steps if played is not None else (),
        where=("processes", process, "invariants", name),
    )


def _watched_unasked(model: Model) -> Iterator[Proof]:
    """The same of every process with tracks of which no promise says it: it is watched until it is over.

    A promise that excepts how an instance begins says nothing.
    """
    promised = {
        watched.process
        for process in model.rules.processes.values()
        for invariant in process.model.invariants.values()
        for watched in [invariant.always_watched]
        if watched is not None and not _excepts_the_beginning(model.relation(watched.process), watched)
    }
    for process in model.rules.processes.values():
        if process.model.tracks and process.name not in promised:
            ends = None if _is_over_at_once(model.relation(process.name)) else process.model.over
            watched = AlwaysWatched.model_validate({"process": process.name, "except": ends})
            says = f"A deadline that tells somebody runs wherever a {spaced(process.name)} stands, until it is over"
            proof = _always_watched(model, process.name, "watched:unasked", says, watched)
            yield replace(proof, where=("processes", process.name))


def _is_over_at_once(relation: Relation) -> bool:
    """Whether an instance can be over as it begins: then to be over excuses nothing."""
    over = relation.process.over
    return over is not None and relation.legal(relation.opens_in & relation.said(over).yes) != relation.space.empty


def _excepts_the_beginning(relation: Relation, watched: AlwaysWatched) -> bool:
    """Whether a promise excepts how an instance begins."""
    if watched.except_ is None:
        return False
    return relation.legal(relation.opens_in & relation.condition(watched.except_).yes) != relation.space.empty


def _proved(model: Model, relation: Relation, watched: AlwaysWatched) -> tuple[Verdict, str, Played | None]:
    unwatched = _outside(relation, watched) & ~relation.space.any(_watchers(relation).values())
    bad, method = unwatched, REACHED
    for method in (REACHED, AT_REST, EXACT):
        bad = model.resting(relation, unwatched, method)
        if bad == relation.space.empty:
            return Verdict.HOLDS, method, None
    played = _played(relation, watched, bad)
    return (Verdict.NOT_DECIDED if played is None else Verdict.VIOLATED), method, played


def _outside(relation: Relation, watched: AlwaysWatched) -> Set:
    """Where an instance rests and has to be watched."""
    excepted = relation.space.empty if watched.except_ is None else relation.condition(watched.except_).yes
    return relation.rests & ~excepted


def _watchers(relation: Relation) -> dict[str, Set]:
    """Where each deadline watches."""
    running = {
        name: runs_where(relation, deadline)
        for name, deadline in relation.process.deadlines.items()
        if tells(deadline.model)
    }
    return {name: where & ~_may_be_done(relation, name) for name, where in running.items()}


def tells(deadline: Deadline) -> bool:
    """Whether a deadline is in force and tells somebody."""
    return deadline.strength != "off" and any(rung.tell is not None for rung in deadline.ladder)


def runs_where(relation: Relation, deadline: DeadlineRules) -> Set:
    """Where a deadline runs unpaused, as long as its round is not done."""
    runs = relation.said(deadline.runs_while).yes
    if relation.process.over is not None:
        runs &= ~relation.said(relation.process.over).yes
    if deadline.pauses_while is not None:
        runs &= ~relation.said(deadline.pauses_while).yes
    return runs


def _may_be_done(relation: Relation, name: str) -> Set:
    """Where a deadline that is not repeated may have had what it waited for."""
    deadline = relation.process.deadlines[name]
    if deadline.done_by is None or deadline.model.repeats is not None:
        return relation.space.empty
    source = deadline.done_by.source
    if source.kind != "action" or source.child is not None or source.place.process != relation.process.name:
        return relation.space.everything
    return relation.done_while(source.name, relation.said(deadline.runs_while).yes)


def _played(relation: Relation, watched: AlwaysWatched, bad: Set) -> Played | None:
    """The shortest trace after which nothing that is in force watches the instance."""
    explorer = Explorer(relation)
    player = explorer.player
    target = relation.configurations(bad)
    excepted = None
    if watched.except_ is not None:
        excepted = relation.compiler.node(watched.except_, relation.process.name)
    for _ in range(MOST_STARTS):
        there = explorer.reach(target)
        if there is None:
            return None
        for begun in (there, *_with_events(explorer, there)):
            for played in player.look(begun, bad & _something_held(relation), bad, calm=True):
                unexcepted = excepted is None or player.says(played.world, excepted) is not Truth.YES
                if unexcepted and player.rests(played.world):
                    for one in (played, _one_step_on(explorer, played)):
                        if one is not None and one.states == played.states and not _is_watched(relation, one):
                            return one
        target &= ~player.at(there.states)
    return None


def _something_held(relation: Relation) -> Set:
    """Where some fact of the instance is recorded, so that it can be recorded once more."""
    recordable = [name for name, fact in relation.process.facts.items() if fact.recorders]
    return relation.space.any(relation.symbols.recorded(relation.site, name) for name in recordable)


def _one_step_on(explorer: Explorer, played: Played) -> Played | None:
    """The same after a fact was recorded once more: a pause begins with the step after a deadline's first one."""
    held = next(iter(played.world.instances[REF].facts), None)
    again = Since(Here(explorer.relation.process.name), None, "fact", held) if held is not None else None
    return explorer.player.given(played, again) if again is not None else None


def _with_events(explorer: Explorer, there: Played) -> Iterator[Played]:
    """The same after the events for which the deadlines wait that are not repeated."""
    for name, deadline in explorer.relation.process.deadlines.items():
        running = there.world.instances[REF].deadlines.get(name)
        if deadline.done_by is not None and deadline.model.repeats is None and running is not None:
            there = explorer.happens(there, deadline.done_by.source) or there
            yield there


def _is_watched(relation: Relation, played: Played) -> bool:
    """Whether one of the deadlines that run on the instance by now tells somebody."""
    running = played.world.instances[REF].deadlines
    return any(at.state == "armed" and tells(relation.process.deadlines[name].model) for name, at in running.items())


# --- the catch-all ----------------------------------------------------------------------------------------------------


def _catch_all(model: Model, relation: Relation, watched: AlwaysWatched) -> None:
    """Say which configurations the catch-all alone watches: the deadline that watches most, and at least half."""
    space, watchers = relation.space, _watchers(relation)
    outside = model.resting(relation, _outside(relation, watched), REACHED)
    every = relation.configurations(outside)
    sure = {
        name: relation.count(every & ~relation.configurations(outside & ~where)) for name, where in watchers.items()
    }
    name = max(sure, key=lambda one: sure[one], default=None)
    if name is None or len(watchers) < FEW or sure[name] * 2 < relation.count(every):
        return
    others = space.any(where for one, where in watchers.items() if one != name)
    alone = relation.configurations(outside & watchers[name] & ~others, calm=True)
    if alone != space.empty:
        model.warnings.append(
            f"{relation.process.name}: in {relation.count(alone)} of {relation.count(every)} configurations "
            f"{spaced(name)} can be the only deadline that watches, for instance {_named(relation, alone)}"
        )


def _named(relation: Relation, one: Set) -> str:
    """One configuration in words: the tracks that do not stand where they start."""
    picked = relation.space.pick(one) or {}
    stands = [
        f"{spaced(name)} {spaced(str(picked[track.name]))}"
        for name, track in relation.tracks.items()
        if picked.get(track.name, track.values[0]) != track.values[0]
    ]
    more = f" and {len(stands) - MOST_NAMED} more" if len(stands) > MOST_NAMED else ""
    return (listed(stands[:MOST_NAMED], "and") + more) or "where it begins"


# --- ladders ----------------------------------------------------------------------------------------------------------


def _ladder(model: Model, process: str, name: str, deadline: Deadline) -> Proof:
    """Whether a ladder tells a role again and again, and somebody is told if nobody has that role."""
    workflow = model.rules.workflow
    last = [rung for rung in deadline.ladder if rung.tell in workflow.roles and rung.again is not None]
    goes_on = bool(last) and workflow.fallback in workflow.roles
    return Proof(
        f"{process}.ladder:{name}",
        "oversight",
        Verdict.HOLDS if goes_on else Verdict.VIOLATED,
        f"The ladder of {spaced(name)} tells a role again and again, or else the {spaced(workflow.fallback)}",
        method="the rungs, and the roles that they name",
        where=("processes", process, "deadlines", name),
    )
