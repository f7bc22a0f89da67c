"""Small houses for tests: a workflow written in place, an in-memory store unless another is given."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import yaml

from cases.answers import Answer
from cases.house import House
from cases.outgoing import Outgoing
from cases.ports import Person, Store
from cases.register_people import register_people
from cases.request import Request
from cases.sweep import Swept, run_once
from cases.take_step import take_step
from config.definition import FactValue, Workflow
from state_machine.rules import Rules
from state_machine.view import Instance
from storage.memory import MemoryStore
from tests.small_workflow import SMALL
from wiring.clock import SeededIds, VirtualClock
from wiring.people import ListedPeople

START = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)


class OneWorkflow:
    """A workflow that is in force without being published."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def rules(self, hash_: str) -> Rules:
        """The one version."""
        assert hash_ == self._rules.hash
        return self._rules

    def current(self, name: str | None) -> Rules:
        """The one version."""
        assert name in (None, self._rules.workflow.workflow)
        return self._rules


def rules_of(text: str) -> Rules:
    """Compile a whole workflow from one YAML text, without the loader."""
    raw = yaml.safe_load(text)
    raw["processes"] = {one["process"]: one for one in raw["processes"]}
    return Rules.compile(Workflow.model_validate(raw), hashlib.sha256(text.encode()).hexdigest())


@dataclass
class SmallHouse:
    """A house with short words for what tests do."""

    rules: Rules
    people: Mapping[str, Person]
    store: Store = field(default_factory=MemoryStore)
    seed: str = "small"

    def __post_init__(self) -> None:
        """Put the house together and register its people."""
        self.clock = VirtualClock(START)
        self.house = House(self.store, SeededIds(self.seed), ListedPeople(self.people), OneWorkflow(self.rules))
        register_people(self.house, self.rules, self.clock.now())

    def ask(self, kind: str, who: str, ref: str | None, **more: object) -> Answer:
        """One attempt by somebody, now."""
        request = Request(kind=kind, actor=self.house.actor(who), ref=ref)  # type: ignore[arg-type]  # tests say what they mean
        return take_step(self.house, replace(request, **more), self.clock.now())  # type: ignore[arg-type]  # as above

    def open(self, who: str, process: str = "case", under: str | None = None, **facts: FactValue) -> str:
        """Open an instance, which must succeed; answers its reference."""
        answer = self.ask("open", who, under, process=process, facts=facts)
        assert answer.decision == "applied", answer.reasons
        return answer.ref

    def act(self, who: str, ref: str, action: str, **facts: FactValue) -> Answer:
        """Try an action."""
        return self.ask("act", who, ref, action=action, facts=facts)

    def record(self, who: str, ref: str, **facts: FactValue) -> Answer:
        """Record facts."""
        return self.ask("record", who, ref, facts=facts)

    def instance(self, ref: str) -> Instance:
        """The instance as it is stored."""
        return next(one for one in self.family(ref) if one.ref == ref)

    def family(self, ref: str) -> tuple[Instance, ...]:
        """Its family as it is stored."""
        with self.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None
        return loaded.instances

    def outgoing(self) -> list[Outgoing]:
        """The notices that wait in the outbox, in the order in which they were caused."""
        assert isinstance(self.store, MemoryStore)
        return [row.notice for row in self.store.outbox.rows(("waiting",))]

    def revision(self, ref: str) -> int:
        """The family's revision."""
        with self.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None
        return loaded.family.revision

    def kinds(self, ref: str) -> list[str]:
        """The kinds of the journal's entries, in order."""
        with self.store.look() as tx:
            return [entry.kind for entry in tx.entries(ref)]

    def wait(self, **how_long: float) -> Swept:
        """Let time go by and take what is due then."""
        self.clock.move_to(self.clock.now() + dt.timedelta(**how_long))
        return run_once(self.house, self.clock.now())


def staff(**roles: str) -> dict[str, Person]:
    """People by name, each with roles separated by spaces: `staff(sok="case_manager", dara="supervisor")`."""
    return {name: Person(name, frozenset(said.split())) for name, said in roles.items()}


def small_house(store: Store | None = None, *, seed: str = "small", **stand_ins: str) -> SmallHouse:
    """The house of the small workflow with everybody in it; `small_house(heng="sok")`: sok stands in for heng."""
    people = {name: replace(person, stand_in=stand_ins.get(name)) for name, person in staff(**SMALL_STAFF).items()}
    return SmallHouse(small_rules(), people, store or MemoryStore(), seed)


SMALL_STAFF = {
    "sok": "manager",
    "vuth": "manager",
    "maly": "nurse",
    "dara": "supervisor",
    "rith": "supervisor",
    "dir": "director",
    "heng": "helper",
}


@lru_cache(maxsize=1)
def small_rules() -> Rules:
    """The small workflow, compiled once."""
    return rules_of(SMALL)
