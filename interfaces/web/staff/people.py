"""The people around a case: who holds which role, giving and taking roles, and asking somebody for something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from cases.request import Request
from interfaces.web.places import Places
from interfaces.web.staff.act import Form, refused_page
from interfaces.web.staff.case import about
from interfaces.web.staff.reading import CaseRead, read_case
from interfaces.web.staff.steps import key_of, safe_next, step
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.remedies import ASKING, base_of
from state_machine.roles import has_title

places = Places()


@dataclass(frozen=True, slots=True)
class Post:
    """A role that can be held here: who holds it (or nobody), and who could."""

    role: str
    says: str
    holder: str
    name: str
    here: bool
    could: Sequence[tuple[str, str]]


@places.page("/cases/{ref}/people", area="case")
@places.page("/instances/{ref}/people", area="case")
def people_page(visit: Visited, role: str = "") -> Response:
    """Who holds which role here, and the forms that give and take one."""
    return _page(visit, read_case(visit), role)


@places.form("/cases/{ref}/people", area="case_act")
@places.form("/instances/{ref}/people", area="case_act")
def change(visit: Visited) -> Response:
    """Give a role to somebody, or take it from whoever holds it."""
    case = read_case(visit)
    role, person = visit.sent.get("role"), visit.sent.get("person")
    if role not in case.rules.workflow.roles or (person and visit.house.people.person(person) is None):
        return _page(visit, case, role, problem=visit.words.gettext("Choose a role and a person."), status=422)
    kind = "assign" if person else "unassign"
    request = Request(
        "assign" if person else "unassign",
        visit.actor,
        visit.ref,
        assigned=person or None,
        role=role,
        reason=visit.sent.get("reason") or None,
        key=key_of(visit),
        if_revision=visit.sent.number("revision"),
    )
    answer = step(visit, request)
    if answer.decision != "applied":
        says = visit.words.gettext("Give this role") if person else visit.words.gettext("Take this role")
        return refused_page(visit, case, Form(kind, says, f"{base_of(case.instance)}/people"), answer)
    return visit.go_to(safe_next(visit.sent.get("next"), f"{base_of(case.instance)}/people"))


@places.page("/cases/{ref}/ask", area="case_act")
@places.page("/instances/{ref}/ask", area="case_act")
def ask_page(visit: Visited, to: str = "") -> Response:
    """The form that asks somebody for something."""
    return _ask_page(visit, read_case(visit), to, visit.request.query_params.get("about", ""))


@places.form("/cases/{ref}/ask", area="case_act")
@places.form("/instances/{ref}/ask", area="case_act")
def ask(visit: Visited) -> Response:
    """Ask: a task in the other's list, in neutral words; what is asked is sealed in the case."""
    case = read_case(visit)
    to, words = visit.sent.get("to"), visit.sent.get("about")
    found = asked_role(visit, case, to)
    if found is None or not words:
        problem = visit.words.gettext("Say whom you ask, and for what.")
        return _ask_page(visit, case, to, words, problem=problem, status=422)
    root, role = found
    with visit.house.store.look() as tx:
        person = tx.person_ref(to)
    facts = {"kind": "ask", "about": words, "asked_role": role, **({"asked_person": person} if person else {})}
    request = Request("open", visit.actor, root, process=ASKING, facts=facts, key=key_of(visit))
    answer = step(visit, request)
    if answer.decision != "applied":
        return refused_page(visit, case, Form("open", visit.words.gettext("Ask somebody"), "", opens=ASKING), answer)
    return visit.go_to(safe_next(visit.sent.get("next"), base_of(case.instance)))


def asked_role(visit: Visit, case: CaseRead, person: str) -> tuple[str, str] | None:
    """In which case somebody can be asked, and as which role; None where that is not possible."""
    root = case.sight.family[0]
    if ASKING not in case.rules.processes[root.process].below:
        return None
    asked = visit.house.people.person(person)
    roles = case.rules.processes[ASKING].model.facts["asked_role"].values
    if asked is None or asked.disabled:
        return None
    held = [role for role, holder in root.holders.items() if holder == person]
    able = [role for role in (*held, *roles) if role in roles and has_title(case.rules, asked.titles, role)]
    return (root.ref, able[0]) if able else None


def _page(visit: Visit, case: CaseRead, role: str, *, problem: str = "", status: int = 200) -> Response:
    assigns = [one for one in case.answers if one.action == "assign"]
    return visit.page(
        "staff/people.html",
        status=status,
        **about(case),
        posts=_posts(visit, case),
        chosen=role,
        problem=problem,
        gives=bool(assigns),
        key=visit.new_key(),
        revision=case.sight.revision,
        next=visit.request.query_params.get("next", ""),
    )


def _posts(visit: Visit, case: CaseRead) -> list[Post]:
    found = []
    for role, declared in case.rules.workflow.roles.items():
        if not declared.assigned:
            continue
        holder = case.holders.get(role, "")
        could = [
            (one.name, visit.names(one.name))
            for one in visit.house.people.all()
            if not one.disabled and has_title(case.rules, one.titles, role)
        ]
        if holder or could:
            name = visit.names(holder) if holder else ""
            found.append(Post(role, case.labels.role(role), holder, name, role in case.instance.holders, could))
    return found


def _ask_page(visit: Visit, case: CaseRead, to: str, words: str, *, problem: str = "", status: int = 200) -> Response:
    people = [
        (one.name, visit.names(one.name))
        for one in visit.house.people.all()
        if one.name != visit.person and asked_role(visit, case, one.name) is not None
    ]
    if not people:
        raise NotHere
    facts = case.process.facts
    said = case.labels.fact(case.instance.process, words) if words in facts else words
    return visit.page(
        "staff/ask.html",
        status=status,
        **about(case),
        people=people,
        to=to,
        words_asked=said,
        problem=problem,
        key=key_of(visit) or visit.new_key(),
        next=safe_next(visit.request.query_params.get("next", "") or visit.sent.get("next"), ""),
    )
