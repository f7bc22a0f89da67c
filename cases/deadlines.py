"""What a step does to deadlines: which start, move, pause, run again, are done; and the rows that wake the sweep.

One journal entry for each instance tells all that its deadlines became in a step (`case:deadline:dated`): both dates in
clear, how they were worked out in the sealed part (semantics 15 to 17).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Set
from dataclasses import replace
from typing import Any

from cases.journal import Kind, instant
from cases.ports import Due, Flow
from cases.workspace import Workspace
from state_machine.dating import DeadlineRules, next_moment, rungs_due
from state_machine.deadlines import Change, Step, disturbed, settle, under_way
from state_machine.evaluation import Evaluation
from state_machine.view import SYSTEM, DeadlineAt, Instance


def settle_deadlines(ws: Workspace, at: Evaluation) -> None:
    """Bring all deadlines of the family to what they should be after the step, in the workspace.

    `at` is the house's look at the family as it is now. Deadlines that look at nothing that the step changed are what
    they were. Where something else may have changed (a fact lapsed, another family woke this one), or the step moved
    the family to another version, all are looked at.
    """
    rules = ws.family_rules
    touched = None if ws.unseen or ws.migrated else ws.touched()
    for instance in list(ws.instances.values()):
        some = None if touched is None or ws.is_new(instance.ref) else disturbed(rules, instance, touched)
        if some or (some is None and rules.processes[instance.process].deadlines):
            _settle(ws, at, instance, some)


def settle_rounds(ws: Workspace, at: Evaluation) -> None:
    """The same where nothing has changed but the time: of rounds under way that may pause, or whose date may move."""
    for instance in list(ws.instances.values()):
        some = under_way(ws.family_rules, instance)
        if some:
            _settle(ws, at, instance, some)


def _settle(ws: Workspace, at: Evaluation, instance: Instance, some: Collection[DeadlineRules] | None) -> None:
    step = Step(ws.order, ws.next_seq(instance.ref), ws.migrated)
    changes = list(settle(ws.family_rules, at, instance, step, some))
    if changes:
        changed = take_changes(ws, instance, changes)
        _look_on(ws, at, changed, step, {change.name for change in changes})


def _look_on(ws: Workspace, at: Evaluation, instance: Instance, step: Step, names: Set[str]) -> None:
    """Look at what decides how these deadlines go on from what they now are, so that the family watches it."""
    deadlines = ws.family_rules.processes[instance.process].deadlines.values()
    some = [deadline for deadline in deadlines if deadline.name in names and deadline.looks_at is None]
    for _ in settle(ws.family_rules, at, instance, step, some):
        pass  # a change that is ready comes with the next step, as ever


def take_changes(ws: Workspace, instance: Instance, changes: Iterable[Change]) -> Instance:
    """Put changes of deadlines into the workspace: the instance, its due rows, and one entry; answers the instance."""
    deadlines = dict(instance.deadlines)
    told: dict[str, Any] = {}
    dated: dict[str, Any] = {}
    for change in changes:
        if change.after is None:
            deadlines.pop(change.name, None)
        else:
            deadlines[change.name] = change.after
        _row(ws, instance, change)
        if change.what not in ("unspent", "carried"):
            told[change.name] = _told(change)
        if change.dated is not None:
            dated[change.name] = change.dated.told
    changed = replace(instance, deadlines=deadlines)
    ws.put(changed)
    if told:
        ws.entry(instance.ref, Kind.DATED, {"actor": SYSTEM, "action": "date", "deadlines": told}, {"dated": dated})
    return changed


def row_of(ws: Workspace, instance: Instance, name: str) -> None:
    """Write, move or remove the due row of a deadline, by what of it is to come next."""
    state = instance.deadlines.get(name)
    rules = ws.family_rules
    deadline = rules.processes[instance.process].deadlines.get(name)
    moment = next_moment(rules.calendar, deadline, state) if deadline is not None and state is not None else None
    if deadline is None or state is None or moment is None:
        ws.no_longer_due(instance.ref, "deadline", name)
    else:
        flow = _flow(ws, deadline, state, moment)
        ws.due(Due(ws.family, instance.ref, "deadline", name, moment, flow=flow, falls=state.due))


def _flow(ws: Workspace, deadline: DeadlineRules, state: DeadlineAt, moment: dt.datetime) -> Flow:
    """Which flow of a case owns the row: first match of a rung that does, a breach; else follow-up (design §6)."""
    coming = rungs_due(ws.family_rules.calendar, deadline, state, moment) if state.state == "armed" else []
    if any(rung.rung.do for rung in coming):
        return "reopen"
    return "escalate" if any(rung.rung.breach for rung in coming) else "follow_up"


def _row(ws: Workspace, instance: Instance, change: Change) -> None:
    deadlines = {change.name: change.after} if change.after is not None else {}
    row_of(ws, replace(instance, deadlines=deadlines), change.name)


def _told(change: Change) -> dict[str, Any]:
    """What stands in clear about a change: what it is, its round, and both dates."""
    shown: dict[str, Any] = {"what": change.what}
    if change.before is not None and change.before.state != "done":
        shown["was"] = instant(change.before.due)
    if change.after is not None:
        after = change.after
        shown |= {"due": instant(after.due), "generation": after.generation, "dating": after.dating}
    return shown
