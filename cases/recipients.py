"""Who is told, or asked, as a role on an instance: worked out when it is needed, and never nobody (semantics 10).

Holder here or on the nearest ancestor → their stand-in → all who have the role → those of the `fallback` role → all.
Somebody who is disabled, on leave or no longer written down is passed over at every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from cases.ports import People
from state_machine.roles import holder_of, is_own_record
from state_machine.rules import Rules
from state_machine.view import Instance, View

How = Literal["holder", "stand_in", "role", "fallback", "everybody", "nobody"]


@dataclass(frozen=True, slots=True)
class Recipients:
    """The people of a role on an instance, in a fixed order, and by which step they were found.

    `instead_of` is the holder who could not be asked, where there is one. `nobody`: all people of the house are
    disabled, or there are none.
    """

    people: tuple[str, ...]
    how: How
    instead_of: str | None = None


def recipients(view: View, people: People, instance: Instance, role: str) -> Recipients:
    """Who is told as `role` on an instance, as people and assignments are in this view."""
    rules = view.rules(instance)
    held = holder_of(rules, view.instance, instance, role)
    if held is not None and is_own_record(rules, role):
        # Nobody stands in for somebody in what concerns them alone; only who is not there any more is passed over.
        known = people.person(held)
        if known is not None and not known.disabled:
            return Recipients((held,), "holder")
    elif held is not None:
        there = present(people, held)
        if there is not None:
            return Recipients((there,), "holder") if there == held else Recipients((there,), "stand_in", held)
    having = with_role(people, rules, role)
    if having:
        return Recipients(having, "role", held)
    of_fallback = with_role(people, rules, rules.workflow.fallback)
    if of_fallback:
        return Recipients(of_fallback, "fallback", held)
    everybody = tuple(one.name for one in people.all() if not one.disabled)
    return Recipients(everybody, "everybody" if everybody else "nobody", held)


def present(people: People, name: str) -> str | None:
    """The person, or whoever stands in for them, or for those in turn; None where that leads to nobody.

    Stood in for is who is disabled, and who is on leave.
    """
    tried: set[str] = set()
    asked: str | None = name
    away: str | None = None
    while asked is not None and asked not in tried:
        tried.add(asked)
        person = people.person(asked)
        if person is None:
            break
        if not person.disabled and not person.away:
            return asked
        if not person.disabled:
            away = away or asked
        asked = person.stand_in
    # Whoever is on leave is still there, where all who stand in are gone.
    return away


def with_role(people: People, rules: Rules, role: str) -> tuple[str, ...]:
    """Everybody who has the role by title; where all of them are disabled, those who stand in for them."""
    titles = set(rules.titles_for.get(role, (role,)))
    having = [one for one in people.all() if titles & one.titles]
    able = tuple(one.name for one in having if not one.disabled and not one.away)
    return able or tuple(dict.fromkeys(_found(present(people, one.name) for one in having)))


def _found(names: Iterable[str | None]) -> Iterator[str]:
    return (name for name in names if name is not None)
