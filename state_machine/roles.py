"""Who may: titles in the house, roles held on an instance, and who could see to what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state_machine.decision import Fixed
from state_machine.evaluation import Evaluation
from state_machine.places import holder

if TYPE_CHECKING:
    from state_machine.rules import Rules
    from state_machine.view import Actor, Instance


Find = Callable[[str], "Instance | None"]
"""Finds an instance by its reference."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The role that lets an actor (the first of those asked for), or why none does."""

    role: str | None
    refusal: Fixed | None = None


def standing(rules: Rules, at: Evaluation, instance: Instance | None, roles: tuple[str, ...]) -> Standing:
    """Which of these roles the actor has on an instance, or in the house where `instance` is None.

    A role that is assigned must be held on the instance or on the nearest ancestor where somebody holds it; a
    stand-in (`on_behalf`) holds what the other person holds. Without an instance titles alone count. A role of
    one's own record is nobody else's, also not of who stands in.
    """
    key = (instance.ref if instance is not None else None, roles)
    found = at.standings.get(key)
    if found is None:
        found = at.standings[key] = _standing(rules, at, instance, at.actor, roles)
    return found


def _standing(
    rules: Rules, at: Evaluation, instance: Instance | None, actor: Actor, roles: tuple[str, ...]
) -> Standing:
    titles = actor.titles if actor.role is None else actor.titles & {actor.role}
    refusal = Fixed.NOT_YOUR_ROLE
    for role in roles:
        if is_own_record(rules, role):
            if (
                instance is not None
                and _whose_record(at.instance, instance) == actor.person
                and actor.on_behalf is None
            ):
                return Standing(role)
            continue
        for title in rules.titles_for.get(role, ()):
            if title not in titles:
                continue
            if instance is None or _holds(rules, at, instance, actor, role, title):
                return Standing(role)
            refusal = Fixed.NOT_OPEN_TO_YOU
    return Standing(None, refusal)


def has_title(rules: Rules, titles: frozenset[str], role: str) -> bool:
    """Whether one of these titles is the role or counts as it."""
    return any(title in titles for title in rules.titles_for.get(role, ()))


def who_can(rules: Rules, at: Evaluation, instance: Instance | None, roles: tuple[str, ...]) -> tuple[str, ...]:
    """The people who have one of these roles on an instance: its holder there, else all who have the title."""
    key = (instance.ref if instance is not None else None, roles)
    found = at.people.get(key)
    if found is None:
        found = at.people[key] = _who_can(rules, at, instance, roles)
    return found


def may_see(rules: Rules, at: Evaluation, instance: Instance, actor: Actor, fact: str) -> bool:
    """Whether the actor may read a fact of an instance: a role of its `seen_by`, else any role held there or above."""
    declared = rules.processes[instance.process].facts.get(fact)
    if actor.is_system or declared is None:
        return True
    if declared.model.seen_by is not None:
        return _standing(rules, at, instance, actor, declared.model.seen_by).role is not None
    return assigned_here(at, instance, actor)


def assigned_here(at: Evaluation, instance: Instance, actor: Actor) -> bool:
    """Whether the actor holds any role on an instance or above it; a stand-in holds what the other person holds."""
    person = actor.on_behalf or actor.person
    above: Instance | None = instance
    while above is not None:
        if person in above.holders.values():
            return True
        above = at.instance(above.parent) if above.parent is not None else None
    return False


def _who_can(rules: Rules, at: Evaluation, instance: Instance | None, roles: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for role in roles:
        held = holder(at, instance, role) if _is_assigned(rules, role) else None
        if is_own_record(rules, role) and instance is not None:
            held = _whose_record(at.instance, instance)
        if held is not None:
            found[held] = None
            continue
        for title in rules.titles_for.get(role, ()):
            found.update(dict.fromkeys(at.view.people_with(title)))
    return tuple(found)


def _holds(rules: Rules, at: Evaluation, instance: Instance, actor: Actor, role: str, title: str) -> bool:
    person = actor.on_behalf or actor.person
    if _is_assigned(rules, role):
        return person in (holder(at, instance, role), holder(at, instance, title))
    return not _is_assigned(rules, title) or holder(at, instance, title) == person


def holder_of(rules: Rules, find: Find, instance: Instance, role: str) -> str | None:
    """Who holds a role, or a title that counts as it, on an instance or the nearest ancestor where somebody does."""
    if is_own_record(rules, role):
        return _whose_record(find, instance)
    titles = rules.titles_for.get(role, (role,))
    here: Instance | None = instance
    while here is not None:
        for title in titles:
            if title in here.holders:
                return here.holders[title]
        here = find(here.parent) if here.parent is not None else None
    return None


def is_own_record(rules: Rules, role: str) -> bool:
    """Whether a role is held by everybody on the instance that stands for them."""
    declared = rules.workflow.roles.get(role)
    return declared is not None and declared.own_record


def _whose_record(find: Find, instance: Instance) -> str | None:
    here: Instance | None = instance
    while here is not None and here.stands_for is None:
        here = find(here.parent) if here.parent is not None else None
    return here.stands_for if here is not None else None


def _is_assigned(rules: Rules, role: str) -> bool:
    declared = rules.workflow.roles.get(role)
    return declared is not None and declared.assigned
