"""Ordering that the cases of a version move to another: looked at first, then moved some at a time, each in one step.

Nothing has to be remembered between two parts: what was moved follows the new version, and what could not be stays.
So whoever is interrupted goes on where it ended, and nothing is done twice.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi.responses import Response

from cases.migrate_all import Order, migrate_all, pinned
from cases.publish import order_migration
from interfaces.web.administration.migration import asked_of, migration_of, query_of
from interfaces.web.administration.moving import choices, order_of, said_decisions
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.objections import said_objection

places = Places()
COUNTED = ("moved", "closed", "left")


@places.page("/approvals/migration", area="supervision")
def migration_page(visit: Visited) -> Response:
    """What moving would do, and the order to do it."""
    return _page(visit)


@places.form("/approvals/migration", area="supervision")
def move(visit: Visited) -> Response:
    """Move the next families, or say who may order it. Raises NotHere."""
    order = order_of(visit, visit.sent.fields, visit.person)
    if order is None:
        raise NotHere
    if visit.sent.get("sure") != "yes":
        return _page(visit, order, problem=visit.words.gettext("Say that you have looked at it."), status=422)
    name = visit.house.workflows.rules(order.to).workflow.workflow
    objection = order_migration(visit.house, visit.person, name, order.to, visit.now)
    if objection is not None:
        return _page(visit, order, problem=said_objection(visit.words, objection), status=409)
    after = visit.sent.get("after")
    ahead = [ref for ref in pinned(visit.house, order) if ref > after]
    count: Counter[str] = Counter({one: visit.sent.number(one) or 0 for one in COUNTED})
    for one in migrate_all(visit.house, ahead[: visit.served.portions.moved], order, visit.served.running.clock):
        count[_counted(one.what)] += 1
    return _progress(visit, order, count, ahead)


def _counted(what: str) -> str:
    match what:
        case "moved" | "already":
            return "moved"
        case "closed":
            return "closed"
    return "left"


def _progress(visit: Visit, order: Order, count: Counter[str], ahead: list[str]) -> Response:
    """How far it is, and the way on; at the end, what stayed."""
    portion = visit.served.portions.moved
    over = len(ahead) <= portion
    values: dict[str, Any] = {
        "order": order,
        "name": visit.house.workflows.rules(order.to).workflow.workflow,
        "decided": said_decisions(visit, order),
        "count": {one: count[one] for one in COUNTED},
        "ahead": max(len(ahead) - portion, 0),
        "over": over,
        "after": ahead[min(portion, len(ahead)) - 1] if ahead else "",
        "look": f"/approvals/migration?{query_of(order)}",
    }
    return visit.page("supervision/moving.html", **values)


def _page(visit: Visit, order: Order | None = None, *, problem: str = "", status: int = 200) -> Response:
    asked = asked_of(visit)
    order = order or order_of(visit, asked)
    if order is None:
        return visit.page("supervision/migration.html", order=None, choices=choices(visit), problem="")
    return visit.page("supervision/migration.html", status=status, **migration_of(visit, order, asked), problem=problem)
