"""Decisions of a second person about people: titles that weigh, and links for somebody who can sign in already."""

from __future__ import annotations

from fastapi.responses import Response

from access.people_answered import answer_asked, asked_change
from cases.errors import BadInput, UnknownName
from cases.staff import Loan
from interfaces.web.places import Places
from interfaces.web.staff.steps import follow
from interfaces.web.supervision.team import asked_about
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.objections import said_objections, said_problem

places = Places()
SHORTEST_REASON = 20


@places.page("/approvals/people/{id_}", area="supervision")
def asked_page(visit: Visited, id_: str) -> Response:
    """What an administrator asks about somebody, and the decision at the end."""
    return _page(visit, _asked(visit, id_))


@places.form("/approvals/people/{id_}", area="supervision")
def decide(visit: Visited, id_: str) -> Response:
    """Agree to it or decline it, with a reason."""
    loan = _asked(visit, id_)
    reason, said = visit.sent.get("reason"), visit.sent.get("answer")
    if len(reason) < SHORTEST_REASON or said not in ("yes", "no"):
        problem = visit.words.gettext("Choose an answer, and say in at least 20 signs why.")
        return _page(visit, loan, problem=problem, status=422)
    try:
        done = answer_asked(visit.house, visit.actor, id_, said == "yes", reason, visit.now)
    except BadInput as problem:
        return _page(visit, loan, problem=said_problem(visit.words, problem), status=422)
    follow(visit)
    if done.outcome == "refused":
        return _page(visit, loan, problem=said_objections(visit.words, done.objections), status=409)
    return visit.go_to("/team")


def _asked(visit: Visit, id_: str) -> Loan:
    try:
        return asked_change(visit.house, id_)
    except UnknownName as missing:
        raise NotHere from missing


def _page(visit: Visit, loan: Loan, *, problem: str = "", status: int = 200) -> Response:
    return visit.page(
        "supervision/about_people.html",
        status=status,
        loan=loan,
        says=asked_about(visit, loan),
        concerned=visit.person in (loan.person, loan.needed),
        waits=loan.state == "asked" and visit.now < loan.until,
        asked=visit.words.when(loan.asked_at, with_time=True),
        until=visit.words.when(loan.until, with_time=True),
        problem=problem,
        said=visit.sent.get("reason"),
    )
