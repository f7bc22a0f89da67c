"""A full house to read from: many cases, most of them closed, with the journals and the people of some years.

Open cases are copies of a few templates whose deadlines a step through the door has set at different times; closed ones
have none. Journals are made up: opening, actions with their guards, facts, refusals, reminders and breaches, in the
proportions in which pages will be asked for them. Everything is written in bulk and not through the door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cases.house import House
from cases.journal import Draft, Kind, chained
from cases.ports import Head, NewEntry, Person, StepWrites
from cases.shown import shown_of
from interfaces.bench.prepare import ROLE, WHO, Template, template
from state_machine.rules import Rules
from state_machine.view import Instance, TrackAt

CASE = "case"
AGES = tuple(dt.timedelta(days=days) for days in (1, 3, 6, 10, 15, 25))
"""How long ago the open templates were opened."""
OPEN_IN = 10
"""One case in so many is open."""
ENTRIES = 12
"""Journal entries of a case, besides one for each of its children."""
YEARS = 3
MANAGERS, WORKERS, NURSES, SUPERVISORS, AUDITORS = 120, 60, 12, 6, 20
NO_HEAD = Head(0, "", None)


def crowd() -> dict[str, Person]:
    """Everybody who works in the house, with an administrator and an auditor."""
    named = {WHO: Person(WHO, frozenset({ROLE}))}
    for role, count in (
        ("case_manager", MANAGERS),
        ("case_worker", WORKERS),
        ("health_worker", NURSES),
        ("supervisor", SUPERVISORS),
        ("director", 1),
        ("administrator", 1),
        ("auditor", AUDITORS),
    ):
        named.update((f"{role}_{number}", Person(f"{role}_{number}", frozenset({role}))) for number in range(count))
    return named


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of a made-up journal: what stands in clear beside who and where, and how long after the opening."""

    kind: Kind
    clear: Mapping[str, Any]
    after: dt.timedelta


def cases(house: House, rules: Rules, count: int, now: dt.datetime) -> Iterator[StepWrites]:
    """So many cases, as steps that open each family, the oldest first. Each is another one, and always the same."""
    opened = [template(house, rules, now - age, (now,)) for age in AGES]
    closed = _closed(opened[-1])
    lives = [journal(rules, number) for number in range(20)]
    for number in range(count):
        is_open = number % OPEN_IN == 0
        made = opened[number // OPEN_IN % len(opened)] if is_open else closed
        age = AGES[number // OPEN_IN % len(AGES)] if is_open else dt.timedelta(days=365 * YEARS) * (1 - number / count)
        holders = {
            "case_manager": f"case_manager_{number // OPEN_IN % MANAGERS}",
            "case_worker": f"case_worker_{number // OPEN_IN // 7 % WORKERS}",
        }
        # One open case in fifty is nobody's yet.
        yield _copy(house, rules, made, now - age, holders if number % 500 or not number else {}, lives[number % 20])


def _closed(made: Template) -> Template:
    """The same closed: nothing is due, and of its facts nothing is kept, since nobody asks for so many."""

    def ended(one: Instance) -> Instance:
        if one.process != CASE:
            return replace(one, deadlines={}, facts={})
        tracks = {**one.tracks, "case": TrackAt("closed", one.opened_at, 900)}
        return replace(one, deadlines={}, facts={}, tracks=tracks)

    return Template(tuple(ended(one) for one in made.instances), ())


def _copy(
    house: House, rules: Rules, made: Template, at: dt.datetime, holders: Mapping[str, str], life: Sequence[Step]
) -> StepWrites:
    refs = {one.ref: house.ids.reference() for one in made.instances}
    family = refs[made.instances[0].ref]
    instances = {
        refs[one.ref]: replace(
            one,
            ref=refs[one.ref],
            family=family,
            parent=refs[one.parent] if one.parent else None,
            holders={} if one.parent else holders,
            opened_at=at,
            opened_by=holders.get("case_manager", WHO),
        )
        for one in made.instances
    }
    entries = [entry for one in instances.values() for entry in _entries(house, rules, one, at, life)]
    due = tuple(replace(row, family=family, instance=refs[row.instance]) for row in made.due)
    root = instances[family]
    shown = shown_of(rules, instances, over=root.tracks["case"].state == "closed")
    new, workflow = tuple(instances.values()), rules.hash
    return StepWrites(family, None, workflow, at, new=new, entries=tuple(entries), put_due=due, shown=shown)


def _entries(house: House, rules: Rules, one: Instance, at: dt.datetime, life: Sequence[Step]) -> Iterator[NewEntry]:
    head = NO_HEAD
    people = list(one.holders.values()) or [WHO]
    for number, step in enumerate(life[:1] if one.parent else life):
        base = {
            "attempt": house.ids.attempt(),
            "actor": people[number % len(people)],
            "process": one.process,
            "family": one.family,
            "workflow": rules.hash,
            "calendar": rules.calendar.hash,
            "order": 100 * number,
        }
        draft = Draft(one.ref, step.kind, {**base, **step.clear}, {"facts": {}})
        entry, head = chained(draft, head, at + step.after, house.ids.salt())
        yield entry


def journal(rules: Rules, seed: int) -> tuple[Step, ...]:
    """A made-up journal of a case: the same for the same seed, another one for another."""
    process = rules.workflow.processes[CASE]
    actions = [(name, action) for name, action in process.actions.items() if action.by and not action.automatic]
    found = [Step(Kind.OPENED, {"action": "open", "role": "case_manager", "guards": {}, "moves": {}}, dt.timedelta())]
    for place in range(1, ENTRIES):
        name, action = actions[(seed * 7 + place * 3) % len(actions)]
        after = dt.timedelta(hours=5 * place + seed)
        asked = dict.fromkeys(action.guards, "holds")
        clear: dict[str, Any] = {"action": name, "role": action.by[0], "guards": asked}
        deadline = list(process.deadlines)[(seed + place) % len(process.deadlines)]
        rung = {"actor": "system", "action": "elapse", "deadline": deadline, "rung": "late", "tell": "case_manager"}
        match (seed + place) % 9:
            case 0 if action.guards:
                unmet = action.guards[seed % len(action.guards)]
                said = {"guards": {**asked, unmet: "fails"}, "because": [unmet], "exception": "none"}
                found.append(Step(Kind.REFUSED, {**clear, **said}, after))
            case 1:
                facts = {"action": "record", "role": "case_manager", "guards": {}, "moves": {}}
                found.append(Step(Kind.RECORDED, facts, after))
            case 2:
                found.append(Step(Kind.REMINDED, {**rung, "late_seconds": 0, "generation": 1, "repeat": 1}, after))
            case 3 if seed % 4 == 0:
                found.append(Step(Kind.BREACHED, {**rung, "late_seconds": 60, "generation": 1, "repeat": 1}, after))
            case 4:
                found.append(Step(Kind.SEEN, {"action": ""}, after))
            case _:
                found.append(Step(Kind.APPLIED, {**clear, "moves": {}}, after))
    return tuple(found)
