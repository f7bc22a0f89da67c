"""Liberty: `never_refused`. What a person may always do is refused by nothing, wherever the case stands.

Everything that can stand in the way counts: a `must` or a `should` guard, a clock that says not yet, a state from which
the action does not go, a child that it would open and that is refused, that there is nobody who may, that only people
may whom somebody must put into a role first, and that it asks for what whoever may do it cannot bring about. And it
must be of use: what follows by itself may not lead back to where it went from.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from config.definition import Invariant, NeverRefused, Opens
from state_machine.checks.answerable import unanswerable
from state_machine.checks.model import AT_REST, EXACT, REACHED, Model
from state_machine.checks.relation import Relation, Way
from state_machine.checks.replay import Played
from state_machine.checks.sites import Site
from state_machine.checks.space import Set
from state_machine.checks.traces import Explorer
from state_machine.checks.turned_away import held_by_nobody, played_unheld, played_without
from state_machine.checks.undone import played_back, taken_back
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
    if _found(model, relation, action, where, REACHED) == relation.space.empty:
        return Verdict.HOLDS, REACHED, None
    turned_away = _turned_away(model, relation, never, action, where)
    if turned_away is not None:
        return (Verdict.NOT_DECIDED if turned_away[0] is None else Verdict.VIOLATED), REACHED, turned_away[0]
    refused = where & relation.answered(action) & _refused(relation, action)
    bad, method = refused, REACHED
    for method in (REACHED, AT_REST, EXACT):
        bad = _found(model, relation, action, refused, method)
        if bad == relation.space.empty:
            break
    else:
        played = refusal(relation, action, bad)
        return (Verdict.NOT_DECIDED if played is None else Verdict.VIOLATED), method, played
    back = taken_back(model, relation, action, where) if action is not relation.opening else None
    if back is None:
        return Verdict.HOLDS, method, None
    played = played_back(relation, action, *back)
    return (Verdict.NOT_DECIDED if played is None else Verdict.VIOLATED), EXACT, played


def _found(model: Model, relation: Relation, action: ActionRules, where: Set, method: str) -> Set:
    """Where an action may be attempted under these needs, by one of the methods."""
    if action is relation.opening:
        return model.opening(relation, relation.start & where, method)
    return model.before(relation, Way(action.name, action, where, where), where, method)


def _turned_away(
    model: Model, relation: Relation, never: NeverRefused, action: ActionRules, where: Set
) -> tuple[Played | None] | None:
    """A trace of somebody who is turned away before any guard is asked; None where nobody is."""
    when = relation.compiler.node(never.when, never.process) if never.when is not None else None
    at_the_house = action is relation.opening and not relation.process.above
    if held_by_nobody(model.rules, action, at_the_house=at_the_house):
        return (played_unheld(relation, action, when, where),)
    missing = next(unanswerable(model.rules, relation.process, action, partial(_always_opens, model)), None)
    return (played_without(relation, action, when, where, missing),) if missing is not None else None


def _always_opens(model: Model, process: str) -> bool:
    """Whether no guard and no further opening can refuse that an instance of a process is opened."""
    relation = model.relation(process)
    opening = relation.opening
    if opening is None:
        return False
    refused = relation.answered(opening) & _refused(relation, opening)
    return _found(model, relation, opening, refused, AT_REST) == relation.space.empty


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
