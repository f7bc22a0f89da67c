"""Everyday work in a house of virtual time: each task is done by whoever has it, as a year's file says, or left alone.

Every task is looked at once for each round and dating. Everything passes the one door.
"""

from __future__ import annotations

import datetime as dt
import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from cases.errors import HomewardError
from cases.ports import Due
from cases.recipients import recipients
from cases.workspace import Workspace
from config.durations import Duration
from interfaces.scenarios.check import failure_of
from interfaces.scenarios.model import Step, Value
from interfaces.scenarios.run import Failure, Player
from interfaces.scenarios.year_model import ABOVE, IT, WHOEVER, Answer, Left, YearStory
from state_machine.values import BadValue
from state_machine.view import DeadlineAt, Instance
from wiring.scenario_house import ScenarioHouse

_IN = re.compile(r"in (P\S+?)(?: at (\d\d:\d\d))?")


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """A task that somebody is going to do at a moment, as its deadline stood when that was planned."""

    at: dt.datetime
    number: int
    ref: str = field(compare=False)
    name: str = field(compare=False)
    due: dt.datetime = field(compare=False)
    answer: int = field(compare=False)


class WentOtherwise(Exception):
    """A step did not come out as it says."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.found)
        self.failure = failure


class Everyday:
    """What people do about their tasks. `sweep` is called after each step, for what it makes due at once."""

    def __init__(self, story: YearStory, on: ScenarioHouse, player: Player, sweep: Callable[[], None]) -> None:
        self._story = story
        self._on = on
        self._player = player
        self._sweep = sweep
        self._plans: list[Plan] = []
        self._seen: set[tuple[str, str, dt.datetime]] = set()
        self._left_alone: Counter[int] = Counter()
        self._answers: dict[str, list[tuple[int, Answer]]] = {}
        for number, answer in enumerate(story.said.answers):
            self._answers.setdefault(answer.task, []).append((number, answer))

    @property
    def next(self) -> dt.datetime | None:
        """When something is going to be done next, as far as it is planned."""
        return self._plans[0].at if self._plans else None

    def plan_rows(self, rows: Iterable[Due]) -> None:
        """Plan the tasks of deadlines that are going to fall due, those that were not looked at yet."""
        for row in rows:
            if self.is_new(row):
                self.plan(self.instance(row.instance), row.name)

    def is_new(self, row: Due) -> bool:
        """Whether the task of a row was not looked at as it stands."""
        return (row.instance, row.name, row.falls or row.at) not in self._seen

    def acts_on_it(self, instance: Instance, name: str) -> bool:
        """Whether a task is done by an action of its very instance, and not by writing something down or opening it."""
        found = self._answer(instance, name)
        return found is not None and any(step.act is not None and step.in_ == IT for step in found[1].steps)

    def plan_new(self, instance: Instance, name: str) -> None:
        """Plan what is done about one deadline, if it was not looked at as it stands."""
        state = instance.deadlines.get(name)
        if state is not None and (instance.ref, name, state.due) not in self._seen:
            self.plan(instance, name)

    def plan(self, instance: Instance, name: str) -> None:
        """Plan what is done about one deadline, if anything is."""
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
        heapq.heappush(self._plans, Plan(at, len(self._seen), instance.ref, name, state.due, number))

    def do_next(self, now: dt.datetime) -> bool:
        """Do the next task that is planned up to now; whether there was one. Raises WentOtherwise."""
        if not self._plans or self._plans[0].at > now:
            return False
        self._do(heapq.heappop(self._plans))
        return True

    def take(self, step: Step, number: int, line: int) -> None:
        """Take one step. Raises WentOtherwise."""
        try:
            answer = self._player.take(step)
            self._sweep()
            failed = failure_of(step, answer, self._player)
        except (HomewardError, BadValue) as problem:
            failed = (f"{step.verb} to be tried", str(problem))
        if failed is not None:
            about = f" (on {self._player.names[IT]})" if IT in (step.in_, step.under) else ""
            raise WentOtherwise(Failure(number, line, failed[0], f"{failed[1]}{about}"))

    def dated(self, step: Step) -> Step:
        """The step with days such as `in P14D` as days of the calendar."""
        changed = {
            key: {name: self._day(value) for name, value in facts.items()}
            for key in ("record", "facts")
            if isinstance(facts := getattr(step, key), dict)
        }
        return step.model_copy(update=changed) if changed else step

    def instance(self, ref: str) -> Instance:
        """An instance as it stands."""
        with self._on.house.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None  # rows and plans are about what is there
        return next(one for one in loaded.instances if one.ref == ref)

    def _answer(self, instance: Instance, name: str) -> tuple[int, Answer] | None:
        of_task = self._answers.get(f"{instance.process}.{name}", ())
        return next(((number, answer) for number, answer in of_task if _fits(answer, instance)), None)

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

    def _do(self, plan: Plan) -> None:
        """Do a task, if it still stands as it was planned."""
        instance = self.instance(plan.ref)
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
            self.take(self._made_ready(step, instance, plan.name), place, line)
        if answer.ends and self._goes_on(plan, state):
            found_out = f"it still runs on {plan.ref}"
            raise WentOtherwise(Failure(len(answer.steps), lines[-1], f"{answer.task} to be done by this", found_out))

    def _goes_on(self, plan: Plan, before: DeadlineAt) -> bool:
        now = self.instance(plan.ref).deadlines.get(plan.name)
        return now is not None and now.state == "armed" and (now.generation, now.due) == (before.generation, before.due)

    def _made_ready(self, step: Step, instance: Instance, name: str) -> Step:
        """A step of an answer, with the person who takes it and its dates worked out."""
        said = step.as_
        roles = self._on.rules.workflow.roles
        if said == WHOEVER or (said in roles and self._on.house.people.person(said) is None):
            said = self._somebody(instance, name, None if said == WHOEVER else said)
        return self.dated(step.model_copy(update={"as_": said}))

    def _somebody(self, instance: Instance, name: str, role: str | None) -> str:
        house = self._on.house
        asked = role or self._on.rules.workflow.processes[instance.process].deadlines[name].task_for
        with house.store.look() as tx:
            loaded = tx.load(instance.ref)
            assert loaded is not None  # it was just read
            ws = Workspace(house, tx, self._on.clock.now(), loaded)
            return recipients(ws, house.people, ws.instances[instance.ref], asked or "").people[0]

    def _day(self, value: Value) -> Value:
        found = _IN.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return value
        calendar = self._on.rules.calendar
        day = calendar.add(self._on.clock.now(), Duration.parse(found[1])).astimezone(calendar.zone).date()
        return f"{day}T{found[2]}" if found[2] else str(day)


def _fits(answer: Answer, instance: Instance) -> bool:
    return all(
        instance.tracks[track].state in ((wanted,) if isinstance(wanted, str) else wanted)
        for track, wanted in answer.where.items()
    )


def _negative(duration: Duration) -> Duration:
    return replace(duration, negative=not duration.negative)
