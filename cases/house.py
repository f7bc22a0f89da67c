"""The parts that every use case needs, put together by `wiring`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.errors import UnknownName
from cases.ports import Ids, People, Store, Workflows
from state_machine.view import SYSTEM, Actor


@dataclass(frozen=True, slots=True)
class House:
    """One house: where families live, who works here, and which workflows are in force. `now` always comes along."""

    store: Store
    ids: Ids
    people: People
    workflows: Workflows

    def actor(self, name: str, role: str | None = None) -> Actor:
        """The person of this name as an actor, narrowed to one title if `role` is given.

        Raises UnknownName where nobody has that name (the house itself is nobody), or the person lacks that title.
        """
        person = self.people.person(name)
        if person is None or person.disabled or name == SYSTEM:
            known = ", ".join(other.name for other in self.people.all() if not other.disabled)
            raise UnknownName(f"there is nobody called {name!r} here; known: {known or 'nobody yet'}")
        if role is not None and role not in person.titles:
            titles = ", ".join(sorted(person.titles)) or "none"
            raise UnknownName(f"{name} does not have the role {role!r}; {name}'s roles: {titles}")
        return Actor(name, person.titles if role is None else frozenset({role}), role)

    def on_behalf(self, actor: Actor) -> list[Actor]:
        """The same person standing in for others: one actor for each person whose stand-in this is."""
        return [
            Actor(actor.person, other.titles, actor.role, on_behalf=other.name)
            for other in self.people.all()
            if other.stand_in == actor.person and (actor.role is None or actor.role in other.titles)
        ]


def utc(moment: dt.datetime) -> dt.datetime:
    """The moment in UTC. Raises ValueError for a naive one: a time without zone is a mistake."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(dt.UTC)
