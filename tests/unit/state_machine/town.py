"""A small town for decisions: a workflow written in the test, people, and instances as the test wants them to stand."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import yaml
from pydantic import TypeAdapter

from config.conditions import Condition
from config.definition import FactValue, Workflow
from state_machine.compiling import Compiler
from state_machine.conditions import evaluate
from state_machine.decide import decide
from state_machine.decision import Attempt, Decision, Refused
from state_machine.evaluation import Evaluation, Trace, Truth
from state_machine.rules import Rules
from state_machine.view import Actor, Done, Instance, Recorded, TrackAt

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
"""A Monday, nine in the morning in Phnom Penh."""

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)

ROLES = """
manager: {says: Case manager, assigned: true}
worker: {says: Case worker, assigned: true}
nurse: {says: Nurse}
supervisor: {says: Supervisor}
director: {says: Director}
"""
PEOPLE = {
    "sok": {"manager"},
    "maly": {"nurse"},
    "nita": {"worker"},
    "dara": {"supervisor"},
    "vanna": {"director"},
}
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


def read(text: str) -> Any:
    """YAML of a test; the tests use no word that YAML 1.1 takes for a boolean."""
    return yaml.safe_load(textwrap.dedent(text))


def workflow(processes: str, *, roles: str = ROLES, second_person: Iterable[str] = ("supervisor",)) -> Workflow:
    """A workflow with these processes (a mapping by name) in Phnom Penh, without holidays."""
    declared = read(processes)
    return Workflow.model_validate(
        {
            "workflow": "test",
            "says": "Written by a test",
            "calendar": {"time_zone": "Asia/Phnom_Penh", "working_days": ["mon", "tue", "wed", "thu", "fri"]},
            "roles": read(roles),
            "fallback": "director",
            "second_person": list(second_person),
            "processes": {name: {"process": name, **body} for name, body in declared.items()},
        }
    )


def compiled(processes: str, *, roles: str = ROLES, hash_: str = "v1") -> Rules:
    """The rules of such a workflow."""
    return Rules.compile(workflow(processes, roles=roles), hash_)


class Town:
    """People and instances; it is the view that decisions get. `more` are the rules of other versions."""

    def __init__(self, rules: Rules, people: Mapping[str, Iterable[str]] = PEOPLE, more: Sequence[Rules] = ()) -> None:
        self.rules_of = {one.hash: one for one in (rules, *more)}
        self.main = rules
        self.people = {name: frozenset(titles) for name, titles in people.items()}
        self.instances: dict[str, Instance] = {}
        self.order = 100

    def instance(self, ref: str) -> Instance | None:
        return self.instances.get(ref)

    def children(self, ref: str, process: str) -> Sequence[Instance]:
        found = [one for one in self.instances.values() if one.parent == ref and one.process == process]
        return sorted(found, key=lambda one: one.ordinal)

    def person(self, person: str) -> Instance | None:
        return next((one for one in self.instances.values() if one.stands_for == person), None)

    def titles(self, person: str) -> frozenset[str]:
        return self.people.get(person, frozenset())

    def people_with(self, role: str) -> tuple[str, ...]:
        return tuple(sorted(name for name, titles in self.people.items() if role in titles))

    def rules(self, instance: Instance) -> Rules:
        return self.rules_of[instance.workflow]

    # --- what the test lets happen ---------------------------------------------------------------------------

    def add(self, process: str, ref: str, parent: str | None = None, **given: Any) -> Instance:
        """An instance opened at NOW (or `opened_at`), its tracks in their start states or as given by `tracks`."""
        rules = given.pop("rules", self.main)
        states = rules.processes[process].start_states | given.pop("tracks", {})
        opened = given.pop("opened_at", NOW)
        facts = given.pop("facts", {})
        above = self.instances[parent] if parent is not None else None
        instance = Instance(
            ref=ref,
            family=above.family if above is not None else ref,
            parent=parent,
            process=process,
            workflow=rules.hash,
            ordinal=len(self.instances),
            opened_at=opened,
            opened_by="sok",
            tracks={track: TrackAt(state, opened, self.order) for track, state in states.items()},
            **given,
        )
        self.instances[ref] = instance
        if facts:
            self.record(ref, at=opened, **facts)
        return self.instances[ref]

    def record(
        self,
        ref: str,
        *,
        at: dt.datetime = NOW,
        observed: dt.datetime | None = None,
        by: str = "sok",
        on_behalf: str | None = None,
        **facts: FactValue,
    ) -> None:
        """Facts recorded in one step."""
        self.order += 100
        entries = {
            name: Recorded(value, observed or at, at, by, on_behalf, self.order // 100, self.order, self.order)
            for name, value in facts.items()
        }
        self.instances[ref] = replace(self.instances[ref], facts={**self.instances[ref].facts, **entries})

    def did(
        self, ref: str, action: str, *, at: dt.datetime = NOW, by: str = "sok", on_behalf: str | None = None
    ) -> None:
        """An action done, in a step of its own."""
        self.order += 100
        done = {**self.instances[ref].done, action: Done(at, by, on_behalf, self.order, 1)}
        self.instances[ref] = replace(self.instances[ref], done=done)

    def moved(self, ref: str, track: str, state: str, *, at: dt.datetime = NOW) -> None:
        """A track moved, in a step of its own."""
        self.order += 100
        tracks = {**self.instances[ref].tracks, track: TrackAt(state, at, self.order)}
        self.instances[ref] = replace(self.instances[ref], tracks=tracks)

    def assigned(self, ref: str, **holders: str) -> None:
        """People put into roles."""
        one = self.instances[ref]
        self.instances[ref] = replace(one, holders={**one.holders, **holders})

    # --- what the test asks ------------------------------------------------------------------------------------

    def actor(self, person: str, *, role: str | None = None, on_behalf: str | None = None) -> Actor:
        """Somebody of the town as an actor, in their own name or as another's stand-in."""
        return Actor(person, self.titles(on_behalf or person), role, on_behalf)

    def attempt(
        self,
        who: str | Actor,
        action: str,
        ref: str = "C1",
        *,
        kind: Literal["open", "act", "record", "assign", "unassign"] = "act",
        **given: Any,
    ) -> Attempt:
        """An attempt by somebody of the town."""
        actor = self.actor(who) if isinstance(who, str) else who
        process = given.pop("process", None) or self.instances[ref].process
        return Attempt(kind, ref, actor, process, action, **given)

    def decide(
        self, who: str | Actor, action: str, ref: str = "C1", *, at: dt.datetime = NOW, **given: Any
    ) -> Decision:
        """The decision on such an attempt."""
        return decide(self.main, self, self.attempt(who, action, ref, **given), at)

    def truth(
        self,
        condition: str | Condition,
        ref: str = "C1",
        *,
        at: dt.datetime = NOW,
        who: str | Actor = "sok",
        assigned: str | None = None,
    ) -> Truth:
        """What a condition, written in the file of the instance's process, says of it."""
        return self.look(condition, ref, at=at, who=who, assigned=assigned)[0]

    def look(
        self,
        condition: str | Condition,
        ref: str = "C1",
        *,
        at: dt.datetime = NOW,
        who: str | Actor = "sok",
        assigned: str | None = None,
    ) -> tuple[Truth, Trace]:
        """The same with what was read."""
        instance = self.instances[ref]
        rules = self.rules(instance)
        compiler = Compiler(rules.workflow, rules.calendar)
        compiler.fill_book()
        parsed = _CONDITION.validate_python(read(condition) if isinstance(condition, str) else condition)
        actor = self.actor(who) if isinstance(who, str) else who
        evaluation = Evaluation(self, at, actor, assigned=assigned)
        return evaluate(evaluation, instance, compiler.node(parsed, instance.process))


def because(decision: Decision) -> list[str]:
    """The names of the reasons of a refusal or a not-yet; none where it was applied."""
    return [reason.guard for reason in getattr(decision, "reasons", ())]


def refused(decision: Decision) -> Refused:
    """The decision, which must be a refusal."""
    assert isinstance(decision, Refused), decision
    return decision
