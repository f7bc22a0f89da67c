"""Questions of an auditor kept under a name: an address that holds choices alone, and can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from access.journal_reads import REGISTERS
from cases.journal import Kind
from interfaces.documents.codes import Codes
from interfaces.web.audit.asked import NAMES, filter_of, selects
from interfaces.web.kept_choices import address_of, choices_in, keep, may_keep
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited
from state_machine.rules import Rules

places = Places()
LONGEST_NAME = 80
MAP = "/audit/map"
KEPT_OF = ("/audit/trace", MAP, *(f"/audit/registers/{kind}" for kind in REGISTERS))
"""The lists whose choices can be kept."""
OF_THE_MAP = ("process", "show", "measure", "since", "until", "role", "person")


@places.form("/audit/views", area="audit")
def keep_view(visit: Visited) -> Response:
    """Keep the choices of a list under a name, or throw such a view away; then go on where it was."""
    desk, sent = visit.served.running.store.screens.desk, visit.sent
    path, _, query = sent.get("address").partition("?")
    if path not in KEPT_OF:
        return visit.go_to(KEPT_OF[0])
    address = address_of(path, _known(visit, path, query))
    if sent.get("drop"):
        desk.drop_view(sent.get("drop"), visit.person)
    elif sent.get("name"):
        keep(visit, sent.get("name")[:LONGEST_NAME], address)
    return visit.go_to(f"{address}#views")


def _known(visit: Visit, path: str, query: str) -> dict[str, str]:
    """The choices of a list that mean something: only they are kept, so that no word of one's own is."""
    rules = visit.house.workflows.current(None)
    asked = choices_in(query, OF_THE_MAP if path == MAP else NAMES)
    options = _options(visit, rules, path, asked)
    _, wrong = filter_of({name: value for name, value in asked.items() if name in NAMES}, Codes(visit.house), rules)
    return {
        name: value
        for name, value in asked.items()
        if name not in wrong and (name not in options or value in options[name])
    }


def _options(visit: Visit, rules: Rules, path: str, asked: Mapping[str, str]) -> dict[str, set[str]]:
    """What can be chosen, by name; days, people and references are read otherwise."""
    if path == MAP:
        of_its_own = {"show": {"most", "half", "all"}, "measure": {"count", "time"}}
        return {"process": set(rules.workflow.processes), "role": set(rules.workflow.roles)} | of_its_own
    offered = selects(visit.words, rules, visit.served.running.store.screens.sorts(), asked)
    options = {name: {value for value, _ in values} for name, _, values, _ in offered}
    return options | {"clause": set(rules.workflow.clauses.register_), "kind": {one.value for one in Kind}}


def views_of(visit: Visit, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """The views of whoever looks, and the address of what they look at."""
    every = visit.served.running.store.screens.desk.views(visit.person)
    return {
        "views": [one for one in every if one.address[:7] == "/audit/"],
        "view_at": address_of(path, asked),
        "view_asked": bool(asked),
        "may_keep": may_keep(every),
    }
