"""THE ONE DOOR: load → decide → cascade → write state, journal, due rows and wakes in one transaction.

Every change of every instance passes here. A try that lost a race is made again; from the second time on the family
is locked before it is read, so that it cannot lose again (semantics 2). `now` and the people are frozen for the whole
step (semantics 3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from cases.answers import Answer, answer, answer_again
from cases.cascade import follow, open_children
from cases.commit import commit
from cases.effects import effect
from cases.errors import BadInput, Failed, Stale, UnknownName, UnknownReference
from cases.house import House
from cases.idempotency import Key
from cases.ports import Document, KeyTaken, Lost, NewEntry, Transaction
from cases.refuse import refuse
from cases.request import Request
from cases.workspace import Trial, Workspace
from config.definition import RESERVED_ACTIONS, Fact, FactValue
from config.problems import nearest
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, Decision, Fixed, NotYet, Refused
from state_machine.values import BadValue, validate

TRIES = 8
T = TypeVar("T")


def take_step(house: House, request: Request, now: dt.datetime) -> Answer:
    """Attempt what is asked, at `now` (aware, UTC).

    Answers `applied`, `refused` or `not_yet`; each leaves one journal entry (semantics 6). Raises BadInput (nothing
    was tried), KeyReused, Stale (`if_revision` did not fit), Failed (races or storage; try again).
    """
    if request.observed is not None and request.observed > now:
        raise BadInput(f"observed is {request.observed.isoformat()}, which lies ahead; give a time that has passed")
    if request.kind == "record" and not request.facts:
        raise BadInput("there is nothing to record; give at least one fact")
    fresh = house.ids.reference() if request.kind == "open" else None
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, request, fresh, now, trial))


def at_the_door(house: House, one_try: Callable[[Transaction, Trial], T]) -> T:
    """Run one try in a writing transaction; after a lost race again, with all locked that the last one read."""
    trial = Trial()
    for _ in range(TRIES):
        try:
            with house.store.step() as tx:
                return one_try(tx, trial)
        except (Lost, KeyTaken):
            trial.lock = True
    raise Failed("too many people change this at the same time; nothing was changed; try again")


def load_workspace(house: House, tx: Transaction, ref: str, now: dt.datetime, trial: Trial) -> Workspace:
    """The family of an instance, read for change. Raises UnknownReference."""
    loaded = tx.load(ref, lock=trial.lock, others=trial.others)
    if loaded is None:
        raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
    return Workspace(house, tx, now, loaded, trial=trial)


def check_revision(ws: Workspace, expected: int | None) -> None:
    """The family still stands where the asker saw it. Raises Stale."""
    if expected is not None and expected != ws.revision:
        raise Stale(f"revision {expected} was expected, {ws.revision} found; look again, then decide anew")


def decide_for(ws: Workspace, attempt: Attempt) -> tuple[Attempt, Decision]:
    """Decide; where the actor's own roles do not suffice, as the stand-in of somebody whose do (semantics 10)."""
    decision = decide(ws.family_rules, ws, attempt, ws.now)
    if not attempt.actor.is_system and _not_theirs(decision):
        for stand_in in ws.house.on_behalf(attempt.actor):
            other = replace(attempt, actor=stand_in)
            second = decide(ws.family_rules, ws, other, ws.now)
            if not _not_theirs(second):
                return other, second
    return attempt, decision


def apply(ws: Workspace, attempt: Attempt, decision: Applied, reason: str | None) -> NewEntry | Refused | NotYet:
    """Carry out an applied attempt, the children that it opens, and what follows by itself.

    A child that is refused refuses the whole: the workspace is then spoilt and must be loaded again.
    """
    entry = effect(ws, attempt, decision, reason)
    refused = open_children(ws, attempt)
    if refused is not None:
        return refused
    follow(ws)
    return entry


