"""Guards as compiled: when one is asked, what it answers, and from which moment it would hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from state_machine.decision import Outcome
from state_machine.evaluation import Scope, Trace, Truth

if TYPE_CHECKING:
    from config.definition import Guard
    from state_machine.conditions import Node, Touch
    from state_machine.evaluation import Evaluation
    from state_machine.view import Instance

_OUTCOMES = {Truth.YES: Outcome.YES, Truth.NO: Outcome.NO, Truth.UNKNOWN: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True, eq=False)
class GuardRules:
    """A guard of a process with its trees; `touches` is everything that these look at."""

    name: str
    process: str
    model: Guard
    require: Node
    when: Node | None
    touches: frozenset[Touch]

    @property
    def needs_assigned(self) -> bool:
        """Whether it looks at the person who is being assigned, and can be asked in `assign` alone."""
        return any(kind == "assigned" for _, kind, _ in self.touches)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a guard said of an instance at a moment."""

    outcome: Outcome
    trace: Trace

    @property
    def met(self) -> bool:
        """Met by yes alone, or not asked at all."""
        return self.outcome in (Outcome.YES, Outcome.NOT_ASKED)


def ask(guard: GuardRules, at: Evaluation, instance: Instance) -> Answer:
    """Ask a guard at the evaluation's moment; the same question is worked out once.

    `when` applies unless it is a definite no: in doubt the guard is asked.
    """
    key = (instance.ref, guard.name)
    found = at.answers.get(key)
    if found is None:
        found = at.answers[key] = _ask(guard, at, instance)
    return found


def first_opening(guards: Iterable[GuardRules], at: Evaluation, instance: Instance) -> dt.datetime | None:
    """The first later instant at which all these guards are met if nothing but the time changes, or None.

    The whole of all trees is evaluated again at each later instant at which one of their clocks changes its answer;
    facts that have lapsed by then count as lapsed (semantics 13).
    """
    asked = tuple(guards)

    def all_met(later: Evaluation) -> tuple[bool, set[dt.datetime]]:
        answers = [ask(guard, later, instance) for guard in asked]
        flips: set[dt.datetime] = set().union(*(answer.trace.flips for answer in answers))
        return all(answer.met for answer in answers), flips

    return _first(all_met, at)


def _first(holds: Callable[[Evaluation], tuple[bool, set[dt.datetime]]], at: Evaluation) -> dt.datetime | None:
    _, seen = holds(at)
    agenda = list(seen)
    heapify(agenda)
    while agenda:
        instant = heappop(agenda)
        met, flips = holds(at.at(instant))
        if met:
            return instant
        for flip in flips - seen:
            seen.add(flip)
            heappush(agenda, flip)
    return None


def _ask(guard: GuardRules, at: Evaluation, instance: Instance) -> Answer:
    trace = Trace()
    if guard.model.strength == "off":
        return Answer(Outcome.NOT_ASKED, trace)
    scope = Scope(at, instance, instance, trace)
    if guard.when is not None and guard.when.evaluate(scope) is Truth.NO:
        return Answer(Outcome.NOT_ASKED, trace)
    return Answer(_OUTCOMES[guard.require.evaluate(scope)], trace)
