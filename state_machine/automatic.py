"""What follows by itself: automatic actions, and the moments at which facts lapse (semantics 3, 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from state_machine import facts
from state_machine.conditions import holds
from state_machine.decide import decide_on, tracks_moved
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Evaluation
from state_machine.guards import ask
from state_machine.view import SYSTEM, Actor, Instance

if TYPE_CHECKING:
    from state_machine.rules import ActionRules, Rules
    from state_machine.view import View

_HOUSE = Actor(SYSTEM)


def by_the_house(view: View, now: dt.datetime) -> Evaluation:
    """A look at what is there at `now` (aware, UTC), as the house itself sees it."""
    return Evaluation(view, now, _HOUSE)


def next_automatic(
    rules: Rules,
    at: Evaluation,
    instances: Iterable[Instance],
    may: Callable[[Instance, ActionRules], bool] = lambda _, __: True,
) -> tuple[Instance, str, Applied] | None:
    """The first automatic action of a family that can fire now, or None where the family is at rest.

    Deepest instances first, then in order of opening, then actions in canonical order. The caller applies what it gets
    and asks again from the start with another look (`by_the_house`), until None. Automatic guards read no clock; the
    moment of the look serves lapsed facts. `may`: only those are asked of which it says that something can have set
    them off since the family was at rest.
    """
    for instance in deepest_first(instances):
        for action in rules.processes[instance.process].automatic:
            moves = tracks_moved(action, instance) if may(instance, action) else None
            if not moves or not all(ask(guard, at, instance).met for guard in action.guards if guard.refuses):
                continue
            attempt = Attempt("act", instance.ref, _HOUSE, instance.process, action.name)
            decision = decide_on(rules, at, instance, attempt)
            if isinstance(decision, Applied):
                return instance, action.name, decision
    return None


def deepest_first(instances: Iterable[Instance]) -> list[Instance]:
    """A family with children before their parents, in order of opening among those of equal depth."""
    by_ref = {instance.ref: instance for instance in instances}
    depths: dict[str, int] = {}

    def depth(instance: Instance) -> int:
        found = depths.get(instance.ref)
        if found is None:
            parent = by_ref.get(instance.parent) if instance.parent is not None else None
            found = depths[instance.ref] = 0 if parent is None else depth(parent) + 1
        return found

    return sorted(by_ref.values(), key=lambda instance: (-depth(instance), instance.ordinal))


def lapse_at(rules: Rules, view: View, instance: Instance, fact: str, now: dt.datetime) -> dt.datetime | None:
    """The moment after `now` from which a fact in force reads as its `starts`; None where no clock will end it."""
    if fact not in rules.processes[instance.process].lapsing:
        return None
    return facts.lapses_at(by_the_house(view, now), instance, fact)


def is_over(rules: Rules, at: Evaluation, instance: Instance) -> bool:
    """Whether an instance is over: its `over` holds by a definite yes. It may still be moved, and sends nothing."""
    node = rules.processes[instance.process].over
    return node is not None and holds(at, instance, node)
