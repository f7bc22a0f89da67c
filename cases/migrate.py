"""Moving a family to another version of its workflow: previewed, one step, journaled (semantics 8, 9, 15).

The preview takes the same step and does not write it, so it says what will happen and nothing else. Tracks keep state
and `since`, facts and history stay, rungs that came do not come again. Where something does not fit, an administrator
decides; each decision that was used stands in the journal entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import orjson

from cases.answers import Answer
from cases.cascade import follow
from cases.commit import commit
from cases.effects import rows_of_facts
from cases.elapse import take_family
from cases.errors import BadInput, Failed, UnknownReference
from cases.house import House
from cases.journal import Kind
from cases.ports import Found, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Workspace
from config.definition import Process
from state_machine.rules import Rules
from state_machine.values import BadValue, validate
from state_machine.view import SYSTEM, Instance, TrackAt


@dataclass(frozen=True, slots=True)
class Decisions:
    """What an administrator decides about what does not fit by itself.

    `states`: (process, track, state) stands in this state of the new version; `dropped`: (process, track) ends with the
    old version; `forgotten`: the value of (process, fact) counts no more; `ended`: the deadline (process, deadline) may
    end undone, also where it is overdue; `same`: the round of (process, deadline) goes on as that of this other one.
    What was recorded stays in the journal.
    """

    states: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    dropped: frozenset[tuple[str, str]] = frozenset()
    forgotten: frozenset[tuple[str, str]] = frozenset()
    ended: frozenset[tuple[str, str]] = frozenset()
    same: Mapping[tuple[str, str], str] = field(default_factory=dict)


NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why an instance cannot be moved as it stands, and `decide`: which decision would let it (empty: none can)."""

    ref: str
    process: str
    why: str
    decide: str = ""


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """What becomes of a running deadline: it begins (`was` is None), ends (`due` is None), or falls due otherwise."""

    ref: str
    process: str
    deadline: str
    was: dt.datetime | None
    due: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Migration:
    """What moving a family does: why it cannot be moved (`undecided`, empty if it can), and what is new.

    `begins` names tracks that the new version adds, as (reference, track, state); `unread` facts that it no longer
    declares, as (reference, fact): they are kept and read as unknown; `follows` automatic actions that follow at once.
    """

    ref: str
    before: str
    after: str
    undecided: tuple[Undecided, ...]
    begins: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    follows: tuple[tuple[str, str], ...] = ()
    deadlines: tuple[MovedDeadline, ...] = ()


def preview_migration(
    house: House, ref: str, to: str, now: dt.datetime, decisions: Decisions = NO_DECISIONS
) -> Migration:
    """What moving the family of this instance to the workflow version `to` (a hash) would do; nothing is changed.

    `now` is aware, UTC. Raises UnknownReference, UnknownWorkflow.
    """
    rules = house.workflows.rules(to)
    with house.store.look() as tx:
        loaded = tx.load(ref)
        if loaded is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        try:
            return _moved(Workspace(house, tx, now, loaded), rules, decisions)
        except Failed as problem:
            why = Undecided(ref, loaded.instances[0].process, str(problem))
            return Migration(loaded.family.id, loaded.family.workflow, to, (why,))


def migrate(
    house: House,
    ref: str,
    to: str,
    now: dt.datetime,
    decisions: Decisions = NO_DECISIONS,
    by: str = "",
    second: str = "",
) -> Answer:
    """Move the family of this instance to the workflow version `to`, by the house itself, at `now` (aware, UTC).

    What is due by now is taken first, under the old version; what follows by itself under the new one follows. Moving
    a family where it already is changes nothing. `by` is who ordered it, for the journal, and `second` who stands
    beside that person. Raises BadInput with everything that is undecided where it does not fit.
    """
    rules = house.workflows.rules(to)
    _take_what_is_due(house, ref, to, now)
    ordered = {key: one for key, one in (("ordered_by", by), ("seconded_by", second)) if one}
    return at_the_door(
        house, lambda tx, trial: _one_try(load_workspace(house, tx, ref, now, trial), tx, rules, decisions, ordered)
    )


def _take_what_is_due(house: House, ref: str, to: str, now: dt.datetime) -> None:
    with house.store.look() as tx:
        loaded = tx.load(ref)
        if loaded is None or loaded.family.workflow == to:
            return
        rows = [row for row in tx.due_of(loaded.family.id) if row.at <= now and not row.stuck]
    if rows:
        take_family(house, rows, now)


