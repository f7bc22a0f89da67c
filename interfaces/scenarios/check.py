"""Comparing what came with what a scenario expects; the first difference, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from cases.answers import Answer
from cases.house import House
from cases.journal import Kind
from cases.look import history
from cases.workspace import Workspace
from interfaces.scenarios.model import Step
from interfaces.scenarios.told import Told, tasks
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, Reason
from state_machine.evaluation import Evaluation
from state_machine.facts import current
from state_machine.view import SYSTEM, Actor, Instance
from wiring.clock import VirtualClock
from wiring.scenario_house import ScenarioHouse

Failed = tuple[str, str]

TOLD = (Kind.REMINDED, Kind.BREACHED)
"""Entries of a journal that say that a deadline told somebody."""


class Names(Protocol):
    """Where the names of a scenario lead."""

    house: House
    clock: VirtualClock
    on: ScenarioHouse
    told: Told

    def ref(self, name: str) -> str:
        """The reference behind a name."""

    def instance(self, name: str) -> Instance:
        """The instance behind a name."""

    def family(self, ref: str) -> tuple[Instance, ...]:
        """Its whole family."""


def failure_of(step: Step, answer: Answer | None, names: Names) -> Failed | None:
    """What was expected and what found instead, or None where the step came out as it says."""
    if answer is not None:
        return _attempt(step, answer)
    return _check(step, names) if step.verb == "check" else None


def _attempt(step: Step, answer: Answer) -> Failed | None:
    guards = [reason.guard for reason in answer.reasons]
    found = f"{answer.decision}{_told(answer.reasons)}"
    if answer.decision != step.expect:
        because = step.only_because or step.because
        return step.expect + (f" because {', '.join(because)}" if because else ""), found
    missing = [guard for guard in step.because if guard not in guards]
    if missing:
        return f"refused because at least {', '.join(step.because)}", found
    if step.only_because and sorted(step.only_because) != sorted(guards):
        return f"refused because of exactly {', '.join(step.only_because)}", found
    if step.until and (answer.until is None or not answer.until.isoformat().startswith(step.until)):
        return f"not yet, until {step.until}", f"until {answer.until.isoformat() if answer.until else 'no moment'}"
    advised = [reason.guard for reason in answer.advice]
    if step.advised is not None and [guard for guard in step.advised if guard not in advised]:
        return f"advised: {', '.join(step.advised)}", f"advised: {', '.join(advised) or 'nothing'}"
    return None


def _told(reasons: Iterable[Reason]) -> str:
    return "".join(f"\n    {reason.guard}: {reason.message}" for reason in reasons)


def _check(step: Step, names: Names) -> Failed | None:
    instance = names.instance(step.check or "")
    for track, state in (step.tracks or {}).items():
        stands = instance.tracks[track].state if track in instance.tracks else "no such track"
        if stands != state:
            return f"{track}: {state}", f"{track}: {stands}"
    for role, person in (step.holders or {}).items():
        holds = instance.holders.get(role, "nobody")
        if holds != person:
            return f"{role}: {person}", f"{role}: {holds}"
    for process, count in (step.children or {}).items():
        there = sum(one.parent == instance.ref and one.process == process for one in names.family(instance.ref))
        if there != count:
            return f"{count} of {process}", f"{there} of {process}"
    return _journal(step, names, instance) or _reads(step, names, instance) or _time(step, names, instance)


def _journal(step: Step, names: Names, instance: Instance) -> Failed | None:
    kinds = [entry.kind for entry in history(names.house, instance.ref)]
    for kind in step.journal_has:
        if kind not in kinds:
            return f"the journal to have {kind}", ", ".join(dict.fromkeys(kinds))
    for kind in step.journal_lacks:
        if kind in kinds:
            return f"the journal not to have {kind}", f"{kinds.count(kind)} of {kind}"
    return _silence(step, names, instance)


def _silence(step: Step, names: Names, instance: Instance) -> Failed | None:
    """That no deadline of the instance told anybody for so long."""
    if step.silent_for is None:
        return None
    since = names.clock.now() - dt.timedelta(seconds=step.silent_for.nominal_seconds)
    told = [entry.at for entry in history(names.house, instance.ref) if entry.kind in TOLD and entry.at > since]
    return (f"nobody to be told for {step.silent_for.text}", f"told at {told[0].isoformat()}") if told else None


def _reads(step: Step, names: Names, instance: Instance) -> Failed | None:
    """Facts as they read now, and what holds automatic actions back."""
    if not (step.facts or step.unknown or step.held_back):
        return None
    with names.house.store.look() as tx:
        loaded = tx.load(instance.ref)
        assert loaded is not None  # it was just read
        ws = Workspace(names.house, tx, names.clock.now(), loaded)
        at = Evaluation(ws, names.clock.now(), Actor(SYSTEM))
        for fact, value in {**(step.facts or {}), **dict.fromkeys(step.unknown)}.items():
            reads = current(at, instance, fact).value
            wanted = tuple(value) if isinstance(value, list | tuple) else value
            if reads != wanted:
                return f"{fact}: {'unknown' if wanted is None else wanted}", f"{fact}: {reads}"
        for action, guards in (step.held_back or {}).items():
            attempt = Attempt("act", instance.ref, Actor(SYSTEM), instance.process, action)
            decision = decide(ws.family_rules, ws, attempt, names.clock.now())
            unmet = [] if isinstance(decision, Applied) else [reason.guard for reason in decision.reasons]
            if sorted(unmet) != sorted(guards):
                return f"{action} held back by exactly {', '.join(guards)}", f"by {', '.join(unmet) or 'nothing'}"
    return None


def _time(step: Step, names: Names, instance: Instance) -> Failed | None:
    """Whose list holds what, who was told what, and when something falls due."""
    return (
        _misnamed(step, names, instance)
        or _lists(step, names, instance)
        or _heard(step, names, instance)
        or _dues(step, names, instance)
    )


def _misnamed(step: Step, names: Names, instance: Instance) -> Failed | None:
    """A deadline or rung that the process does not have: what is never told would else pass as not told."""
    deadlines = names.on.rules.workflow.processes[instance.process].deadlines
    rungs = {f"{name}.{rung.name}" for name, deadline in deadlines.items() for rung in deadline.ladder}
    for known, said in ((deadlines.keys(), (step.tasks, step.not_tasks)), (rungs, (step.told, step.not_told))):
        for by_person in said:
            for wrong in {one for listed in (by_person or {}).values() for one in listed} - known:
                return f"{wrong} to be one of {', '.join(sorted(known))}", "no such"
    return None


def _lists(step: Step, names: Names, instance: Instance) -> Failed | None:
    for person, wanted in (step.tasks or {}).items():
        found = tasks(names.on, instance, person)
        if not set(wanted) <= set(found):
            return f"in the list of {person}: {', '.join(wanted)}", ", ".join(found) or "nothing"
    for person, unwanted in (step.not_tasks or {}).items():
        lies = [one for one in tasks(names.on, instance, person) if one in unwanted]
        if lies:
            return f"not in the list of {person}: {', '.join(unwanted)}", ", ".join(lies)
    return None


def _heard(step: Step, names: Names, instance: Instance) -> Failed | None:
    for person, wanted in (step.told or {}).items():
        heard = names.told.of(instance.ref, person)
        if not set(wanted) <= set(heard):
            return f"{person} told of {', '.join(wanted)}", ", ".join(heard) or "nothing"
    for person, unwanted in (step.not_told or {}).items():
        heard = [rung for rung in names.told.of(instance.ref, person) if rung in unwanted]
        if heard:
            return f"{person} not told of {', '.join(unwanted)}", ", ".join(heard)
    return None


def _dues(step: Step, names: Names, instance: Instance) -> Failed | None:
    for deadline, moment in (step.due or {}).items():
        state = instance.deadlines.get(deadline)
        local = names.on.rules.calendar.zone
        falls = state.due.astimezone(local).isoformat() if state and state.state != "done" else "not running"
        if not falls.startswith(moment):
            return f"{deadline} due {moment}", falls
    return None
