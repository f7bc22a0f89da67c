"""May this be? `decide` answers an attempt from what the view shows at `now`. It changes nothing and asks no clock.

The order of the questions: role, states, answers, then all guards together. Somebody whose role does not let them
hears that and nothing else, because a guard's message may tell of what they may not see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from state_machine.decision import (
    Applied,
    Attempt,
    Decision,
    NotYet,
    Outcome,
    Read,
    Reason,
    Refused,
)
from state_machine.evaluation import Evaluation
from state_machine.facts import record
from state_machine.guards import Answer, GuardRules, ask, first_opening
from state_machine.permission import beginning, permit
from state_machine.reasons import answers_missing, not_from_here, not_held, unmet
from state_machine.view import Instance

if TYPE_CHECKING:
    from state_machine.rules import ActionRules, ProcessRules, Rules
    from state_machine.view import View


@dataclass(frozen=True, slots=True)
class _Asked:
    """The guards of an attempt that were asked, with their answers; `kept_back` depend on answers that are missing."""

    answers: Mapping[GuardRules, Answer]
    kept_back: tuple[GuardRules, ...]
    confirmed: bool

    def unmet(self, *strengths: str) -> tuple[GuardRules, ...]:
        """The unmet guards of these strengths, in the order of the action."""
        return tuple(g for g, a in self.answers.items() if not a.met and g.model.strength in strengths)

    @property
    def blocking(self) -> tuple[GuardRules, ...]:
        """The strengths that refuse: must always, should until a second person has said yes."""
        strengths = ("must",) if self.confirmed else ("must", "should")
        return tuple(guard for guard in self.answers if guard.model.strength in strengths)

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What each guard said; those kept back were not asked."""
        found = {guard.name: answer.outcome for guard, answer in self.answers.items()}
        return found | {guard.name: Outcome.NOT_ASKED for guard in self.kept_back}

    @property
    def reads(self) -> dict[str, tuple[Read, ...]]:
        """What each guard read."""
        return {guard.name: answer.reads for guard, answer in self.answers.items()}


def decide(rules: Rules, view: View, attempt: Attempt, now: dt.datetime) -> Decision:
    """Decide an attempt at `now` (aware, UTC) in the workflow version of the instance's family.

    The process, the action, the role to assign and the names of the facts must exist, and the facts' values must have
    the form in which they are kept (`rules` and `state_machine.values` tell): a KeyError is a mistake of the caller.
    """
    changes = bool(attempt.facts) or attempt.kind == "open"
    attempted = partial(subject, rules, view, attempt) if changes else None
    at = Evaluation(view, now, attempt.actor, assigned=attempt.assigned, attempted=attempted)
    instance = at.instance(attempt.ref)
    if instance is None:
        raise KeyError(attempt.ref)
    return decide_on(rules, at, instance, attempt)


def decide_on(rules: Rules, at: Evaluation, instance: Instance, attempt: Attempt) -> Decision:
    """Decide on an evaluation that may be shared by many attempts of one actor on one instance."""
    process = rules.processes[attempt.process]
    action = None if attempt.kind == "record" else process.actions.get(attempt.action or attempt.kind)
    permission = permit(rules, at, instance, attempt, action)
    if permission.reason is not None:
        return Refused((permission.reason,), {})
    role = permission.role
    if action is None:
        return Applied({}, {}, role)
    moves = tracks_moved(action, instance)
    missing = tuple(fact for fact in action.model.asks if fact not in attempt.facts)
    asked = _ask_all(process, action, at, instance, attempt, missing)
    fixed: list[Reason] = []
    if moves is None:
        fixed.append(not_from_here(rules, at, instance, action))
    if attempt.kind == "unassign" and attempt.role is not None and attempt.role not in instance.holders:
        fixed.append(not_held(at, instance, attempt.role))
    if missing:
        fixed.append(answers_missing(rules, instance, missing))
    return _answer(at, instance, asked, role, moves, tuple(fixed))


def subject(rules: Rules, view: View, attempt: Attempt, now: dt.datetime) -> Instance:
    """The instance as the guards see it at `now`: with the facts that come along; for `open`, as it will begin."""
    if attempt.kind == "open":
        instance = beginning(rules, Evaluation(view, now, attempt.actor), attempt)
    else:
        found = view.instance(attempt.ref)
        if found is None:
            raise KeyError(attempt.ref)
        instance = found
    return record(
        instance,
        attempt.facts,
        actor=attempt.actor,
        observed=attempt.observed,
        now=now,
        seq=attempt.seq,
    )


def tracks_moved(action: ActionRules, instance: Instance) -> dict[str, tuple[str, str]] | None:
    """All tracks that would move, with from and to; None where one stands where the action does not go from."""
    moves: dict[str, tuple[str, str]] = {}
    for arrows in action.arrows:
        state = instance.tracks[arrows.track].state
        to = arrows.follow(state)
        if to is None:
            return None
        if to != state:
            moves[arrows.track] = (state, to)
    return moves


def _ask_all(
    process: ProcessRules,
    action: ActionRules,
    at: Evaluation,
    instance: Instance,
    attempt: Attempt,
    missing: tuple[str, ...],
) -> _Asked:
    guards = action.guards
    if attempt.kind == "assign" and attempt.role is not None:
        own = process.role_guards.get(attempt.role, ())
        guards = (*guards, *(guard for guard in own if guard not in guards))
    disturbed = frozenset().union(*(process.disturbed_by[fact] for fact in missing))
    kept_back = tuple(guard for guard in guards if _depends(guard, process, disturbed, attempt))
    answers = {guard: ask(guard, at, instance) for guard in guards if guard not in kept_back}
    return _Asked(answers, kept_back, attempt.confirmed)


def _depends(guard: GuardRules, process: ProcessRules, disturbed: frozenset[str], attempt: Attempt) -> bool:
    """Whether a guard cannot be asked yet: it looks at answers that are missing, or at a person not yet named."""
    if attempt.assigned is None and guard.needs_assigned:
        return True
    return any((process.name, "fact", fact) in guard.touches for fact in disturbed)


def _answer(
    at: Evaluation,
    instance: Instance,
    asked: _Asked,
    role: str,
    moves: dict[str, tuple[str, str]] | None,
    fixed: tuple[Reason, ...],
) -> Decision:
    blocking = asked.blocking
    against = tuple(guard for guard in blocking if not asked.answers[guard].met)
    advice = tuple(unmet(at, instance, guard) for guard in asked.unmet("may"))
    overridden = tuple(guard.name for guard in asked.unmet("should")) if asked.confirmed else ()
    if moves is not None and not fixed and not against:
        return Applied(moves, asked.outcomes, role, advice, asked.reads, overridden)
    reasons = (*fixed, *(unmet(at, instance, guard) for guard in against))
    only_should = not fixed and all(guard.model.strength == "should" for guard in against)
    exception: Literal["none", "second_person"] = "second_person" if only_should else "none"
    refused = Refused(reasons, asked.outcomes, role, advice, asked.reads, exception)
    until = first_opening(blocking, at, instance) if not fixed else None
    if until is None:
        return refused
    return NotYet(until, reasons, asked.outcomes, role, advice, asked.reads, exception)
