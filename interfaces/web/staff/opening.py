"""Opening a case: nine questions, two of them required, from first contact to a living case in two minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.desk import Draft
from cases.request import Request
from config.definition import Fact
from interfaces.web.kept import NotKept, draft_of, sent_of
from interfaces.web.places import Places
from interfaces.web.sent import Sent
from interfaces.web.staff.fields import Answers, Question, Subject, read_answers
from interfaces.web.staff.steps import key_of, step
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.remedies import said_reasons
from state_machine.roles import has_title
from state_machine.rules import Rules

places = Places()


@dataclass(frozen=True, slots=True)
class Begun:
    """A case that somebody began and wanted to finish later: when it was put down, and until when it is kept."""

    id: str
    saved: str
    until: str


PROCESS = "case"
REQUIRED = ("danger_now", "age_group")
"""What has to be said; `not known` is an answer."""


@places.page("/cases/new", area="staff")
def new_case_page(visit: Visited) -> Response:
    """The form of a first contact; with what was answered before, where somebody wanted to finish it later."""
    rules = _rules(visit)
    draft = _draft(visit, visit.request.query_params.get("draft", ""))
    return _page(visit, rules, sent=sent_of(draft) if draft is not None else None)


@places.form("/cases/new/throw-away", area="staff")
def throw_away(visit: Visited) -> Response:
    """Keep what was begun no longer; twice is the same as once."""
    _forget(visit)
    return visit.go_to("/cases/new")


@places.form("/cases/new", area="staff")
def open_case(visit: Visited) -> Response:
    """Open the case, or say what is missing. Sent twice, it makes one case."""
    rules = _rules(visit)
    declared = rules.workflow.processes[PROCESS].facts
    names = _asked(visit, rules)
    given = read_answers(visit.words, declared, names, visit.sent)
    if given.facts.get("file_wish") == "declined" and given.facts.get("age_group") == "adult":
        # An adult declined: nothing is written down, not even that somebody was here.
        _forget(visit)
        return visit.page("staff/no_file.html")
    if "later" in visit.sent.fields:
        return _finish_later(visit, names)
    problems = dict(given.problems)
    for name in REQUIRED:
        if name in names and name not in given.facts and name not in problems:
            problems[name] = visit.words.gettext("Choose one. “Not known” is an answer.")
    if problems:
        given = Answers(given.facts, given.documents, problems)
        return _page(visit, rules, sent=visit.sent, given=given, status=422)
    request = Request(
        "open", visit.actor, None, process=PROCESS, facts=given.facts, documents=given.documents, key=key_of(visit)
    )
    answer = step(visit, request)
    if answer.decision != "applied":
        reasons = said_reasons(visit.words, rules, PROCESS, answer.reasons, visit.person)
        heading = visit.words.gettext("No case was opened")
        return visit.page("staff/not_opened.html", status=409, heading=heading, reasons=reasons, again="/cases/new")
    _forget(visit)
    if given.facts.get("danger_now") == "danger" and "report_harm" in rules.workflow.processes[PROCESS].actions:
        return visit.go_to(f"/cases/{answer.ref}/act/report_harm?next=/cases/{answer.ref}%3Fnew=1")
    return visit.go_to(f"/cases/{answer.ref}?new=1")


def _rules(visit: Visit) -> Rules:
    """The version in which cases are opened today, for somebody whose role opens them. Raises NotHere."""
    rules = visit.house.workflows.current(None)
    opening = rules.workflow.processes[PROCESS].actions["open"]
    if not any(has_title(rules, visit.viewer.titles, role) for role in opening.by):
        raise NotHere
    return rules


def _asked(visit: Visit, rules: Rules) -> list[str]:
    """The facts that the form asks: what opening asks, then what it offers and this person may record."""
    process = rules.processes[PROCESS]
    opening = process.model.actions["open"]
    return list(
        dict.fromkeys(
            name
            for name in (*opening.asks, *opening.offers)
            if name in opening.asks or _may(visit, rules, process.facts[name].recorders)
        )
    )


def _may(visit: Visit, rules: Rules, recorders: tuple[str, ...]) -> bool:
    return any(has_title(rules, visit.viewer.titles, role) for role in recorders)


def begun_cases(visit: Visit) -> list[Begun]:
    """The cases that somebody wanted to finish later, the last first."""
    found = visit.served.running.store.screens.desk.drafts(visit.person, "new_case", visit.now)
    return [
        Begun(
            one.id,
            visit.words.when(one.saved_at, with_time=True),
            visit.words.when(one.ends_at),
        )
        for one in found
    ]


def _draft(visit: Visit, id_: str) -> Draft | None:
    """What somebody wanted to finish later. Raises NotKept for an id under which there is nothing of theirs."""
    if not id_:
        return None
    draft = visit.served.running.store.screens.desk.draft(id_, visit.person, visit.now)
    if draft is None or draft.kind != "new_case":
        raise NotKept
    return draft


def _finish_later(visit: Visit, names: Sequence[str]) -> Response:
    """Keep the answers as they are, wanting or not, and say until when."""
    answers = {name: values for name, values in visit.sent.fields.items() if name in (*names, "key")}
    id_ = visit.sent.get("draft") or visit.new_key()
    draft = draft_of(id_, visit.person, "new_case", "/cases/new", Sent(answers), visit.now)
    visit.served.running.store.screens.desk.save_draft(draft)
    return visit.go_to("/cases/new#begun")


def _forget(visit: Visit) -> None:
    """Throw away what was kept for later: the case is open, or there is to be none."""
    if visit.sent.get("draft"):
        visit.served.running.store.screens.desk.drop_draft(visit.sent.get("draft"), visit.person)


def _page(
    visit: Visit, rules: Rules, *, sent: Sent | None = None, given: Answers | None = None, status: int = 200
) -> Response:
    labels = visit.words.labels(rules.workflow)
    declared: dict[str, Fact] = dict(rules.workflow.processes[PROCESS].facts)
    ask = Subject(visit.words, labels, PROCESS, declared)
    questions: list[Question] = [
        ask.question(
            name,
            required=name in REQUIRED,
            sent=sent,
            problem=given.problems.get(name, "") if given is not None else "",
        )
        for name in _asked(visit, rules)
    ]
    return visit.page(
        "staff/new_case.html",
        status=status,
        questions=questions,
        problems=[{"field": one.name, "message": f"{one.label}: {one.problem}"} for one in questions if one.problem],
        key=(sent.get("key") if sent is not None else "") or visit.new_key(),
        draft=visit.sent.get("draft") or visit.request.query_params.get("draft", ""),
        begun=begun_cases(visit),
        emergency_numbers=visit.served.running.settings.emergency_numbers,
    )
