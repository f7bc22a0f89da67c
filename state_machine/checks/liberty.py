"""Liberty: `never_refused`. What a person may always do is refused by nothing, wherever the case stands.

Everything that can stand in the way counts: a `must` or a `should` guard, a clock that says not yet, a state from which
the action does not go, a child that it would open and that is refused, and that there is nobody who may.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.definition import Invariant, NeverRefused, Opens
from state_machine.checks.model import AT_REST, EXACT, REACHED, Model
from state_machine.checks.relation import Relation, Way
from state_machine.checks.replay import Played
from state_machine.checks.sites import Site
from state_machine.checks.space import Set
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, Verdict
from state_machine.guards import GuardRules
from state_machine.rules import ActionRules

MOST_STARTS = 8


def check_liberty(model: Model) -> Iterator[Proof]:
    """Prove every `never_refused` of the workflow."""
    for process in model.rules.processes.values():
        for name, invariant in process.model.invariants.items():
            if invariant.never_refused is not None:
                yield _never_refused(model, process.name, name, invariant, invariant.never_refused)


def _never_refused(model: Model, process: str, name: str, invariant: Invariant, never: NeverRefused) -> Proof:
    relation = model.relation(never.process)
    verdict, method, played = _proved(model, relation, never)
    return Proof(
        f"{process}.{name}",
        "liberty",
        verdict,
        invariant.says or f"{never.action} of a {never.process} is never refused",
        relation.size,
        method,
        played.steps if played is not None else (),
        where=("processes", process, "invariants", name),
    )


def _proved(model: Model, relation: Relation, never: NeverRefused) -> tuple[Verdict, str, Played | None]:
    action = relation.process.actions[never.action]
    where = relation.space.everything if never.when is None else relation.condition(never.when).yes
    refused = where & relation.answered(action) & _refused(relation, action)
    bad, method = refused, REACHED
    for method in (REACHED, AT_REST, EXACT):
        if action is relation.opening:
            bad = model.opening(relation, relation.start & refused, method)
        else:
            way = Way(action.name, action, relation.space.everything, relation.space.everything)
            bad = model.before(relation, way, refused, method)
        if bad == relation.space.empty:
            return Verdict.HOLDS, method, None
    played = refusal(relation, action, bad)
    return (Verdict.NOT_DECIDED if played is None else Verdict.VIOLATED), method, played


def _refused(relation: Relation, action: ActionRules) -> Set:
    """Where an attempt is refused or put off: by a guard, by the tracks, by a child that it opens."""
    guards = action.guards
    if action.name == "assign":
        guards = (*guards, *(guard for own in relation.process.role_guards.values() for guard in own))
    if not action.model.by:
        return relation.space.everything
    passes = [relation.fits(action), relation.met_all(guards, "must", "should")]
    passes += [_opens(relation, relation.site, opens) for opens in action.model.opens]
    return ~relation.space.all(passes)


def _opens(relation: Relation, parent: Site, opens: Opens) -> Set:
    """Where a child that an action opens is not refused: its answers are copied, its guards met as it begins."""
    rules, space = relation.rules.processes[opens.process], relation.space
    opening = rules.actions.get("open")
    if opening is None:
        return space.everything
    site = Site(f"{parent.name}+{opens.process}", "begun", opens.process, parent)
    passes = [relation.symbols.recorded(parent, fact) for fact in opening.model.asks if fact in opens.copies]
    passes += [space.empty for fact in opening.model.asks if fact not in opens.copies]
    passes += [_met_as_begun(relation, guard, site, opens.copies) for guard in opening.guards if guard.refuses]
    passes += [_opens(relation, site, further) for further in opening.model.opens]
    return space.all(passes)


def _met_as_begun(relation: Relation, guard: GuardRules, site: Site, copies: tuple[str, ...]) -> Set:
    """Where a guard of a child is met whatever is free about it; it begins with what is copied and nothing else."""
    space, unmet = relation.space, ~relation.met(guard, site)
    own = [variable for variable in space.reads(unmet) if len(variable.means) > 1 and variable.means[1] == site]
    begun = space.everything
    for variable in own:
        copied = variable.means[0] in ("fact", "word", "recorded") and variable.means[2] in copies
        if variable.means[0] == "fact" and copied and site.base is not None:
            begun &= _as_parent(relation, variable.values, str(variable.means[2]), site)
        elif variable.means[0] in ("track", "fact", "recorded", "done", "kin") and not copied:
            begun &= space.has(variable, variable.values[0])
    return ~space.forget(unmet & begun, own)


def _as_parent(relation: Relation, values: tuple[object, ...], fact: str, site: Site) -> Set:
    """A copied fact is as the parent's is."""
    assert site.base is not None
    mine, theirs = relation.symbols.fact(site, fact), relation.symbols.fact(site.base, fact)
    space = relation.space
    return space.any(space.has(mine, one) & space.has(theirs, one) for one in values if one in theirs.values)


def refusal(relation: Relation, action: ActionRules, bad: Set) -> Played | None:
    """The shortest trace at whose end the attempt is refused by the real decision."""
    explorer = Explorer(relation)
    player = explorer.player
    if action is relation.opening:
        player.refusals = True
        return player.open(bad)
    target = relation.configurations(bad)
    for _ in range(MOST_STARTS):
        player.refusals = False
        there = explorer.reach(target)
        if there is None:
            return None
        player.refusals = True
        for played in player.act(there, action, bad & relation.rests, bad):
            return played
        target &= ~player.at(there.states)
    return None
