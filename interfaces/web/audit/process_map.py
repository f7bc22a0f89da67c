"""The process map: which action comes after which, how often and after how long; a table first, and a picture of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi.responses import Response

from access.process_map import covering, passed
from access.screens import MapFilter
from interfaces.web.audit.asked import said_names
from interfaces.web.audit.map_picture import Arrow, Box, map_picture
from interfaces.web.audit.trace import house_codes
from interfaces.web.days import beginning_of
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited
from state_machine.rules import Rules

places = Places()
MEASURES = ("count", "time")
SHARES = {"most": 0.8, "half": 0.5, "all": 1.0}
ASKED = ("process", "show", "measure", "since", "until", "role", "person")


@places.page("/audit/map", area="audit")
def map_page(visit: Visited) -> Response:
    """The map of one process; it starts with the ways that most cases take."""
    query = visit.request.query_params
    asked = {name: query[name] for name in ASKED if query.get(name)}
    rules = visit.house.workflows.current(None)
    means = {name: value for name, text in asked.items() if (value := _meant(visit, rules, name, text)) is not None}
    wrong = [name for name in asked if name not in means]
    process = str(means.get("process", "case"))
    narrowed: dict[str, Any] = {name: means.get(name) for name in ("person", "role", "since", "until")}
    wanted = MapFilter(process=process, **narrowed)
    meant = {name: text for name, text in asked.items() if name in means}
    found = visit.served.running.store.screens.process_map(wanted)
    show = str(means.get("show", "most"))
    paths = covering(found, SHARES[show])
    nodes, edges = passed(found, paths)
    labels, words = visit.words.labels(rules.workflow), visit.words
    by_time = means.get("measure") == "time"
    boxes = [Box(one.action, labels.action(process, one.action), one.cases, one.refused) for one in nodes]
    arrows = [
        Arrow(one.before, one.after, one.count, words.span(one.median) if by_time else str(one.count)) for one in edges
    ]
    return visit.page(
        "audit/map.html",
        process=process,
        processes=[(name, labels.process(name)) for name in rules.workflow.processes],
        cases=found.cases,
        picture=map_picture(words, boxes, arrows) if found.cases > 1 else "",
        nodes=[(one, labels.action(process, one.action), _trace(one.action, process, meant)) for one in found.nodes],
        edges=[
            (one, labels.action(process, one.before), labels.action(process, one.after), words.span(one.median))
            for one in sorted(found.edges, key=lambda edge: -edge.count)
        ],
        rarer=found.rarer + max(len(found.paths) - len(paths), 0),
        show=show,
        measure="time" if by_time else "count",
        asked=asked,
        wrong=said_names(words, wrong),
        shows=[
            ("most", words.gettext("The ways of most cases")),
            ("half", words.gettext("The ways of half")),
            ("all", words.gettext("All ways")),
        ],
        measures=[("count", words.gettext("How often")), ("time", words.gettext("How long between"))],
    )


def _meant(visit: Visit, rules: Rules, name: str, text: str) -> object:
    """What one choice of the address means; None where it means nothing, which is told, and not asked."""
    match name:
        case "process":
            return text if text in rules.workflow.processes else None
        case "role":
            return text if text in rules.workflow.roles else None
        case "person":
            return house_codes(visit).person(text)
        case "since":
            return beginning_of(text, rules.calendar.zone)
        case "until":
            return beginning_of(text, rules.calendar.zone, 1)
        case "show":
            return text if text in SHARES else None
    return text if text in MEASURES else None


def _trace(action: str, process: str, asked: dict[str, str]) -> str:
    kept: dict[str, str] = {name: asked[name] for name in ("since", "until", "role", "person") if name in asked}
    return f"/audit/trace?{urlencode(kept | {'action': action, 'process': process})}"
