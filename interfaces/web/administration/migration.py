"""`/administration/migration`: what moving the cases of a version to another would do. Who supervises orders it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import Response

from cases.migrate_all import Order
from cases.publish import publishers
from cases.recipients import with_role
from interfaces.web.administration.moving import choices, order_of, said_decisions, seen_of
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()


@places.page("/administration/migration", area="administration")
def migration_page(visit: Visited) -> Response:
    """Look at what moving would do: what goes over, what has to be decided, what stays, and which dates move."""
    asked = asked_of(visit)
    order = order_of(visit, asked)
    if order is None:
        return visit.page("administration/migration.html", order=None, choices=choices(visit))
    return visit.page(
        "administration/migration.html",
        **migration_of(visit, order, asked),
        orders=[visit.names(person) for person in _who_orders(visit)],
        theirs=f"/approvals/migration?{query_of(order)}",
    )


def migration_of(visit: Visit, order: Order, asked: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What both pages show of a migration."""
    after = (asked.get("after") or ("",))[-1]
    seen = seen_of(visit, order, after)
    return {
        "order": order,
        "seen": seen,
        "name": visit.house.workflows.rules(order.to).workflow.workflow,
        "decided": said_decisions(visit, order),
        "more": f"{visit.request.url.path}?{query_of(order)}&{urlencode({'after': seen.after})}" if seen.after else "",
        "first": f"{visit.request.url.path}?{query_of(order)}" if after else "",
    }


def query_of(order: Order) -> str:
    """An order as an address says it: versions and decisions, which are names of the workflow alone."""
    made = order.decisions
    decide = [f"put {process}.{track}.{old}={new}" for (process, track, old), new in sorted(made.states.items())]
    decide += [f"drop {process}.{name}" for process, name in sorted(made.dropped)]
    decide += [f"forget {process}.{name}" for process, name in sorted(made.forgotten)]
    said = {"from": order.from_[:16], "to": order.to[:16], "decide": decide}
    return urlencode(said | ({"closed_too": "1"} if order.closed_too else {}), doseq=True)


def asked_of(visit: Visit) -> dict[str, list[str]]:
    """What an address asks, with every value of what comes more than once."""
    params = visit.request.query_params
    return {name: params.getlist(name) for name in params}


def _who_orders(visit: Visit) -> list[str]:
    """Who may order it: whoever holds a role that publishes."""
    rules = visit.house.workflows.current(None)
    found = [person for role in publishers(rules.workflow) for person in with_role(visit.house.people, rules, role)]
    return list(dict.fromkeys(found))
