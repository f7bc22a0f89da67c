"""Who may open what: one pure function for pages, API and command line.

A route belongs to an area, whoever asks is a viewer, and for a case there is a relation. Nothing else is looked at, and
the answer is the same everywhere. A case that somebody may not open answers as one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

from cases.publish import counted, publishers
from cases.staff import Person
from config.definition import Workflow
from config.posts import HOUSE_POSTS

Area = Literal["public", "account", "staff", "case", "case_act", "supervision", "administration", "audit", "narrative"]
"""What a route is about. `case` reads one case or instance, `case_act` changes one; `narrative` is what is sealed of a
case in the auditor's view. Routes of the API use the same words."""

AREAS: tuple[Area, ...] = get_args(Area)

Post = Literal["staff", "supervision", "administrator", "auditor"]
"""In what kind of post somebody asks; whoever supervises is staff as well."""


class Relation(StrEnum):
    """What somebody has to do with an instance; the first that fits, in this order."""

    OWN = "own"
    """It stands for this very person, whatever their post is."""
    ASSIGNED = "assigned"
    """Holds a role on it or above it, or opened it and nobody holds one yet."""
    STAND_IN = "stand_in"
    """Stands in for somebody who does."""
    HOUSE_WIDE = "house_wide"
    """Has a title that opens every case, or one that acts where no case is concerned."""
    EMERGENCY = "emergency"
    """Took emergency access, which has not ended."""
    GRANT = "grant"
    """Was granted the narrative for a time."""
    NONE = "none"
    """Nothing, or there is no such instance: the two are not told apart."""


Reason = Literal["sign_in", "not_your_post", "no_such_case", "emergency_only_reads", "needs_grant"]
"""Why not. `no_such_case` is what somebody hears of a case that is not theirs, and of one that is not there."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks; `person` None: nobody signed in. `titles` are those that count, `acting` the chosen one."""

    person: str | None
    titles: frozenset[str] = frozenset()
    acting: str | None = None
    posts: frozenset[Post] = frozenset()


NOBODY = Viewer(None)
"""Whoever has not signed in."""


@dataclass(frozen=True, slots=True)
class Access:
    """The answer. `hidden_as_missing`: say the same, and do the same work, as for a reference that is not there."""

    allowed: bool
    hidden_as_missing: bool = False
    reason: Reason | None = None


_YES = Access(True)
_MISSING = Access(False, True, "no_such_case")
_READS = frozenset({Relation.ASSIGNED, Relation.STAND_IN, Relation.HOUSE_WIDE, Relation.EMERGENCY})
_ACTS = _READS - {Relation.EMERGENCY}
_POSTS: dict[Area, Post] = {
    "staff": "staff",
    "supervision": "supervision",
    "administration": "administrator",
    "audit": "auditor",
}


def decide_access(viewer: Viewer, area: Area, relation: Relation = Relation.NONE) -> Access:
    """Whether this viewer may open a route of this area, for an instance to which this is their relation.

    Administrators configure and open no case; auditors follow the trail, and read a narrative by a grant alone. What
    stands for somebody is open to them in every post.
    """
    if area == "public":
        return _YES
    if viewer.person is None:
        return Access(False, False, "sign_in")
    if area == "account":
        return _YES
    if area == "narrative":
        return _narrative(viewer, relation)
    if area in ("case", "case_act"):
        return _case(viewer, area == "case_act", relation)
    return _YES if _POSTS[area] in viewer.posts else Access(False, False, "not_your_post")


def _case(viewer: Viewer, acts: bool, relation: Relation) -> Access:
    if relation is Relation.OWN and viewer.posts:
        return _YES
    if "staff" not in viewer.posts or relation not in _READS:
        return _MISSING
    if acts and relation not in _ACTS:
        return Access(False, False, "emergency_only_reads")
    return _YES


def _narrative(viewer: Viewer, relation: Relation) -> Access:
    if "auditor" not in viewer.posts:
        return _MISSING
    return _YES if relation is Relation.GRANT else Access(False, False, "needs_grant")


def viewer_of(person: Person, workflow: Workflow, acting: str | None = None) -> Viewer:
    """A person as a viewer, by the workflow in force; acting in one of their titles if one is given.

    Posts of the house (administrator, auditor) and titles of the work are worn one kind at a time: who has both asks
    as staff until a post of the house is chosen. A title that the person does not have, or a person who is disabled,
    gives no post at all.
    """
    if person.disabled:
        return Viewer(person.name)
    of_work = person.titles - frozenset(HOUSE_POSTS)
    titles = (of_work or person.titles) if acting is None else person.titles & {acting}
    return Viewer(person.name, titles, acting, _posts(titles, workflow))


def _posts(titles: frozenset[str], workflow: Workflow) -> frozenset[Post]:
    found: set[Post] = set()
    deciding = set(publishers(workflow))
    for title in titles:
        if title == "administrator":
            found.add("administrator")
        elif title == "auditor":
            found.add("auditor")
        elif title in workflow.roles:
            found.add("staff")
            if deciding & counted(workflow, title):
                found.add("supervision")
    return frozenset(found)
