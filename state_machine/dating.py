"""When a deadline falls due, when its rungs come, and what a pause leaves of it (language §6, semantics 15 to 21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.calendars import WorkCalendar
from config.conditions import Counts
from config.definition import Deadline, Rung
from config.durations import Duration
from state_machine.conditions import Node, Touch
from state_machine.evaluation import Evaluation, Scope, Trace
from state_machine.facts import current
from state_machine.moments import Ending, FactFigure, Since
from state_machine.values import ends_at
from state_machine.view import DeadlineAt, Fired, Instance

if TYPE_CHECKING:
    from state_machine.rules import Rules

NOTHING = Duration()
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class DeadlineRules:
    """A deadline of a process as compiled.

    `looks_at` is all that can make it otherwise in a step of its family (see `state_machine.reach`); None where no
    list can tell, so that it is looked at after every step. `begins_with` is the same where no round is under way: all
    that can make its condition begin to hold, or end.
    """

    name: str
    model: Deadline
    runs_while: Node
    pauses_while: Node | None
    after: Duration | FactFigure
    since: Since | None
    done_by: Ending | None
    looks_at: frozenset[Touch] | None
    begins_with: frozenset[Touch] | None

    @property
    def can_move(self) -> bool:
        """Whether its due is worked out from something that can read otherwise later."""
        return self.since is not None or isinstance(self.after, FactFigure)

    @property
    def counts(self) -> Counts:
        """How its durations are counted, those of its rungs too."""
        return self.model.due.counts

    def rung(self, name: str) -> Rung:
        """The rung of this name. Raises StopIteration where there is none."""
        return next(rung for rung in self.model.ladder if rung.name == name)


@dataclass(frozen=True, slots=True)
class Dated:
    """A due with what it was worked out from, for `due --explain` and the journal.

    `base` is the moment from which was counted, `counted` names it; `figure` is the duration as it was used, `bound`
    says which bound replaced it or was used because a figure or date is still unknown.
    """

    due: dt.datetime
    base: dt.datetime
    counted: str
    figure: str
    bound: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """The same for the sealed part of a journal entry."""
        return {
            "due": self.due.isoformat(),
            "base": self.base.isoformat(),
            "counted": self.counted,
            "figure": self.figure,
            "bound": self.bound,
        }


def date(rules: Rules, deadline: DeadlineRules, at: Evaluation, instance: Instance, base: dt.datetime) -> Dated:
    """When a round falls due that counts from `base` where the deadline names no moment of its own.

    A figure or date that is still unknown: due after `at_most`, or at once (language §6).
    """
    calendar, model = rules.calendar, deadline.model.due
    moment, counted = (
        (base, "start")
        if deadline.since is None
        else (_since(rules, deadline.since, at, instance), deadline.since.label)
    )
    figure = deadline.after.find(at, instance) if isinstance(deadline.after, FactFigure) else deadline.after
    if moment is None or figure is None:
        # A bound that lies before the moment from which is counted says nothing while that is unknown.
        most = model.at_most if model.at_most is not None and not model.at_most.negative else None
        due = calendar.add(base, most or NOTHING, deadline.counts)
        return Dated(due, base, "start", (most or NOTHING).text, "at_most" if most else "at once")
    due = calendar.add(moment, figure, deadline.counts)
    if model.at_least is not None and (least := calendar.add(moment, model.at_least, deadline.counts)) > due:
        return Dated(least, moment, counted, model.at_least.text, "at_least")
    if model.at_most is not None and (most_ := calendar.add(moment, model.at_most, deadline.counts)) < due:
        return Dated(most_, moment, counted, model.at_most.text, "at_most")
    return Dated(due, moment, counted, figure.text)


def _since(rules: Rules, since: Since, at: Evaluation, instance: Instance) -> dt.datetime | None:
    """The moment from which a deadline counts; a bare day means its end (language §3)."""
    if since.kind == "fact":
        for source in since.sources(at, instance):
            declared = at.rules(source).processes[source.process].facts.get(since.name)
            if declared is not None and declared.model.kind == "date":
                value = current(at, source, since.name).value
                return ends_at(value, rules.calendar) if isinstance(value, str) else None
    return since.find(Scope(at, instance, instance, Trace()), waiting=False)


def rung_instant(calendar: WorkCalendar, deadline: DeadlineRules, due: dt.datetime, rung: Rung) -> dt.datetime:
    """The moment for which a rung stands."""
    return calendar.add(due, rung.at, deadline.counts)


def passed_over(
    calendar: WorkCalendar, deadline: DeadlineRules, due: dt.datetime, now: dt.datetime
) -> dict[str, Fired]:
    """The rungs before the due that are past when it is dated at `now`: they do not come any more (semantics 16)."""
    found = {}
    for rung in deadline.model.ladder:
        instant = rung_instant(calendar, deadline, due, rung)
        if rung.at.negative and instant < now:
            found[rung.name] = Fired(instant, now, 0)
    return found


def kept(
    calendar: WorkCalendar, deadline: DeadlineRules, due: dt.datetime, fired: Mapping[str, Fired], now: dt.datetime
) -> dict[str, Fired]:
    """What stays fired when the due moves: a rung comes again only where its new instant is later than its firing.

    A rung that the version to which the family was moved does not have any more is forgotten.
    """
    stays = passed_over(calendar, deadline, due, now)
    for rung in deadline.model.ladder:
        one = fired.get(rung.name)
        if one is not None and one.times and rung_instant(calendar, deadline, due, rung) <= one.at:
            stays[rung.name] = one
    return stays


@dataclass(frozen=True, slots=True)
class RungDue:
    """A rung that has come: its instant, whether that was past when dated, which repeat, and repeats missed."""

    rung: Rung
    instant: dt.datetime
    born_late: bool
    repeat: int
    missed: int = 0


def rungs_due(calendar: WorkCalendar, deadline: DeadlineRules, at: DeadlineAt, now: dt.datetime) -> list[RungDue]:
    """The rungs of an armed round that have come by `now`, in ladder order; missed repeats are counted in one."""
    found = []
    for rung in deadline.model.ladder:
        fired = at.fired.get(rung.name)
        instant = _next_instant(calendar, deadline, at, rung, fired)
        if instant is None or instant > now:
            continue
        missed = 0
        while rung.again is not None and (later := calendar.add(instant, rung.again, deadline.counts)) <= now:
            instant, missed = later, missed + 1
        times = (fired.times if fired else 0) + missed + 1
        found.append(RungDue(rung, instant, instant < at.dated, times, missed))
    return found


def next_moment(calendar: WorkCalendar, deadline: DeadlineRules, at: DeadlineAt) -> dt.datetime | None:
    """When the sweep has to look at a round next; None where nothing of it is to come."""
    if at.state == "done":
        return None
    if at.state == "paused":
        return at.resumes
    moments = [_next_instant(calendar, deadline, at, rung, at.fired.get(rung.name)) for rung in deadline.model.ladder]
    return min((moment for moment in moments if moment is not None), default=None)


def _next_instant(
    calendar: WorkCalendar, deadline: DeadlineRules, at: DeadlineAt, rung: Rung, fired: Fired | None
) -> dt.datetime | None:
    if fired is None:
        return rung_instant(calendar, deadline, at.due, rung)
    if fired.times == 0 or rung.again is None:
        return None
    return calendar.add(fired.instant, rung.again, deadline.counts)


def left(calendar: WorkCalendar, deadline: DeadlineRules, due: dt.datetime, now: dt.datetime) -> tuple[int, int]:
    """What is left until the due: whole days in the deadline's own counting, and seconds (semantics 17).

    A due that has passed leaves negative seconds; a figure of hours leaves seconds alone.
    """
    whole = 0
    if due > now and (isinstance(deadline.after, FactFigure) or deadline.after.is_calendar):
        whole = _whole_days(calendar, deadline, due, now)
    reached = _days_later(calendar, deadline, now, whole)
    return whole, int((due - reached).total_seconds())


def _whole_days(calendar: WorkCalendar, deadline: DeadlineRules, due: dt.datetime, now: dt.datetime) -> int:
    low, high = 0, (due - now) // ONE_DAY + 2
    while low < high:
        middle = (low + high + 1) // 2
        if _days_later(calendar, deadline, now, middle) <= due:
            low = middle
        else:
            high = middle - 1
    return low


def _days_later(calendar: WorkCalendar, deadline: DeadlineRules, now: dt.datetime, days: int) -> dt.datetime:
    return calendar.add(now, Duration(days=days, text=f"P{days}D"), deadline.counts) if days else now


def resumed_due(
    calendar: WorkCalendar, deadline: DeadlineRules, remaining: tuple[int, int], now: dt.datetime
) -> dt.datetime:
    """The due of a round that runs again at `now` with so much left."""
    days, seconds = remaining
    return _days_later(calendar, deadline, now, days) + dt.timedelta(seconds=seconds)
