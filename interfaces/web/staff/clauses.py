"""A clause of a standard in our own words, and which elements of the workflow carry it."""

from __future__ import annotations

from fastapi.responses import Response

from config.coverage import carried
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visited

places = Places()


@places.page("/clauses/{clause}", area="account")
def clause_page(visit: Visited, clause: str) -> Response:
    """One clause. Raises NotHere for one that the workflow in force does not know."""
    rules = visit.house.workflows.current(None)
    found = rules.workflow.clauses.register_.get(clause)
    if found is None:
        raise NotHere
    return visit.page(
        "staff/clause.html",
        clause=clause,
        found=found,
        workflow=rules.workflow.workflow,
        carriers=carried(rules.workflow).get(clause, ()),
    )
