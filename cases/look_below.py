"""Reading several instances of one family at once: sealed facts by right, one journal entry for each that was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cases.effects import who
from cases.house import House
from cases.journal import Kind
from cases.look import looks_as
from cases.ports import NewEntry, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from state_machine.evaluation import Evaluation
from state_machine.facts import current
from state_machine.roles import may_see
from state_machine.view import Actor, Instance, Recorded


@dataclass(frozen=True, slots=True)
class Below:
    """An instance under another, with the facts in force that this person may read."""

    instance: Instance
    facts: Mapping[str, Recorded]


def look_below(house: House, actor: Actor, ref: str, processes: Collection[str], now: dt.datetime) -> list[Below]:
    """The instances of these processes in the family of `ref` and under it, in the order of opening, at `now`.

    Facts with `seen_by` that are shown leave a journal entry on their instance. Raises UnknownReference.
    """
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, actor, ref, processes, now, trial))


def _one_try(
    house: House,
    tx: Transaction,
    actor: Actor,
    ref: str,
    processes: Collection[str],
    now: dt.datetime,
    trial: Trial,
) -> list[Below]:
    ws = load_workspace(house, tx, ref, now, trial)
    found, entries = [], []
    for instance in ws.instances.values():
        if instance.process in processes and _is_under(ws, instance, ref):
            below, entry = _read(ws, actor, instance)
            found.append(below)
            if entry is not None:
                entries.append(entry)
    if entries:
        tx.note(ws.family, entries)
    return found


def _is_under(ws: Workspace, instance: Instance, ref: str) -> bool:
    above = instance.parent
    while above is not None and above != ref:
        above = ws.instances[above].parent
    return above == ref


def _read(ws: Workspace, actor: Actor, instance: Instance) -> tuple[Below, NewEntry | None]:
    reader = looks_as(ws, instance, actor)
    at = Evaluation(ws, ws.now, reader)
    declared = ws.family_rules.workflow.processes[instance.process].facts
    facts = {
        name: held
        for name, held in instance.facts.items()
        if may_see(ws.family_rules, at, instance, reader, name) and current(at, instance, name).entry is not None
    }
    sensitive = [name for name in facts if declared[name].seen_by is not None]
    entry = ws.entry(instance.ref, Kind.SEEN, who(reader), {"seen": sensitive}) if sensitive else None
    return Below(instance, facts), entry
