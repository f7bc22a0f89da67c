"""The house's own affairs: partners, providers and whatever else stands by itself and is no case; opening another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from fastapi.responses import Response

from access.relation import Reach, affairs, reach_of
from access.screens import CaseFilter, CaseRow, Page
from access.work import with_needs
from cases.request import Request
from interfaces.web.kept_choices import address_of
from interfaces.web.places import Places
from interfaces.web.staff.act import Asking, Form, may_open, questions_of, recordable_in
from interfaces.web.staff.cases import said_needs
from interfaces.web.staff.fields import Answers, read_answers
from interfaces.web.staff.linked import called
from interfaces.web.staff.steps import key_of, step
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.remedies import said_reasons
from state_machine.rules import Rules

places = Places()
FEW, SHOWN = 5, 10
"""So many of each kind where all kinds are shown; so many to a page where one is: what one statement reads at once."""
LONGEST = 80
"""Signs of a name; what is asked of somebody may be long."""
OVER = {"": False, "closed": True, "all": None}


@dataclass(frozen=True, slots=True)
class Line:
    """One of them: what it is called (or empty), where its tracks stand, what it needs next."""

    ref: str
    name: str
    stands: Sequence[str]
    needs: str
    late: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """The newest of one process, and where more of them stand.

    `opens` is what opening one is called, empty for whoever does not open such things.
    """

    process: str
    says: str
    lines: Sequence[Line]
    opens: str
    more: str


@places.page("/house", area="staff")
def affairs_page(visit: Visited, process: str = "", over: str = "", after: str = "") -> Response:
    """What the reader may open, kind by kind, or one kind page by page."""
    rules = visit.house.workflows.current(None)
    known = affairs(rules.workflow)
    reach = reach_of(visit.house, visit.viewer, visit.now)
    chosen = process if process in known else ""
    over = over if over in OVER else ""
    page = Page(SHOWN, after or None) if chosen else Page(FEW)
    kinds = [_kind(visit, rules, reach, name, over, page) for name in ([chosen] if chosen else known)]
    labels, words = visit.words.labels(rules.workflow), visit.words
    offered = [name for name in known if reach.every_case or name in reach.processes or name == chosen]
    return visit.page(
        "staff/affairs.html",
        kinds=[one for one in kinds if one.lines or one.opens or chosen],
        chosen=chosen,
        over=over,
        first=address_of("/house", _asked(chosen, over)) if chosen and after else "",
        processes=[("", words.gettext("All")), *((name, labels.process(name)) for name in offered)],
        overs=[("", words.gettext("Open")), ("closed", words.gettext("Over")), ("all", words.gettext("All"))],
    )


@places.page("/house/new/{process}", area="staff")
def new_page(visit: Visited, process: str) -> Response:
    """The form that opens one, for whoever opens such things."""
    return _page(visit, _form(visit, _rules(visit, process), process))


@places.form("/house/new/{process}", area="staff")
def open_one(visit: Visited, process: str) -> Response:
    """Open it, or say why not. Sent twice, it makes one."""
    rules = _rules(visit, process)
    made = partial(_form, visit, rules, process)
    names = [one.name for one in made().questions]
    given = read_answers(visit.words, rules.processes[process].model.facts, names, visit.sent)
    form = made(given)
    if form.problems:
        return _page(visit, form, status=422)
    facts, documents = given.facts, given.documents
    request = Request("open", visit.actor, None, process=process, facts=facts, documents=documents, key=key_of(visit))
    answer = step(visit, request)
    if answer.decision == "applied":
        return visit.go_to(f"/cases/{answer.ref}")
    reasons = said_reasons(visit.words, rules, process, answer.reasons, visit.person)
    heading = visit.words.gettext("Nothing was opened")
    return visit.page("staff/not_opened.html", status=409, heading=heading, reasons=reasons, again=form.address)


def _rules(visit: Visit, process: str) -> Rules:
    """The version in which they are opened today, for somebody whose role opens them. Raises NotHere."""
    rules = visit.house.workflows.current(None)
    if process not in affairs(rules.workflow) or not may_open(visit, rules, process):
        raise NotHere
    return rules


def _asked(process: str, over: str) -> dict[str, str]:
    return {name: value for name, value in (("process", process), ("over", over)) if value}


def _kind(visit: Visit, rules: Rules, reach: Reach, process: str, over: str, page: Page) -> Kind:
    """Some of one process, and where more of it stand."""
    labels = visit.words.labels(rules.workflow)
    wanted = CaseFilter(process=process, over=OVER[over])
    found = visit.served.running.store.screens.cases(reach, wanted, page, visit.now)
    more = _asked(process, over) | ({"after": found.next or ""} if page.limit == SHOWN else {})
    return Kind(
        process,
        labels.process(process),
        _lines(visit, found.rows),
        labels.action(process, "open") if may_open(visit, rules, process) else "",
        f"/house?{urlencode(more)}" if found.next else "",
    )


def _lines(visit: Visit, rows: Sequence[CaseRow]) -> list[Line]:
    """Them as they stand in a list: with names and needs, in two reads for all."""
    if not rows:
        return []
    screens = visit.served.running.store.screens
    with visit.house.store.look() as tx:
        families = tx.load_all([row.ref for row in rows])
    names = {}
    for row in rows:
        loaded = families.get(row.ref)
        process = visit.house.workflows.rules(row.workflow).processes[row.process]
        names[row.ref] = called(loaded.instances[0], process) if loaded is not None else ""
    return [_line(visit, row, names[row.ref]) for row in with_needs(screens, rows, visit.now)]


def _line(visit: Visit, row: CaseRow, name: str) -> Line:
    labels = visit.words.labels(visit.house.workflows.rules(row.workflow).workflow)
    stands = [labels.short(row.process, track, state) for track, state in row.tracks.items()]
    short = name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
    return Line(row.ref, short, stands, said_needs(visit, labels, row), row.needs.late > 0)


def _form(visit: Visit, rules: Rules, process: str, given: Answers | None = None) -> Form:
    asking = Asking(process, "open", recordable_in(visit, rules, process), given)
    asks, offers = questions_of(visit, rules, asking)
    says = visit.words.labels(rules.workflow).action(process, "open")
    return Form("open", says, f"/house/new/{process}", asks, offers, process)


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return visit.page(
        "staff/new_affair.html",
        status=status,
        form=form,
        back=address_of("/house", {"process": form.opens}),
        files=any(one.shape == "file" for one in form.questions),
        key=key_of(visit) or visit.new_key(),
    )
