"""Time came: lapsing facts, askings and wakes, drained through the door (semantics 3, 4, 11, 18, 20).

The sweep takes several families to a transaction; what fails there is taken here, one family alone. One bad family
stalls nobody: its rows are postponed, and after five failures left for a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cases.asked_to_approve import asked_to_approve, end_question
from cases.cascade import follow, look_again
from cases.commit import commit
from cases.errors import Failed, HomewardError
from cases.house import House
from cases.journal import Kind, instant
from cases.loans import ASK, EMERGENCY, asked_about
from cases.ports import Due, Transaction
from cases.publish import VERSION
from cases.request import Request
from cases.rungs import take_deadline
from cases.take_step import at_the_door, load_workspace, take_step
from cases.undermined import HOUSE_REQUEST, undermined_from_elsewhere
from cases.vacancies import AGAIN, VACANT, asked_of, stays, vacancy
from cases.workspace import Trial, Workspace
from config.definition import FactValue
from state_machine.automatic import lapse_at
from state_machine.view import SYSTEM, Actor

STUCK_AFTER = 5
BACKOFF = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of one family: taken, with the automatic actions that followed, or postponed."""

    taken: int = 0
    followed: tuple[tuple[str, str], ...] = ()
    postponed: int = 0


def take_family(house: House, rows: Sequence[Due], now: dt.datetime) -> Taken:
    """Take the rows of one family, in a transaction of its own; where that fails they are postponed and journaled."""
    try:
        followed = elapse(house, rows, now)
    except Exception as problem:  # noqa: BLE001 - what is wrong with one family, even by our mistake, stalls no other
        for row in rows:
            _postpone(house, row, now, type(problem).__name__)
        return Taken(postponed=len(rows))
    return Taken(len(rows), followed)


def elapse(house: House, rows: Sequence[Due], now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """One step for one family: what its rows say has come, and what follows from that.

    Rows that turn out to need nothing (a fact recorded anew, an asking already answered) are moved or dropped.
    Answers the automatic actions that followed.
    """
    for row in rows:
        if row.kind == "request":
            house_request(house, row, now)
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, rows, now, trial))


def _one_try(
    house: House, tx: Transaction, rows: Sequence[Due], now: dt.datetime, trial: Trial
) -> tuple[tuple[str, str], ...]:
    ws = load_workspace(house, tx, rows[0].family, now, trial)
    rows = still_due(tx, rows, now)
    unfold(tx, ws, rows)
    if ws.changes_something:
        commit(tx, ws)
    elif rows:
        tx.drop_due(rows, ws.others)
    return tuple(ws.followed)


def unfold(tx: Transaction, ws: Workspace, rows: Sequence[Due]) -> None:
    """What has come of these rows of one family, and what follows from it, in the workspace; nothing is written yet."""
    if not rows:
        return
    ws.unseen = any(row.kind != "deadline" for row in rows)
    for row in rows:
        match row.kind:
            case "lapse":
                _lapse(ws, row)
            case "deadline":
                take_deadline(ws, row)
            case "asking":
                _asking_lapses(tx, ws, row)
            case "undermined":
                undermined_from_elsewhere(tx, ws, row)
            case "wake":
                _woken(tx, ws, row)
            case "request":
                _asked(tx, ws, row)
    if ws.unseen or ws.touched():
        follow(ws)
    else:
        look_again(ws)


def still_due(tx: Transaction, rows: Sequence[Due], now: dt.datetime) -> list[Due]:
    """Those of the rows that nobody has taken or moved since they were seen, as they stand in this transaction."""
    seen = {(row.instance, row.kind, row.name) for row in rows}
    there = tx.due_of(rows[0].family)
    return [row for row in there if (row.instance, row.kind, row.name) in seen and row.at <= now and not row.stuck]


def _lapse(ws: Workspace, row: Due) -> None:
    """A fact reads as its `starts` from the row's moment on; recorded anew meanwhile, the row moves to its new end."""
    instance = ws.instances[row.instance]
    later = lapse_at(ws.family_rules, ws, instance, row.name, ws.now)
    if later is not None:
        ws.due(replace(row, at=later, tries=0))
        return
    ws.no_longer_due(row.instance, "lapse", row.name)
    if row.name in instance.facts:
        late = int((ws.now - row.at).total_seconds())
        clear = {"actor": SYSTEM, "action": "elapse", "late_seconds": late}
        ws.entry(row.instance, Kind.LAPSED, clear, {"lapsed": [row.name]})


