"""The slow way to every list: read all of the house through the ports of cases, and filter in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from access.decide import Relation, viewer_of
from access.relation import Reach, reach_of, relation_in
from access.screens import CaseFilter, TraceFilter
from cases.ports import LoadedFamily, StoredEntry
from cases.recipients import recipients
from cases.workspace import Workspace
from state_machine.automatic import by_the_house, is_over
from state_machine.view import Instance
from tests.houses import SmallHouse


@dataclass(frozen=True)
class Entry:
    """A journal entry with its family and its clear part."""

    case: str
    entry: StoredEntry
    clear: dict[str, Any]


def families(house: SmallHouse) -> list[LoadedFamily]:
    """Every family."""
    with house.store.look() as tx:
        refs = {one.family for one in tx.list_instances(None, limit=100_000)}
        loaded = (tx.load(ref) for ref in refs)
        return [one for one in loaded if one is not None]


def tasks_of(house: SmallHouse, person: str) -> set[tuple[str, str, str]]:
    """(instance, deadline, role) of all that somebody is told about and may open, as whoever sends notices finds it."""
    seen = reach(house, person)
    around = house.store.staff.around
    told = told_of(house, person)
    opened = {ref for ref, *_ in told if relation_in(seen, around(ref, person, seen.now)) is not Relation.NONE}
    return {one for one in told if one[0] in opened}


def told_of(house: SmallHouse, person: str) -> set[tuple[str, str, str]]:
    """(instance, deadline, role) of all that somebody is told about, whether they may open it or not."""
    found = set()
    with house.store.look() as tx:
        for family in families(house):
            ws = Workspace(house.house, tx, house.clock.now(), family)
            for one in family.instances:
                for name, role in _roles(house, one):
                    if person in recipients(ws, house.house.people, one, role).people:
                        found.add((one.ref, name, role))
    return found


def _roles(house: SmallHouse, one: Instance) -> Iterator[tuple[str, str]]:
    for name, state in one.deadlines.items():
        model = house.rules.processes[one.process].deadlines[name].model
        if state.state != "armed":
            continue
        told = [rung.tell for rung in model.ladder if rung.tell]
        reached = [rung.tell for rung in model.ladder if rung.name in state.fired and state.fired[rung.name].times]
        for role in dict.fromkeys([model.task_for or told[0], *reached]):
            if role is not None:
                yield name, role


def reach(house: SmallHouse, person: str) -> Reach:
    """How far somebody sees."""
    known = house.house.people.person(person)
    assert known is not None
    viewer = viewer_of(known, house.rules.workflow)
    return reach_of(house.house, viewer, house.clock.now())


def cases(house: SmallHouse, person: str, wanted: CaseFilter) -> list[str]:
    """The references of the cases that somebody may see and that fit, the newest first."""
    seen = reach(house, person)
    found = []
    for family in families(house):
        root = family.instances[0]
        around = house.store.staff.around(root.ref, seen.person, seen.now)
        may_see = relation_in(seen, around) is not Relation.NONE
        if root.process == wanted.process and may_see and _fits(house, family, wanted):
            found.append(root)
    found.sort(key=lambda one: (one.opened_at, one.ref), reverse=True)
    return [one.ref for one in found]


def _fits(house: SmallHouse, family: LoadedFamily, wanted: CaseFilter) -> bool:
    root, now = family.instances[0], house.clock.now()
    with house.store.look() as tx:
        over = is_over(house.rules, by_the_house(Workspace(house.house, tx, now, family), now), root)
        again = [entry for entry in tx.entries(root.ref) if orjson.loads(entry.clear).get("action") == "reopen"]
    again = [entry for entry in again if entry.kind == "case:action:applied"]
    held = [(role, who) for role, who in root.holders.items() if wanted.role in (None, role)]
    tasks = [(role, one.deadlines[name].due) for one in family.instances for name, role in _roles(house, one)]
    values = {
        (name, value)
        for one in family.instances
        for name, fact in one.facts.items()
        for value in (fact.value if isinstance(fact.value, tuple) else (fact.value,))
    }
    assigned = set(root.holders) & {name for name, role in house.rules.workflow.roles.items() if role.assigned}
    return all(
        (
            wanted.state is None or root.tracks[wanted.track or ""].state == wanted.state,
            wanted.role is None or bool(held),
            wanted.owner is None or wanted.owner in [who for _, who in held],
            wanted.needs is None or wanted.needs in [role for role, _ in tasks],
            not wanted.late or any(due < now for _, due in tasks),
            wanted.over in (None, over),
            wanted.episode in (None, 1 + len(again)),
            wanted.workflow in (None, root.workflow),
            wanted.opened_from is None or root.opened_at >= wanted.opened_from,
            wanted.opened_until is None or root.opened_at < wanted.opened_until,
            all(pair in values for pair in wanted.found),
            not wanted.without_owner or (not assigned and not over),
        )
    )


def journal(house: SmallHouse) -> list[Entry]:
    """Every entry of the house, in no order that matters."""
    with house.store.look() as tx:
        refs = [(one.ref, one.family) for one in tx.list_instances(None, limit=100_000)]
        return [Entry(family, entry, orjson.loads(entry.clear)) for ref, family in refs for entry in tx.entries(ref)]


def trace(house: SmallHouse, wanted: TraceFilter) -> set[tuple[str, int]]:
    """(instance, seq) of the entries that fit."""
    case = None
    if wanted.case is not None:
        with house.store.look() as tx:
            loaded = tx.load(wanted.case)
        case = loaded.family.id if loaded is not None else "none such"
    return {
        (one.entry.instance, one.entry.seq)
        for one in journal(house)
        if case in (None, one.case) and all(_asked(house, one, wanted))
    }


def _asked(house: SmallHouse, one: Entry, wanted: TraceFilter) -> Sequence[bool]:
    clear = one.clear
    return (
        wanted.person is None or wanted.person in (clear.get("actor"), clear.get("on_behalf")),
        wanted.role in (None, clear.get("role")),
        wanted.action in (None, clear.get("action")),
        wanted.kind in (None, one.entry.kind),
        wanted.process in (None, clear.get("process")),
        wanted.deadline in (None, clear.get("deadline")),
        wanted.guard is None or wanted.guard in (*clear.get("guards", ()), *clear.get("because", ())),
        wanted.clause is None or wanted.clause in _clauses(house, one),
        wanted.outcome is None or wanted.outcome in outcomes(one),
        wanted.since is None or one.entry.at >= wanted.since,
        wanted.until is None or one.entry.at < wanted.until,
    )


def _clauses(house: SmallHouse, one: Entry) -> set[str]:
    process = house.rules.workflow.processes[one.clear["process"]]
    carried = [process.guards[guard] for guard in one.clear.get("guards", ()) if guard in process.guards]
    action, deadline = (
        process.actions.get(one.clear.get("action", "")),
        process.deadlines.get(one.clear.get("deadline", "")),
    )
    elements = [*carried, *(element for element in (action, deadline) if element is not None)]
    return {clause for element in elements for clause in element.clauses}


def outcomes(one: Entry) -> set[str]:
    """What came of it, by the kind of the entry and its clear part."""
    subject, what, came = one.entry.kind.split(":")
    found = set()
    if came in ("opened", "recorded", "corrected", "assigned", "unassigned", "acted", "migrated", "granted"):
        found.add("applied")
    if (what, came) == ("action", "applied") or (subject, came) == ("house", "published"):
        found.add("applied")
    if came in ("refused", "denied", "asked", "not_yet"):
        found.add("not_yet" if came == "not_yet" or "until" in one.clear else "refused")
    if came == "granted" or one.clear.get("overridden"):
        found.add("overridden")
    if came == "breached" or one.clear.get("late_seconds", 0) > 300:
        found.add("late")
    return found
