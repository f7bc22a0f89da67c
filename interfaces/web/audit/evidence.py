"""Coverage of the standards, grants of narratives, and exports of what a filter shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from fastapi.responses import Response, StreamingResponse

from access.exports import as_csv, as_json_lines
from access.grants import LONGEST, ask_grant, end_grant
from access.trace import ClausesOf
from cases.errors import BadInput
from cases.record_export import record_export
from cases.reference import find_reference
from config.coverage import counts, coverage
from interfaces.web.audit.asked import NAMES, chosen, filter_of
from interfaces.web.audit.trace import house_codes, trace_page_of
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited
from interfaces.words.objections import said_objections

places = Places()
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


@places.page("/audit/coverage", area="audit")
def coverage_page(visit: Visited, status: str = "") -> Response:
    """Which clause is carried by what, in the version in force."""
    workflow = visit.house.workflows.current(None).workflow
    rows = coverage(workflow)
    found = counts(rows)
    return visit.page(
        "audit/coverage.html",
        workflow=workflow.workflow,
        counts=[(name, number) for name, number in found.items()],
        rows=[row for row in rows if not status or row.status == status],
        chosen=status,
        clauses=workflow.clauses.register_,
    )


@places.page("/audit/grants", area="audit")
def grants_page(visit: Visited) -> Response:
    """The narratives that were asked for, and those that are open."""
    return _grants(visit)


@places.page("/audit/grants/new", area="audit")
def new_grant_page(visit: Visited, case: str = "") -> Response:
    """The form that asks for one."""
    return _grants(visit, case=find_reference(case) or "", asking=True)


@places.form("/audit/grants/new", area="audit")
def ask(visit: Visited) -> Response:
    """Ask for a narrative: why, and until when; a second person answers."""
    case, reason = find_reference(visit.sent.get("case")) or "", visit.sent.get("reason")
    try:
        asked = visit.sent.number("days") if visit.sent.get("days") else 1
        days = min(asked or 0, LONGEST.days + 1)
        done = ask_grant(visit.house, visit.viewer, case, reason, visit.now + dt.timedelta(days=days), visit.now)
    except (BadInput, ValueError):
        says = visit.words.gettext("Give a reference, a reason of at least 20 signs, and a number of days.")
        return _grants(visit, case=case, asking=True, problem=says, status=422)
    if done.outcome == "refused":
        problem = said_objections(visit.words, done.objections)
        return _grants(visit, case=case, asking=True, problem=problem, status=409)
    return visit.go_to("/audit/grants")


@places.form("/audit/grants/{id_}/end", area="audit")
def give_back(visit: Visited, id_: str) -> Response:
    """Give a grant back before its time."""
    end_grant(visit.house, visit.viewer, id_, visit.now)
    return visit.go_to("/audit/grants")


@places.page("/audit/export", area="audit")
def export(visit: Visited) -> Response:
    """Everything that the filter shows, oldest first, as CSV or JSON Lines; names are codes.

    Who takes it out is journaled before the first line goes out. Where a part of the question means nothing, nothing
    is taken out: without that part it would be more than was asked for.
    """
    asked = chosen(visit.request.query_params)
    kind = visit.request.query_params.get("format", "csv")
    codes = house_codes(visit)
    wanted, wrong = filter_of(asked, codes, visit.house.workflows.current(None))
    unknown = visit.request.query_params.keys() - {*NAMES, "format"}
    if wrong or unknown or kind not in FORMATS:
        says = visit.words.gettext("Nothing was exported. Change what was not understood, and ask again.")
        return trace_page_of(visit, problem=says, status=422)
    name = f"trace.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    record_export(visit.house, visit.actor, "trace", {**asked, "format": kind}, visit.now)
    rows = visit.served.running.store.screens.stream(wanted, ClausesOf(visit.house.workflows))
    content: Iterator[str] | Iterator[bytes]
    content = as_csv(rows, codes.now()) if kind == "csv" else as_json_lines(rows, codes.now())
    return StreamingResponse(content, media_type=FORMATS[kind], headers=headers)


def _grants(visit: Visit, *, case: str = "", asking: bool = False, problem: str = "", status: int = 200) -> Response:
    loans = visit.house.store.staff.loans("grant", person=visit.person)
    return visit.page(
        "audit/grants.html",
        status=status,
        rows=[(one, visit.words.when(one.until, with_time=True), one.is_open(visit.now)) for one in loans],
        case=case,
        asking=asking,
        problem=problem,
        days=[(str(day), visit.words.ngettext("%(num)s day", "%(num)s days", day)) for day in (1, 3, 7, LONGEST.days)],
        said=visit.sent.get("reason"),
    )
