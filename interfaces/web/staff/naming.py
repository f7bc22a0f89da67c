"""A working name for a case: neutral words to choose from, seen by those alone who are assigned."""

from __future__ import annotations

from fastapi.responses import Response

from access.decide import Relation
from access.names import NameRefusal, name_refusal
from interfaces.web.places import Places
from interfaces.web.staff.case import about
from interfaces.web.staff.reading import read_case
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.names import neutral_few
from wiring.clock import Chance

places = Places()


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
    refusal = name_refusal(visit.house, visit.ref, name)
    if refusal is not None:
        return _page(visit, problem=_said(visit, refusal), status=422)
    desk.name_case(visit.ref, name)
    return visit.go_to(f"/cases/{visit.ref}")


def _assigned(visit: Visit) -> None:
    if visit.relation not in (Relation.ASSIGNED, Relation.STAND_IN):
        raise NotHere


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
        case "staff":
            return words.gettext("Somebody who works here is called so. Choose another one.")
    return words.gettext("Choose another one.")
