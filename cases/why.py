"""What may be done on an instance, and of all else why not: asking changes nothing, but what is shown is journaled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cases.effects import who
from cases.errors import UnknownName
from cases.house import House
from cases.look import Seen, read_workspace
from cases.ports import Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from config.problems import listed, nearest
from state_machine.decision import Fixed, Read
from state_machine.explain import ActionAnswer, explain
from state_machine.missing import HIDDEN
from state_machine.view import Actor


def why(house: House, actor: Actor, ref: str, now: dt.datetime, action: str | None = None) -> Sequence[ActionAnswer]:
    """The answer that each action of an instance (or one) would get at `now`, asked by this person without answers.

    Where the person's own roles do not suffice, the persons for whom they stand in are tried (semantics 10). Facts with
    `seen_by` that a reason shows leave a journal entry (`case:fact:seen`). Raises UnknownReference, UnknownName.
    """
    with house.store.look() as tx:
        ws = read_workspace(house, tx, ref, now)
        _known(ws, ref, action)
        answers, seen = answers_on(ws, actor, ref, action)
    if seen is not None:
        note_seen(house, (seen,), now)
    return answers


def answers_on(
    ws: Workspace, actor: Actor, ref: str, action: str | None = None
) -> tuple[Sequence[ActionAnswer], Seen | None]:
    """The answers for actions that are known, and what has to be journaled of them before they are shown."""
    answers = explain(ws.family_rules, ws, ref, actor, ws.now, action)
    for other in ws.house.on_behalf(actor):
        second = explain(ws.family_rules, ws, ref, other, ws.now, action)
        answers = tuple(b if _not_theirs(a) and not _not_theirs(b) else a for a, b in zip(answers, second, strict=True))
    seen = _sensitive(ws, ref, answers)
    return answers, Seen(ref, who(actor), seen) if seen else None


def note_seen(house: House, sights: Sequence[Seen], now: dt.datetime) -> None:
    """Journal sights of one family, of what was read before and is shown after."""
    at_the_door(house, lambda tx, trial: _note(house, tx, sights, now, trial))


def _known(ws: Workspace, ref: str, action: str | None) -> None:
    process = ws.instances[ref].process
    actions = ws.family_rules.workflow.processes[process].actions
    if action is not None and action not in actions:
        near = nearest(action, actions)
        hint = f"; did you mean {near}?" if near else ";"
        raise UnknownName(f"there is no action of {process} called {action!r}{hint} known: {listed(actions, 40)}")


def _not_theirs(answer: ActionAnswer) -> bool:
    return any(reason.guard in (Fixed.NOT_YOUR_ROLE, Fixed.NOT_OPEN_TO_YOU) for reason in answer.reasons)


def _sensitive(ws: Workspace, ref: str, answers: Sequence[ActionAnswer]) -> list[str]:
    """The facts with `seen_by` whose values the answers show; those of other instances with their reference."""
    reasons = [reason for one in answers for reason in (*one.reasons, *one.advice)]
    shown = {(read.ref, read.fact) for reason in reasons for read in reason.read if _is_shown(ws, read)}
    return sorted(fact if on == ref else f"{on}.{fact}" for on, fact in shown)


def _is_shown(ws: Workspace, read: Read) -> bool:
    source = ws.instance(read.ref) if read.fact else None
    if source is None or read.value is None or read.value == HIDDEN:
        return False
    declared = ws.rules(source).workflow.processes[source.process].facts.get(read.fact)
    return declared is not None and declared.seen_by is not None


def _note(house: House, tx: Transaction, sights: Sequence[Seen], now: dt.datetime, trial: Trial) -> None:
    ws = load_workspace(house, tx, sights[0].ref, now, trial)
    tx.note(ws.family, [one.entry(ws) for one in sights])
