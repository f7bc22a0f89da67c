"""Rungs that come: they tell somebody, or do an action of the house; each once for every generation and dating.

Late is late, never skipped: an entry says by how much. A rung that does is an attempt like any other: its guards are
asked, and a refusal is journaled and climbs on to the next rung (design §4: an overdue clock opens no gate).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cases.cascade import open_children
from cases.deadlines import row_of, take_changes
from cases.effects import effect
from cases.journal import Kind, clear_decision, instant, sealed_reads
from cases.outgoing import Outgoing
from cases.ports import Due
from cases.workspace import Workspace
from state_machine.dating import DeadlineRules, RungDue, rungs_due
from state_machine.deadlines import resume
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, Decision
from state_machine.evaluation import Evaluation
from state_machine.view import SYSTEM, Actor, DeadlineAt, Fired, Instance

BUILT_IN = "built_in"
"""The template of a rung that names none: `{case}: {verb}, due {due}. {link}` (language §6)."""


def take_deadline(ws: Workspace, row: Due) -> None:
    """What has come of a deadline by now: its pause ends by itself, or rungs fire. The row moves to what comes next."""
    instance = ws.instances[row.instance]
    state = instance.deadlines.get(row.name)
    deadline = ws.family_rules.processes[instance.process].deadlines.get(row.name)
    if state is None or deadline is None or state.state == "done":
        ws.no_longer_due(row.instance, "deadline", row.name)
        return
    if state.state == "paused" and state.resumes is not None and state.resumes <= ws.now:
        _end_pause(ws, instance, deadline, state)
        return
    came = rungs_due(ws.family_rules.calendar, deadline, state, ws.now) if state.state == "armed" else []
    _climb(ws, row.instance, deadline, state, came)


def _end_pause(ws: Workspace, instance: Instance, deadline: DeadlineRules, state: DeadlineAt) -> None:
    """A pause has lasted as long as it may: the deadline runs again, and the ladder's first holder is told."""
    at = Evaluation(ws, ws.now, Actor(SYSTEM))
    seq = ws.next_seq(instance.ref)
    change = resume(ws.family_rules, deadline, at, state, seq, spent=True)
    take_changes(ws, instance, [change])
    first = next((rung for rung in deadline.model.ladder if rung.tell), None)
    if first is not None and change.after is not None:
        ws.outgoing.append(_outgoing(ws, instance, deadline, change.after, RungDue(first, ws.now, False, 0), seq))


def _climb(ws: Workspace, ref: str, deadline: DeadlineRules, state: DeadlineAt, came: list[RungDue]) -> None:
    """Fire rungs in the order of the ladder: all are journaled, the highest that tells is sent (semantics 16)."""
    fired = dict(state.fired)
    for rung in came:
        fired[rung.rung.name] = Fired(rung.instant, ws.now, rung.repeat)
    instance = ws.instances[ref]
    state = replace(state, fired=fired)
    instance = replace(instance, deadlines={**instance.deadlines, deadline.name: state})
    ws.put(instance)
    row_of(ws, instance, deadline.name)
    telling = [rung for rung in came if rung.rung.tell]
    for rung in telling:
        seq = _tell(ws, ref, deadline, state, rung)
        if rung is telling[-1]:
            ws.outgoing.append(_outgoing(ws, instance, deadline, state, rung, seq))
    for rung in came:
        if rung.rung.do:
            _do(ws, ref, deadline, state, rung)


def _tell(ws: Workspace, ref: str, deadline: DeadlineRules, state: DeadlineAt, rung: RungDue) -> int:
    kind = Kind.BREACHED if _is_breach(deadline, rung) else Kind.REMINDED
    clear = {"actor": SYSTEM, "action": "elapse", "tell": rung.rung.tell}
    return ws.entry(ref, kind, clear | _which(ws, deadline, state, rung), {}).seq


def _do(ws: Workspace, ref: str, deadline: DeadlineRules, state: DeadlineAt, rung: RungDue) -> None:
    """Attempt the rung's action by the house. A child that it opens and that is refused refuses the whole."""
    instance = ws.instances[ref]
    action = rung.rung.do
    assert action is not None  # the caller asked
    attempt = Attempt("act", ref, Actor(SYSTEM), instance.process, action, seq=ws.next_seq(ref))
    decision: Decision = decide(ws.family_rules, ws, attempt, ws.now)
    which = {"actor": SYSTEM, "action": action} | _which(ws, deadline, state, rung)
    if isinstance(decision, Applied):
        ws.entry(ref, Kind.ACTED, which, {})
        attempt = replace(attempt, seq=ws.next_seq(ref))
        effect(ws, attempt, decision)
        refused = open_children(ws, attempt)
        if refused is not None:
            raise RuntimeError(f"the rung {rung.rung.name} opens a child that is refused")
        return
    ws.entry(ref, Kind.ACT_REFUSED, which | clear_decision(decision), {"reads": sealed_reads(decision.reads)})


def _which(ws: Workspace, deadline: DeadlineRules, state: DeadlineAt, rung: RungDue) -> dict[str, Any]:
    """What every entry of a rung tells in clear."""
    shown: dict[str, Any] = {
        "deadline": deadline.name,
        "rung": rung.rung.name,
        "generation": state.generation,
        "dating": state.dating,
        "repeat": rung.repeat,
        "due": instant(state.due),
        "for": instant(rung.instant),
        "late_seconds": int((ws.now - rung.instant).total_seconds()),
    }
    if rung.born_late:
        shown["born_late"] = True
    if rung.missed:
        shown["missed"] = rung.missed
    return shown


def _is_breach(deadline: DeadlineRules, rung: RungDue) -> bool:
    """Whether a rung marks a breach; one of strength `may` never does (language §6)."""
    return rung.rung.breach and deadline.model.strength == "must"


def _outgoing(
    ws: Workspace, instance: Instance, deadline: DeadlineRules, state: DeadlineAt, rung: RungDue, seq: int
) -> Outgoing:
    model = deadline.model
    template = rung.rung.as_ or BUILT_IN
    notice = ws.family_rules.workflow.notices.get(template)
    assert rung.rung.tell is not None  # only telling rungs go out
    return Outgoing(
        family=ws.family,
        instance=instance.ref,
        seq=seq,
        case=instance.ref,
        role=rung.rung.tell,
        template=template,
        verb=model.verb,
        deadline=deadline.name,
        generation=state.generation,
        dating=state.dating,
        rung=rung.rung.name,
        rung_number=model.ladder.index(rung.rung) + 1,
        repeat=rung.repeat,
        due=state.due,
        urgent=notice.urgent if notice is not None else False,
        breach=_is_breach(deadline, rung),
        at=ws.now,
    )