def _one_try(ws: Workspace, tx: Transaction, rules: Rules, decisions: Decisions, ordered: Mapping[str, str]) -> Answer:
    if ws.family_rules.hash == rules.hash:
        return Answer(ws.family, "applied", ws.attempt_id, ws.revision or 0, ws.heads[ws.family].seq, repeated=True)
    seq = ws.next_seq(ws.family)
    plan = _moved(ws, rules, decisions, ordered)
    if plan.undecided:
        reasons = "; ".join(f"{one.ref}: {one.why}" for one in plan.undecided)
        raise BadInput(f"this family does not fit the new version: {reasons}")
    revision = commit(tx, ws)
    return Answer(ws.family, "applied", ws.attempt_id, revision, seq, followed=tuple(ws.followed))


def _moved(
    ws: Workspace, rules: Rules, decisions: Decisions, ordered: Mapping[str, str] = MappingProxyType({})
) -> Migration:
    """Move the family in the workspace, and tell what came of it; what is undecided is not to be committed."""
    old, before = ws.family_rules, tuple(ws.instances.values())
    undecided = tuple(problem for one in before for problem in _unfit(one, rules, decisions))
    if undecided:
        return Migration(ws.family, old.hash, rules.hash, undecided)
    ws.family_rules = rules
    ws.migrated = True
    ws.next_order()
    for instance in before:
        _move(ws, instance, decisions, ordered)
    for instance in before:
        _rows(ws, ws.instances[instance.ref], old)
    _end_what_cannot_be_answered(ws)
    begins = [
        (one.ref, track, at.state)
        for one in before
        for track, at in ws.instances[one.ref].tracks.items()
        if track not in one.tracks
    ]
    unread = [(one.ref, name) for one in before for name in one.facts if name not in _process(rules, one).facts]
    follow(ws)
    moved = tuple(found for one in before for found in _deadlines(one, ws.instances[one.ref], decisions))
    lost = tuple(_lost(one) for one in moved if one.due is None and (one.process, one.deadline) not in decisions.ended)
    return Migration(ws.family, old.hash, rules.hash, lost, tuple(begins), tuple(unread), tuple(ws.followed), moved)


def _lost(one: MovedDeadline) -> Undecided:
    """A deadline of which nobody would hear any more, although what it reminds of was not done."""
    why = f"the deadline {one.deadline} runs or is overdue, and would end undone"
    return Undecided(one.ref, one.process, why, f"end {one.process}.{one.deadline}")


def _process(rules: Rules, instance: Instance) -> Process:
    return rules.workflow.processes[instance.process]


def _unfit(instance: Instance, rules: Rules, decisions: Decisions) -> list[Undecided]:
    """Tracks and states that are gone, and recorded values that the fact can no longer hold, where nobody decided."""
    name = instance.process
    process = rules.workflow.processes.get(name)
    if process is None:
        return [Undecided(instance.ref, name, f"the new version has no process {name}")]
    found = []
    for track, at in instance.tracks.items():
        if track not in process.tracks:
            if (name, track) not in decisions.dropped:
                why = f"the new version has no track {track}"
                found.append(Undecided(instance.ref, name, why, f"drop {name}.{track}"))
        elif decisions.states.get((name, track, at.state), at.state) not in process.tracks[track].states:
            why = f"{track} stands in {at.state}, which the new version does not have"
            found.append(Undecided(instance.ref, name, why, f"put {name}.{track}.{at.state}=STATE"))
    for fact, recorded in instance.facts.items():
        if fact not in process.facts or (name, fact) in decisions.forgotten:
            continue
        try:
            validate(fact, process.facts[fact], recorded.value)
        except BadValue:
            why = f"the recorded value of {fact} is none that the new version allows"
            found.append(Undecided(instance.ref, name, why, f"forget {name}.{fact}"))
    return found + _misnamed(instance, process, decisions)


def _misnamed(instance: Instance, process: Process, decisions: Decisions) -> list[Undecided]:
    """Deadlines that are to go on under a name which the new version does not have, or which is taken."""
    name = instance.process
    return [
        Undecided(
            instance.ref,
            name,
            f"the deadline {old} cannot go on as {new}: the new version has no such deadline, or one that runs already",
            f"same {name}.{old}=NEW",
        )
        for old, new in _renamed(instance, decisions).items()
        if new not in process.deadlines or new in instance.deadlines
    ]


