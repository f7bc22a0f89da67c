"""A working name for a case: neutral words to choose from, seen by those alone who are assigned."""

from __future__ import annotations

from fastapi.responses import Response

from access.decide import Relation
from access.names import NameRefusal, clean_name, name_refusal
from access.throttle import Count, Tried
from interfaces.web.places import Places
from interfaces.web.staff.case import about
from interfaces.web.staff.reading import read_case
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.names import neutral_few
from wiring.clock import Chance

places = Places()
FREE_TRIES = 20
"""So many names a day are looked at at once; each further one has to wait longer."""


@places.page("/cases/{ref}/name", area="case_act")
def name_page(visit: Visited) -> Response:
    """Names to choose from, and a field for one's own."""
    _assigned(visit)
    return _page(visit)


@places.form("/cases/{ref}/name", area="case_act")
def give_name(visit: Visited) -> Response:
    """Give the case a name, or take it away."""
    _assigned(visit)
    name = visit.sent.get("own") or visit.sent.get("name")
    desk = visit.served.running.store.screens.desk
    if not name:
        desk.name_case(visit.ref, None)
        return visit.go_to(f"/cases/{visit.ref}")
    if not _may_try(visit):
        return _page(
            visit, problem=visit.words.gettext("Too many tries. Wait a little, or take a neutral name."), status=422
        )
    refusal = name_refusal(visit.house, visit.actor, visit.ref, name, visit.now)
    if refusal is not None:
        return _page(visit, problem=_said(visit, refusal), status=422)
    desk.name_case(visit.ref, clean_name(name))
    return visit.go_to(f"/cases/{visit.ref}")


def _assigned(visit: Visit) -> None:
    if visit.relation not in (Relation.ASSIGNED, Relation.STAND_IN):
        raise NotHere


def _may_try(visit: Visit) -> bool:
    """Whether this person has not tried too many names lately: nobody tries a list of words at a case."""
    tried = Tried((Count(f"naming|{visit.person}", FREE_TRIES),), visit.now)
    return visit.served.running.store.accounts.count(tried.keys, tried)


def _page(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    case = read_case(visit)
    if case.instance.parent is not None:
        raise NotHere
    chance = Chance(visit.new_key())
    return visit.page(
        "staff/naming.html",
        status=status,
        **about(case),
        names=[(one, one) for one in neutral_few(chance, visit.words.language)],
        problem=problem,
    )


def _said(visit: Visit, refusal: NameRefusal) -> str:
    words = visit.words
    match refusal:
        case "too_long":
            return words.gettext("At most 40 signs.")
        case "has_digits":
            return words.gettext("Without digits: they read like a date or a number of somebody.")
        case "signs":
            return words.gettext("Letters and spaces alone.")
        case "staff":
            return words.gettext("Somebody who works here is called so. Choose another one.")
    return words.gettext("Choose another one.")
