"""What somebody has to do with an instance: found by one indexed read, decided here.

The same is asked of the database for lists (`storage.visible`), and both are compared in tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from access.decide import Relation, Viewer
from cases.house import House
from cases.ports import Reading
from cases.publish import counted
from cases.staff import Around
from config.definition import Workflow

CASE = "case"
"""The process whose families are about a person; all other families are the house's own affairs."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody sees, as far as it does not hang on one instance.

    `stands_in_for` are the people whose stand-in this is at the moment. `every_case`: a title opens all of them.
    `processes` are those roots, none of them a case, at which a title of theirs acts. `now` (aware, UTC) ends what is
    lent for a time.
    """

    person: str
    stands_in_for: frozenset[str]
    every_case: bool
    processes: frozenset[str]
    staff: bool
    auditor: bool
    now: dt.datetime


class Lists(Protocol):
    """What a store lists by the same predicate; `store.staff` of every store does."""

    def visible(self, reach: Reach, process: str | None = None, limit: int = 1000) -> Sequence[str]:
        """The references of the instances to which somebody has any relation, newest first; of one process or all."""


class Sights(Protocol):
    """A store that can be looked at as somebody."""

    def look_as(self, reach: Reach) -> AbstractContextManager[Reading]:
        """A reading transaction that shows nothing of families that are not theirs, where the database can do that."""


def reach_of(house: House, viewer: Viewer, now: dt.datetime) -> Reach:
    """How far this viewer sees at `now` (aware, UTC), by the titles that count and the version in force."""
    assert viewer.person is not None, "nobody signed in: decide_access has refused before"
    workflow = house.workflows.current(None).workflow
    others = (one for one in house.people.all() if one.stand_in == viewer.person and one.name != viewer.person)
    return Reach(
        viewer.person,
        frozenset(one.name for one in others if viewer.acting is None or viewer.acting in one.titles),
        any(opens_every_case(workflow, title) for title in viewer.titles),
        frozenset(acts_at(workflow, viewer.titles)),
        "staff" in viewer.posts,
        "auditor" in viewer.posts,
        now,
    )


def relation(house: House, viewer: Viewer, ref: str, now: dt.datetime) -> Relation:
    """The relation of this viewer to the instance of this reference, at `now` (aware, UTC). Raises Failed."""
    if viewer.person is None:
        return Relation.NONE
    return relation_in(reach_of(house, viewer, now), house.store.staff.around(ref, viewer.person, now))


def relation_in(reach: Reach, around: Around | None) -> Relation:
    """The relation that follows from what was read; nothing where there is no such instance."""
    if around is None:
        return Relation.NONE
    if around.stands_for == reach.person:
        return Relation.OWN
    if reach.staff:
        found = _as_staff(reach, around)
        if found is not Relation.NONE:
            return found
    if reach.auditor and "grant" in around.lent:
        return Relation.GRANT
    return Relation.NONE


def _as_staff(reach: Reach, around: Around) -> Relation:
    if reach.person in around.holders:
        return Relation.ASSIGNED
    if not around.held and around.opened_by == reach.person:
        return Relation.ASSIGNED
    if reach.stands_in_for & around.holders:
        return Relation.STAND_IN
    if reach.every_case or around.root in reach.processes:
        return Relation.HOUSE_WIDE
    return Relation.EMERGENCY if "emergency" in around.lent else Relation.NONE


def opens_every_case(workflow: Workflow, title: str) -> bool:
    """Whether a title, or a role that it counts as, opens every case of the house (`opens_cases: all`)."""
    return any(workflow.roles[role].opens_cases == "all" for role in counted(workflow, title))


def affairs(workflow: Workflow) -> list[str]:
    """The house's own affairs: the roots that are no case and stand for nobody, in the order of the workflow."""
    roots = ((name, one) for name, one in workflow.processes.items() if one.parent is None and name != CASE)
    return [name for name, one in roots if one.stands_for is None]


def acts_at(workflow: Workflow, titles: Collection[str]) -> set[str]:
    """The roots that are no case at which one of these titles may act or has tasks."""
    roles = {role for title in titles for role in counted(workflow, title)}
    found = set()
    for name in affairs(workflow):
        process = workflow.processes[name]
        named = {role for action in process.actions.values() for role in action.by}
        named |= {one.task_for for one in process.deadlines.values() if one.task_for is not None}
        if roles & named:
            found.add(name)
    return found
