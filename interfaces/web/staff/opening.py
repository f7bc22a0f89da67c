"""Opening a case: nine questions, two of them required, from first contact to a living case in two minutes."""

from __future__ import annotations

from fastapi.responses import Response

from cases.request import Request
from config.definition import Fact
from interfaces.web.places import Places
from interfaces.web.staff.fields import Answers, Question, Subject, read_answers
from interfaces.web.staff.steps import key_of, step
from interfaces.web.visit import NotHere, Visit, Visited
from state_machine.roles import has_title
from state_machine.rules import Rules

places = Places()
PROCESS = "case"
REQUIRED = ("danger_now", "age_group")
"""What has to be said; `not known` is an answer."""


@places.page("/cases/new", area="staff")
def new_case_page(visit: Visited) -> Response:
    """The form of a first contact."""
    return _page(visit, _rules(visit))


@places.form("/cases/new", area="staff")
def open_case(visit: Visited) -> Response:
    """Open the case, or say what is missing. Sent twice, it makes one case."""
    rules = _rules(visit)
    declared = rules.workflow.processes[PROCESS].facts
    names = _asked(visit, rules)
    given = read_answers(visit.words, declared, names, visit.sent)
    problems = dict(given.problems)
    for name in REQUIRED:
        if name in names and name not in given.facts and name not in problems:
            problems[name] = visit.words.gettext("Choose one. “Not known” is an answer.")
    if problems:
        return _page(visit, rules, given=Answers(given.facts, given.documents, problems), status=422)
    if given.facts.get("file_wish") == "declined" and given.facts.get("age_group") == "adult":
        # An adult declined: nothing is written down, not even that somebody was here.
        return visit.page("staff/no_file.html")
    request = Request(
        "open", visit.actor, None, process=PROCESS, facts=given.facts, documents=given.documents, key=key_of(visit)
    )
    answer = step(visit, request)
    if answer.decision != "applied":
        return visit.page("staff/not_opened.html", status=409, reasons=answer.reasons)
    if given.facts.get("danger_now") == "danger" and "report_harm" in rules.workflow.processes[PROCESS].actions:
        return visit.go_to(f"/cases/{answer.ref}/act/report_harm")
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


def _page(visit: Visit, rules: Rules, *, given: Answers | None = None, status: int = 200) -> Response:
    labels = visit.words.labels(rules.workflow)
    declared: dict[str, Fact] = dict(rules.workflow.processes[PROCESS].facts)
    ask = Subject(visit.words, labels, PROCESS, declared)
    questions: list[Question] = [
        ask.question(
            name,
            required=name in REQUIRED,
            sent=visit.sent if given is not None else None,
            problem=given.problems.get(name, "") if given is not None else "",
        )
        for name in _asked(visit, rules)
    ]
    return visit.page(
        "staff/new_case.html",
        status=status,
        questions=questions,
        problems=[{"field": one.name, "message": f"{one.label}: {one.problem}"} for one in questions if one.problem],
        key=key_of(visit) or visit.new_key(),
        emergency_numbers=visit.served.running.settings.emergency_numbers,
    )
