"""Ten thousand cases and more, each ready for one guarded action: beginning the interview, with seven guards.

The cases are copies of one template with references of their own. They are written in bulk and not through the door:
preparing is not what is measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cases.cascade import follow
from cases.commit import commit
from cases.house import House
from cases.journal import Draft, Kind, chained
from cases.ports import Due, Head, Ids, StepWrites
from cases.register_people import register_people
from cases.request import Request
from cases.sweep import run_once
from cases.take_step import load_workspace, take_step
from cases.workspace import Trial
from config.definition import Fact, FactValue
from state_machine.facts import record
from state_machine.rules import Rules
from state_machine.view import Actor, Instance, TrackAt
from storage.memory import MemoryStore

ACTION = "start_interview"
WHO = "nita"
ROLE = "interviewer"
PROCESS = "case"

A_MOMENT = dt.timedelta(minutes=30)
LONGEST_HOURS = 24 * 30

_OWN: dict[str, dict[str, FactValue]] = {
    "case": {
        "medical_care": "delivered",
        "psychological_care": "declined_informed",
        "support_person": "present",
        "interpreting_needed": False,
    },
}
"""What must not be left to `_value`, for the guards of the action to hold."""

_CHILDREN = ("persons_decision", "assessment")
"""What else a case holds: every step loads the whole family."""

_SAMPLES: dict[str, FactValue] = {
    "yes_no": True,
    "number": 4,
    "date": "2027-01-04",
    "period": "P14D",
    "text": "Words as they are written down in a case, about as long as such a line is in practice.",
    "link": "0000-0000-0000",
    "document": "0" * 64,
}


@dataclass(frozen=True, slots=True)
class Template:
    """A case and its children as every copy has them, parents first, and the rows that are due for them."""

    instances: tuple[Instance, ...]
    due: tuple[Due, ...]


def template(house: House, rules: Rules, now: dt.datetime, sweeps: Iterable[dt.datetime] = ()) -> Template:
    """A case with every fact recorded and two children as full, its deadlines as a step through the door left them.

    The step is taken at `now`; what is due at each of the moments of `sweeps` is taken too.
    """
    case = _made(house, rules, now, PROCESS, None)
    children = [_made(house, rules, now, process, case.ref) for process in _CHILDREN]
    made = [replace(one, family=case.ref, ordinal=ordinal) for ordinal, one in enumerate((case, *children))]
    twin = House(MemoryStore(), house.ids, house.people, house.workflows)
    with twin.store.step() as tx:
        tx.commit_step(StepWrites(case.ref, None, rules.hash, now, new=tuple(made)))
    register_people(twin, rules, now)
    answer = take_step(twin, Request("record", twin.actor(WHO), case.ref, facts={"safe_space": True}), now)
    if answer.decision != "applied":
        raise AssertionError(f"the template cannot be made: {[reason.guard for reason in answer.reasons]}")
    # The case came to be without a step, so that no step has armed what runs from the beginning.
    with twin.store.step() as tx:
        ws = load_workspace(twin, tx, case.ref, now, Trial())
        ws.unseen = True
        follow(ws)
        commit(tx, ws)
    for moment in sweeps:
        run_once(twin, moment)
    with twin.store.step() as tx:
        loaded = tx.load(case.ref)
        assert loaded is not None  # it was just written
        return Template(loaded.instances, tuple(tx.due_of(case.ref)))


def waiting(house: House, rules: Rules, now: dt.datetime) -> Template:
    """A template with all its deadlines armed and nothing due for a day to come."""
    return template(house, rules, now, (now,))


def ripe(house: House, rules: Rules, now: dt.datetime) -> Template:
    """The same, made just so long ago that one rung of one deadline is due and nothing else. Raises AssertionError."""
    for hours in range(1, LONGEST_HOURS):
        made = now - dt.timedelta(hours=hours)
        found = template(house, rules, made, (made, now - A_MOMENT))
        due = [row for row in found.due if row.at <= now]
        if len(due) == 1 and due[0].kind == "deadline":
            return found
    raise AssertionError("no rung of the template comes alone")


def copies(template_: Template, count: int, ids: Ids, now: dt.datetime) -> Iterator[StepWrites]:
    """So many copies of a template, as steps that open each family."""
    for _ in range(count):
        refs = {one.ref: ids.reference() for one in template_.instances}
        family = refs[template_.instances[0].ref]
        made = tuple(_copy(one, refs, family, ordinal) for ordinal, one in enumerate(template_.instances))
        entries = []
        for one in made:
            clear = {"actor": WHO, "action": "open", "family": family, "process": one.process, "workflow": one.workflow}
            entry, _ = chained(Draft(one.ref, Kind.OPENED, clear, {"facts": {}}), Head(0, "", None), now, ids.salt())
            entries.append(entry)
        workflow = template_.instances[0].workflow
        due = tuple(replace(row, family=family, instance=refs[row.instance]) for row in template_.due)
        yield StepWrites(family, None, workflow, now, new=made, entries=tuple(entries), put_due=due)


def _copy(one: Instance, refs: dict[str, str], family: str, ordinal: int) -> Instance:
    parent = refs[one.parent] if one.parent else None
    return replace(one, ref=refs[one.ref], family=family, parent=parent, ordinal=ordinal)


def _made(house: House, rules: Rules, now: dt.datetime, process: str, parent: str | None) -> Instance:
    actor = Actor(WHO, frozenset({ROLE}))
    states = rules.processes[process].start_states
    instance = Instance(
        ref=house.ids.reference(),
        family="",
        parent=parent,
        process=process,
        workflow=rules.hash,
        ordinal=0,
        opened_at=now,
        opened_by=WHO,
        tracks={track: TrackAt(state, now, 100) for track, state in states.items()},
        holders={} if parent else {ROLE: WHO},
    )
    declared = rules.workflow.processes[process].facts
    facts = {name: _value(fact) for name, fact in declared.items()} | _OWN.get(process, {})
    return record(instance, facts, actor=actor, observed=now, now=now, seq=1, order=100)


def _value(fact: Fact) -> FactValue:
    if fact.kind == "choice":
        return fact.values[0]
    return fact.values if fact.kind == "choices" else _SAMPLES[fact.kind]
