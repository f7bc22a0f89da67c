"""Playing a year: the clock jumps to whatever is next - something due, a task that is done, a step of the story.

Every task of the house is done by whoever has it, as the year's file says, or left alone on purpose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cases.sweep import run_once
from interfaces.scenarios.everyday import Everyday, WentOtherwise
from interfaces.scenarios.model import Scenario
from interfaces.scenarios.run import Failure, Player
from interfaces.scenarios.year_model import ABOVE, IT, YearStory
from wiring.scenario_house import ScenarioHouse

MANY = 1_000_000
FAR = dt.datetime(5000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class YearPlayed:
    """What came of the story: the first thing that went otherwise than it says, or None; `roots` are what it opened."""

    failure: Failure | None
    stops: int
    roots: tuple[str, ...]


def play_year(
    story: YearStory,
    on: ScenarioHouse,
    names: Mapping[str, str],
    until: dt.datetime,
    at_each_stop: Callable[[dt.datetime], None] = lambda _: None,
) -> YearPlayed:
    """Play a year from the house's own moment to `until` (aware). `names` are what the year calls what is there.

    `at_each_stop` is called when everything of a moment is done: notices go out then.
    """
    year = _Year(story, on, names, until)
    try:
        for moment in year.stops():
            at_each_stop(moment)
    except WentOtherwise as problem:
        return YearPlayed(problem.failure, year.count, year.roots)
    return YearPlayed(None, year.count, year.roots)


class _Year:
    def __init__(self, story: YearStory, on: ScenarioHouse, names: Mapping[str, str], until: dt.datetime) -> None:
        said, began = story.said, on.clock.now()
        scenario = Scenario(story.file, said.year, said.workflow, began, None, said.says, {}, said.steps, story.lines)
        self._story = story
        self._on = on
        self._until = until
        self._player = Player(scenario, on)
        self._player.names.update(names)
        self._work = Everyday(story, on, self._player, self._sweep)
        self._opened_before = set(names)
        self._steps = list(zip(story.said.steps, story.lines, strict=True))
        self._next_step = began
        self.count = 0

    @property
    def roots(self) -> tuple[str, ...]:
        """What the story opened."""
        known = self._opened_before | {IT, ABOVE}
        return tuple(ref for name, ref in self._player.names.items() if name not in known)

    def stops(self) -> Iterator[dt.datetime]:
        """Every moment at which something happened, when it has happened."""
        self._plan_all()
        while True:
            now = self._next()
            self._on.clock.move_to(now)
            self.count += 1
            self._sweep()
            while self._work.do_next(now):
                pass
            self._tell(now)
            yield now
            if now >= self._until:
                return

    def _next(self) -> dt.datetime:
        with self._on.house.store.look() as tx:
            due = tx.next_due()
        moments = [self._until]
        moments += [due] if due is not None else []
        moments += [self._work.next] if self._work.next is not None else []
        moments += [self._next_step] if self._steps else []
        return min(max(min(moments), self._on.clock.now()), self._until)

    def _sweep(self) -> None:
        """Take what is due, and plan what it brought into somebody's list."""
        run_once(self._on.house, self._on.clock.now(), MANY)
        with self._on.house.store.look() as tx:
            rows = tx.falling(FAR, MANY)
        self._work.plan_rows(rows)

    def _plan_all(self) -> None:
        """At the beginning also tasks of which nobody is going to be reminded any more."""
        with self._on.house.store.look() as tx:
            there = tx.list_instances(None, limit=MANY)
        for instance in there:
            for name in instance.deadlines:
                self._work.plan(instance, name)

    def _tell(self, now: dt.datetime) -> None:
        """The steps of the story up to now."""
        while self._steps and self._next_step <= now:
            step, line = self._steps.pop(0)
            if step.wait is not None:
                self._next_step = self._on.rules.calendar.add(self._next_step, step.wait)
                continue
            self._work.take(self._work.dated(step), len(self._story.said.steps) - len(self._steps), line)
