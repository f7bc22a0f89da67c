"""Whether the role of whoever attempts something lets them, before anything else is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state_machine.decision import Attempt, Fixed, Reason
from state_machine.evaluation import Evaluation
from state_machine.facts import COMING
from state_machine.reasons import by_the_house_alone, cannot_be_assigned, not_for_you
from state_machine.roles import Standing, has_title, standing
from state_machine.view import Instance, TrackAt

if TYPE_CHECKING:
    from state_machine.rules import ActionRules, Rules


@dataclass(frozen=True, slots=True)
class Permission:
    """The role that lets the actor (empty for the system), or the reason why none does."""

    role: str = ""
    reason: Reason | None = None


def permit(
    rules: Rules, at: Evaluation, instance: Instance, attempt: Attempt, action: ActionRules | None
) -> Permission:
    """Ask for the role that the attempt needs, and for each fact that comes along without being asked.

    The system does automatic actions and those of rungs, and opens instances; nothing else (semantics 9). A child that
    an action opens is not asked for its own `by`.
    """
    if attempt.kind == "open" and (attempt.by_skipped or attempt.actor.is_system):
        return Permission()
    if attempt.kind == "record":
        return _for_facts(rules, at, instance, attempt, attempt.facts)
    roles = action.model.by if action is not None else ()
    if attempt.actor.is_system:
        by_house = attempt.kind == "act" and action is not None and action.by_house
        return Permission() if by_house else Permission(reason=_refusal(rules, at, instance, attempt, roles))
    if not roles:
        return Permission(reason=by_the_house_alone(attempt))
    found = _opener(rules, at, attempt) if attempt.kind == "open" else None
    found = found or standing(rules, at, instance, roles)
    if found.role is None:
        where = at.instance(attempt.parent) if attempt.kind == "open" and attempt.parent else instance
        return Permission(reason=not_for_you(rules, at, where, attempt, roles, found.refusal))
    unfit = _unfit(rules, at, attempt) if attempt.kind == "assign" else None
    if unfit is not None:
        return Permission(reason=unfit)
    asked = action.model.asks if action is not None else ()
    along = [fact for fact in attempt.facts if fact not in asked]
    return Permission(found.role, _for_facts(rules, at, instance, attempt, along).reason)


def beginning(rules: Rules, at: Evaluation, attempt: Attempt) -> Instance:
    """The instance that an `open` is about to make: every track in its start state, no facts yet.

    Who opens it is assigned to it in the role that let them, if that is a role which is assigned. Raises KeyError for
    an unknown parent.
    """
    parent = at.instance(attempt.parent) if attempt.parent is not None else None
    if attempt.parent is not None and parent is None:
        raise KeyError(attempt.parent)
    role = None if attempt.by_skipped or attempt.actor.is_system else _opener(rules, at, attempt).role
    held = role is not None and rules.workflow.roles[role].assigned
    person = attempt.actor.on_behalf or attempt.actor.person
    states = rules.processes[attempt.process].start_states
    return Instance(
        ref=attempt.ref,
        family=parent.family if parent is not None else attempt.ref,
        parent=attempt.parent,
        process=attempt.process,
        workflow=rules.hash,
        ordinal=-1,
        opened_at=at.now,
        opened_by=attempt.actor.person,
        tracks={track: TrackAt(state, at.now, COMING) for track, state in states.items()},
        holders={role: person} if held and role is not None else {},
        stands_for=attempt.assigned if rules.processes[attempt.process].model.stands_for else None,
    )


def _opener(rules: Rules, at: Evaluation, attempt: Attempt) -> Standing:
    """The role that lets somebody open: on the parent, or in the house for an instance without parent."""
    action = rules.processes[attempt.process].actions.get("open")
    parent = at.instance(attempt.parent) if attempt.parent is not None else None
    return standing(rules, at, parent, action.model.by if action is not None else ())


def _for_facts(rules: Rules, at: Evaluation, instance: Instance, attempt: Attempt, facts: Iterable[str]) -> Permission:
    role = ""
    for fact in facts:
        recorders = rules.processes[attempt.process].facts[fact].recorders
        found = standing(rules, at, instance, recorders)
        if found.role is None:
            reason = not_for_you(rules, at, instance, attempt, recorders, found.refusal, fact=fact)
            return Permission(reason=reason)
        role = role or found.role
    return Permission(role)


def _unfit(rules: Rules, at: Evaluation, attempt: Attempt) -> Reason | None:
    """Why the person to be assigned cannot hold the role: it is not one that is assigned, or not one of theirs."""
    if attempt.role is None or attempt.assigned is None:
        return None
    if not rules.workflow.roles[attempt.role].assigned:
        return cannot_be_assigned(rules, at, attempt, "this role is held by title, not by assignment")
    if not has_title(rules, at.view.titles(attempt.assigned), attempt.role):
        return cannot_be_assigned(rules, at, attempt, f"{attempt.assigned} does not have this role")
    return None


def _refusal(rules: Rules, at: Evaluation, instance: Instance, attempt: Attempt, roles: tuple[str, ...]) -> Reason:
    return not_for_you(rules, at, instance, attempt, roles, Fixed.NOT_YOUR_ROLE)
