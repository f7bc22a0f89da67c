"""What follows by itself and takes back what a person has just done.

A state that an action entered may be left at once for a further one: what was shown is then done. It may not be left
for one from which the action went, or could go: then it is as if nothing had been said.
"""

from __future__ import annotations

from state_machine.checks.model import Model
from state_machine.checks.relation import Relation
from state_machine.checks.replay import Played
from state_machine.checks.space import Set
from state_machine.checks.traces import Explorer
from state_machine.rules import ActionRules
from state_machine.track_machine import Arrows

MOST_STARTS = 8


def taken_back(model: Model, relation: Relation, action: ActionRules, where: Set) -> tuple[Arrows, Set] | None:
    """The first move of an action that what follows at once can take back, with where that begins; None if none."""
    for arrows in action.arrows:
        variable, back = relation.tracks[arrows.track], states_before(relation, arrows)
        if not any(_leads_back(relation, other, arrows, back) for other in relation.process.automatic):
            continue
        cascade = model.cascade(relation.process.name, [arrows.track])
        needs = where & relation.asked(action, "must") & relation.space.among(variable, back)
        if cascade.rests_after(action, needs) & relation.space.among(variable, back) != relation.space.empty:
            return arrows, needs & relation.rests_before(action)
    return None


def states_before(relation: Relation, arrows: Arrows) -> list[str]:
    """The states from which a move leads into another."""
    states = [str(one) for one in relation.tracks[arrows.track].values]
    return [one for one in states if one != arrows.to and (arrows.sources is None or one in arrows.sources)]


def _leads_back(relation: Relation, other: ActionRules, arrows: Arrows, back: list[str]) -> bool:
    there = relation.space.has(relation.tracks[arrows.track], arrows.to)
    leaves = any(one.track == arrows.track and one.to != arrows.to for one in other.arrows)
    return bool(back) and leaves and relation.follows(other) & there != relation.space.empty


def played_back(relation: Relation, action: ActionRules, arrows: Arrows, bad: Set) -> Played | None:
    """The shortest trace on which the action is taken, and what follows takes its move back."""
    explorer, back, space = Explorer(relation), states_before(relation, arrows), relation.space
    leaving = [one for one in relation.process.automatic if _leads_back(relation, one, arrows, back)]
    at_once = bad & relation.before(action, space.any(relation.follows(one) for one in leaving))
    target = (
        relation.configurations(at_once)
        if relation.legal(at_once, calm=True) != space.empty
        else relation.configurations(bad)
    )
    for _ in range(MOST_STARTS):
        there = explorer.reach(target)
        if there is None:
            return None
        for played in explorer.player.act(there, action, at_once, bad, calm=True):
            if played.states[arrows.track] in back:
                return played
        target &= ~explorer.player.at(there.states)
    return None
