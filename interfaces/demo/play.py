"""Playing a demonstration: its stories beside each other, with the everyday work of a house, up to the present moment.

A day at a time: what is due is taken each morning, then people do what they do, then notices go out. In weeks long past
they went out a few days at a time.
"""

from __future__ import annotations

import datetime as dt
import gc
import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from cases.errors import HomewardError
from cases.sweep import run_once
from interfaces.demo.strand import Strand
from interfaces.scenarios.check import failure_of
from interfaces.scenarios.everyday import Everyday, WentOtherwise
from interfaces.scenarios.model import Scenario, Step
from interfaces.scenarios.run import Player
from interfaces.scenarios.year_model import YearStory
from state_machine.values import BadValue
from state_machine.view import Instance
from wiring.scenario_house import ScenarioHouse

MORNING = dt.timedelta(hours=7)
DAY = dt.timedelta(days=1)
AHEAD = dt.timedelta(days=10)
"""How far people look ahead at what lies in their lists."""
MANY = 1_000_000
COLLECT_EVERY = 200_000
LONG_PAST = dt.timedelta(weeks=4)
TOGETHER = 3
"""Days of which the notices go out together, long past."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Where a story, or somebody's everyday work, did not go as written; it ends there."""

    story: str
    line: int
    expected: str
    found: str


@dataclass(slots=True)
class DemoPlayed:
    """What was played: the root of each story by its number, the steps taken, and what went otherwise."""

    roots: dict[int, str] = field(default_factory=dict)
    steps: int = 0
    otherwise: list[Otherwise] = field(default_factory=list)


@dataclass(order=True, slots=True)
class _Next:
    """The step of a strand that comes next."""

    at: dt.datetime
    number: int
    step: int = field(compare=False)
    strand: Strand = field(compare=False)
    player: Player = field(compare=False)


def play_demonstration(
    strands: Sequence[Strand],
    everyday: YearStory,
    on: ScenarioHouse,
    until: dt.datetime,
    deliver: Callable[[], None],
) -> DemoPlayed:
    """Play all strands from the house's own moment `until` (aware), which must not lie before any of them begins."""
    with _seldom_collected():
        days = _Days(strands, everyday, on, until)
        for number, morning in enumerate(_mornings(on, until)):
            days.live(morning)
            if until - morning < LONG_PAST or number % TOGETHER == 0:
                deliver()
    return days.played


