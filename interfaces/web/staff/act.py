"""Taking a step: the form of an action, and the answer to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from fastapi.responses import Response

from cases.answers import Answer
from cases.errors import Stale
from cases.request import Request
from interfaces.web.places import Places
from interfaces.web.staff.actions import way_on
from interfaces.web.staff.case import about, asked_in
from interfaces.web.staff.fields import Answers, Question, Subject, read_answers
from interfaces.web.staff.linked import linked
from interfaces.web.staff.meanwhile import MADE, Meanwhile, changed_meanwhile
from interfaces.web.staff.reading import CaseRead, read_case
from interfaces.web.staff.steps import key_of, safe_next, step
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.remedies import base_of
from state_machine.explain import ActionAnswer
from state_machine.roles import has_title
from state_machine.rules import ProcessRules, Rules

places = Places()
OWN_FIELDS = frozenset({"csrf", "key", "revision", "reason", "next", MADE})
NOT_HERE = frozenset({"open", "assign", "unassign"})


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one action: what it asks, and what it offers to ask. `address` is where it is sent.

    `opens` is the process of which it opens one under the instance; empty for an action of the instance itself.
    """

    action: str
    says: str
    address: str
    asks: Sequence[Question] = ()
    offers: Sequence[Question] = ()
    opens: str = ""

    @property
    def questions(self) -> Sequence[Question]:
        """All questions, those that need an answer first."""
        return (*self.asks, *self.offers)

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is wrong with what was sent, by field."""
        return [{"field": one.name, "message": f"{one.label}: {one.problem}"} for one in self.questions if one.problem]


@places.page("/cases/{ref}/act/{action}", area="case_act")
@places.page("/instances/{ref}/act/{action}", area="case_act")
def act_page(visit: Visited, action: str) -> Response:
    """The form of an action."""
    case = read_case(visit)
    form = _form(visit, case, action)
    return form_page(visit, case, form, next_=visit.request.query_params.get("next", ""))


@places.form("/cases/{ref}/act/{action}", area="case_act")
@places.form("/instances/{ref}/act/{action}", area="case_act")
def act(visit: Visited, action: str) -> Response:
    """Take the step, or say why not."""
    case = read_case(visit)
    made = partial(_form, visit, case, action)
    done = take(visit, case, made, case.process, Request("act", visit.actor, visit.ref, action=action))
    return done if isinstance(done, Response) else visit.go_to(way_back(visit) or base_of(case.instance))


def take(
    visit: Visit, case: CaseRead, made: Callable[[Answers | None], Form], process: ProcessRules, asked: Request
) -> Answer | Response:
    """Take the step of a form that was sent: the applied answer, or the page that says what stands against it.

    `made` makes the form, with answers or without; its questions are about facts of `process`. `asked` says which step.
    """
    names = [one.name for one in made(None).questions]
    given = read_answers(visit.words, process.model.facts, names, visit.sent)
    form, back = made(given), way_back(visit)
    if form.problems:
        return form_page(visit, case, form, next_=back, status=422)
    request = replace(
        asked,
        facts=given.facts,
        documents=given.documents,
        reason=visit.sent.get("reason") or None,
        key=key_of(visit),
        if_revision=visit.sent.number("revision"),
    )
    try:
        answer = step(visit, request)
    except Stale:
        return form_again(visit, form, next_=back)
    return answer if answer.decision == "applied" else refused_page(visit, case, form, answer)


def way_back(visit: Visit) -> str:
    """Where a form that was sent leads back to; empty if it names no place of these pages."""
    return safe_next(visit.sent.get("next"), "")


@dataclass(frozen=True, slots=True)
class Asking:
    """Which questions a form asks: of which process, by which action, and what was said a moment ago."""

    process: str
    action: str
    recordable: frozenset[str]
    given: Answers | None = None


def questions_of(visit: Visit, rules: Rules, asking: Asking) -> tuple[list[Question], list[Question]]:
    """What an action asks, and what it offers to ask of whoever may record it."""
    process, labels = rules.processes[asking.process], visit.words.labels(rules.workflow)
    model, given = process.actions[asking.action].model, asking.given
    links = partial(linked, visit, rules, labels)
    subject = Subject(visit.words, labels, asking.process, process.model.facts, linked=links)
    missing = visit.words.gettext("An answer is needed here.")
    sent = visit.sent if given is not None else None

    def question(name: str, required: bool) -> Question:
        problem = given.problems.get(name, "") if given is not None else ""
        if required and given is not None and name not in given.facts:
            problem = problem or missing
        return subject.question(name, required=required, sent=sent, problem=problem)

    offered = [name for name in model.offers if name not in model.asks and name in asking.recordable]
    return [question(name, True) for name in model.asks], [question(name, False) for name in offered]


def recordable_in(visit: Visit, rules: Rules, process: str) -> frozenset[str]:
    """The facts of a process that this person's titles may record once it is open."""
    facts = rules.processes[process].facts.items()
    titles = visit.viewer.titles
    return frozenset(name for name, one in facts if any(has_title(rules, titles, role) for role in one.recorders))


