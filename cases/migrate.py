"""Moving a family to another version of its workflow: previewed, one step, journaled (semantics 8, 9)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from cases.answers import Answer
from cases.cascade import follow
from cases.commit import commit
from cases.errors import BadInput, UnknownReference
from cases.house import House
from cases.journal import Kind
from cases.ports import Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from config.definition import Process
from state_machine.rules import Rules
from state_machine.values import BadValue, validate
from state_machine.view import SYSTEM, Instance, TrackAt


@dataclass(frozen=True, slots=True)
class Migration:
    """What moving a family would do: why it cannot be moved (`problems`, empty if it can), and what would be new.

    `begins` names tracks that the new version adds, as (reference, track, state); `unread` facts that it no longer
    declares, as (reference, fact): they are kept and read as unknown.
    """

    ref: str
    before: str
    after: str
    problems: tuple[str, ...]
    begins: tuple[tuple[str, str, str], ...]
    unread: tuple[tuple[str, str], ...]


def preview_migration(house: House, ref: str, to: str) -> Migration:
    """What moving the family of this instance to the workflow version `to` (a hash) would do; nothing is changed.

    Raises UnknownReference, UnknownWorkflow.
    """
    rules = house.workflows.rules(to)
    with house.store.look() as tx:
        loaded = tx.load(ref)
    if loaded is None:
        raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
    return _plan(loaded.instances, loaded.family.workflow, rules)


def migrate(house: House, ref: str, to: str, now: dt.datetime) -> Answer:
    """Move the family of this instance to the workflow version `to`, by the house itself, at `now` (aware, UTC).

    Tracks keep state and `since`, facts and history stay; what follows by itself under the new version follows.
    Moving it where it already is changes nothing. Raises BadInput with every problem where it does not fit.
    """
    rules = house.workflows.rules(to)
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, ref, rules, now, trial))


def _one_try(house: House, tx: Transaction, ref: str, rules: Rules, now: dt.datetime, trial: Trial) -> Answer:
    ws = load_workspace(house, tx, ref, now, trial)
    before = ws.family_rules.hash
    if before == rules.hash:
        return Answer(ws.family, "applied", ws.attempt_id, ws.revision or 0, ws.heads[ws.family].seq, repeated=True)
    plan = _plan(tuple(ws.instances.values()), before, rules)
    if plan.problems:
        raise BadInput("this family does not fit the new version: " + "; ".join(plan.problems))
    ws.family_rules = rules
    ws.migrated = True
    order = ws.next_order()
    for instance in tuple(ws.instances.values()):
        ws.put(_moved(instance, rules, now, order))
    seq = _journal(ws, before)
    follow(ws)
    revision = commit(tx, ws)
    return Answer(ws.family, "applied", ws.attempt_id, revision, seq, followed=tuple(ws.followed))


def _journal(ws: Workspace, before: str) -> int:
    seqs = {
        ref: ws.entry(ref, Kind.MIGRATED, {"actor": SYSTEM, "action": "migrate", "from": before}, {}).seq
        for ref in ws.instances
    }
    return seqs[ws.family]


def _plan(instances: tuple[Instance, ...], before: str, rules: Rules) -> Migration:
    problems: list[str] = []
    begins: list[tuple[str, str, str]] = []
    unread: list[tuple[str, str]] = []
    for instance in instances:
        process = rules.workflow.processes.get(instance.process)
        if process is None:
            problems.append(f"{instance.ref}: the new version has no process {instance.process}")
            continue
        problems.extend(f"{instance.ref}: {problem}" for problem in _unfit(instance, process))
        begins += [
            (instance.ref, name, one.starts) for name, one in process.tracks.items() if name not in instance.tracks
        ]
        unread += [(instance.ref, fact) for fact in instance.facts if fact not in process.facts]
    return Migration(instances[0].family, before, rules.hash, tuple(problems), tuple(begins), tuple(unread))


def _unfit(instance: Instance, process: Process) -> list[str]:
    """Tracks and states that are gone, and recorded values that the fact can no longer hold."""
    found = []
    for name, at in instance.tracks.items():
        if name not in process.tracks:
            found.append(f"the new version has no track {name}")
        elif at.state not in process.tracks[name].states:
            found.append(f"{name} stands in {at.state}, which the new version does not have")
    for name, recorded in instance.facts.items():
        if name in process.facts:
            try:
                validate(name, process.facts[name], recorded.value)
            except BadValue:
                found.append(f"the recorded value of {name} is none that the new version allows")
    return found


def _moved(instance: Instance, rules: Rules, now: dt.datetime, order: int) -> Instance:
    tracks = rules.workflow.processes[instance.process].tracks
    begun = {name: TrackAt(one.starts, now, order) for name, one in tracks.items() if name not in instance.tracks}
    return replace(instance, workflow=rules.hash, tracks={**instance.tracks, **begun})