class _Days:
    def __init__(self, strands: Sequence[Strand], everyday: YearStory, on: ScenarioHouse, until: dt.datetime) -> None:
        self._on, self._until = on, until
        self.played = DemoPlayed()
        scenario = Scenario(everyday.file, everyday.said.year, "", on.clock.now(), None, None, {}, (), ())
        self._work = Everyday(everyday, on, Player(scenario, on), self._sweep)
        self._next: list[_Next] = []
        self._forgotten: set[str] = set()
        # What a story opened by name is its own until it is over: nobody else does anything about it, and on the case
        # itself they only write down and open.
        self._of_stories: set[str] = set()
        self._going_on: set[str] = set()
        for one in strands:
            begins = one.scenario.starts_at.astimezone(dt.UTC)
            heapq.heappush(self._next, _Next(begins, one.number, 0, one, Player(one.scenario, on)))

    def live(self, until: dt.datetime) -> None:
        """Everything that happens up to this moment, and then what is due at it."""
        while (at := self._soonest()) is not None and at <= until:
            self._on.clock.move_to(max(at, self._on.clock.now()))
            if self._next and self._next[0].at <= at:
                self._go_on(heapq.heappop(self._next))
            else:
                self._do_task(at)
        self._on.clock.move_to(until)
        if self._at_once():
            with self._on.house.store.look() as tx:
                rows = tx.falling(until + AHEAD, MANY)
            for row in rows:
                if row.family not in self._forgotten and self._work.is_new(row):
                    self._plan(self._work.instance(row.instance), row.name)

    def _soonest(self) -> dt.datetime | None:
        moments = [self._next[0].at] if self._next else []
        moments += [self._work.next] if self._work.next is not None else []
        return min(moments, default=None)

    def _at_once(self) -> bool:
        """Take what is due; whether there was anything."""
        now = self._on.clock.now()
        with self._on.house.store.look() as tx:
            due = tx.next_due()
        if due is None or due > now:
            return False
        run_once(self._on.house, now, MANY)
        return True

    def _sweep(self) -> None:
        self._at_once()

    def _do_task(self, at: dt.datetime) -> None:
        try:
            self._work.do_next(at)
            self.played.steps += 1
        except WentOtherwise as problem:
            said = problem.failure
            self.played.otherwise.append(Otherwise("everyday work", said.line, said.expected, said.found))

    def _go_on(self, one: _Next) -> None:
        """The next step of a story; waiting is one that takes no time of anybody."""
        if one.step == len(one.strand.scenario.steps):
            self._over(one)
            return
        step, after = one.strand.scenario.steps[one.step], one.strand.pauses[one.step]
        if step.wait is not None:
            after = self._on.rules.calendar.add(one.at, step.wait, "days", "latest_by") - one.at
        elif step.check is None and not self._take(step, one):
            self._over(one)
            return
        following = _Next(one.at + after, one.number, one.step + 1, one.strand, one.player)
        if following.at <= self._until:
            heapq.heappush(self._next, following)
        else:
            self._over(one)

    def _take(self, step: Step, one: _Next) -> bool:
        """Take a step of a story; whether it came out as the story says."""
        try:
            answer = one.player.take(step)
            self._at_once()
            failed = failure_of(step, answer, one.player)
        except (HomewardError, BadValue) as problem:
            answer, failed = None, (f"{step.verb} to be tried", str(problem))
        if failed is not None or answer is None:
            line = one.strand.scenario.lines[one.step]
            self.played.otherwise.append(Otherwise(one.strand.told.story, line, *(failed or ("an answer", "none"))))
            return False
        self.played.steps += 1
        root = self.played.roots.setdefault(one.number, answer.ref)
        if one.strand.told.forgotten:
            self._forgotten.add(root)
        self._going_on.add(root)
        self._of_stories.update(ref for ref in one.player.names.values() if ref != root)
        self._plan_family(answer.ref)
        return True

    def _over(self, one: _Next) -> None:
        """A story is over, or goes on after now: what it opened lies in people's lists like everything else."""
        self._going_on.discard(self.played.roots.get(one.number, ""))
        self._of_stories.difference_update(one.player.names.values())
        planned: set[str] = set()
        for ref in one.player.names.values():
            if ref not in planned:
                planned |= self._plan_family(ref, anew=True)

    def _plan_family(self, ref: str, *, anew: bool = False) -> set[str]:
        """Plan the tasks of a family, those that came with a step or all of them; answers who belongs to it."""
        with self._on.house.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None  # a story opened it
        if loaded.family.id not in self._forgotten:
            for member in loaded.instances:
                for name in member.deadlines:
                    self._plan(member, name, anew=anew)
        return {member.ref for member in loaded.instances}

    def _plan(self, instance: Instance, task: str, *, anew: bool = False) -> None:
        """Plan a task, unless it is a story's own affair."""
        if instance.ref in self._of_stories:
            return
        if instance.ref in self._going_on and self._work.acts_on_it(instance, task):
            return
        (self._work.plan if anew else self._work.plan_new)(instance, task)


def _mornings(on: ScenarioHouse, until: dt.datetime) -> Iterator[dt.datetime]:
    zone = on.rules.calendar.zone
    day = on.clock.now().astimezone(zone).date()
    while (morning := dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) + MORNING) < until:
        if morning > on.clock.now():
            yield morning
        day += DAY
    yield until


@contextmanager
def _seldom_collected() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
