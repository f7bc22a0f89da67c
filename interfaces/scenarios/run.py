"""Playing a scenario: each step through the one door, in virtual time, with everything due drained on the way."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from cases.answers import Answer
from cases.correct import Correction, correct
from cases.errors import BadInput, Failed, HomewardError, UnknownName
from cases.house import House
from cases.override import SecondAnswer, override
from cases.request import Request
from cases.sweep import run_once
from cases.take_step import take_step
from config.definition import FactValue
from interfaces.scenarios.check import failure_of
from interfaces.scenarios.model import Scenario, Step
from interfaces.scenarios.told import Told
from state_machine.rules import Rules
from state_machine.values import BadValue, parse_value
from state_machine.view import Instance
from wiring.clock import VirtualClock
from wiring.scenario_house import ScenarioHouse


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a scenario failed: its step (counted from 1), the line in the file, what was expected and what found."""

    step: int
    line: int
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Place:
    """An instance as a scenario speaks of it: its name there, or `case/crisis` where it has none."""

    name: str
    process: str


@dataclass(frozen=True, slots=True)
class Played:
    """One step as it was played: what it says, when, and what came of it (None for `wait` and `check`).

    `ref` is the instance that the step was about, `ref_of_check` the one that a `check` looks at. `place` tells of a
    reference what the scenario calls it (None for an instance that was never opened), `attempted` of an attempt's
    name which action on which process it was.
    """

    number: int
    step: Step
    at: dt.datetime
    answer: Answer | None
    ref: str | None
    place: Callable[[str], Place | None]
    attempted: Callable[[str], tuple[str, str] | None]
    ref_of_check: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a scenario; `failure` is None where it passed. `names` are its instances by their names in it."""

    scenario: Scenario
    steps: int
    failure: Failure | None
    names: Mapping[str, str]


def ends_at(scenario: Scenario, rules: Rules) -> dt.datetime:
    """The moment at which a scenario that passes comes to its end."""
    now = scenario.starts_at
    for step in scenario.steps:
        if step.wait is not None:
            now = rules.calendar.add(now, step.wait, "days", "latest_by")
    return now.astimezone(dt.UTC)


def play(
    scenario: Scenario, on: ScenarioHouse, on_step: Callable[[Played], None] = lambda _: None, *, keyed: bool = False
) -> Result:
    """Play a scenario on a house until its end or its first failure. Problems of the house itself are failures too.

    `keyed`: each step has an idempotency key, as those of other programs have.
    """
    player = Player(scenario, on, keyed=keyed)
    for number, step in enumerate(scenario.steps, 1):
        try:
            answer = player.take(step)
            run_once(on.house, on.clock.now())
            player.told.take()
            failed = failure_of(step, answer, player)
        except (HomewardError, BadValue) as problem:
            is_expected = step.expect == "failed" and isinstance(problem, Failed)
            answer, failed = None, None if is_expected else (f"{step.verb} to be tried", str(problem))
        checked = player.ref(step.check) if step.check and failed is None else None
        about = answer.ref if answer else None
        on_step(Played(number, step, on.clock.now(), answer, about, player.place, player.tried.get, checked))
        if failed is not None:
            line = scenario.lines[number - 1]
            return Result(scenario, number, Failure(number, line, *failed), player.names)
    return Result(scenario, len(scenario.steps), None, player.names)


class Player:
    """A scenario's names for what it opened and attempted, and how each step becomes an attempt."""

    def __init__(self, scenario: Scenario, on: ScenarioHouse, *, keyed: bool = False) -> None:
        self.scenario = scenario
        self._keys = (f"{scenario.name}: {number}" if keyed else None for number in count(1))
        self.clock: VirtualClock = on.clock
        self.house: House = on.house
        self.rules: Rules = on.rules
        self.on = on
        self.told = Told(on)
        self.names: dict[str, str] = {}
        self.attempts: dict[str, str] = {}
        self.tried: dict[str, tuple[str, str]] = {}

    def take(self, step: Step) -> Answer | None:
        """Do what a step says; answers what the door answered."""
        match step.verb:
            case "wait":
                self._wait(step)
                return None
            case "check":
                return None
            case "correct":
                return self._correct(step)
            case "override":
                return self._override(step)
            case _:
                return self._attempt(step)

    def _attempt(self, step: Step) -> Answer:
        request = self._request(step)
        answer = take_step(self.house, request, self.clock.now())
        if step.open and answer.decision == "applied":
            self.names[step.name or step.open] = answer.ref
        for label in {step.name, step.act} - {None}:
            self.attempts[str(label)] = answer.attempt
            self.tried[str(label)] = (request.process or self.instance(step.in_ or "").process, step.act or step.verb)
        return answer

    def _request(self, step: Step) -> Request:
        process = step.open or self.instance(step.in_ or "").process
        facts, documents = self._facts(process, (step.record or step.facts or {}))
        verb = step.verb
        if verb not in ("open", "act", "record", "assign", "unassign"):
            raise BadInput(f"{verb} is no attempt")
        return Request(
            kind=verb,  # type: ignore[arg-type]  # the five were just compared
            actor=self.house.actor(step.as_ or "", step.role),
            ref=self.ref(step.under) if step.open and step.under else None if step.open else self.ref(step.in_ or ""),
            action=step.act or "",
            process=step.open or "",
            facts=facts,
            observed=self._moment(step.observed),
            assigned=step.assign or None,
            role=step.to or step.unassign,
            reason=step.reason,
            workflow=self.rules.workflow.workflow if step.open else None,
            documents=documents,
            key=next(self._keys),
        )

    def _correct(self, step: Step) -> Answer:
        """Correct the entry that holds the present value of the facts named."""
        instance = self.instance(step.in_ or "")
        said = step.correct
        assert said is not None
        names = tuple(said)
        held = {instance.facts[name].seq for name in names if name in instance.facts}
        if len(held) != 1:
            raise BadInput(f"{', '.join(names)}: found in {len(held)} entries; a correction is about the facts of one")
        facts, _ = self._facts(instance.process, said if isinstance(said, dict) else {})
        actor = self.house.actor(step.as_ or "", step.role)
        correction = Correction(actor, instance.ref, held.pop(), facts, names, step.reason, next(self._keys))
        return correct(self.house, correction, self.clock.now())

    def _override(self, step: Step) -> Answer:
        label = step.attempt or step.override or ""
        if label not in self.attempts:
            known = ", ".join(self.attempts) or "none"
            raise UnknownName(f"no attempt of this scenario is called {label!r}; known: {known}")
        actor = self.house.actor(step.as_ or "", step.role)
        said = SecondAnswer(actor, self.attempts[label], step.answer == "yes", step.reason or "", next(self._keys))
        return override(self.house, said, self.clock.now())

    def _wait(self, step: Step) -> None:
        """Move the clock on, stopping wherever something falls due."""
        assert step.wait is not None
        until = self.rules.calendar.add(self.clock.now(), step.wait, "days", "latest_by")
        while True:
            with self.house.store.look() as tx:
                due = tx.next_due()
            if due is None or due > until:
                break
            self.clock.move_to(max(due, self.clock.now()))
            run_once(self.house, self.clock.now())
            self.told.take()
        self.clock.move_to(until)

    def _moment(self, text: str | None) -> dt.datetime | None:
        if text is None:
            return None
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError as problem:
            raise BadInput(f"observed: {text!r} is no moment such as 2027-01-04T09:00+07:00") from problem
        return moment if moment.tzinfo else moment.replace(tzinfo=self.scenario.starts_at.tzinfo)

    def _facts(
        self, process: str, said: Mapping[str, object]
    ) -> tuple[dict[str, FactValue], tuple[tuple[str, str, bytes], ...]]:
        """The facts of a step as values; names become references, the text of a document its digest."""
        declared = self.rules.workflow.processes[process].facts if process in self.rules.workflow.processes else {}
        facts: dict[str, FactValue] = {}
        documents = []
        for name, raw in said.items():
            if name not in declared:
                raise UnknownName(f"{process} has no fact {name!r}; known: {', '.join(declared)}")
            value = raw
            if declared[name].kind == "link":
                value = self.ref(str(raw))
            elif declared[name].kind == "document":
                content = str(raw).encode()
                value = hashlib.sha256(content).hexdigest()
                documents.append((value, "text/plain", content))
            facts[name] = parse_value(name, declared[name], value)
        return facts, tuple(documents)

    def _person(self, name: str) -> str | None:
        """The instance that stands for a person of the scenario."""
        if name not in self.scenario.people:
            return None
        with self.house.store.look() as tx:
            return tx.person_ref(name)

    def ref(self, name: str) -> str:
        """The reference of an instance by its name in the scenario, or of a person by theirs.

        `c1/crisis` is the newest crisis under c1.
        """
        first, *below = name.split("/")
        ref = self.names.get(first) or self._person(first)
        if ref is None:
            known = ", ".join(self.names) or "none yet"
            raise UnknownName(f"no instance of this scenario is called {first!r}; known: {known}")
        for process in below:
            children = [one for one in self.family(ref) if one.parent == ref and one.process == process]
            if not children:
                raise UnknownName(f"{first} has no {process}")
            ref = max(children, key=lambda one: one.ordinal).ref
        return ref

    def place(self, ref: str) -> Place | None:
        """What the scenario calls an instance, and which process it is of; None where nothing was opened."""
        with self.house.store.look() as tx:
            loaded = tx.load(ref)
        found = next((one for one in loaded.instances if one.ref == ref), None) if loaded is not None else None
        if found is None:
            return None
        named = {one: name for name, one in self.names.items()}
        above = named.get(found.parent or "")
        unnamed = f"{above}/{found.process}" if above else found.process
        return Place(named.get(ref, unnamed), found.process)

    def instance(self, name: str) -> Instance:
        """The instance of this name as it stands."""
        ref = self.ref(name)
        return next(one for one in self.family(ref) if one.ref == ref)

    def family(self, ref: str) -> tuple[Instance, ...]:
        """The whole family of an instance."""
        with self.house.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None  # the scenario opened it
        return loaded.instances
