"""The process map: which action comes after which, how often and after how long; a table first, and a picture of it."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi.responses import Response

from access.process_map import covering, passed
from access.screens import MapFilter
from interfaces.web.audit.map_picture import Arrow, Box, map_picture
from interfaces.web.audit.trace import house_codes
from interfaces.web.days import beginning_of
from interfaces.web.places import Places
from interfaces.web.visit import Visited

places = Places()
SHARES = {"most": 0.8, "half": 0.5, "all": 1.0}
ASKED = ("process", "show", "measure", "since", "until", "role", "person")


@places.page("/audit/map", area="audit")
def map_page(visit: Visited) -> Response:
    """The map of one process; it starts with the ways that most cases take."""
    query = visit.request.query_params
    asked = {name: query[name] for name in ASKED if query.get(name)}
    rules = visit.house.workflows.current(None)
    zone = rules.calendar.zone
    process = asked.get("process", "case") if asked.get("process", "case") in rules.workflow.processes else "case"
    person = house_codes(visit).person(asked.get("person", ""))
    wanted = MapFilter(
        process=process,
        person=person,
        role=asked.get("role"),
        since=beginning_of(asked.get("since", ""), zone),
        until=beginning_of(asked.get("until", ""), zone, 1),
    )
    found = visit.served.running.store.screens.process_map(wanted)
    show = asked.get("show", "most") if asked.get("show", "most") in SHARES else "most"
    paths = covering(found, SHARES[show])
    nodes, edges = passed(found, paths)
    labels, words = visit.words.labels(rules.workflow), visit.words
    by_time = asked.get("measure") == "time"
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
        nodes=[(one, labels.action(process, one.action), _trace(one.action, process, asked)) for one in found.nodes],
        edges=[
            (one, labels.action(process, one.before), labels.action(process, one.after), words.span(one.median))
            for one in sorted(found.edges, key=lambda edge: -edge.count)
        ],
        rarer=found.rarer + max(len(found.paths) - len(paths), 0),
        show=show,
        measure="time" if by_time else "count",
        asked=asked,
        shows=[
            ("most", words.gettext("The ways of most cases")),
            ("half", words.gettext("The ways of half")),
            ("all", words.gettext("All ways")),
        ],
        measures=[("count", words.gettext("How often")), ("time", words.gettext("How long between"))],
    )


def _trace(action: str, process: str, asked: dict[str, str]) -> str:
    kept: dict[str, str] = {name: asked[name] for name in ("since", "until", "role", "person") if name in asked}
    return f"/audit/trace?{urlencode(kept | {'action': action, 'process': process})}"
