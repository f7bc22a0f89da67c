"""The team: what waits for a decision, what is late, what is without owner, and how the work lies. Nobody is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.relation import reach_of
from access.screens import AskingRow, CaseFilter, Page, TaskRow
from access.work import with_needs
from cases.publications import Proposal
from cases.staff import Loan
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited
from interfaces.words.labels import lowered
from interfaces.words.remedies import ASKING
from state_machine.roles import has_title

places = Places()
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a decision: what, about which case, until when, and where it is decided."""

    address: str
    says: str
    case: str
    when: str


@dataclass(frozen=True, slots=True)
class Load:
    """The work of one person, in plain numbers."""

    person: str
    name: str
    cases: int
    late: int
    away: str


@places.page("/team", area="supervision")
def team_page(visit: Visited) -> Response:
    """The first page of supervision."""
    return team_page_of(visit)


def team_page_of(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    """The page, with what was wrong with a form of it."""
    screens = visit.served.running.store.screens
    staff = visit.house.store.staff
    reach = reach_of(visit.house, visit.viewer, visit.now)
    unowned = screens.cases(reach, CaseFilter(over=False, without_owner=True), Page(SHOWN), visit.now)
    waiting = [_asking(visit, one) for one in screens.askings(visit.now, SHOWN)]
    waiting += [_version(visit, one) for one in visit.house.store.versions.open_proposals()]
    waiting += [_grant(visit, one) for one in staff.loans("grant", unanswered=True)]
    waiting += [_about_people(visit, one) for one in staff.loans("people", unanswered=True) if visit.now < one.until]
    waiting += [_review(visit, one) for one in staff.loans("emergency", unanswered=True)]
    return visit.page(
        "supervision/team.html",
        status=status,
        problem=problem,
        waiting=waiting,
        late=[_late(visit, one) for one in late_tasks(visit)],
        unowned=[
            (f"/cases/{row.ref}/people#assign", row.ref, visit.words.when(row.opened_at))
            for row in with_needs(screens, unowned.rows, visit.now)
        ],
        loads=_loads(visit),
        able=_able(visit) if unowned.rows else [],
        key=visit.new_key(),
    )


def late_tasks(visit: Visit) -> list[TaskRow]:
    """What is late, the oldest first, each once, as far as the page shows it."""
    return _each_once(visit.served.running.store.screens.late(visit.now, 4 * SHOWN))[:SHOWN]


def remindable(visit: Visit, task: TaskRow) -> bool:
    """Whether somebody can be reminded of a task by a request: it stands in a case, and lies with a role that is asked.

    Another late task is opened, and seen to there.
    """
    rules = visit.house.workflows.rules(task.workflow)
    asking = rules.processes.get(ASKING)
    if asking is None or not asking.above:
        return False
    stands_in = (task.process, *rules.processes[task.process].above)
    return asking.above[0] in stands_in and task.role in asking.model.facts["asked_role"].values


def task_key(task: TaskRow) -> str:
    """What names a late task in a form."""
    return f"{task.instance}.{task.name}"


def _able(visit: Visit) -> list[tuple[str, str]]:
    """Who can have a case: each role of the front line with those who can hold it, as (role:person, words)."""
    rules = visit.house.workflows.current(None)
    labels = visit.words.labels(rules.workflow)
    here = [one for one in visit.house.people.all() if not one.disabled and not one.away]
    return [
        (
            f"{role}:{one.name}",
            visit.words.gettext("%(who)s as %(role)s", who=visit.names(one.name), role=lowered(labels.role(role))),
        )
        for role, declared in rules.workflow.roles.items()
        if declared.assigned
        for one in here
        if has_title(rules, one.titles, role)
    ]


def _loads(visit: Visit) -> list[Load]:
    found = {one.person: one for one in visit.served.running.store.screens.loads(visit.now)}
    loads = []
    for person in visit.house.people.all():
        load = found.get(person.name)
        if person.disabled or (load is None and not person.away):
            continue
        stands_in = visit.names(person.stand_in) if person.stand_in else ""
        away = visit.words.gettext("on leave, %(who)s stands in", who=stands_in) if person.away else ""
        cases, late = (load.cases, load.late) if load is not None else (0, 0)
        loads.append(Load(person.name, visit.names(person.name), cases, late, away))
    return loads


def _each_once(tasks: Sequence[TaskRow]) -> list[TaskRow]:
    """Each deadline once, whatever the number of roles that it lies with."""
    return list({(one.instance, one.name): one for one in reversed(tasks)}.values())[::-1]


def _late(visit: Visit, task: TaskRow) -> tuple[str, str, str, str, str]:
    """A late task: address, what, which case, how late and with whom it lies, what names it in a form."""
    labels = visit.words.labels(visit.house.workflows.rules(task.workflow).workflow)
    whom = visit.names(task.owner) if task.owner else lowered(labels.role(task.role))
    late = visit.words.late(visit.now - task.falls)
    at = f"/cases/{task.instance}" if task.instance == task.case else f"/instances/{task.instance}"
    said = visit.words.gettext("%(late)s, with %(who)s", late=late, who=whom)
    return (
        at,
        labels.deadline(task.process, task.name),
        task.case,
        said,
        task_key(task) if remindable(visit, task) else "",
    )


def _asking(visit: Visit, asking: AskingRow) -> Waiting:
    labels = visit.words.labels(visit.house.workflows.rules(asking.workflow).workflow)
    what = labels.task(asking.process, asking.action) if asking.action else visit.words.gettext("record something")
    says = visit.words.gettext("%(who)s asks for an exception: %(what)s", who=visit.names(asking.person), what=what)
    until = visit.words.gettext("until %(day)s", day=visit.words.when(asking.lapses_at, with_time=True))
    return Waiting(f"/approvals/{asking.attempt}", says, asking.case, until)


def _version(visit: Visit, proposal: Proposal) -> Waiting:
    who = visit.names(proposal.asked_by)
    says = visit.words.gettext("%(who)s asks to publish a version of %(name)s", who=who, name=proposal.name)
    when = visit.words.when(proposal.asked_at, with_time=True)
    return Waiting(f"/approvals/workflows/{proposal.name}", says, proposal.hash[:12], when)


def _grant(visit: Visit, loan: Loan) -> Waiting:
    says = visit.words.gettext("%(who)s asks to read a narrative", who=visit.names(loan.person))
    until = visit.words.gettext("until %(day)s", day=visit.words.when(loan.until))
    return Waiting(f"/approvals/grants/{loan.id}", says, loan.family, until)


def _about_people(visit: Visit, loan: Loan) -> Waiting:
    until = visit.words.gettext("until %(day)s", day=visit.words.when(loan.until))
    return Waiting(f"/approvals/people/{loan.id}", asked_about(visit, loan), "", until)


def asked_about(visit: Visit, loan: Loan) -> str:
    """What an administrator asks about somebody, in a sentence."""
    words, who, whom = visit.words, visit.names(loan.person), visit.names(loan.needed)
    if loan.kind == "titles":
        labels = words.labels(visit.house.workflows.current(None).workflow)
        titles = words.join([labels.role(one) for one in loan.words.split()])
        return words.gettext("%(who)s asks to give %(whom)s a title: %(titles)s", who=who, whom=whom, titles=titles)
    if loan.kind == "forget":
        return words.gettext("%(who)s asks to take the second factors of %(whom)s away", who=who, whom=whom)
    return words.gettext("%(who)s asks to make a one-time link for %(whom)s", who=who, whom=whom)


def _review(visit: Visit, loan: Loan) -> Waiting:
    says = visit.words.gettext("%(who)s took emergency access: look at it", who=visit.names(loan.person))
    when = visit.words.when(loan.asked_at, with_time=True)
    return Waiting(f"/approvals/emergencies/{loan.id}", says, loan.family, when)
