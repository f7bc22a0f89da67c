"""Emergency access: a case that is not yours, for a reason and for an hour. Somebody is told now, and looks later."""

from __future__ import annotations

import datetime as dt
from typing import cast, get_args

from fastapi.responses import Response

from access.emergency import (
    LONGEST,
    USUAL,
    Needed,
    Wanted,
    Why,
    end_emergency,
    open_emergencies,
    take_emergency,
)
from cases.errors import BadInput, UnknownReference
from cases.publish import publishers
from cases.reference import read_reference
from interfaces.web.places import Places
from interfaces.web.staff.steps import follow
from interfaces.web.visit import Visit, Visited
from interfaces.words.objections import said_objections
from state_machine.roles import has_title

places = Places()
HOURS = range(1, LONGEST // dt.timedelta(hours=1) + 1)


@places.page("/emergency-access", area="staff")
def emergency_page(visit: Visited) -> Response:
    """The form, and what is open now."""
    return _page(visit)


@places.form("/emergency-access", area="staff")
def take(visit: Visited) -> Response:
    """Take it; a reference that is not there gets the same answer as one that may not be taken."""
    hours = visit.sent.number("hours") if visit.sent.get("hours") else USUAL // dt.timedelta(hours=1)
    why, needed = visit.sent.get("why"), visit.sent.get("needed")
    try:
        ref = read_reference(visit.sent.get("ref"))
        if why not in get_args(Why) or needed not in get_args(Needed) or hours is None:
            raise BadInput("a reason, what is needed or how long were not chosen")
        length = dt.timedelta(hours=hours)
        wanted = Wanted(ref, cast(Why, why), visit.sent.get("words"), cast(Needed, needed), length)
        done = take_emergency(visit.house, visit.viewer, wanted, visit.now)
    except UnknownReference:
        return _page(visit, problem=visit.words.gettext("Compare the reference, sign by sign."), status=422)
    except BadInput:
        says = visit.words.gettext("Choose a reason and what is needed. Say in at least 20 signs why it cannot wait.")
        return _page(visit, problem=says, status=422)
    follow(visit)
    if done.outcome == "refused" or done.loan is None:
        return _page(visit, problem=said_objections(visit.words, done.objections), status=409)
    return visit.go_to(f"/cases/{ref}")


@places.form("/emergency-access/{id_}/end", area="staff")
def end(visit: Visited, id_: str) -> Response:
    """End it before its time."""
    end_emergency(visit.house, visit.viewer, id_, visit.now)
    return visit.go_to("/work")


def _page(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    rules = visit.house.workflows.current(None)
    deciding = publishers(rules.workflow)
    told = [
        visit.names(one.name)
        for one in visit.house.people.all()
        if not one.disabled and any(has_title(rules, one.titles, role) for role in deciding)
    ]
    words = visit.words
    return visit.page(
        "staff/emergency.html",
        status=status,
        problem=problem,
        told=words.join(told, last="or") if told else words.gettext("whoever supervises"),
        open=[
            (one, words.when(one.until, with_time=True))
            for one in open_emergencies(visit.house, visit.person, visit.now)
        ],
        whys=[
            ("danger", words.gettext("Danger to life")),
            ("medical", words.gettext("Urgent medical need")),
            ("other", words.gettext("Something else")),
        ],
        needs=[
            ("contact", words.gettext("How the person may be reached")),
            ("health", words.gettext("What a health worker needs")),
            ("all", words.gettext("Everything")),
        ],
        hours=[(str(hour), words.ngettext("%(num)s hour", "%(num)s hours", hour)) for hour in HOURS],
        sent=visit.sent,
    )
