"""What is due, as JSON; and read back from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from cases.due_list import DueLine, Explanation, Pause
from cases.recipients import Recipients
from config.calendars import RestDay
from config.definition import Source
from state_machine.view import DeadlineAt, Instance


def due_document(now: dt.datetime, lines: Sequence[DueLine], why: Mapping[int, Explanation]) -> dict[str, Any]:
    """Deadlines as JSON; `why` explains the dates of some of them, by their places in the list."""
    return {"now": now.isoformat(), "due": [line_document(line, why.get(place)) for place, line in enumerate(lines)]}


def line_document(line: DueLine, why: Explanation | None = None) -> dict[str, Any]:
    """One deadline as JSON."""
    document: dict[str, Any] = {
        "ref": line.instance.ref,
        "process": line.instance.process,
        "deadline": line.name,
        "says": line.says,
        "state": line.state.state,
        "due": line.due.isoformat(),
        "late_seconds": int(line.late.total_seconds()),
        "next": line.next.isoformat() if line.next else None,
        "role": line.role,
        "people": list(line.people.people),
        "found_by": line.people.how,
        "instead_of": line.people.instead_of,
        "breached": line.breached,
        "generation": line.state.generation,
        "dating": line.state.dating,
    }
    return document if why is None else document | {"why": _explanation_document(why)}


def due_of(document: Mapping[str, Any]) -> tuple[list[DueLine], dict[int, Explanation]]:
    """The deadlines that such a document tells, and by their places the explanations of their dates."""
    lines = [_line(one) for one in document["due"]]
    why = {place: _explanation(one["why"]) for place, one in enumerate(document["due"]) if "why" in one}
    return lines, why


def _explanation_document(why: Explanation) -> dict[str, Any]:
    return {
        "dated_at": why.dated_at.isoformat(),
        "entry": why.entry,
        "kind": why.kind,
        "action": why.action,
        "actor": why.actor,
        "base": why.base.isoformat(),
        "counted": why.counted,
        "figure": why.figure,
        "counts": why.counts,
        "bound": why.bound,
        "source": why.source.model_dump(mode="json", exclude_none=True),
        "days_of_rest": [
            {"day": one.day.isoformat(), "name": one.name, "decreed_by": one.decreed_by} for one in why.days_of_rest
        ],
        "calendar": why.calendar,
        "calendar_kept": why.calendar_kept,
        "pauses": [[one.since.isoformat(), one.until.isoformat() if one.until else None] for one in why.pauses],
        "earlier": [one.isoformat() for one in why.earlier],
    }


def _line(document: Mapping[str, Any]) -> DueLine:
    due = dt.datetime.fromisoformat(document["due"])
    following = dt.datetime.fromisoformat(document["next"]) if document["next"] else None
    state = DeadlineAt(document["state"], document["generation"], document["dating"], due, 0, due, due, due, 0)
    return DueLine(
        instance=Instance(document["ref"], "", None, document["process"], "", 0, due, "", {}),
        name=document["deadline"],
        says=document["says"],
        state=state,
        due=due,
        next=following,
        late=dt.timedelta(seconds=document["late_seconds"]),
        role=document["role"],
        people=Recipients(tuple(document["people"]), document["found_by"], document["instead_of"]),
        breached=document["breached"],
    )


def _explanation(document: Mapping[str, Any]) -> Explanation:
    moment = dt.datetime.fromisoformat
    return Explanation(
        dated_at=moment(document["dated_at"]),
        entry=document["entry"],
        kind=document["kind"],
        action=document["action"],
        actor=document["actor"],
        base=moment(document["base"]),
        counted=document["counted"],
        figure=document["figure"],
        counts=document["counts"],
        bound=document["bound"],
        source=Source.model_validate_json(orjson.dumps(document["source"])),
        days_of_rest=tuple(
            RestDay(dt.date.fromisoformat(one["day"]), one["name"], one["decreed_by"])
            for one in document["days_of_rest"]
        ),
        calendar=document["calendar"],
        calendar_kept=document["calendar_kept"],
        pauses=tuple(Pause(moment(since), moment(until) if until else None) for since, until in document["pauses"]),
        earlier=tuple(moment(one) for one in document["earlier"]),
    )
