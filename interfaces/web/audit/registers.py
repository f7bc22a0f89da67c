"""Registers: refusals, exceptions, breaches, what was passed on, who looked; what nobody has answered stands first."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi.responses import Response

from access.registers import register
from access.screens import REGISTERS, Page, Register
from access.trace import ClausesOf
from interfaces.web.audit.asked import chosen, filter_of, question, said_names, selects
from interfaces.web.audit.entry_view import teller
from interfaces.web.audit.trace import house_codes
from interfaces.web.audit.views import views_of
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited

places = Places()
SHOWN = 50


@places.page("/audit/registers/{kind}", area="audit")
def register_page(visit: Visited, kind: str, after: str = "") -> Response:
    """One register, with how each entry was answered and by whom."""
    named = next((one for one in REGISTERS if one == kind), None)
    if named is None:
        raise NotHere
    asked = chosen(visit.request.query_params)
    codes = house_codes(visit)
    rules = visit.house.workflows.current(None)
    wanted, wrong = filter_of(asked, codes, rules)
    carriers = ClausesOf(visit.house.workflows)
    found = register(visit.served.running.store.screens, named, wanted, Page(SHOWN, after or None), carriers)
    tells = teller(visit, codes)
    query = {**asked, "after": found.next or ""}
    return visit.page(
        "audit/register.html",
        kind=named,
        title=said_register(visit, named),
        kinds=[(one, said_register(visit, one)) for one in REGISTERS],
        question=question(visit.words, asked) if asked else "",
        rows=[
            (
                tells.shown(row.entry),
                tells.shown(row.answer) if row.answer is not None else None,
                said_how(visit, row.how),
            )
            for row in found.rows
        ],
        wrong=said_names(visit.words, wrong),
        answered=named in ("refusals", "overrides", "breaches"),
        asked=asked,
        more=f"/audit/registers/{named}?{urlencode(query)}" if found.next else "",
        first=f"/audit/registers/{named}" if after else "",
        selects=selects(visit.words, rules, visit.served.running.store.screens.sorts(), asked),
        people=sorted({tells.names(one.name) for one in visit.house.people.all()}, key=lambda code: int(code[2:])),
        **views_of(visit, f"/audit/registers/{named}", asked),
    )


def said_register(visit: Visit, kind: Register) -> str:
    """What a register is called."""
    words = visit.words
    match kind:
        case "refusals":
            return words.gettext("Refusals")
        case "overrides":
            return words.gettext("Exceptions")
        case "breaches":
            return words.gettext("Late")
        case "disclosures":
            return words.gettext("Passed on")
    return words.gettext("Who looked")


def said_how(visit: Visit, how: str | None) -> str:
    """How something was answered."""
    words = visit.words
    match how:
        case "applied":
            return words.gettext("Done later")
        case "granted":
            return words.gettext("Allowed")
        case "denied":
            return words.gettext("Not allowed")
        case "lapsed":
            return words.gettext("Nobody answered in time")
        case "done":
            return words.gettext("Done")
        case "ended":
            return words.gettext("No longer asked")
    return words.gettext("Not answered yet")
