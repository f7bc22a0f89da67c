"""The days of a simulation: cases come, deadlines fall due, people turn to what is theirs."""

from __future__ import annotations

import datetime as dt
import gc
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from config.loader import Loaded
from interfaces.simulation.ground import Ground
from interfaces.simulation.life import Life
from interfaces.simulation.office import Office
from interfaces.simulation.plan import Plan
from interfaces.simulation.tally import Tally
from state_machine.rules import Rules
from wiring.clock import Chance

BEGIN_OF_WORK = dt.time(9)
COLLECT_EVERY = 200_000
"""After how many new objects Python looks for rings of garbage. A simulation leaves few, and holds a lot."""

Queue = list[tuple[dt.datetime, int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan on a workflow version."""

    workflow: str
    version: str
    plan: Plan
    tally: Tally


def simulate(loaded: Loaded, rules: Rules, plan: Plan, on_day: Callable[[int], None] = lambda _: None) -> Outcome:
    """Play a plan. The same plan on the same version gives the same outcome, wherever it is played."""
    with _seldom_collected():
        office = Office(plan)
        days = _Days(Ground(loaded, rules, plan, office), plan, office)
        for day in range(plan.days):
            on_day(day)
            days.play(_morning(rules, plan.starts_at, day))
    return Outcome(loaded.workflow.workflow, loaded.hash, plan, days.tally)


class _Days:
    """Who comes, who lives, and when each is to be looked at next."""

    def __init__(self, ground: Ground, plan: Plan, office: Office) -> None:
        self.tally = Tally(plan.starts_at)
        self._ground, self._office = ground, office
        self._end = plan.starts_at + dt.timedelta(days=plan.days)
        self._lives: dict[int, Life] = {}
        chance = Chance(plan.seed)
        # Nobody comes in the last tenth, so that there is something to see of each.
        comes = sorted(chance.uniform(0, plan.days * 0.9) for _ in range(plan.cases))
        self._queue: Queue = [(plan.starts_at + dt.timedelta(days=day), number) for number, day in enumerate(comes)]

    def play(self, now: dt.datetime) -> None:
        """A day: first what is due by itself, then what people do, the most urgent first."""
        zone = self._ground.rules.calendar.zone
        works = self._ground.rules.calendar.is_working_day(now.astimezone(zone).date())
        today = []
        while self._queue and self._queue[0][0] <= now:
            at, number = heapq.heappop(self._queue)
            if number not in self._lives:
                self._lives[number] = self._ground.life(number, at, self.tally)
            today.append(self._lives[number])
        for life in today:
            due = life.due()
            if due is not None and due <= now:
                life.sweep(now)
        if works:
            self._work(today, now)
            self.tally.day_over(self._office.new_day(), self._office.people)
        for life in today:
            self._later(life, now)

    def _work(self, today: list[Life], now: dt.datetime) -> None:
        """What is asked of people in all cases, the oldest due first; then what leads each case on."""
        turning = [life for life in today if life.looked_at is not None and life.looked_at <= now]
        # Whoever was not turned to for longest comes first, in whatever order they came today.
        turning.sort(key=lambda life: (life.turned_to or now, life.number))
        for task in sorted(task for life in turning for task in life.turn(now)):
            self._lives[task.number].see_to(task, now)
        for life in turning:
            life.go_on(now)
            life.rest(now)

    def _later(self, life: Life, now: dt.datetime) -> None:
        """When there is something next; a case for which nothing comes any more is forgotten."""
        moments = [moment for moment in (life.looked_at, life.due()) if moment is not None]
        following = max(min(moments), now + dt.timedelta(hours=12)) if moments else self._end
        if following < self._end:
            heapq.heappush(self._queue, (following, life.number))
        else:
            del self._lives[life.number]


def _morning(rules: Rules, starts_at: dt.datetime, day: int) -> dt.datetime:
    """The beginning of work on a day, as the clocks of the workflow's zone show it."""
    zone = rules.calendar.zone
    date = starts_at.astimezone(zone).date() + dt.timedelta(days=day)
    return dt.datetime.combine(date, BEGIN_OF_WORK, zone).astimezone(dt.UTC)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
