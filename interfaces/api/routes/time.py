"""Deadlines, with why each date is what it is, and one's own tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import Response

from access.screens import TaskRow
from access.work import whose
from cases.due_list import DueLine, due_list, due_of, explain_due
from interfaces.api.answering import document
from interfaces.api.asked import An, Asked
from interfaces.api.models import MOMENT, NAME, DeadlinesTold, DeadlineTold, TasksTold
from interfaces.api.places import ApiPlaces, Gives
from interfaces.api.problems import ApiProblem, Wrong
from interfaces.documents.due import due_document, line_document
from state_machine.values import ends_at

MOST = 1000
places = ApiPlaces("deadlines and tasks")
Explained = Annotated[bool, Query(description="Say of each date from what it was worked out.")]
Until = Annotated[str | None, Query(pattern=MOMENT, description="Also what falls due by then; left out: by now.")]


@places.get("/deadlines", Gives(DeadlinesTold), area="staff", named="list_deadlines")
def list_deadlines(
    asked: An,
    until: Until = None,
    person: Annotated[
        str | None, Query(alias="for", max_length=100, description="Only what lies with this person.")
    ] = None,
    explain: Explained = False,
) -> Response:
    """The deadlines of what you may open that fall due or are overdue, the oldest due first; 1,000 at most."""
    lines = due_list(asked.house, asked.now, _until(asked, until), MOST + 1)
    open_to_you = _open(asked, lines[:MOST])
    if person is not None:
        open_to_you = [line for line in open_to_you if person in line.people.people]
    return _told(asked, open_to_you, explain=explain, more=len(lines) > MOST)


@places.get("/instances/{ref}/deadlines", Gives(DeadlinesTold), area="case", named="deadlines_of_instance")
def deadlines_of_instance(asked: An, explain: Explained = False) -> Response:
    """All deadlines that run on an instance, paused ones too."""
    return _told(asked, due_of(asked.house, asked.ref, asked.now), explain=explain)


@places.get("/instances/{ref}/deadlines/{name}", Gives(DeadlineTold), area="case", named="show_deadline")
def show_deadline(asked: An, name: Annotated[str, Path(pattern=NAME)]) -> Response:
    """One deadline, with why its date is what it is."""
    running = {line.name: line for line in due_of(asked.house, asked.ref, asked.now)}
    if name not in running:
        raise ApiProblem("unknown_name", wrong=(Wrong("/name", f"one of {', '.join(running) or 'none: none runs'}"),))
    return document(line_document(running[name], explain_due(asked.house, asked.ref, name, asked.now)))


@places.get("/tasks", Gives(TasksTold), area="staff", named="list_tasks")
def list_tasks(asked: An, until: Until = None) -> Response:
    """Your tasks, the earliest first: all of them, or those that fall due by a moment; 1,000 at most."""
    by = None if until is None else _until(asked, until)
    rows = asked.screens.tasks(whose(asked.house, asked.screens.owners(), asked.reach), by, MOST + 1)
    told = [_task(asked, row) for row in rows[:MOST]]
    return document({"now": asked.now, "tasks": told, "more": len(rows) > MOST})


def _task(asked: Asked, row: TaskRow) -> dict[str, Any]:
    workflow = asked.house.workflows.rules(row.workflow).workflow
    declared = workflow.processes[row.process].deadlines.get(row.name)
    says = declared.says if declared is not None else None
    return {
        "ref": row.instance,
        "case": row.case,
        "process": row.process,
        "deadline": row.name,
        "says": says or row.name.replace("_", " "),
        "kind": row.kind,
        "role": row.role,
        "owner": row.owner,
        "due": row.falls,
        "late_seconds": max(int((asked.now - row.falls).total_seconds()), 0),
    }


def _until(asked: Asked, text: str | None) -> dt.datetime:
    if text is None:
        return asked.now
    try:
        return ends_at(text, asked.house.workflows.current(None).calendar)
    except ValueError:
        raise ApiProblem("bad_input", wrong=(Wrong("until", "a day such as 2027-03-01"),)) from None


def _open(asked: Asked, lines: Sequence[DueLine]) -> list[DueLine]:
    """Those whose instances are open to whoever asks; each instance is looked at once."""
    refs = {line.instance.ref for line in lines}
    theirs = {ref for ref in refs if asked.may_open(ref)}
    return [line for line in lines if line.instance.ref in theirs]


def _told(asked: Asked, lines: list[DueLine], *, explain: bool, more: bool = False) -> Response:
    why = {
        place: explain_due(asked.house, line.instance.ref, line.name, asked.now)
        for place, line in enumerate(lines)
        if explain
    }
    return document(due_document(asked.now, lines, why) | {"more": more})
