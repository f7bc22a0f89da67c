"""Reading an attempt that waits for a second person: sealed facts by right, and the look is journaled.

Whoever decides has to know what they decide. Facts that are not open to them stay closed: that some came along is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from cases.effects import who
from cases.errors import UnknownName
from cases.house import House
from cases.journal import Kind
from cases.look import clear_part, looks_as
from cases.ports import Asking, StoredEntry, Transaction
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from config.definition import FactValue
from state_machine.evaluation import Evaluation
from state_machine.roles import assigned_here, may_see
from state_machine.view import Actor, Instance


@dataclass(frozen=True, slots=True)
class SeenAsking:
    """An attempt that waits, as one person may read it. `instance` is where it lies; `process` declares its facts.

    For an opening `process` is what is to be opened, and `instance` stands above it. `assigned` and `role` are of an
    attempt to assign or to unassign. `hidden` counts the facts that came along and are not open to whoever looks.
    `because` names the guards that were not met when it was asked.
    """

    asking: Asking
    instance: Instance
    workflow: str
    kind: Literal["open", "act", "record", "assign", "unassign"]
    process: str
    assigned: str | None
    role: str | None
    facts: Mapping[str, FactValue]
    hidden: int
    reason: str
    because: tuple[str, ...]


def look_at_asking(house: House, actor: Actor, attempt: str, now: dt.datetime) -> SeenAsking:
    """Look at an attempt that waits, at `now` (aware, UTC), to decide it.

    Facts with `seen_by` that are shown, and the reason where it is shown to somebody who holds no role there, leave a
    journal entry (`case:fact:seen`). Raises UnknownName where no such attempt waits, Failed.
    """
    return at_the_door(house, lambda tx, trial: _one_try(house, tx, actor, attempt, now, trial))


def _one_try(house: House, tx: Transaction, actor: Actor, attempt: str, now: dt.datetime, trial: Trial) -> SeenAsking:
    asking = tx.asking(attempt)
    if asking is None or asking.state != "open" or asking.lapses_at <= now:
        raise UnknownName(f"no attempt {attempt} waits for a second person; it can be asked again")
    ws = load_workspace(house, tx, asking.instance, now, trial)
    asked: Mapping[str, Any] = orjson.loads(asking.asked)
    on, rules = ws.instances[asking.instance], ws.family_rules
    about = _about(on, asked)
    actor = looks_as(ws, on, actor)
    at = Evaluation(ws, now, actor)
    facts = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in asked["facts"].items()
        if may_see(rules, at, about, actor, name)
    }
    entry = _entry(tx, asking)
    _journal(tx, ws, actor, entry, [name for name in facts if _few(ws, asked["process"], name)], at)
    return SeenAsking(
        asking,
        on,
        rules.hash,
        asked["kind"],
        asked["process"],
        asked["assigned"],
        asked["role"],
        facts,
        len(asked["facts"]) - len(facts),
        asked["reason"] or "",
        tuple(clear_part(entry).get("because", ())) if entry is not None else (),  # type: ignore[arg-type] # as written
    )


def _about(on: Instance, asked: Mapping[str, Any]) -> Instance:
    """The instance that the facts are about: for an opening one that is not there yet, under the one where it lies."""
    if asked["kind"] != "open":
        return on
    return replace(on, ref="", parent=on.ref, process=asked["process"], facts={}, holders={})


def _entry(tx: Transaction, asking: Asking) -> StoredEntry | None:
    """The entry with which the attempt was asked."""
    entries = (one for one in reversed(tx.entries(asking.instance)) if one.kind == Kind.OVERRIDE_ASKED)
    return next((one for one in entries if clear_part(one).get("attempt") == asking.attempt), None)


def _few(ws: Workspace, process: str, fact: str) -> bool:
    declared = ws.family_rules.workflow.processes[process].facts.get(fact)
    return declared is not None and declared.seen_by is not None


def _journal(
    tx: Transaction, ws: Workspace, actor: Actor, asked: StoredEntry | None, sensitive: list[str], at: Evaluation
) -> None:
    if asked is None:
        return
    told = [] if assigned_here(at, ws.instances[asked.instance], actor) else [str(asked.seq)]
    if sensitive or told:
        sealed = {"seen": sensitive, **({"reasons_of": told} if told else {})}
        tx.note(ws.family, [ws.entry(asked.instance, Kind.SEEN, who(actor), sealed)])
