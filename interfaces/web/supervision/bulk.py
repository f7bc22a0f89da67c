"""Several at once, where it is harmless: give the cases without owner to somebody, remind those who are late.

Each is a step of its own through the one door, with its own key: what is refused for one case stalls no other, and a
form that is sent twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.decide import decide_access
from access.relation import relation
from access.screens import TaskRow
from cases.errors import BadInput, HomewardError
from cases.reference import read_reference
from cases.request import Request
from cases.take_step import take_step
from config.definition import FactValue
from interfaces.web.places import Places
from interfaces.web.staff.steps import Objections, follow, key_of, objections
from interfaces.web.supervision.team import late_tasks, remindable, task_key, team_page_of
from interfaces.web.visit import Visit, Visited
from interfaces.words.objections import said_problem
from interfaces.words.remedies import ASKING

places = Places()
MOST = 50
"""So many at once at most."""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one case: done, or why not yet: each objection with what is advised."""

    ref: str
    done: bool
    why: Objections = ()


@places.form("/team/assign", area="supervision")
def assign_all(visit: Visited) -> Response:
    """Give somebody a role on each of these cases."""
    role, _, person = visit.sent.get("to").partition(":")
    refs, key = visit.sent.all("case")[:MOST], key_of(visit)
    known = visit.house.people.person(person)
    rules = visit.house.workflows.current(None)
    if not refs or key is None or known is None or known.disabled or role not in rules.workflow.roles:
        problem = visit.words.gettext("Choose at least one case, and who shall have it.")
        return team_page_of(visit, problem=problem, status=422)
    asked = [
        Request("assign", visit.actor, ref, assigned=person, role=role, key=f"{key}.{ref}")
        for ref in dict.fromkeys(refs)
    ]
    return _told(visit, [_taken(visit, str(one.ref), one) for one in asked])


@places.form("/team/remind", area="supervision")
def remind_all(visit: Visited) -> Response:
    """Ask those with whom these late tasks lie to look at them: a request for each, in their own list."""
    key = key_of(visit)
    wanted = frozenset(visit.sent.all("task")[:MOST])
    late = [one for one in late_tasks(visit) if task_key(one) in wanted and remindable(visit, one)]
    if not late or key is None:
        return team_page_of(visit, problem=visit.words.gettext("Choose at least one late task."), status=422)
    return _told(visit, [_reminded(visit, one, f"{key}.{task_key(one)}") for one in late])


def _reminded(visit: Visit, task: TaskRow, key: str) -> Became:
    rules = visit.house.workflows.rules(task.workflow)
    what = visit.words.labels(rules.workflow).deadline(task.process, task.name)
    about = visit.words.gettext("Please look at this, it is late: %(what)s", what=what)
    facts: dict[str, FactValue] = {"kind": "ask", "about": about, "asked_role": task.role}
    if task.owner is not None:
        with visit.house.store.look() as tx:
            ref = tx.person_ref(task.owner)
        facts |= {"asked_person": ref} if ref is not None else {}
    request = Request("open", visit.actor, task.case, process=ASKING, facts=facts, key=key)
    return _taken(visit, task.case, request)


def _taken(visit: Visit, ref: str, request: Request) -> Became:
    """One step through the door; what is wrong with one case is told of that case alone."""
    try:
        ref = read_reference(ref)
        related = relation(visit.house, visit.viewer, ref, visit.now)
        if not decide_access(visit.viewer, "case_act", related).allowed:
            return Became(ref, done=False, why=((visit.words.gettext("There is no case here for you."), ""),))
        answer = take_step(visit.house, request, visit.now)
    except BadInput as problem:
        return Became(ref, done=False, why=((said_problem(visit.words, problem), ""),))
    except HomewardError:
        said = visit.words.gettext("It did not go through, and nothing was changed. Try again.")
        return Became(ref, done=False, why=((said, ""),))
    if answer.decision == "applied":
        return Became(ref, done=True)
    return Became(ref, done=False, why=objections(visit, ref, answer.reasons, request.process))


def _told(visit: Visit, became: Sequence[Became]) -> Response:
    follow(visit)
    return visit.page("supervision/several.html", became=became, done=sum(one.done for one in became))