def _woken(tx: Transaction, ws: Workspace, row: Due) -> None:
    """Something elsewhere changed: what reads it follows; facts that last as long as it says end at another moment."""
    ws.no_longer_due(row.instance, "wake", row.name)
    ends = {(one.instance, one.name): one for one in tx.due_of(ws.family) if one.kind == "lapse"}
    for (ref, name), lapse in ends.items():
        at = lapse_at(ws.family_rules, ws, ws.instances[ref], name, ws.now)
        if at is not None and at != lapse.at:
            ws.due(replace(lapse, at=at, tries=0))


def _asking_lapses(tx: Transaction, ws: Workspace, row: Due) -> None:
    asking = tx.asking(row.name)
    ws.no_longer_due(row.instance, "asking", row.name)
    if asking is not None and asking.state == "open":
        clear = {"actor": SYSTEM, "attempt": asking.attempt, "action": asking.action, "asked_by": asking.person}
        ws.entry(row.instance, Kind.OVERRIDE_LAPSED, clear, {})
        ws.askings.append(replace(asking, state="lapsed"))


def _asked(tx: Transaction, ws: Workspace, row: Due) -> None:
    """What the row owed has been asked; what is vacant is asked again after a while, for as long as it is."""
    if row.name == VACANT and stays(ws.house, tx, row.instance, ws.now):
        ws.due(replace(row, at=ws.now + AGAIN, tries=0))
    else:
        ws.no_longer_due(row.instance, row.kind, row.name)


def house_request(house: House, row: Due, now: dt.datetime) -> None:
    """Open the `house_request` that this row owes; its key makes it one, however often it is tried."""
    kind, _, id_ = row.name.partition(".")
    key = f"{row.instance}.{row.name}"
    facts: dict[str, FactValue] = {"kind": kind}
    if kind == VACANT:
        with house.store.look() as tx:
            found = vacancy(house, tx, row.instance, now)
        if found is None:
            return
        key += f".{instant(row.at)}"
        facts |= asked_of(house, found)
    if kind == VERSION:
        proposal = house.store.versions.proposal(id_)
        assert proposal is not None  # the row was written with it, and none is ever removed
        if proposal.state != "open":
            end_question(house, row, proposal, now)
            return
        facts = dict(asked_to_approve(house, proposal))
    loan = house.store.staff.loan(id_) if kind in (ASK, EMERGENCY) else None
    if loan is not None:
        with house.store.look() as tx:
            facts |= asked_about(house, tx, loan)
    answer = take_step(
        house,
        Request("open", Actor(SYSTEM), None, process=HOUSE_REQUEST, facts=facts, key=key, by_house=True),
        now,
    )
    if answer.decision != "applied":
        raise Failed(f"the workflow refuses the {HOUSE_REQUEST} that the house owes; change its guards")


def _postpone(house: House, row: Due, now: dt.datetime, problem: str) -> None:
    """Push a failing row on, and journal what the problem is called; after five it is stuck, and a person is asked."""
    stuck = row.tries + 1 >= STUCK_AFTER
    later = replace(row, at=now + BACKOFF * 2**row.tries, tries=row.tries + 1, stuck=stuck)
    attempt = house.ids.attempt()
    asked = [Due(row.family, row.instance, "request", f"stuck.{attempt}", now)] if stuck and _asks(house, row) else []
    try:
        with house.store.step() as tx:
            ws = load_workspace(house, tx, row.family, now, Trial(lock=True))
            if row not in tx.due_of(row.family):
                return  # somebody else has taken it, or counted this try
            clear = {
                "actor": SYSTEM,
                "attempt": attempt,
                "action": "elapse",
                "row": row.kind,
                "stuck": stuck,
                "problem": problem,
            }
            entry = ws.entry(row.instance, Kind.POSTPONED, clear, {"name": row.name})
            tx.note(row.family, [entry], put_due=[later, *asked])
    except Exception:  # noqa: BLE001 - the family cannot even be read: the row still moves on, so that it stalls nobody
        with house.store.step() as tx:
            tx.postpone_due(row, later.at, stuck=stuck)
        for one in asked:
            with suppress(HomewardError):
                house_request(house, one, now)


def _asks(house: House, row: Due) -> bool:
    """Whether the house can ask a person about this row: not about asking, and not where nothing can be asked."""
    return row.kind != "request" and HOUSE_REQUEST in house.workflows.current(None).workflow.processes