def _one_try(
    house: House, tx: Transaction, request: Request, fresh: str | None, now: dt.datetime, trial: Trial
) -> Answer:
    key = Key(request.actor.person, request.key, request.fingerprint)
    before = key.before(tx)
    if before is not None and before.outcome == "applied":
        return answer_again(tx, before)
    ws = _workspace(house, tx, request, fresh, now, trial)
    check_revision(ws, request.if_revision)
    ws.documents = tuple(Document(ws.family, *document) for document in request.documents)
    attempt, decision = decide_for(ws, _attempt(ws, request, fresh))
    if isinstance(decision, Applied):
        decided = apply(ws, attempt, decision, request.reason)
        if isinstance(decided, NewEntry):
            revision = commit(tx, ws, key.answered(ws, "applied", decided), before)
            return replace(answer(ws, decided.seq, attempt, decision), revision=revision)
        decision, ws = decided, _workspace(house, tx, request, fresh, now, trial)
    return refuse(tx, ws, key, attempt, decision, reason=request.reason, before=before)


def _workspace(
    house: House, tx: Transaction, request: Request, fresh: str | None, now: dt.datetime, trial: Trial
) -> Workspace:
    """The family that a request is about; for a new root, an empty one under the workflow in force."""
    if request.ref is not None:
        return load_workspace(house, tx, request.ref, now, trial)
    assert fresh is not None  # a request without reference opens a root, and that has a fresh one
    return Workspace(house, tx, now, None, fresh=(fresh, house.workflows.current(request.workflow)), trial=trial)


def _attempt(ws: Workspace, request: Request, fresh: str | None) -> Attempt:
    """The attempt that a request makes. Raises UnknownName for an action, process or role that is not there."""
    workflow = ws.family_rules.workflow
    if request.kind == "open":
        assert fresh is not None
        ref, process = fresh, request.process
        _known(process, workflow.processes, "process")
        _fits_parent(ws, request)
    else:
        assert request.ref is not None
        ref, process = request.ref, ws.instances[request.ref].process
    if request.kind == "act" and request.action in RESERVED_ACTIONS:
        raise BadInput(f"{request.action} is no action to take; it is a command of its own")
    action = {"act": request.action, "record": ""}.get(request.kind, request.kind)
    if action:
        _known(action, workflow.processes[process].actions, f"action of {process}")
    if request.role is not None:
        _known(request.role, workflow.roles, "role")
    if request.assigned is not None:
        ws.house.actor(request.assigned)
    check_facts(ws, process, request.facts)
    return Attempt(
        kind=request.kind,
        ref=ref,
        actor=request.actor,
        process=process,
        action=action,
        parent=request.ref if request.kind == "open" else None,
        facts=request.facts,
        observed=request.observed,
        assigned=request.assigned,
        role=request.role,
        by_skipped=request.by_house,
        seq=ws.next_seq(ref),
    )


def check_facts(ws: Workspace, process: str, facts: Mapping[str, FactValue]) -> None:
    """Every fact must be one of the process, with a value that it can hold. Raises UnknownName or BadInput."""
    declared = ws.family_rules.workflow.processes[process].facts
    for name, value in facts.items():
        _known(name, declared, f"fact of {process}")
        try:
            validate(name, declared[name], value)
        except BadValue as problem:
            raise BadInput(str(problem)) from problem
        if declared[name].kind == "link":
            _leads_somewhere(ws, name, declared[name], str(value))


def _leads_somewhere(ws: Workspace, name: str, declared: Fact, ref: str) -> None:
    """A link leads to an instance that is there, and of the process that the fact names. Raises BadInput."""
    target = ws.instance(ref)
    if target is None or target.process != declared.to:
        # The same words for both: who may not see an instance must not learn from this that it is there.
        raise BadInput(f"{name}: found {ref}, expected the reference of a {declared.to}")


def _fits_parent(ws: Workspace, request: Request) -> None:
    parent = ws.family_rules.workflow.processes[request.process].parent
    found = ws.instances[request.ref].process if request.ref else None
    if parent != found:
        needs = f"stands under a {parent}; give its reference with --under" if parent else "stands alone, under nothing"
        raise BadInput(f"a {request.process} {needs}; found: {found or 'nothing above it'}")


def _known(name: str, names: Collection[str], what: str) -> None:
    if name not in names:
        near = nearest(name, names)
        hint = f"did you mean {near}? " if near else ""
        raise UnknownName(f"there is no {what} called {name!r}; {hint}known: {', '.join(names)}")


def _not_theirs(decision: Decision) -> bool:
    theirs = (Fixed.NOT_YOUR_ROLE, Fixed.NOT_OPEN_TO_YOU)
    return not isinstance(decision, Applied) and any(reason.guard in theirs for reason in decision.reasons)
