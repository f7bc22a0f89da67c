"""What every case begins with: people who may take their roles, and what stands in the house beside the cases.

What a house must have done beforehand is learnt by rehearsing: some cases are played with as many hands as they like,
and what was asked of people and partners on the way is then there from the beginning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from cases.errors import BadInput
from cases.house import House
from cases.ports import Person
from cases.register_people import register_people
from cases.request import Request
from cases.take_step import take_step
from config.definition import FactValue
from config.loader import Loaded
from interfaces.simulation.aims import Aims
from interfaces.simulation.hands import Hands, Upkeep
from interfaces.simulation.life import Life
from interfaces.simulation.office import Office
from interfaces.simulation.plan import Plan, Staffing
from interfaces.simulation.tally import Tally
from interfaces.simulation.values import DIGEST, DOCUMENT, some_value
from state_machine.conditions import touched
from state_machine.rules import Rules
from storage.memory import MemoryStore
from storage.memory_drained import DrainedStore
from wiring.clock import Chance, SeededIds
from wiring.people import ListedPeople
from wiring.workflows import PublishedWorkflows

CASE = "case"
REHEARSALS = 2
REHEARSED_CASES = 3
REHEARSED_DAYS = range(0, 150, 5)
STAY = 200
"""After how many days, on average, people set out to end a case."""
TRIES = 8
"""How often something of the house is opened with other values, where it is refused."""

Unit = Mapping[str, tuple[str, ...]]


class Ground:
    """The workflow and, for each unit of the office, a store from which its cases begin."""

    def __init__(self, loaded: Loaded, rules: Rules, plan: Plan, office: Office) -> None:
        self.rules, self._loaded, self._plan, self._office = rules, loaded, plan, office
        over = rules.processes[CASE].over
        self._endings = (
            frozenset(name for _, kind, name in touched(over) if kind == "track") if over is not None else frozenset()
        )
        self._asked: dict[str, list[FactValue]] = {}
        self._upkeep: list[Upkeep] = []
        for number in range(REHEARSALS):
            if not self._rehearse(number):
                break
        self._beginnings = [self._begin(unit) for unit in office.units]

    def life(self, number: int, begins: dt.datetime, tally: Tally) -> Life:
        """A case that comes at `begins` (UTC) to one of the units, in turn."""
        unit = number % len(self._beginnings)
        hands = self._hands(unit, f"{self._plan.seed}/{number}", self._office, tally, self._beginnings[unit])
        stays = hands.chance.expovariate(1 / STAY)
        return Life(hands, number, Aims(hands, self._endings, begins + dt.timedelta(days=stays)), begins)

    def _hands(self, unit: int, seed: str, office: Office, tally: Tally, beginning: tuple[MemoryStore, House]) -> Hands:
        store = DrainedStore(beginning[0])
        house = replace(beginning[1], store=store, ids=SeededIds(seed))
        mind = Chance(seed)
        return Hands(self.rules, house, store, office, office.units[unit], tally, mind, CASE)

    # --- people and partners ----------------------------------------------------------------------------------

    def _begin(self, unit: Unit) -> tuple[MemoryStore, House]:
        store = MemoryStore()
        people = ListedPeople(
            {
                name: Person(name, frozenset({role}), facts=self._facts(place))
                for role, names in unit.items()
                for place, name in enumerate(names)
            }
        )
        workflows = PublishedWorkflows(store, self._loaded.workflow.workflow)
        workflows.take(self._loaded, self.rules, self._plan.starts_at)
        house = House(store, SeededIds("house"), people, workflows)
        register_people(house, self.rules, self._plan.starts_at)
        for process in self._linked():
            self._open(house, unit, process)
        for done in self._upkeep:
            self._repeat(house, unit, done)
        return store, house

    def _facts(self, place: int) -> dict[str, FactValue]:
        """What is known of the person at a place of a role.

        Where several values fit, people have them all: they speak every language that the workflow names. Where cases
        asked for different values, people differ, so that there is somebody for each.
        """
        process = self.rules.person_process
        declared = self.rules.processes[process].facts if process else {}
        able: dict[str, FactValue] = {
            name: fact.model.values for name, fact in declared.items() if fact.model.kind == "choices"
        }
        return able | {name: values[place % len(values)] for name, values in self._asked.items()}

    def _linked(self) -> list[str]:
        """The processes that stand alone and to which some fact links: what cases need to be there."""
        linked = {fact.model.to for process in self.rules.processes.values() for fact in process.facts.values()}
        return [
            name
            for name, process in self.rules.processes.items()
            if name in linked and not process.above and name not in (CASE, self.rules.person_process)
        ]

    def _open(self, house: House, unit: Unit, process: str) -> None:
        opening = self.rules.processes[process].actions["open"].model
        declared = self.rules.processes[process].facts
        if not opening.by:
            return
        for number in range(TRIES):
            chance = Chance(f"{process}/{number}")
            today = self._plan.starts_at.astimezone(self.rules.calendar.zone).date()
            said = {fact: some_value(declared[fact].model, chance, today) for fact in opening.asks}
            facts = {fact: value for fact, value in said.items() if value is not None}
            actor = house.actor(unit[opening.by[0]][0])
            request = Request("open", actor, None, process=process, facts=facts, documents=_documents(facts))
            if take_step(house, request, self._plan.starts_at).decision == "applied":
                return

    def _repeat(self, house: House, unit: Unit, done: Upkeep) -> None:
        """What a rehearsal did for one case is done for all; where it does not fit, each case sees to it again."""
        facts, action = done.facts, done.action
        request = Request(
            done.kind, house.actor(unit[done.role][0]), done.ref, action, facts=facts, documents=_documents(facts)
        )
        try:
            take_step(house, request, self._plan.starts_at)
        except BadInput:
            return

    # --- rehearsing -------------------------------------------------------------------------------------------

    def _rehearse(self, time: int) -> bool:
        """Play some cases and note what they asked of the house; whether that was anything new."""
        many = {role: Staffing(people=hands.people, steps_a_day=1_000) for role, hands in self._plan.staff.items()}
        office = Office(replace(self._plan, staff=many))
        beginning = self._begin(office.units[0])
        with beginning[0].look() as tx:
            persons = {tx.person_ref(person) for person in tx.people()}
        learnt = False
        for number in range(REHEARSED_CASES):
            hands = self._hands(0, f"rehearsal/{time}/{number}", office, Tally(self._plan.starts_at), beginning)
            hands.rehearsing = True
            stays_until = self._plan.starts_at + dt.timedelta(days=REHEARSED_DAYS[-1] / 2)
            life = Life(hands, number, Aims(hands, self._endings, stays_until), self._plan.starts_at)
            for day in REHEARSED_DAYS:
                office.new_day()
                _rehearse_a_day(life, self._plan.starts_at + dt.timedelta(days=day))
            for done in hands.upkeep:
                learnt |= self._learn(done, of_a_person=done.ref in persons)
        return learnt

    def _learn(self, done: Upkeep, *, of_a_person: bool) -> bool:
        if not of_a_person:
            new = done not in self._upkeep
            self._upkeep += [done] if new else []
            return new
        new = False
        for name, value in done.facts.items():
            values = self._asked.setdefault(name, [])
            if value not in values:
                values.append(value)
                new = True
        return new


def _rehearse_a_day(life: Life, now: dt.datetime) -> None:
    due = life.due()
    if due is not None and due <= now:
        life.sweep(now)
    if life.looked_at is None:
        return
    for task in sorted(life.turn(now)):
        life.see_to(task, now)
    life.go_on(now)
    life.rest(now)


def _documents(facts: Mapping[str, FactValue]) -> tuple[tuple[str, str, bytes], ...]:
    return ((DIGEST, "text/plain", DOCUMENT),) if DIGEST in facts.values() else ()
