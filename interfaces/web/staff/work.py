"""My work: what must I do now. Nothing else is on the first screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.relation import reach_of
from access.screens import Bucket, CaseRow
from access.work import MyWork, TaskLine, my_work
from interfaces.web.administration.health import SILENT
from interfaces.web.places import Places
from interfaces.web.staff.opening import begun_cases
from interfaces.web.visit import Visit, Visited
from interfaces.words.words import Words

places = Places()
FIRST: tuple[Bucket, ...] = ("overdue", "today")
FOLDED: tuple[Bucket, ...] = ("this_week",)


@dataclass(frozen=True, slots=True)
class Row:
    """A task as a row: the whole row is the link."""

    address: str
    says: str
    case: str
    when: str
    late: bool


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list of mine: its name, and what it needs next."""

    address: str
    name: str
    needs: str
    late: bool


@places.page("/work", area="staff")
def work_page(visit: Visited) -> Response:
    """The first page of staff."""
    house, screens = visit.house, visit.served.running.store.screens
    work = my_work(house, screens, reach_of(house, visit.viewer, visit.now), visit.now)
    words = visit.words
    return visit.page(
        "staff/work.html",
        today=words.when(visit.now),
        sum=sum_of(words, work),
        rows=[_row(visit, work, one) for one in work.lines if one.bucket in FIRST],
        week=[_row(visit, work, one) for one in work.lines if one.bucket in FOLDED],
        week_count=work.counts["this_week"],
        later=work.counts["later"],
        next=_next(visit, work),
        notices=[(words.when(one.at), one.text, one.read_at is None) for one in work.notices[:5]],
        unread=work.unread,
        cases=[_case(visit, one) for one in work.cases.rows[:12]],
        more_cases=len(work.cases.rows) > 12 or work.cases.next is not None,
        still_since=_still_since(visit),
        begun=len(begun_cases(visit)),
    )


def _still_since(visit: Visit) -> str:
    """Since when reminders have not run; empty where they run, or where nothing has run yet."""
    signs = [one.at for one in visit.served.running.store.screens.beats() if one.work == "sweep"]
    if not signs or visit.now - max(signs) <= SILENT:
        return ""
    return visit.words.when(max(signs), with_time=True)


def sum_of(words: Words, work: MyWork) -> str:
    """How much there is today: `Four things. One is late.`"""
    late, today = work.counts["overdue"], work.counts["today"]
    if not late and not today:
        return words.gettext("Nothing is due today.")
    things = words.ngettext(
        "%(count)s thing.", "%(count)s things.", late + today, count=words.number(late + today, first=True)
    )
    if not late:
        return things
    is_late = words.ngettext("%(count)s is late.", "%(count)s are late.", late, count=words.number(late, first=True))
    return f"{things} {is_late}"


def task_says(visit: Visit, line: TaskLine) -> str:
    """What a task asks, in the words of its workflow."""
    task = line.task
    labels = visit.words.labels(visit.house.workflows.rules(task.workflow).workflow)
    return labels.deadline(task.process, task.name)


def task_address(line: TaskLine) -> str:
    """Where a task is done; the address leads on to its form, or to the list of ways to do it."""
    task = line.task
    at = f"/cases/{task.instance}" if task.instance == task.case else f"/instances/{task.instance}"
    return f"{at}/tasks/{task.name}"


def _row(visit: Visit, work: MyWork, line: TaskLine) -> Row:
    words = visit.words
    when = words.late(line.late) if line.late else words.when(line.task.falls, with_time=line.bucket == "today")
    name = work.names.get(line.task.case, line.task.case)
    return Row(task_address(line), task_says(visit, line), name, when, bool(line.late))


def _next(visit: Visit, work: MyWork) -> str:
    """What comes next where nothing is due today."""
    ahead: Sequence[TaskLine] = [one for one in work.lines if one.bucket not in FIRST]
    first = ahead[0] if ahead else work.next
    if first is None:
        return visit.words.gettext("Nothing is planned either.")
    day = visit.words.when(first.task.falls)
    name = work.names.get(first.task.case, first.task.case)
    return visit.words.gettext("Next: %(what)s, %(case)s, %(day)s.", what=task_says(visit, first), case=name, day=day)


def _case(visit: Visit, case: CaseRow) -> CaseLine:
    needs = case.needs.next
    if needs is None:
        says = visit.words.gettext("Nothing due")
    else:
        labels = visit.words.labels(visit.house.workflows.rules(needs.workflow).workflow)
        day = visit.words.when(needs.falls)
        says = visit.words.gettext("%(what)s, %(day)s", what=labels.deadline(needs.process, needs.name), day=day)
    return CaseLine(f"/cases/{case.ref}", case.name or case.ref, says, case.needs.late > 0)