def may_open(visit: Visit, rules: Rules, process: str) -> bool:
    """Whether this person's titles open such a thing."""
    roles = rules.processes[process].actions["open"].model.by
    return any(has_title(rules, visit.viewer.titles, role) for role in roles)


def form_again(visit: Visit, form: Form, *, next_: str) -> Response:
    """The page of a form that was sent when somebody had changed the case: answers kept, what changed marked."""
    case = read_case(visit)
    process = form.opens or case.instance.process
    subject = Subject(visit.words, case.labels, process, case.rules.processes[process].model.facts)
    names = [] if form.opens else [one.name for one in form.questions]
    found = changed_meanwhile(visit, subject, names)
    kept = replace(form, asks=found.mark(form.asks), offers=found.mark(form.offers))
    return form_page(visit, case, kept, next_=next_, status=412, meanwhile=found)


def form_page(
    visit: Visit, case: CaseRead, form: Form, *, next_: str, status: int = 200, meanwhile: Meanwhile | None = None
) -> Response:
    """The page of a form."""
    return visit.page(
        "staff/act.html",
        status=status,
        **about(case),
        asked=asked_in(visit, case),
        form=form,
        meanwhile=meanwhile,
        files=any(one.shape == "file" for one in form.questions),
        key=key_of(visit) or visit.new_key(),
        revision=case.sight.revision,
        next=next_,
    )


def refused_page(visit: Visit, case: CaseRead, form: Form, answer: Answer) -> Response:
    """The answer to an attempt that was refused, or is not possible yet: the reasons are the page."""
    decision: Literal["refused", "not_yet"] = "refused" if answer.decision == "refused" else "not_yet"
    told = ActionAnswer(form.action, decision, 0, answer.reasons, answer.advice, answer.until, answer.exception)
    return visit.page(
        "staff/refused.html",
        status=409,
        **about(case),
        form=form,
        one=way_on(visit, case, told, form.opens),
        pending=answer.pending,
        facts=_sent_again(visit),
        key=visit.new_key(),
        revision=answer.revision,
        answered_by=[visit.names(person) for person in _second_persons(visit, case)],
    )


def _form(visit: Visit, case: CaseRead, action: str, given: Answers | None = None) -> Form:
    """The form of an action for whoever looks. Raises NotHere for an action that is not there."""
    if action in NOT_HERE or action not in case.process.actions:
        raise NotHere
    process = case.instance.process
    asks, offers = questions_of(visit, case.rules, Asking(process, action, case.outlook.recordable, given))
    address = f"{base_of(case.instance)}/act/{action}"
    return Form(action, case.labels.action(process, action), address, asks, offers)


def _sent_again(visit: Visit) -> list[tuple[str, str]]:
    """The answers of the form, for asking an exception with them."""
    return [(name, value) for name in visit.sent.fields if name not in OWN_FIELDS for value in visit.sent.all(name)]


def _second_persons(visit: Visit, case: CaseRead) -> list[str]:
    """Who may answer an exception in this workflow, whoever asks left out."""
    roles = case.rules.workflow.second_person
    others = [one for one in visit.house.people.all() if not one.disabled and one.name != visit.person]
    return [one.name for one in others if any(has_title(case.rules, one.titles, role) for role in roles)]
