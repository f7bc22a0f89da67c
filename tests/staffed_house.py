"""A house of a shipped workflow whose people lie in the store, for tests of who may open what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from access.decide import Viewer, viewer_of
from access.people import StoredPeople
from cases.answers import Answer
from cases.house import House
from cases.ports import Person, StepWrites, Store
from cases.register_people import register_people
from cases.request import Request
from cases.staff import HouseWrites, StaffMember
from cases.sweep import Swept, run_once
from cases.take_step import take_step
from config.loader import Loaded, load_workflow
from state_machine.rules import Rules
from storage.memory import MemoryStore
from wiring.clock import SeededIds, VirtualClock
from wiring.workflows import PublishedWorkflows

START = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
"""A Monday, nine o'clock in the morning in Phnom Penh."""

STAFF = {
    "sok": "case_manager",
    "nita": "case_worker",
    "maly": "health_worker",
    "rith": "case_worker",
    "heng": "reporter",
    "dara": "supervisor",
    "rany": "supervisor",
    "dir": "director",
    "vanna": "administrator",
    "lin": "auditor",
    "both": "case_manager administrator",
}


@lru_cache(maxsize=2)
def shipped(name: str = "vse-3-adopted") -> tuple[Loaded, Rules]:
    """A shipped workflow, loaded and compiled once."""
    loaded = load_workflow(name)
    return loaded, Rules.compile(loaded.workflow, loaded.hash)


class StaffedHouse:
    """A house with short words for what tests do."""

    def __init__(self, store: Store | None = None, in_file: Mapping[str, Person] | None = None, **people: str) -> None:
        loaded, self.rules = shipped()
        self.clock = VirtualClock(START)
        self.store: Any = store or MemoryStore()
        workflows = PublishedWorkflows(self.store, loaded.workflow.workflow)
        workflows.take(loaded, self.rules, START)
        self.people = StoredPeople((in_file or {}).values(), self.store.staff)
        self.house = House(self.store, SeededIds("staffed"), self.people, workflows)
        members = tuple(member(name, said) for name, said in (STAFF | people).items())
        with self.store.step() as tx:
            tx.administer(HouseWrites(START, {}, members=members, revision=0))
        self.people.look_again(START)
        register_people(self.house, self.rules, START)

    @property
    def now(self) -> dt.datetime:
        """The present moment."""
        return self.clock.now()

    def viewer(self, name: str, acting: str | None = None) -> Viewer:
        """Somebody as a viewer."""
        person = self.people.person(name)
        assert person is not None
        return viewer_of(person, self.rules.workflow, acting)

    def ask(self, kind: str, who: str, ref: str | None, **more: Any) -> Answer:
        """One attempt by somebody, now."""
        request = Request(kind=kind, actor=self.house.actor(who), ref=ref)  # type: ignore[arg-type]  # tests say what they mean
        return take_step(self.house, replace(request, **more), self.now)

    def open(self, who: str, process: str = "case", under: str | None = None, **facts: Any) -> str:
        """Open an instance, which must succeed; answers its reference."""
        answer = self.ask("open", who, under, process=process, facts=facts)
        assert answer.decision == "applied", answer.reasons
        return answer.ref

    def assign(self, ref: str, role: str, person: str) -> None:
        """Put somebody into a role, whatever the guards of the role ask: straight into the store."""
        with self.store.step() as tx:
            loaded = tx.load(ref)
            assert loaded is not None
            one = next(one for one in loaded.instances if one.ref == ref)
            changed = replace(one, holders={**one.holders, role: person})
            family = loaded.family
            tx.commit_step(StepWrites(family.id, family.revision, family.workflow, self.now, changed=(changed,)))

    def wait(self, **how_long: float) -> Swept:
        """Let time go by and take what is due then."""
        self.clock.move_to(self.now + dt.timedelta(**how_long))
        self.people.look_again(self.now)
        return run_once(self.house, self.now)

    def journal(self, ref: str, beginning: str = "") -> list[dict[str, Any]]:
        """The clear parts of an instance's journal whose kinds begin so."""
        with self.store.look() as tx:
            entries = [orjson.loads(one.clear) for one in tx.entries(ref)]
        return [one for one in entries if one["kind"].startswith(beginning)]

    def journal_of(self, person: str, beginning: str = "house:") -> list[dict[str, Any]]:
        """The same of what stands for a person."""
        with self.store.look() as tx:
            ref = tx.person_ref(person)
        return self.journal(ref or "", beginning)

    def revision(self, ref: str) -> int:
        """The revision of a family."""
        with self.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None
        return int(loaded.family.revision)


def member(name: str, titles: str, **other: Any) -> StaffMember:
    """A member of staff with titles separated by spaces."""
    return replace(StaffMember(name, name.title(), frozenset(titles.split())), **other)