def _renamed(instance: Instance, decisions: Decisions) -> dict[str, str]:
    """The deadlines of an instance that go on under another name."""
    name = instance.process
    return {one: decisions.same[name, one] for one in instance.deadlines if (name, one) in decisions.same}


def _move(ws: Workspace, instance: Instance, decisions: Decisions, ordered: Mapping[str, str]) -> None:
    """Put the instance into the workspace as it stands in the new version, with its journal entry."""
    rules, name = ws.family_rules, instance.process
    declared = _process(rules, instance).tracks
    tracks: dict[str, TrackAt] = {}
    told: dict[str, Any] = dict(ordered)
    for track, at in instance.tracks.items():
        if track not in declared and (name, track) in decisions.dropped:
            told.setdefault("dropped", []).append(track)
            continue
        put = decisions.states.get((name, track, at.state), at.state)
        if put != at.state:
            told.setdefault("put", {})[track] = [at.state, put]
        tracks[track] = at if put == at.state else TrackAt(put, ws.now, ws.order)
    tracks |= {one: TrackAt(track.starts, ws.now, ws.order) for one, track in declared.items() if one not in tracks}
    forgotten = [fact for fact in instance.facts if (name, fact) in decisions.forgotten]
    if forgotten:
        told["forgotten"] = forgotten
    facts = {fact: value for fact, value in instance.facts.items() if fact not in forgotten}
    for fact in forgotten:
        ws.forget(instance.ref, fact)
    renamed = _renamed(instance, decisions)
    if renamed:
        told["same"] = renamed
    ended = [one for one in instance.deadlines if (name, one) in decisions.ended]
    if ended:
        told["ended"] = ended
    for one in renamed:
        ws.no_longer_due(instance.ref, "deadline", one)
    deadlines = {renamed.get(one, one): at for one, at in instance.deadlines.items()}
    ws.put(replace(instance, workflow=rules.hash, tracks=tracks, facts=facts, deadlines=deadlines))
    ws.entry(instance.ref, Kind.MIGRATED, {"actor": SYSTEM, "action": "migrate", "from": instance.workflow, **told}, {})


def _rows(ws: Workspace, instance: Instance, old: Rules) -> None:
    """What lists may find, and when facts lapse, as the new version says."""
    before, after = old.workflow.processes[instance.process].facts, _process(ws.family_rules, instance).facts
    for name in instance.facts:
        was, is_ = before.get(name), after.get(name)
        if was is not None and was.find_by and not (is_ is not None and is_.find_by):
            ws.found[instance.ref, name] = Found(instance.ref, name, None)
        if was is not None and was.lasts is not None and not (is_ is not None and is_.lasts is not None):
            ws.no_longer_due(instance.ref, "lapse", name)
    # How long a fact lasts may hang on the calendar and on other facts too, which may be others now.
    lasting = {name for name, fact in after.items() if fact.lasts is not None}
    changed = [
        name for name in instance.facts if name in after and (name in lasting or after[name] != before.get(name))
    ]
    rows_of_facts(ws, instance, changed)


def _end_what_cannot_be_answered(ws: Workspace) -> None:
    """An attempt that waits for a second person lapses where the new version has no such action or fact any more.

    All others stay open: when they are answered, their guards are asked again, as the new version has them.
    """
    for asking in ws.tx.askings(ws.family):
        asked = orjson.loads(asking.asked)
        process = ws.family_rules.workflow.processes.get(asked["process"])
        action = asking.action
        if process is None or (action and action not in process.actions) or asked["facts"].keys() - process.facts:
            clear = {"actor": SYSTEM, "attempt": asking.attempt, "action": action, "asked_by": asking.person}
            ws.entry(asking.instance, Kind.OVERRIDE_LAPSED, clear, {})
            ws.askings.append(replace(asking, state="lapsed"))
            ws.no_longer_due(asking.instance, "asking", asking.attempt)


def _deadlines(before: Instance, after: Instance, decisions: Decisions) -> list[MovedDeadline]:
    """Deadlines that run before or after, by their new names, and do not fall due when they did."""
    renamed = _renamed(before, decisions)
    was = {renamed.get(name, name): at.due for name, at in before.deadlines.items() if at.state != "done"}
    due = {name: at.due for name, at in after.deadlines.items() if at.state != "done"}
    return [
        MovedDeadline(before.ref, before.process, name, was.get(name), due.get(name))
        for name in sorted(was.keys() | due.keys())
        if was.get(name) != due.get(name)
    ]
