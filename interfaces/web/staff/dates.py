"""The dates of a case, each with why it is what it is: from which step, which figure and source, which days of rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.reminders import remind_me
from cases.due_list import DueLine, Explanation, explain_due
from interfaces.web.places import Places
from interfaces.web.staff.case import about
from interfaces.web.staff.reading import CaseRead, read_case
from interfaces.web.staff.steps import key_of
from interfaces.web.staff.tasks import TaskWay, task_of
from interfaces.web.visit import Visit, Visited
from interfaces.words.onward import reminder_sentences
from interfaces.words.remedies import base_of
from state_machine.onward import Reminder
from state_machine.view import SYSTEM

places = Places()
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Dated:
    """One deadline as the page shows it: when, for whom, why this date, and what happens if nobody answers."""

    name: str
    says: str
    when: str
    late: bool
    paused: bool
    whom: str
    mine: bool
    why: Sequence[str]
    clause: str
    ladder: Sequence[str]
    ways: Sequence[TaskWay]
    others: str


@places.page("/cases/{ref}/dates", area="case")
@places.page("/instances/{ref}/dates", area="case")
def dates_page(visit: Visited) -> Response:
    """All deadlines that run here, late ones first; and a reminder for oneself, where a refusal has led here."""
    asked = visit.request.query_params
    return _page(visit, read_case(visit), asked.get("remind", ""), asked.get("about", ""))


@places.form("/cases/{ref}/dates/remind", area="case_act")
@places.form("/instances/{ref}/dates/remind", area="case_act")
def remind(visit: Visited) -> Response:
    """Leave oneself a reminder: it comes to one's inbox at that moment, and says no more than the reference."""
    case, at = read_case(visit), read_moment(visit.sent.get("remind"))
    key = key_of(visit)
    if at is None or key is None or at <= visit.now:
        return _page(visit, case, visit.sent.get("remind"), visit.sent.get("about"), status=422)
    text = visit.words.gettext("%(ref)s. You wished to be reminded now.", ref=case.ref)
    remind_me(visit.house, visit.person, at, text, key, visit.now)
    return visit.go_to(f"{base_of(case.instance)}/dates?reminded={written(at)}#remind")


def read_moment(text: str) -> dt.datetime | None:
    """A moment as addresses write it, in UTC; None for anything else."""
    try:
        return dt.datetime.strptime(text, MOMENT).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def written(at: dt.datetime) -> str:
    """A moment as addresses write it."""
    return at.astimezone(dt.UTC).strftime(MOMENT)


def _page(visit: Visit, case: CaseRead, remind_at: str, guard: str, status: int = 200) -> Response:
    lines = sorted(case.lines, key=lambda one: (one.state.state == "paused", one.due))
    at, reminded = read_moment(remind_at), read_moment(visit.request.query_params.get("reminded", ""))
    return visit.page(
        "staff/dates.html",
        status=status,
        **about(case),
        dates=[_dated(visit, case, line) for line in lines],
        remind=written(at) if at is not None else "",
        remind_when=visit.words.when(at, with_time=True) if at is not None else "",
        passed=at is not None and at <= visit.now,
        guard=guard,
        waits_for=case.process.guards[guard].refusal if guard in case.process.guards else "",
        reminded=visit.words.when(reminded, with_time=True) if reminded is not None and reminded > visit.now else "",
        key=visit.new_key(),
    )


def _dated(visit: Visit, case: CaseRead, line: DueLine) -> Dated:
    words, process = visit.words, case.instance.process
    model = case.process.deadlines[line.name].model
    explained = explain_due(visit.house, case.ref, line.name, visit.now)
    reminder = Reminder(line.name, model.task_for, model.due.counts, model.ladder)
    task = task_of(words, case, line.name)
    paused = line.state.state == "paused"
    mine = visit.person in line.people.people
    return Dated(
        line.name,
        case.labels.deadline(process, line.name),
        _when(visit, line, paused),
        bool(line.late) and not paused,
        paused,
        words.join([visit.names(person) for person in line.people.people[:5]]) or words.gettext("nobody yet"),
        mine,
        why_this_date(visit, case, explained),
        explained.source.clause or "",
        list(reminder_sentences(words, case.rules, process, reminder))[1:],
        task.ways() if mine else [],
        task.others() if mine else "",
    )


def _when(visit: Visit, line: DueLine, paused: bool) -> str:
    words = visit.words
    if paused:
        return words.gettext("Stands still at present")
    day = words.when(line.due, with_time=True)
    if line.late:
        return words.gettext("%(day)s, %(late)s", day=day, late=words.late(line.late))
    return words.gettext("Due %(day)s", day=day)


def why_this_date(visit: Visit, case: CaseRead, why: Explanation) -> list[str]:
    """The sentences that explain a date."""
    words = visit.words
    counting = words.gettext("working days") if why.counts == "working_days" else words.gettext("days")
    said = [
        words.gettext(
            "%(figure)s, counted in %(counting)s from %(day)s.",
            figure=why.figure,
            counting=counting,
            day=words.when(why.base, with_time=True),
        ),
        _set_by(visit, case, why),
    ]
    if why.bound:
        said.append(words.gettext("The figure was held to its bound %(bound)s.", bound=why.bound))
    if why.source.clause is None:
        said.append(
            words.gettext(
                "House rule, set by %(who)s on %(day)s: %(why)s.",
                who=str(why.source.house),
                day=words.when(why.source.decided) if isinstance(why.source.decided, dt.date) else "",
                why=str(why.source.why),
            )
        )
    if why.days_of_rest:
        days = words.join([f"{words.when(one.day)}{f' ({one.name})' if one.name else ''}" for one in why.days_of_rest])
        said.append(words.gettext("Not counted: %(days)s.", days=days))
    said += [_pause(visit, one.since, one.until) for one in why.pauses]
    if why.earlier:
        days = words.join([words.when(one) for one in why.earlier])
        said.append(words.gettext("Before, it was due %(days)s.", days=days))
    return said


def _set_by(visit: Visit, case: CaseRead, why: Explanation) -> str:
    words = visit.words
    who = words.gettext("the house") if why.actor in ("", SYSTEM) else visit.names(why.actor)
    day = words.when(why.dated_at, with_time=True)
    if why.action and why.action in case.process.actions:
        what = case.labels.action(case.instance.process, why.action)
        return words.gettext("Set %(day)s, when %(who)s did this: %(what)s.", day=day, who=who, what=what)
    return words.gettext("Set %(day)s by %(who)s, in entry %(entry)s.", day=day, who=who, entry=why.entry)


def _pause(visit: Visit, since: dt.datetime, until: dt.datetime | None) -> str:
    words = visit.words
    if until is None:
        return words.gettext("It stands still since %(day)s.", day=words.when(since))
    return words.gettext(
        "It stood still from %(since)s until %(until)s.", since=words.when(since), until=words.when(until)
    )
