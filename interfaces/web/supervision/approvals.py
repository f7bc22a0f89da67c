"""Decisions of a second person: exceptions, narratives for auditors, reviews of emergency access."""

from __future__ import annotations

from fastapi.responses import Response

from access.emergency import loan_of, read_by, review_emergency
from access.grants import answer_grant, end_grant
from cases.look_at_asking import SeenAsking, look_at_asking
from cases.override import SecondAnswer, override
from cases.ports import Asking
from cases.staff import Loan, Verdict
from interfaces.web.places import Places
from interfaces.web.staff.fields import Subject
from interfaces.web.staff.steps import follow, key_of
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.labels import Labels, lowered
from interfaces.words.objections import said_objections
from interfaces.words.remedies import explained
from interfaces.words.tongues import together
from state_machine.explain import ActionAnswer

places = Places()
SHORTEST_REASON = 20
VERDICTS = ("justified", "not_justified")


@places.page("/approvals/{attempt}", area="supervision")
def exception_page(visit: Visited, attempt: str) -> Response:
    """An exception that somebody asks for: what, why, what stands in the way, and the decision at the end."""
    return _exception_page(visit, _asking(visit, attempt))


@places.form("/approvals/{attempt}", area="supervision")
def decide_exception(visit: Visited, attempt: str) -> Response:
    """Say yes or no, with a reason. The door asks all other conditions again."""
    asking = _asking(visit, attempt)
    reason, said = visit.sent.get("reason"), visit.sent.get("answer")
    if len(reason) < SHORTEST_REASON or said not in ("yes", "no"):
        return _exception_page(visit, asking, problem=_reason_missing(visit), status=422)
    answer = override(visit.house, SecondAnswer(visit.actor, attempt, said == "yes", reason, key_of(visit)), visit.now)
    follow(visit)
    if answer.decision != "applied":
        told = ActionAnswer(asking.action or "record", "refused", 0, answer.reasons, answer.advice)
        with visit.house.store.look() as tx:
            loaded = tx.load(asking.instance)
        assert loaded is not None, "the attempt that waits stands in this family"
        instance = next(one for one in loaded.instances if one.ref == asking.instance)
        rules = visit.house.workflows.rules(instance.workflow)
        one = explained(visit.words, rules, instance, told, visit.viewer)
        return visit.page("supervision/not_decided.html", status=409, one=one, back="/team")
    return visit.go_to("/team")


@places.page("/approvals/grants/{id_}", area="supervision")
def grant_page(visit: Visited, id_: str) -> Response:
    """A narrative that an auditor asks to read."""
    return _loan_page(visit, "supervision/grant.html", loan_of(visit.house, "grant", id_))


@places.form("/approvals/grants/{id_}", area="supervision")
def decide_grant(visit: Visited, id_: str) -> Response:
    """Grant it, decline it, or take it back."""
    loan = loan_of(visit.house, "grant", id_)
    reason, said = visit.sent.get("reason"), visit.sent.get("answer")
    if said == "end":
        end_grant(visit.house, visit.viewer, id_, visit.now)
        return visit.go_to("/team")
    if len(reason) < SHORTEST_REASON or said not in ("yes", "no"):
        return _loan_page(visit, "supervision/grant.html", loan, problem=_reason_missing(visit), status=422)
    done = answer_grant(visit.house, visit.actor, id_, said == "yes", reason, visit.now)
    follow(visit)
    if done.outcome == "refused":
        problem = said_objections(visit.words, done.objections)
        return _loan_page(visit, "supervision/grant.html", loan, problem=problem, status=409)
    return visit.go_to("/team")


@places.page("/approvals/emergencies/{id_}", area="supervision")
def review_page(visit: Visited, id_: str) -> Response:
    """An emergency access that has to be looked at: why it was taken, and each thing that was opened."""
    return _loan_page(visit, "supervision/review.html", loan_of(visit.house, "emergency", id_))


