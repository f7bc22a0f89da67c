"""What is due, for whom and how late; and why a date is what it is (design §8, issue of time).

A date explains itself from the journal entry that set it: from which step and moment it counts, which figure with which
source was used, which days of rest lie between on the calendar of that day, and which pauses moved it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cases.house import House
from cases.look import read_workspace
from cases.ports import Due, Reading
from cases.recipients import Recipients, recipients
from cases.workspace import Workspace
from config.calendars import RestDay, WorkCalendar
from config.definition import Source
from state_machine.dating import DeadlineRules, next_moment
from state_machine.view import DeadlineAt, Instance

MANY = 100_000


@dataclass(frozen=True, slots=True)
class DueLine:
    """One deadline that runs. `people` hold its task, or are told by its next rung where it is nobody's task.

    `due` and `next` are aware, UTC; `late` is zero before the due; `breached` is true once a rung marked a breach.
    """

    instance: Instance
    name: str
    says: str
    state: DeadlineAt
    due: dt.datetime
    next: dt.datetime | None
    late: dt.timedelta
    role: str
    people: Recipients
    breached: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of the present round: from when to when, None while it goes on."""

    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a deadline falls due when it does. `entry` is the number of the journal entry of the step that dated it.

    `kind`, `action` and `actor` are those of that entry. Where the step stands in the journal of another instance, it
    is the entry that tells the date, of the kind `case:deadline:dated`.
    `counted` names the moment from which was counted (`start` is the start of the round), `bound` the bound that
    replaced the figure or was used because something is still unknown. `days_of_rest` lie between base and due and
    were not counted, by the calendar with this hash; `calendar_kept` is false where it was not kept, so that they are
    those of today's.
    """

    dated_at: dt.datetime
    entry: int
    kind: str
    action: str
    actor: str
    base: dt.datetime
    counted: str
    figure: str
    counts: str
    bound: str
    source: Source
    days_of_rest: tuple[RestDay, ...]
    calendar: str
    calendar_kept: bool
    pauses: tuple[Pause, ...]
    earlier: tuple[dt.datetime, ...]


def due_list(house: House, now: dt.datetime, until: dt.datetime, limit: int = MANY) -> list[DueLine]:
    """The deadlines that fall due by `until` or are overdue at `now` (both aware, UTC), the oldest due first.

    A paused deadline is left out: it watches nobody (semantics 17).
    """
    with house.store.look() as tx:
        return [line for row in tx.falling(until, limit) for line in _line(house, tx, row, now)]


def due_of(house: House, ref: str, now: dt.datetime) -> list[DueLine]:
    """All deadlines that run on one instance, paused ones too, in their order. Raises UnknownReference."""
    with house.store.look() as tx:
        return lines_on(read_workspace(house, tx, ref, now), ref)


def lines_on(ws: Workspace, ref: str) -> list[DueLine]:
    """All deadlines that run on an instance of a family that was read."""
    instance = ws.instances[ref]
    declared = ws.family_rules.processes[instance.process].deadlines
    running = [(declared[name], state) for name, state in instance.deadlines.items() if state.state != "done"]
    return [_described(ws, instance, deadline, state) for deadline, state in running]


def explain_due(house: House, ref: str, name: str, now: dt.datetime) -> Explanation:
    """Why a deadline of an instance falls due when it does. Raises UnknownReference, KeyError where it does not run."""
    with house.store.look() as tx:
        ws = read_workspace(house, tx, ref, now)
        instance = ws.instances[ref]
        state = instance.deadlines[name]
        deadline = ws.family_rules.processes[instance.process].deadlines[name]
        entries = [(entry, orjson.loads(entry.clear), entry.sealed) for entry in tx.entries(ref)]
    names = _called([clear for _, clear, _ in entries], name)
    dated = [(e, c, s, one) for e, c, s in entries for one in names if one in c.get("deadlines", {})]
    mine = [(e, c, s, one) for e, c, s, one in dated if c["deadlines"][one].get("generation") == state.generation]
    told = [orjson.loads(sealed)["dated"][one] for _, _, sealed, one in mine if sealed and _tells(sealed, one)]
    entry, clear, _, _ = next(one for one in reversed(mine) if one[0].seq <= state.seq)
    by, step = next(
        ((e, c) for e, c, _ in entries if c["attempt"] == clear["attempt"] and e.seq != entry.seq), (entry, clear)
    )
    how = told[-1]
    base, due = dt.datetime.fromisoformat(how["base"]), state.due
    calendar = _calendar_of(ws, clear["calendar"])
    return Explanation(
        dated_at=entry.at,
        entry=by.seq,
        kind=by.kind,
        action=str(step.get("action") or ""),
        actor=str(step.get("actor") or ""),
        base=base,
        counted=how["counted"],
        figure=how["figure"],
        counts=deadline.counts,
        bound=how["bound"],
        source=deadline.model.due.source,
        days_of_rest=_days_of_rest(calendar or ws.family_rules.calendar, deadline, base, due),
        calendar=clear["calendar"],
        calendar_kept=calendar is not None,
        pauses=_pauses([(e.at, c["deadlines"][one]["what"]) for e, c, _, one in mine]),
        earlier=tuple(dt.datetime.fromisoformat(one["due"]) for one in told[:-1]),
    )


def _called(entries: Sequence[dict[str, Any]], name: str) -> tuple[str, ...]:
    """What a deadline is called and was called before, in versions from which its instance was moved."""
    names = [name]
    for clear in reversed(entries):
        names += [old for old, new in clear.get("same", {}).items() if new == names[-1]]
    return tuple(names)


def _tells(sealed: bytes, name: str) -> bool:
    parts: dict[str, Any] = orjson.loads(sealed)
    return name in parts.get("dated", {})


def _line(house: House, tx: Reading, row: Due, now: dt.datetime) -> Sequence[DueLine]:
    ws = read_workspace(house, tx, row.instance, now)
    instance = ws.instances[row.instance]
    state = instance.deadlines.get(row.name)
    deadline = ws.family_rules.processes[instance.process].deadlines.get(row.name)
    if state is None or deadline is None or state.state != "armed":
        return ()
    return (_described(ws, instance, deadline, state),)


def _described(ws: Workspace, instance: Instance, deadline: DeadlineRules, state: DeadlineAt) -> DueLine:
    model = deadline.model
    role = model.task_for or next((rung.tell for rung in model.ladder if rung.tell), None) or ""
    fired = [rung for rung in model.ladder if rung.name in state.fired and state.fired[rung.name].times]
    return DueLine(
        instance=instance,
        name=deadline.name,
        says=model.says or deadline.name.replace("_", " "),
        state=state,
        due=state.due,
        next=next_moment(ws.family_rules.calendar, deadline, state),
        late=max(ws.now - state.due, dt.timedelta()),
        role=role,
        people=recipients(ws, ws.house.people, instance, role),
        breached=model.strength == "must" and any(rung.breach for rung in fired),
    )


def _calendar_of(ws: Workspace, hash_: str) -> WorkCalendar | None:
    """The calendar that an entry names, or None where it was not kept, or something else lies under its hash."""
    if hash_ == ws.family_rules.calendar.hash:
        return ws.family_rules.calendar
    content = ws.house.store.versions.calendar(hash_)
    if content is None or hashlib.sha256(content).hexdigest() != hash_:
        return None
    return WorkCalendar.kept(content)


def _days_of_rest(
    calendar: WorkCalendar, deadline: DeadlineRules, base: dt.datetime, due: dt.datetime
) -> tuple[RestDay, ...]:
    if deadline.counts != "working_days":
        return ()
    first, last = sorted((base.astimezone(calendar.zone).date(), due.astimezone(calendar.zone).date()))
    days = (first + dt.timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return tuple(rest for day in days if (rest := calendar.rest(day)) is not None)


def _pauses(changes: Sequence[tuple[dt.datetime, str]]) -> tuple[Pause, ...]:
    found: list[Pause] = []
    for at, what in changes:
        if what == "paused":
            found.append(Pause(at, None))
        elif what == "resumed" and found:
            found[-1] = Pause(found[-1].since, at)
    return tuple(found)
