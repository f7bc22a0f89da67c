"""My work: which tasks are mine, by when, and what my cases need next.

A task is mine where `cases.recipients` would tell me: I hold its role there or on the nearest ancestor where somebody
does, or I am told instead of whoever does; where nobody can be asked, everybody with the title is. Here it is asked the
other way round, for all tasks at once, in a fixed number of reads; and of a case that I may not open, none is shown:
it waits for somebody to be assigned, and supervision sees it among the cases without owner.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from access.relation import Reach
from access.screens import Bucket, CaseFilter, CaseRow, Needs, NoticeRow, Page, Screens, Slice, TaskRow, Whose
from cases.house import House
from cases.ports import People
from cases.recipients import present, with_role
from config.calendars import WorkCalendar
from state_machine.rules import Rules

BUCKETS: tuple[Bucket, ...] = ("overdue", "today", "this_week", "later")
WEEK = 7
"""Days, today included."""
_ONE_TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with its words: `says` is the verb phrase of the workflow, `late` zero before it falls due."""

    task: TaskRow
    says: str
    verb: str
    bucket: Bucket
    late: dt.timedelta


@dataclass(frozen=True, slots=True)
class MyWork:
    """The first screen. `counts` are of all tasks, `lines` those up to the end of the week, the earliest first.

    `next` is the first task of all after these, for "Nothing is due today. Next: …".
    """

    lines: tuple[TaskLine, ...]
    counts: Mapping[Bucket, int]
    next: TaskLine | None
    notices: tuple[NoticeRow, ...]
    unread: int
    cases: Slice[CaseRow]
    names: Mapping[str, str]
    """The working names of the cases that are mine, by reference."""


def my_work(house: House, screens: Screens, reach: Reach, now: dt.datetime, limit: int = 50) -> MyWork:
    """What somebody must do now, at `now` (aware, UTC). At most `limit` tasks, and as many cases."""
    rules = house.workflows.current(None)
    mine = whose(house, screens.owners(), reach)
    ends = ends_of(rules.calendar, now)
    tasks = screens.tasks(mine, None, limit + 1)
    within = [one for one in tasks[:limit] if one.falls <= ends[-1]]
    beyond = next((one for one in tasks if one.falls > ends[-1]), None)
    *up_to, all_ = screens.task_counts(mine, ends)
    found = screens.cases(reach, CaseFilter(owner=reach.person, over=False), Page(limit), now)
    needed = with_needs(screens, found.rows, now)
    named = [*(one.ref for one in needed), *(one.case for one in tasks)]
    names = screens.desk.case_names(list(dict.fromkeys(named)))
    assigned = {one.ref for one in needed} | {one.case for one in tasks if one.owner in mine.owners}
    return MyWork(
        lines=tuple(line(house, one, ends, now) for one in within),
        counts=dict(zip(BUCKETS, _differences([*up_to, all_]), strict=True)),
        next=line(house, beyond, ends, now) if beyond is not None else None,
        notices=screens.notices(reach.person, Page(10), now).rows,
        unread=screens.unread(reach.person, now),
        cases=Slice(tuple(replace(one, name=names.get(one.ref)) for one in needed), found.next),
        names={ref: name for ref, name in names.items() if ref in assigned},
    )


def whose(house: House, owners: Iterable[str], reach: Reach) -> Whose:
    """Which tasks lie with somebody; `owners` are all who hold the role of some task."""
    there, person = set(owners), reach.person
    people = house.people
    mine = sorted(one for one in there if present(people, one) == person)
    gone = sorted(one for one in there if present(people, one) is None)
    roles = {
        role for rules in in_force(house) for role in rules.workflow.roles if person in unheld(people, rules, role)
    }
    return Whose(reach, tuple(mine), tuple(sorted(roles)), tuple(gone))


def unheld(people: People, rules: Rules, role: str) -> Collection[str]:
    """Who is told as a role where nobody holds it: all with the title, else the fallback role, else everybody."""
    having = with_role(people, rules, role) or with_role(people, rules, rules.workflow.fallback)
    return having or tuple(one.name for one in people.all() if not one.disabled)


def in_force(house: House) -> Sequence[Rules]:
    """Every workflow version that is or was in force, each once."""
    hashes = dict.fromkeys(one.hash for one in house.store.versions.publications())
    current = house.workflows.current(None)
    return [current, *(house.workflows.rules(hash_) for hash_ in hashes if hash_ != current.hash)]


def with_needs(screens: Screens, rows: Sequence[CaseRow], now: dt.datetime) -> tuple[CaseRow, ...]:
    """The same cases, each with what it needs next: one read for all of them."""
    tasks: dict[str, list[TaskRow]] = {}
    for one in screens.tasks_of([row.ref for row in rows]) if rows else ():
        tasks.setdefault(one.case, []).append(one)
    return tuple(replace(row, needs=_needs(tasks.get(row.ref, []), now)) for row in rows)


def with_names(screens: Screens, reach: Reach, rows: Sequence[CaseRow]) -> tuple[CaseRow, ...]:
    """The same cases, with their working names where somebody is assigned: one read for all of them."""
    persons = {reach.person, *reach.stands_in_for}
    mine = [row.ref for row in rows if not persons.isdisjoint(row.holders.values())]
    names = screens.desk.case_names(mine) if mine else {}
    return tuple(replace(row, name=names.get(row.ref)) for row in rows)


def line(house: House, task: TaskRow, ends: Sequence[dt.datetime], now: dt.datetime) -> TaskLine:
    """A task with its words."""
    process = house.workflows.rules(task.workflow).processes.get(task.process)
    declared = process.deadlines.get(task.name) if process is not None else None
    says = declared.model.says if declared is not None else None
    verb = declared.model.verb if declared is not None else "act"
    bucket = BUCKETS[sum(task.falls > end for end in ends)]
    late = max(now - task.falls, dt.timedelta())
    return TaskLine(task, says or task.name.replace("_", " "), verb, bucket, late)


def ends_of(calendar: WorkCalendar, now: dt.datetime) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """The last moments of what is overdue, of today and of this week, in the zone of the house."""
    today = now.astimezone(calendar.zone).date()
    days = (today + dt.timedelta(days=ahead) for ahead in (1, WEEK))
    ends = [dt.datetime.combine(day, dt.time(), calendar.zone).astimezone(dt.UTC) - _ONE_TICK for day in days]
    return now - _ONE_TICK, ends[0], ends[1]


def _needs(tasks: Sequence[TaskRow], now: dt.datetime) -> Needs:
    return Needs(tasks[0] if tasks else None, len({(one.instance, one.name) for one in tasks if one.falls < now}))


def _differences(growing: Sequence[int]) -> list[int]:
    return [after - before for before, after in zip([0, *growing], growing, strict=False)]
