"""Cases and other instances: listed, shown, what stands below them, and what is possible on them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from access.opened import opened_for
from access.screens import CaseFilter
from cases.look import look
from cases.why import why
from interfaces.api.answering import MOST_ROWS, Cursor, Limit, bad_cursor, cursor_of, document, page, tag
from interfaces.api.asked import An, Asked
from interfaces.api.given import find
from interfaces.api.models import CURSOR, NAME, ChildrenTold, PageOfInstances, SightTold, WhyTold
from interfaces.api.places import ApiPlaces, Gives
from interfaces.api.problems import ApiProblem, Wrong
from interfaces.api.routes.steps import CASE
from interfaces.documents.instances import below, list_document, short_document, sight_document
from interfaces.documents.permitted import why_document
from state_machine.view import Instance

places = ApiPlaces("instances")
NEWEST = 1000
PLACE = re.compile(r"(\d{1,18})\.([0-9A-Z-]{1,40})")
BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NameAsked = Annotated[str | None, Query(pattern=NAME)]


class CasesChosen(BaseModel):
    """Which cases: all that is given must hold. A track and a state of it come together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    track: Annotated[str | None, Field(pattern=NAME)] = None
    state: Annotated[str | None, Field(pattern=NAME)] = None
    role: Annotated[str | None, Field(pattern=NAME, description="Somebody holds this role on it.")] = None
    owner: Annotated[str | None, Field(max_length=100, description="This person holds a role on it.")] = None
    late: Annotated[bool, Field(description="Something is overdue.")] = False
    over: Annotated[bool | None, Field(description="It is over, or it is not.")] = None

    def chosen(self) -> CaseFilter:
        """The filter that is meant. Raises ApiProblem."""
        if (self.track is None) != (self.state is None):
            raise ApiProblem("bad_input", wrong=(Wrong("state", "a track and a state of it, or neither"),))
        return CaseFilter(
            track=self.track, state=self.state, role=self.role, owner=self.owner, late=self.late, over=self.over
        )


class CasesWanted(CasesChosen):
    """A page of the cases that fit."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50
    cursor: Annotated[str | None, Field(pattern=CURSOR)] = None


@places.get("/cases", Gives(PageOfInstances), area="staff", named="list_cases")
def list_cases(asked: An, wanted: Annotated[CasesWanted, Query()]) -> Response:
    """The cases that you may open, the newest first."""
    return _listed(asked, wanted.chosen(), wanted.limit, wanted.cursor)


@places.get("/instances", Gives(PageOfInstances), area="staff", named="list_instances")
def list_instances(
    asked: An,
    process: Annotated[str, Query(pattern=NAME, description="The process whose instances are listed.")],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The instances of a process that you may open, the newest first."""
    known = asked.house.workflows.current(None).workflow.processes
    if process not in known:
        raise ApiProblem("unknown_name", wrong=(Wrong("process", f"one of {', '.join(known)}"),))
    if known[process].parent is None:
        return _listed(asked, CaseFilter(process=process), limit, cursor)
    return _listed_below(asked, process, limit, cursor)


def _listed_below(asked: Asked, process: str, limit: int, cursor: str | None) -> Response:
    """The instances of a process that stands under another one, of the newest 1,000 of the house."""
    after = _after(page(limit, cursor).after)
    with asked.house.store.look() as tx:
        newest = sorted(tx.list_instances(process, limit=NEWEST), key=_place, reverse=True)
    rest = [one for one in newest if after is None or _place(one) < after]
    some = list(islice((one for one in rest if asked.may_open(one.ref)), limit + 1))
    found = {one.ref: one for one in some[:limit]}
    mine = frozenset(ref for ref, one in found.items() if asked.person in one.holders.values())
    following = cursor_of("{}.{}".format(*_place(some[limit - 1]))) if len(some) > limit else None
    return document(list_document(process, found, mine) | {"next": following})


def _place(instance: Instance) -> tuple[int, str]:
    """The place of an instance in the list: the microsecond of its opening, and its reference."""
    return (instance.opened_at - BEGINNING) // dt.timedelta(microseconds=1), instance.ref


def _after(cursor: str | None) -> tuple[int, str] | None:
    """The place that a cursor names. It is compared and never looked up: it says the same whatever stands there."""
    if cursor is None:
        return None
    found = PLACE.fullmatch(cursor)
    if found is None:
        raise bad_cursor()
    return int(found[1]), found[2]


def _listed(asked: Asked, wanted: CaseFilter, limit: int, cursor: str | None) -> Response:
    part = asked.screens.cases(asked.reach, wanted, page(limit, cursor), asked.now)
    found = _roots(asked, [row.ref for row in part.rows])
    mine = frozenset(ref for ref, one in found.items() if asked.person in one.holders.values())
    return document(list_document(wanted.process, found, mine) | {"next": cursor_of(part.next)})


def _roots(asked: Asked, refs: Sequence[str]) -> dict[str, Instance]:
    """The roots of these families, in this order: one read for all of them."""
    with asked.house.store.look() as tx:
        families = tx.load_all(refs)
    return {ref: next(one for one in families[ref].instances if one.ref == ref) for ref in refs if ref in families}


@places.get("/cases/{ref}", Gives(SightTold, tagged=True), area="case", named="show_case")
def show_case(asked: An) -> Response:
    """Show a case; a sight of facts that few may see is journaled."""
    if find(asked.house, asked.ref).instance.process != CASE:
        raise ApiProblem("not_found")
    return _shown(asked, facts=True)


@places.get("/instances/{ref}", Gives(SightTold, tagged=True), area="case", named="show_instance")
def show_instance(
    asked: An,
    facts: Annotated[bool, Query(description="With its facts; a sight of what few may see is journaled.")] = True,
) -> Response:
    """Show an instance: where its tracks stand, who holds which role, its facts, and what stands below it."""
    return _shown(asked, facts=facts)


def _shown(asked: Asked, *, facts: bool) -> Response:
    found = find(asked.house, asked.ref)
    opened = opened_for(asked.house, asked.viewer, asked.ref, asked.relation, asked.now) if facts else None
    sight = look(asked.house, asked.actor if facts else None, asked.ref, asked.now, opened)
    told = sight_document(sight, found.rules.workflow.workflow, clear_only=not facts)
    return document(told, ETag=tag(sight.revision))


@places.get("/instances/{ref}/children", Gives(ChildrenTold, tagged=True), area="case", named="list_children")
def list_children(asked: An, process: NameAsked = None) -> Response:
    """What stands directly below an instance."""
    sight = look(asked.house, None, asked.ref, asked.now)
    told = [short_document(one) for one in below(sight) if process in (None, one.process)]
    return document({"ref": asked.ref, "instances": told}, ETag=tag(sight.revision))


@places.get("/instances/{ref}/why", Gives(WhyTold), area="case", named="why")
def why_all(asked: An) -> Response:
    """Which actions are possible now, which from when, and of all others why not."""
    return document(why_document(asked.ref, why(asked.house, asked.actor, asked.ref, asked.now)))


@places.get("/instances/{ref}/why/{action}", Gives(WhyTold), area="case", named="why_action")
def why_action(asked: An, action: Annotated[str, Path(pattern=NAME)]) -> Response:
    """Whether one action is possible now, from when, or why not."""
    found = find(asked.house, asked.ref)
    known = found.rules.workflow.processes[found.instance.process].actions
    if action not in known:
        raise ApiProblem("unknown_name", wrong=(Wrong("/action", f"one of {', '.join(known)}"),))
    return document(why_document(asked.ref, why(asked.house, asked.actor, asked.ref, asked.now, action)))
