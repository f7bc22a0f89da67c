"""The days of a simulation: cases come, deadlines fall due, people turn to what is theirs."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cases.house import House
from cases.ports import Person
from cases.register_people import register_people
from cases.request import Request
from cases.take_step import take_step
from config.definition import FactValue
from config.loader import Loaded
from interfaces.simulation.life import Life
from interfaces.simulation.office import Office
from interfaces.simulation.plan import Plan
from interfaces.simulation.tally import Tally
from interfaces.simulation.values import asked_value
from state_machine.conditions import touched
from state_machine.rules import Rules
from storage.memory import MemoryStore
from storage.memory_drained import DrainedStore
from wiring.clock import SeededIds
from wiring.people import ListedPeople
from wiring.workflows import PublishedWorkflows

CASE = "case"
BEGIN_OF_WORK = dt.time(9)
STAY = 200
"""After how many days, on average, people set out to end a case."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan on a workflow version."""

    workflow: str
    version: str
    plan: Plan
    tally: Tally
    people: Mapping[str, tuple[str, ...]]


class _Ground:
    """What every case begins with: the workflow, and the people with the facts that let them take their roles."""

    def __init__(self, loaded: Loaded, rules: Rules, plan: Plan, office: Office) -> None:
        self.loaded, self.rules, self.plan, self.office = loaded, rules, plan, office
        process = rules.person_process
        declared = rules.processes[process].facts if process else {}
        # Where several values fit, people have them all: they speak every language that the workflow names.
        able = {name: fact.model.values for name, fact in declared.items() if fact.model.kind == "choices"}
        self.facts: dict[str, FactValue] = able | dict(plan.facts)
        for _ in range(6):
            self._build()
            if not self._learn():
                break

    def house(self, seed: str) -> tuple[House, DrainedStore]:
        """A house in which one case lives."""
        store = DrainedStore(self.store)
        return House(store, SeededIds(seed), self.people, self.workflows), store

    def _build(self) -> None:
        self.store = MemoryStore()
        everybody = [
            Person(name, frozenset({role}), facts=self.facts)
            for role, people in self.office.people.items()
            for name in people
        ]
        self.people = ListedPeople({one.name: one for one in everybody})
        self.workflows = PublishedWorkflows(self.store, self.loaded.workflow.workflow)
        self.workflows.take(self.loaded, self.rules, self.plan.starts_at)
        register_people(House(self.store, SeededIds("people"), self.people, self.workflows), self.rules, self._now)

    @property
    def _now(self) -> dt.datetime:
        return self.plan.starts_at

    def _learn(self) -> bool:
        """Give everybody the facts that a role asks of who takes it; whether there was something to learn."""
        process = self.rules.person_process
        actions = self.rules.processes[CASE].actions
        if process is None or "assign" not in actions:
            return False
        learnt = False
        declared = self.rules.processes[process].facts
        house, store = self.house("learning")
        opener = next(iter(self.office.people[actions["open"].model.by[0]]))
        opened = take_step(house, Request("open", house.actor(opener), None, process=CASE), self._now)
        by = next(role for role in actions["assign"].model.by if not self.rules.workflow.roles[role].assigned)
        with store.look() as tx:
            persons = {tx.person_ref(person) for person in tx.people()}
        for role, model in self.rules.workflow.roles.items():
            if not model.assigned or opened.decision != "applied":
                continue
            asker, wanted = self.office.people[by][0], self.office.people[role][0]
            request = Request("assign", house.actor(asker), opened.ref, assigned=wanted, role=role)
            answer = take_step(house, request, self._now)
            for missing in (part for reason in answer.reasons for part in reason.missing):
                if missing.kind == "fact" and missing.ref in persons and missing.name in declared:
                    chance = random.Random(missing.name)  # noqa: S311 - nothing of a simulation is secret
                    value = asked_value(declared[missing.name].model, missing.needed, chance, self._now.date())
                    learnt |= value is not None and self.facts.get(missing.name) != value
                    if value is not None:
                        self.facts[missing.name] = value
        return learnt


def simulate(loaded: Loaded, rules: Rules, plan: Plan, on_day: Callable[[int], None] = lambda _: None) -> Outcome:
    """Play a plan. The same plan on the same version gives the same outcome, wherever it is played."""
    office = Office(plan)
    ground = _Ground(loaded, rules, plan, office)
    tally = Tally(plan.starts_at)
    told: Counter[str] = Counter()
    waiting = _arrivals(ground, plan, office, tally, told)
    queue: list[tuple[dt.datetime, int, Life]] = []
    end = plan.starts_at + dt.timedelta(days=plan.days)
    for day in range(plan.days):
        on_day(day)
        now = _morning(rules, plan.starts_at, day)
        while waiting and waiting[-1][0] <= now:
            _, number, life = waiting.pop()
            heapq.heappush(queue, (now, number, life))
        again: list[tuple[dt.datetime, int, Life]] = []
        works = rules.calendar.is_working_day(now.astimezone(rules.calendar.zone).date())
        while queue and queue[0][0] <= now:
            _, number, life = heapq.heappop(queue)
            following = _play(life, now, works=works)
            if following is not None and following < end:
                again.append((max(following, now + dt.timedelta(hours=12)), number, life))
        for one in again:
            heapq.heappush(queue, one)
        if works:
            tally.day_over(office.new_day(), told, (one for people in office.people.values() for one in people))
            told.clear()
    return Outcome(loaded.workflow.workflow, loaded.hash, plan, tally, office.people)


def _play(life: Life, now: dt.datetime, *, works: bool) -> dt.datetime | None:
    """What is due and what its people do; answers when something comes next."""
    if life.root:
        due = life.store.next_due()
        if due is not None and due <= now:
            life.sweep(now)
    if works and life.looked_at is not None and life.looked_at <= now:
        life.turn(now)
    moments = [life.looked_at, life.store.next_due() if life.root else None]
    return min((moment for moment in moments if moment is not None), default=None)


def _arrivals(
    ground: _Ground, plan: Plan, office: Office, tally: Tally, told: Counter[str]
) -> list[tuple[dt.datetime, int, Life]]:
    """All cases with the moment at which each comes, the last one first."""
    chance = random.Random(plan.seed)  # noqa: S311 - nothing of a simulation is secret
    # Nobody comes in the last tenth, so that there is something to see of each.
    days = sorted((chance.uniform(0, plan.days * 0.9) for _ in range(plan.cases)), reverse=True)
    over = ground.rules.processes[CASE].over
    endings = frozenset(name for _, kind, name in touched(over) if kind == "track") if over is not None else frozenset()
    found = []
    for number, day in enumerate(days):
        begins = plan.starts_at + dt.timedelta(days=day)
        house, store = ground.house(f"{plan.seed}/{number}")
        mind = random.Random(f"{plan.seed}/{number}")  # noqa: S311 - nothing of a simulation is secret
        stays_until = begins + dt.timedelta(days=mind.expovariate(1 / STAY))
        life = Life(
            ground.rules,
            house,
            store,
            office,
            tally,
            mind,
            told,
            CASE,
            begins,
            endings,
            stays_until,
            looked_at=begins,
        )
        found.append((begins, number, life))
    return found


def _morning(rules: Rules, starts_at: dt.datetime, day: int) -> dt.datetime:
    """The beginning of work on a day, as the clocks of the workflow's zone show it."""
    zone = rules.calendar.zone
    date = starts_at.astimezone(zone).date() + dt.timedelta(days=day)
    return dt.datetime.combine(date, BEGIN_OF_WORK, zone).astimezone(dt.UTC)
