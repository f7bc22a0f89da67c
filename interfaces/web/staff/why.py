"""Why something is not possible yet: what is missing, who can do it, and where the rule comes from."""

from __future__ import annotations

from fastapi.responses import Response

from cases.why import why
from interfaces.web.places import Places
from interfaces.web.staff.actions import not_theirs, way_on
from interfaces.web.staff.case import about
from interfaces.web.staff.reading import read_case
from interfaces.web.visit import NotHere, Visited

places = Places()


@places.page("/cases/{ref}/why/{action}", area="case")
@places.page("/instances/{ref}/why/{action}", area="case")
def why_page(visit: Visited, action: str) -> Response:
    """One action: possible, or why not."""
    case = read_case(visit)
    if action not in case.process.actions or action == "open":
        raise NotHere
    (answer,) = why(visit.house, visit.actor, visit.ref, visit.now, action)
    possible = answer.decision == "applied" or answer.only_answers
    return visit.page(
        "staff/why.html",
        **about(case),
        action=action,
        says=case.labels.action(case.instance.process, action),
        possible=possible,
        mine=not not_theirs(answer),
        one=way_on(visit, case, answer),
    )
