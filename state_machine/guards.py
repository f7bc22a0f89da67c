"""Guards as compiled: when one is asked, what it answers, and from which moment it would hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state_machine.decision import Outcome, Read
from state_machine.evaluation import Scope, Trace, Truth
from state_machine.facts import lapses_at

if TYPE_CHECKING:
    from config.definition import Guard
    from state_machine.conditions import Node, Touch
    from state_machine.evaluation import Evaluation
    from state_machine.view import Instance

_NEVER: frozenset[dt.datetime] = frozenset()
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
    clocked: bool  # its answer can change with the time alone
    needs_assigned: bool  # it looks at the person who is being assigned, and can be asked in `assign` alone
    refusal: str  # what is said: the workflow's own text, or one made from `require`

    @property
    def refuses(self) -> bool:
        """Whether it refuses when unmet: a must always, a should until a second person has said yes."""
        return self.model.strength in ("must", "should")


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a guard said of an instance at a moment. `unasked`: what it would read, where `when` keeps it from that."""

    outcome: Outcome
    reads: tuple[Read, ...]
    flips: frozenset[dt.datetime]
    unasked: tuple[Read, ...] = ()

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

    At each instant at which a clock in one of the trees changes its answer, or a fact that they read lapses, the whole
    of all trees is evaluated again; facts that have lapsed by then count as lapsed (semantics 13). Where no clock is
    still to change, nobody is told to wait: that a fact lapses is no promise.
    """
    asked = tuple(guards)
    instants = {flip for guard in asked for flip in ask(guard, at, instance).flips}
    if not instants:
        return None
    for lapse in {lapse for guard in asked for lapse in _lapses(ask(guard, at, instance), at)}:
        # What has lapsed by then may have been a figure, or a moment, from which other clocks count.
        later = at.at(lapse)
        then = later.instance(instance.ref) or instance
        instants |= {lapse, *(flip for guard in asked for flip in ask(guard, later, then).flips)}
    for instant in sorted(instants):
        later = at.at(instant)
        then = later.instance(instance.ref) or instance
        if all(ask(guard, later, then).met for guard in asked):
            return instant
    return None


def _lapses(answer: Answer, at: Evaluation) -> Iterator[dt.datetime]:
    """The later instants at which facts lapse that a guard read, or would read if it were asked."""
    for read in (*answer.reads, *answer.unasked):
        held = at.instance(read.ref) if read.fact and read.seq else None
        lapse = lapses_at(at, held, read.fact) if held is not None else None
        if lapse is not None:
            yield lapse


def _ask(guard: GuardRules, at: Evaluation, instance: Instance) -> Answer:
    if guard.model.strength == "off":
        return Answer(Outcome.NOT_ASKED, (), _NEVER)
    trace = Trace(at.known)
    if guard.when is None or guard.when.evaluate(Scope(at, instance, instance, trace)) is not Truth.NO:
        truth = guard.require.evaluate(Scope(at, instance, instance, trace))
        return Answer(_OUTCOMES[truth], tuple(trace.reads.values()), frozenset(trace.flips))
    unasked = Trace()
    if guard.clocked:  # it may be asked later: then the clocks of `require` matter
        guard.require.evaluate(Scope(at, instance, instance, unasked))
    flips = frozenset(trace.flips | unasked.flips)
    return Answer(Outcome.NOT_ASKED, tuple(trace.reads.values()), flips, tuple(unasked.reads.values()))
