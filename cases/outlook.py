"""What a form needs to know of an instance before anything is attempted: which tracks to show, which facts to ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.house import House
from cases.look import read_workspace
from cases.workspace import Workspace
from state_machine.diagram import tracks_shown
from state_machine.evaluation import Evaluation
from state_machine.roles import standing
from state_machine.view import Actor, Instance


@dataclass(frozen=True, slots=True)
class Outlook:
    """`tracks` are those that a picture shows; `recordable` the facts that this actor's roles let them record."""

    tracks: tuple[str, ...]
    recordable: frozenset[str]


def outlook(house: House, actor: Actor, ref: str, now: dt.datetime) -> Outlook:
    """The outlook of an actor, or of the people for whom they stand in, on an instance at `now` (aware, UTC).

    Nothing is read out of a fact, and nothing is journaled. Raises UnknownReference.
    """
    with house.store.look() as tx:
        return outlook_on(read_workspace(house, tx, ref, now), actor, ref)


def outlook_on(ws: Workspace, actor: Actor, ref: str) -> Outlook:
    """The outlook on an instance of a family that was read."""
    instance = ws.instances[ref]
    able: set[str] = set()
    for one in (actor, *ws.house.on_behalf(actor)):
        able |= _recordable(ws, instance, one)
    return Outlook(tracks_shown(ws.family_rules, ws, instance, ws.now), frozenset(able))


def _recordable(ws: Workspace, instance: Instance, actor: Actor) -> set[str]:
    at = Evaluation(ws, ws.now, actor)
    facts = ws.family_rules.processes[instance.process].facts
    return {
        name for name, fact in facts.items() if standing(ws.family_rules, at, instance, fact.recorders).role is not None
    }
