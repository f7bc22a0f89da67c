"""Safety: `never … enters … unless`, by `must` guards alone, and `never … rests`.

Every way into the state is looked at: opening, actions of people, automatic ones and those that a rung does. A
`should` guard counts for nothing here, because a second person can let it pass (semantics 31).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.definition import Invariant, Never
from state_machine.checks.model import AT_REST, EXACT, REACHED, Model
from state_machine.checks.relation import Relation, Way
from state_machine.checks.replay import Played
from state_machine.checks.space import Set
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.evaluation import Truth


def check_safety(model: Model) -> Iterator[Proof]:
    """Prove every `never` of the workflow."""
    for process in model.rules.processes.values():
        for name, invariant in process.model.invariants.items():
            if invariant.never is not None:
                yield _never(model, process.name, name, invariant, invariant.never)


def _never(model: Model, process: str, name: str, invariant: Invariant, never: Never) -> Proof:
    relation = model.relation(never.process)
    proved = _rests(model, relation, never) if never.rests is not None else _enters(model, relation, never)
    verdict, method, played = proved
    return Proof(
        f"{process}.{name}",
        "safety",
        verdict,
        invariant.says or _says(never),
        relation.size,
        method,
        played.steps if played is not None else (),
        where=("processes", process, "invariants", name),
    )


def enters_only(model: Model, never: Never) -> tuple[Verdict, tuple[TraceStep, ...]]:
    """What becomes of a `never … enters … unless` that stands in no workflow, with the steps that break it."""
    verdict, _, played = _enters(model, model.relation(never.process), never)
    return verdict, played.steps if played is not None else ()


def _says(never: Never) -> str:
    if never.rests is not None:
        return f"No {never.process} rests like this"
    ((track, state),) = (never.enters or {}).items()
    return f"No {never.process} enters {track}.{state} otherwise than this"


MOST_STARTS = 8
Found = tuple[Verdict, str, Played | None]


# --- enters … unless --------------------------------------------------------------------------------------------------


def _enters(model: Model, relation: Relation, never: Never) -> Found:
    ((track, state),) = (never.enters or {}).items()
    assert never.unless is not None
    outside = ~relation.condition(never.unless).yes
    alarms: list[tuple[Way | None, Set]] = []
    for method in (REACHED, AT_REST, EXACT):
        alarms = [*_into(model, relation, (track, state), outside, method)]
        if not alarms:
            return Verdict.HOLDS, method, None
    for way, bad in alarms:
        played = _played_into(relation, never, way, bad)
        if played is not None:
            return Verdict.VIOLATED, EXACT, played
    return Verdict.NOT_DECIDED, EXACT, None


def _into(
    model: Model, relation: Relation, state: tuple[str, str], outside: Set, method: str
) -> Iterator[tuple[Way | None, Set]]:
    """Each way into a state that can be gone outside the condition; None is opening."""
    space, (track, to) = relation.space, state
    variable = relation.tracks[track]
    if relation.opens_in & space.has(variable, to) != space.empty:
        bad = model.opening(relation, relation.begins_when & outside, method)
        if bad != space.empty:
            yield None, bad
    for way in relation.ways:
        arrows = next((one for one in way.rules.arrows if one.track == track and one.to == to), None)
        if arrows is None:
            continue
        sources = [one for one in variable.values if one != to and (arrows.sources is None or one in arrows.sources)]
        bad = model.before(relation, way, way.needs & space.among(variable, sources) & outside, method)
        if bad != space.empty:
            yield way, bad


def _played_into(relation: Relation, never: Never, way: Way | None, bad: Set) -> Played | None:
    """The shortest trace on which the state is entered while the condition is no definite yes."""
    ((track, state),) = (never.enters or {}).items()
    explorer = Explorer(relation)
    player = explorer.player
    assert never.unless is not None
    player.claim = relation.compiler.node(never.unless, relation.process.name)
    if way is None:
        opened = player.open(bad)
        return opened if opened is not None and _entered(opened, player.claims, track, state) else None
    for played in _tries(explorer, way, bad):
        if _entered(played, player.claims, track, state):
            return played
    return None


def _tries(explorer: Explorer, way: Way, bad: Set) -> Iterator[Played]:
    """Traces at whose end the action is taken as it should not be."""
    relation, player = explorer.relation, explorer.player
    if way.rules.model.automatic:
        yield from explorer.provoke(bad)
        return
    target = relation.configurations(bad)
    for _ in range(MOST_STARTS):
        there = explorer.reach(target)
        if there is None:
            return
        yield from player.act(there, way.rules, bad & relation.rests, bad)
        target &= ~player.at(there.states)


def _entered(played: Played, claims: Sequence[Truth], track: str, state: str) -> bool:
    """Whether the last steps enter the state while what they need is no definite yes."""
    acted = [step for step in played.steps if step.action][-len(claims) :] if claims else []
    return any(
        step.before.get(track) != state and step.after.get(track) == state and said is not Truth.YES
        for step, said in zip(acted, claims, strict=True)
    )


# --- rests ------------------------------------------------------------------------------------------------------------


def _rests(model: Model, relation: Relation, never: Never) -> Found:
    assert never.rests is not None
    resting = relation.condition(never.rests).yes & relation.rests
    bad = resting
    for method in (REACHED, AT_REST, EXACT):
        bad = model.resting(relation, resting, method)
        if bad == relation.space.empty:
            return Verdict.HOLDS, method, None
    played = _played_resting(relation, never, bad)
    return (Verdict.NOT_DECIDED if played is None else Verdict.VIOLATED), EXACT, played


def _played_resting(relation: Relation, never: Never, bad: Set) -> Played | None:
    """The shortest trace after which an instance rests so."""
    explorer = Explorer(relation)
    player = explorer.player
    target = relation.configurations(bad)
    assert never.rests is not None
    claim = relation.compiler.node(never.rests, relation.process.name)
    for _ in range(MOST_STARTS):
        there = explorer.reach(target)
        if there is None:
            return None
        for played in player.look(there, bad, calm=True):
            if (
                played.states == there.states
                and player.rests(played.world)
                and player.says(played.world, claim) is Truth.YES
            ):
                return played
        target &= ~player.at(there.states)
    return None