@places.form("/approvals/emergencies/{id_}", area="supervision")
def review(visit: Visited, id_: str) -> Response:
    """Say whether it was justified, and why."""
    loan = loan_of(visit.house, "emergency", id_)
    reason, said = visit.sent.get("reason"), visit.sent.get("answer")
    if len(reason) < SHORTEST_REASON or said not in VERDICTS:
        return _loan_page(visit, "supervision/review.html", loan, problem=_reason_missing(visit), status=422)
    verdict: Verdict = "justified" if said == "justified" else "not_justified"
    done = review_emergency(visit.house, visit.actor, id_, verdict, reason, visit.now)
    follow(visit)
    if done.outcome == "refused":
        problem = said_objections(visit.words, done.objections)
        return _loan_page(visit, "supervision/review.html", loan, problem=problem, status=409)
    return visit.go_to("/team")


def _asking(visit: Visit, attempt: str) -> Asking:
    with visit.house.store.look() as tx:
        asking = tx.asking(attempt)
    if asking is None or asking.state != "open" or asking.lapses_at <= visit.now:
        raise NotHere
    return asking


def _exception_page(visit: Visit, asking: Asking, *, problem: str = "", status: int = 200) -> Response:
    seen = look_at_asking(visit.house, visit.actor, asking.attempt, visit.now)
    rules = visit.house.workflows.rules(seen.workflow)
    labels = visit.words.labels(rules.workflow)
    process = rules.processes[seen.process]
    subject = Subject(visit.words, labels, seen.process, process.model.facts)
    return visit.page(
        "supervision/exception.html",
        status=status,
        asking=asking,
        who=visit.names(asking.person),
        mine=visit.person in (asking.person, asking.on_behalf),
        what=_what(visit, labels, seen),
        until=visit.words.when(asking.lapses_at, with_time=True),
        reason=seen.reason,
        facts=[
            together((labels.fact(seen.process, name), subject.said(name, value)), ": ")
            for name, value in seen.facts.items()
        ],
        hidden=seen.hidden,
        guards=[
            (
                labels.at("processes", seen.process, "guards", name, "refusal") or process.guards[name].refusal,
                process.guards[name].model.clauses,
            )
            for name in seen.because
            if name in process.guards
        ],
        problem=problem,
        said=visit.sent.get("reason"),
        key=visit.new_key(),
    )


def _what(visit: Visit, labels: Labels, seen: SeenAsking) -> str:
    """What is asked for, with everybody whom it is about."""
    words = visit.words
    role = lowered(labels.role(seen.role)) if seen.role else ""
    match seen.kind:
        case "assign":
            return words.gettext("Give a role to %(who)s: %(role)s", who=visit.names(seen.assigned or ""), role=role)
        case "unassign":
            holder = seen.assigned or seen.instance.holders.get(seen.role or "", "")
            return words.gettext("Take a role from %(who)s: %(role)s", who=visit.names(holder), role=role)
        case "open":
            return words.gettext("Open: %(what)s", what=labels.process(seen.process))
        case "record":
            return words.gettext("Record something")
    return labels.action(seen.process, seen.asking.action)


def _loan_page(visit: Visit, template: str, loan: Loan, *, problem: str = "", status: int = 200) -> Response:
    reads = read_by(visit.house, loan) if loan.way == "emergency" else ()
    return visit.page(
        template,
        status=status,
        loan=loan,
        who=visit.names(loan.person),
        mine=visit.person == loan.person,
        asked=visit.words.when(loan.asked_at, with_time=True),
        until=visit.words.when(loan.until, with_time=True),
        open=loan.is_open(visit.now),
        reads=[(visit.words.when(one.at, with_time=True), one.instance, one.seq) for one in reads],
        problem=problem,
        said=visit.sent.get("reason"),
    )


def _reason_missing(visit: Visit) -> str:
    return visit.words.gettext("Choose an answer, and say in at least 20 signs why.")
