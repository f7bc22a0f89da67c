"""A refusal that hangs on one thing alone: steps to an attempt that goes for some of its values and not for others."""

from __future__ import annotations

from collections.abc import Callable

from state_machine.checks.liberty import refusal
from state_machine.checks.relation import Relation
from state_machine.checks.sites import Site
from state_machine.checks.space import Set, Variable
from state_machine.checks.verdict import TraceStep
from state_machine.guards import GuardRules
from state_machine.rules import ActionRules

Concerns = Callable[[str, str | None, str], bool]
"""Whether something is meant: its kind (fact or track), its process, its name."""

_KINDS = {"fact": "fact", "word": "fact", "test": "fact", "track": "track"}


def refused_for(relation: Relation, guard: GuardRules, concerns: Concerns) -> tuple[TraceStep, ...]:
    """Steps to a refusal by a guard that would let the attempt pass if what is meant were otherwise; none if none are.

    Where that can be, what is meant is known and everything else that the action asks is met.
    """
    space, met = relation.space, relation.met(guard)
    meant = [variable for variable in space.reads(met) if _is_meant(variable, concerns)]
    if not meant or not guard.refuses:
        return ()
    known = space.all(
        space.among(variable, [one for one in variable.values if one is not None])
        for variable in meant
        if variable.means[0] == "fact"
    )
    hangs_on_it = ~met & space.forget(met, meant)
    for bad in (known & hangs_on_it, hangs_on_it):
        for action in relation.process.actions.values():
            found = steps_to_refusal(relation, action, guard, bad) if guard in action.guards else ()
            if found:
                return found
    return ()


def steps_to_refusal(relation: Relation, action: ActionRules, guard: GuardRules, bad: Set) -> tuple[TraceStep, ...]:
    """Steps to a refusal of an action by a guard in one of these situations, if possible by no other guard."""
    refused = bad & relation.fits(action) & relation.answered(action)
    if action is relation.opening:
        refused &= relation.start
    others = [one for one in action.guards if one is not guard]
    for wish in (refused & relation.met_all(others, "must", "should"), refused):
        legal = relation.legal(wish)
        if legal == relation.space.empty:
            continue
        played = refusal(relation, action, legal)
        if played is not None:
            return played.steps
    return ()


def _is_meant(variable: Variable, concerns: Concerns) -> bool:
    kind, *means = variable.means
    if kind not in _KINDS or len(means) < 2:
        return False
    site, name = means[0], str(means[1])
    return isinstance(site, Site) and concerns(_KINDS[kind], site.process, name)
