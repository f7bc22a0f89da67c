"""The trace: search in the journal, one entry with its rule and proof, and everything that happened in one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi.responses import Response

from access.guard_reads import guard_reads
from access.screens import EntryRow, Page, TraceFilter
from access.trace import ClausesOf, excludes_most
from interfaces.documents.codes import Codes
from interfaces.web.audit.asked import chosen, filter_of, question, said_names, selects
from interfaces.web.audit.entry_view import strips, teller
from interfaces.web.audit.strip_picture import Strip, strip_picture
from interfaces.web.audit.views import views_of
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.labels import spelt

places = Places()
SHOWN = 50


@places.page("/audit/trace", area="audit")
def trace_page(visit: Visited, after: str = "") -> Response:
    """The entries that fit a question, newest first; the question stands above them in words."""
    return trace_page_of(visit, after)


def trace_page_of(visit: Visit, after: str = "", *, problem: str = "", status: int = 200) -> Response:
    """The page of the question that the address asks, with what was wrong with what was wanted of it."""
    asked = chosen(visit.request.query_params)
    rules = visit.house.workflows.current(None)
    codes = house_codes(visit)
    wanted, wrong = filter_of(asked, codes, rules)
    screens = visit.served.running.store.screens
    carriers = ClausesOf(visit.house.workflows)
    found = screens.trace(wanted, Page(SHOWN, after or None), carriers)
    count = screens.count(wanted, carriers)
    size = screens.size()
    tells = teller(visit, codes)
    query = urlencode(asked)
    address = f"/audit/trace?{query}" if query else "/audit/trace"
    return visit.page(
        "audit/trace.html",
        status=status,
        problem=problem,
        question=question(visit.words, asked),
        count=count,
        size=size,
        size_from=visit.words.when(size.first) if size.first is not None else "",
        rows=[tells.shown(row) for row in found.rows],
        more=f"/audit/trace?{urlencode({**asked, 'after': found.next})}" if found.next else "",
        first=address if after else "",
        asked=asked,
        wrong=said_names(visit.words, wrong),
        selects=selects(visit.words, rules, screens.sorts(), asked),
        people=sorted({tells.names(one.name) for one in visit.house.people.all()}, key=lambda code: int(code[2:])),
        excludes="" if found.rows else _drop(visit, wanted, carriers, asked),
        export=f"/audit/export?{query}",
        **views_of(visit, "/audit/trace", asked),
    )


@places.page("/audit/entries/{entry}", area="audit")
def entry_page(visit: Visited, entry: str) -> Response:
    """One entry: who, what, by which rule and version, what each guard said, and its place in the chain."""
    ref, _, number = entry.partition(".")
    rows = [row for row in _family(visit, ref) if row.instance == ref and number == str(row.seq)]
    if not rows:
        raise NotHere
    row = rows[0]
    codes = house_codes(visit)
    tells = teller(visit, codes)
    return visit.page(
        "audit/entry.html",
        one=tells.shown(row, guard_reads(visit.house, ref, visit.now).get((ref, row.seq), ())),
        clear=row.clear,
        before=f"/audit/entries/{ref}.{row.seq - 1}" if row.seq > 1 else "",
        after=f"/audit/entries/{ref}.{row.seq + 1}",
        guards=_guards(visit, row),
    )


@places.page("/audit/cases/{ref}", area="audit")
def case_page(visit: Visited, ref: str, show: str = "entries") -> Response:
    """Everything that happened in one case: strips of time above, entries below, and who looked."""
    rows = _family(visit, ref)
    if not rows:
        raise NotHere
    codes = house_codes(visit)
    tells = teller(visit, codes)
    root = rows[0].case
    own = [row for row in rows if row.instance == root]
    looks = [row for row in rows if row.kind == "case:fact:seen"]
    shown = looks if show == "looks" else [row for row in rows if row not in looks]
    drawn = _strips(visit, own)
    reads = guard_reads(visit.house, root, visit.now)
    return visit.page(
        "audit/case.html",
        ref=root,
        picture=strip_picture(visit.words, drawn, visit.now),
        strips=drawn,
        rows=[tells.shown(row, reads.get((row.instance, row.seq), ())) for row in reversed(shown)],
        looks=len(looks),
        show="looks" if show == "looks" else "entries",
        export=f"/audit/export?{urlencode({'case': root})}",
    )


def house_codes(visit: Visit) -> Codes:
    """The codes of everybody in the house."""
    return Codes(visit.house)


def _family(visit: Visit, ref: str) -> Sequence[EntryRow]:
    return visit.served.running.store.screens.whole(ref)


def _drop(visit: Visit, wanted: TraceFilter, carriers: ClausesOf, asked: dict[str, str]) -> str:
    """The address without the one filter that stands most in the way; empty where none alone does."""
    name = excludes_most(visit.served.running.store.screens, wanted, carriers)
    if name is None:
        return ""
    return f"/audit/trace?{urlencode({key: value for key, value in asked.items() if key != name})}"


def _guards(visit: Visit, row: EntryRow) -> list[tuple[str, str, str, Sequence[str]]]:
    """Every guard that was asked: its name, what it asks, what it said, its clauses."""
    rules = visit.house.workflows.rules(str(row.clear["workflow"]))
    process = rules.workflow.processes.get(str(row.clear.get("process", "")))
    labels = visit.words.labels(rules.workflow)
    found: list[tuple[str, str, str, Sequence[str]]] = []
    for name, said in row.clear.get("guards", {}).items():
        declared = process.guards.get(name) if process is not None else None
        says = labels.guard(process.process, name) if process is not None and declared is not None else spelt(name)
        found.append((name, says, spelt(str(said)), declared.clauses if declared is not None else ()))
    return found


def _strips(visit: Visit, rows: Sequence[EntryRow]) -> list[Strip]:
    """The strips of one instance's tracks, with marks for what was refused, overridden or late."""
    if not rows:
        return []
    rules = visit.house.workflows.rules(str(rows[-1].clear["workflow"]))
    process = str(rows[0].clear.get("process", "case"))
    labels = visit.words.labels(rules.workflow)
    marks: list[tuple[dt.datetime, str]] = [(row.at, mark) for row in rows if (mark := _mark(row))]
    return [
        Strip(
            labels.at("processes", process, "tracks", track, "short") or spelt(track),
            [(labels.short(process, track, state), since, until) for state, since, until in segments],
            marks if place == 0 else [],
        )
        for place, (track, segments) in enumerate(strips(rows, visit.now))
    ]


def _mark(row: EntryRow) -> str:
    if "overridden" in row.outcomes:
        return "!"
    if row.outcomes & {"refused", "not_yet"}:
        return "✕"
    return "▲" if "late" in row.outcomes else ""
