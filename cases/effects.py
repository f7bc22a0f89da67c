"""What an applied attempt does to the family: tracks, facts, roles, children, and the rows that follow from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cases.journal import Kind, clear_decision, plain_facts, sealed_reads
from cases.ports import Due, Found, NewEntry
from cases.workspace import Workspace, changed_tracks
from config.conditions import FactRef
from config.definition import FactValue, Opens
from state_machine.automatic import lapse_at
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Evaluation
from state_machine.facts import current, record
from state_machine.permission import beginning
from state_machine.stored import changed
from state_machine.view import Actor, Done, Instance

if TYPE_CHECKING:
    from state_machine.rules import ProcessRules, Rules

_KIND = {
    "open": Kind.OPENED,
    "act": Kind.APPLIED,
    "record": Kind.RECORDED,
    "assign": Kind.ASSIGNED,
    "unassign": Kind.UNASSIGNED,
}


def effect(ws: Workspace, attempt: Attempt, decision: Applied, reason: str | None = None) -> NewEntry:
    """Carry out one applied attempt in the workspace and journal it; answers its entry.

    Children that the action opens are opened by the caller (`cascade.open_children`), since each asks its own guards.
    """
    order = ws.next_order()
    if attempt.kind == "open":
        _begin(ws, attempt, order)
    instance = changed_tracks(ws.instances[attempt.ref], decision.moves, ws.now, order)
    if attempt.kind != "record":
        instance = _done(instance, attempt, ws.now, order)
    instance = _roles(instance, attempt)
    instance = with_facts(ws, instance, attempt, order)
    ws.put(instance)
    rows_of_facts(ws, instance, attempt.facts)
    sealed: dict[str, Any] = {"facts": plain_facts(attempt.facts), "reads": sealed_reads(decision.reads)}
    ws.rely_on(decision.reads.values())
    if attempt.observed is not None:
        sealed["observed"] = attempt.observed.isoformat()
    if reason:
        sealed["reason"] = reason
    clear = {**who(attempt.actor), "action": attempt.action or attempt.kind, **assigned(attempt)}
    return ws.entry(attempt.ref, _KIND[attempt.kind], clear | clear_decision(decision), sealed)


def assigned(attempt: Attempt) -> dict[str, str | None]:
    """The clear fields that say who was put into which role, or out of it."""
    return {"assigned": attempt.assigned, "to": attempt.role} if attempt.role else {}


def who(actor: Actor) -> dict[str, str]:
    """The clear fields that say who acted, and on whose behalf."""
    return {"actor": actor.person, **({"on_behalf": actor.on_behalf} if actor.on_behalf else {})}


def opened_child(ws: Workspace, parent: Instance, opens: Opens, ref: str, actor: Actor) -> Attempt:
    """The attempt to open the child that an action opens, with the facts of equal name in force (language §2)."""
    at = Evaluation(ws, ws.now, actor)
    entries = {name: current(at, parent, name).entry for name in opens.copies}
    copied = {name: entry.value for name, entry in entries.items() if entry is not None}
    return Attempt(
        kind="open",
        ref=ref,
        actor=actor,
        process=opens.process,
        action="open",
        parent=parent.ref,
        facts=copied,
        by_skipped=True,
    )


def with_facts(ws: Workspace, instance: Instance, attempt: Attempt, order: int) -> Instance:
    """The instance with the attempt's facts recorded, under the seq of the entry that will hold them."""
    return record(
        instance,
        attempt.facts,
        actor=attempt.actor,
        observed=attempt.observed,
        now=ws.now,
        seq=ws.next_seq(instance.ref),
        order=order,
    )


def rows_of_facts(ws: Workspace, instance: Instance, names: Collection[str]) -> None:
    """The rows that recorded facts bring: when they lapse, and what lists may find."""
    rules = ws.rules(instance)
    process = rules.workflow.processes[instance.process]
    for name in names:
        fact = process.facts[name]
        if fact.find_by:
            ws.found[instance.ref, name] = Found(instance.ref, name, _coded(instance.facts[name].value))
    for name in lapsing(rules.processes[instance.process], names):
        if name in instance.facts:
            _put_lapse(ws, rules, instance, name)


def move_lapses(ws: Workspace) -> None:
    """Where a fact lasts as long as another says, its row moves with that one, on whatever instance of the family.

    Time itself may have ended the other, and another workflow version may say it otherwise.
    """
    processes = ws.family_rules.processes
    lasting = [one for one in ws.instances.values() if not processes[one.process].figured.keys().isdisjoint(one.facts)]
    if not lasting:
        return
    touched = {name for _, kind, name in ws.touched() if kind == "fact"}
    for instance in lasting:
        for name, said_by in processes[instance.process].figured.items():
            if name in instance.facts and (ws.unseen or ws.migrated or touched & said_by):
                _put_lapse(ws, ws.family_rules, instance, name)


def _put_lapse(ws: Workspace, rules: Rules, instance: Instance, name: str) -> None:
    """The row of a recorded fact stands at the moment at which it lapses; there is none where no clock will end it."""
    at = lapse_at(rules, ws, instance, name, ws.now)
    if at is None:
        ws.no_longer_due(instance.ref, "lapse", name)
    else:
        ws.due(Due(ws.family, instance.ref, "lapse", name, at))


def lapsing(process: ProcessRules, recorded: Collection[str]) -> list[str]:
    """The facts whose lapse rows change when these are recorded: they themselves, and those with a figure from them."""
    names = []
    for name in process.lapsing:
        lasts = process.facts[name].model.lasts
        figure = lasts.for_ if lasts is not None else None
        if name in recorded or (isinstance(figure, FactRef) and figure.fact in recorded):
            names.append(name)
    return names


def _coded(value: FactValue) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(
        str(one).lower() if isinstance(one, bool) else str(one)[:7] if _is_date(one) else str(one) for one in values
    )


def _is_date(value: object) -> bool:
    return isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" and value[7:8] == "-"


def _begin(ws: Workspace, attempt: Attempt, order: int) -> None:
    """Put the new instance into the workspace, its tracks in their start states."""
    rules = ws.family_rules
    begun = beginning(rules, Evaluation(ws, ws.now, attempt.actor), attempt)
    instance = replace(
        begun,
        ordinal=len(ws.instances),
        tracks={name: replace(track, order=order) for name, track in begun.tracks.items()},
    )
    ws.put(instance, new=True)
    ws.opened.append(attempt.ref)


def _done(instance: Instance, attempt: Attempt, now: dt.datetime, order: int) -> Instance:
    times = instance.done[attempt.action].times + 1 if attempt.action in instance.done else 1
    done = Done(now, attempt.actor.person, attempt.actor.on_behalf, order, times)
    return replace(instance, done=changed(instance.done, {attempt.action: done}))


def _roles(instance: Instance, attempt: Attempt) -> Instance:
    """Who holds which role after the step: assigning replaces."""
    match attempt.kind:
        case "assign" if attempt.role and attempt.assigned:
            return replace(instance, holders={**instance.holders, attempt.role: attempt.assigned})
        case "unassign" if attempt.role:
            return replace(instance, holders={r: p for r, p in instance.holders.items() if r != attempt.role})
        case _:
            return instance
