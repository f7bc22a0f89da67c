"""Playing a year: the clock jumps to whatever is next - something due, a task that is done, a step of the story.

Every task of the house is looked at once for each round and dating: it is done by whoever has it, as the year's file
says, or left alone on purpose. Everything passes the one door.
"""

from __future__ import annotations

import datetime as dt
import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cases.errors import HomewardError
from cases.ports import Due
from cases.recipients import recipients
from cases.sweep import run_once
from cases.workspace import Workspace
from config.durations import Duration
from interfaces.scenarios.check import failure_of
from interfaces.scenarios.model import Scenario, Step, Value
from interfaces.scenarios.run import Failure, Player
from interfaces.scenarios.year_model import ABOVE, IT, WHOEVER, Answer, Left, YearStory
from state_machine.values import BadValue
from state_machine.view import DeadlineAt, Instance
from wiring.scenario_house import ScenarioHouse

MANY = 1_000_000
FAR = dt.datetime(5000, 1, 1, tzinfo=dt.UTC)
_IN = re.compile(r"in (P\S+?)(?: at (\d\d:\d\d))?")


@dataclass(frozen=True, slots=True)
class YearPlayed:
    """What came of the story: the first thing that went otherwise than it says, or None; `roots` are what it opened."""

    failure: Failure | None
    stops: int
    roots: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Plan:
    """A task that somebody is going to do at a moment, as its deadline stood when that was planned."""

    at: dt.datetime
    number: int
    ref: str = field(compare=False)
    name: str = field(compare=False)
    due: dt.datetime = field(compare=False)
    answer: int = field(compare=False)


