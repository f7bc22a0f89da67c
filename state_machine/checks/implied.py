"""What the ways of a part share: the `must` guards that each of them implies, under whatever name."""

from __future__ import annotations

from collections.abc import Sequence

from state_machine.checks.relation import Relation
from state_machine.checks.space import Set
from state_machine.guards import GuardRules
from state_machine.rules import ActionRules, Rules


def asked_of(relation: Relation, action: ActionRules) -> list[GuardRules]:
    """The guards that an action asks at `must`, as they are in the process of the relation."""
    guards = relation.process.guards
    own = [guards[guard.name] for guard in action.guards if guard.name in guards]
    return [guard for guard in own if guard.model.strength == "must"]


def shared_by(relation: Relation, alone: Rules, actions: Sequence[ActionRules]) -> list[GuardRules]:
    """The `must` guards of these actions of a part that each of them implies, as they are in the composition."""
    own = alone.processes[relation.process.name].guards
    asked = {guard.name: guard for action in actions for guard in action.guards}
    musts = [name for name in asked if own[name].model.strength == "must"]
    found = [guard for name in musts for guard in [relation.process.guards.get(name)] if guard is not None]
    return [guard for guard in found if all(implied(relation, asked_of(relation, action), guard) for action in actions)]


def implied(relation: Relation, asked: Sequence[GuardRules], guard: GuardRules) -> bool:
    """Whether what is asked cannot be met while a guard is not."""
    if guard in asked:
        return True
    without: Set = relation.space.all(relation.met(one) for one in asked) & ~relation.met(guard)
    return relation.legal(without) == relation.space.empty