class _Failed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.found)
        self.failure = failure


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
    except _Failed as problem:
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
        self._opened_before = set(names)
        self._steps = list(zip(story.said.steps, story.lines, strict=True))
        self._next_step = began
        self._plans: list[_Plan] = []
        self._seen: set[tuple[str, str, dt.datetime]] = set()
        self._left_alone: Counter[int] = Counter()
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
            while self._plans and self._plans[0].at <= now:
                self._do(heapq.heappop(self._plans))
            self._tell(now)
            yield now
            if now >= self._until:
                return

    def _next(self) -> dt.datetime:
        with self._on.house.store.look() as tx:
            due = tx.next_due()
        moments = [self._until]
        moments += [due] if due is not None else []
        moments += [self._plans[0].at] if self._plans else []
        moments += [self._next_step] if self._steps else []
        return min(max(min(moments), self._on.clock.now()), self._until)

    def _sweep(self) -> None:
        """Take what is due, and plan what it brought into somebody's list."""
        run_once(self._on.house, self._on.clock.now(), MANY)
        with self._on.house.store.look() as tx:
            rows = tx.falling(FAR, MANY)
        for row in rows:
            if (row.instance, row.name, _falls(row)) not in self._seen:
                self._plan(self._instance(row.instance), row.name)

    def _plan_all(self) -> None:
        """At the beginning also tasks of which nobody is going to be reminded any more."""
        with self._on.house.store.look() as tx:
            there = tx.list_instances(None, limit=MANY)
        for instance in there:
            for name in instance.deadlines:
                self._plan(instance, name)

    def _plan(self, instance: Instance, name: str) -> None:
        state = instance.deadlines.get(name)
        if state is None or state.state == "done":
            return
        self._seen.add((instance.ref, name, state.due))
        if state.state == "paused":
            return  # it watches nobody, and falls due at another moment when it goes on
        found = self._answer(instance, name)
        left = self._left(instance, name)
        if found is None or (left is not None and left.late is None):
            return
        number, answer = found
        before = left.late if left is not None and left.late is not None else _negative(answer.before)
        at = self._on.rules.calendar.add(state.due, before)
        at = max(at, self._on.clock.now(), self._joined(instance))
        heapq.heappush(self._plans, _Plan(at, len(self._seen), instance.ref, name, state.due, number))

    def _answer(self, instance: Instance, name: str) -> tuple[int, Answer] | None:
        task = f"{instance.process}.{name}"
        for number, answer in enumerate(self._story.said.answers):
            if answer.task == task and _fits(answer, instance):
                return number, answer
        return None

    def _left(self, instance: Instance, name: str) -> Left | None:
        task, names = f"{instance.process}.{name}", self._player.names
        for number, one in enumerate(self._story.said.left):
            is_it = one.task == task and (one.in_ is None or names.get(one.in_) == instance.ref)
            if is_it and (one.times is None or self._left_alone[number] < one.times):
                self._left_alone[number] += 1
                return one
        return None

    def _joined(self, instance: Instance) -> dt.datetime:
        """From when on somebody can work on it: a family whose journey went on longer than now waits for its end."""
        with self._on.house.store.look() as tx:
            loaded = tx.load(instance.ref)
        assert loaded is not None  # it was just read
        return max(head.at for head in loaded.heads.values() if head.at is not None)

    def _do(self, plan: _Plan) -> None:
        """Do a task, if it still stands as it was planned."""
        instance = self._instance(plan.ref)
        state = instance.deadlines.get(plan.name)
        if state is None or state.state != "armed" or state.due != plan.due:
            return
        # What has come about meanwhile may ask for another answer.
        found = self._answer(instance, plan.name)
        if found is None:
            return
        number, answer = found
        lines = self._story.answer_lines[number]
        self._player.names[IT] = plan.ref
        self._player.names[ABOVE] = instance.parent or plan.ref
        for place, (step, line) in enumerate(zip(answer.steps, lines, strict=True), 1):
            self._take(self._made_ready(step, instance, plan.name), place, line)
        if answer.ends and self._goes_on(plan, state):
            found_out = f"it still runs on {plan.ref}"
            raise _Failed(Failure(len(answer.steps), lines[-1], f"{answer.task} to be done by this", found_out))

    def _goes_on(self, plan: _Plan, before: DeadlineAt) -> bool:
        now = self._instance(plan.ref).deadlines.get(plan.name)
        return now is not None and now.state == "armed" and (now.generation, now.due) == (before.generation, before.due)

    def _tell(self, now: dt.datetime) -> None:
        """The steps of the story up to now."""
        while self._steps and self._next_step <= now:
            step, line = self._steps.pop(0)
            if step.wait is not None:
                self._next_step = self._on.rules.calendar.add(self._next_step, step.wait)
                continue
            self._take(self._dated(step), len(self._story.said.steps) - len(self._steps), line)

    def _take(self, step: Step, number: int, line: int) -> None:
        try:
            answer = self._player.take(step)
            self._sweep()
            failed = failure_of(step, answer, self._player)
        except (HomewardError, BadValue) as problem:
            failed = (f"{step.verb} to be tried", str(problem))
        if failed is not None:
            about = f" (on {self._player.names[IT]})" if IT in (step.in_, step.under) else ""
            raise _Failed(Failure(number, line, failed[0], f"{failed[1]}{about}"))

    def _made_ready(self, step: Step, instance: Instance, name: str) -> Step:
        """A step of an answer, with the person who takes it and its dates worked out."""
        said = step.as_
        roles = self._on.rules.workflow.roles
        if said == WHOEVER or (said in roles and self._on.house.people.person(said) is None):
            said = self._somebody(instance, name, None if said == WHOEVER else said)
        return self._dated(step.model_copy(update={"as_": said}))

    def _somebody(self, instance: Instance, name: str, role: str | None) -> str:
        house = self._on.house
        asked = role or self._on.rules.workflow.processes[instance.process].deadlines[name].task_for
        with house.store.look() as tx:
            loaded = tx.load(instance.ref)
            assert loaded is not None  # it was just read
            ws = Workspace(house, tx, self._on.clock.now(), loaded)
            return recipients(ws, house.people, ws.instances[instance.ref], asked or "").people[0]

    def _dated(self, step: Step) -> Step:
        """The step with days such as `in P14D` as days of the calendar."""
        changed = {
            key: {name: self._day(value) for name, value in facts.items()}
            for key in ("record", "facts")
            if isinstance(facts := getattr(step, key), dict)
        }
        return step.model_copy(update=changed) if changed else step

    def _day(self, value: Value) -> Value:
        found = _IN.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return value
        calendar = self._on.rules.calendar
        day = calendar.add(self._on.clock.now(), Duration.parse(found[1])).astimezone(calendar.zone).date()
        return f"{day}T{found[2]}" if found[2] else str(day)

    def _instance(self, ref: str) -> Instance:
        with self._on.house.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None  # rows and plans are about what is there
        return next(one for one in loaded.instances if one.ref == ref)


def _falls(row: Due) -> dt.datetime:
    return row.falls or row.at


def _fits(answer: Answer, instance: Instance) -> bool:
    return all(
        instance.tracks[track].state in ((wanted,) if isinstance(wanted, str) else wanted)
        for track, wanted in answer.where.items()
    )


def _negative(duration: Duration) -> Duration:
    return replace(duration, negative=not duration.negative)
