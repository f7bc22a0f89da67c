"""Deadlines, tasks, notices, and oneself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from interfaces.api.models.base import (
    Instant,
    Told,
)


class RestTold(Told):
    """A day of rest that was not counted."""

    day: str
    name: str
    decreed_by: str


class DateTold(Told):
    """Why a date is what it is."""

    dated_at: Instant
    entry: int
    kind: str
    action: str
    actor: str
    base: Instant
    counted: str
    figure: str
    counts: str
    bound: str
    source: dict[str, str]
    days_of_rest: list[RestTold]
    calendar: str
    calendar_kept: bool
    pauses: list[list[Instant | None]]
    earlier: list[Instant]


class DeadlineTold(Told):
    """A deadline that runs, with whom it lies."""

    ref: str
    process: str
    deadline: str
    says: str
    state: Literal["armed", "paused", "done"]
    due: Instant
    late_seconds: int
    next: Instant | None
    role: str
    people: list[str]
    found_by: str
    instead_of: str | None
    breached: bool
    generation: int
    dating: int
    why: DateTold | None = None


class DeadlinesTold(Told):
    """Deadlines, the oldest due first. `more`: there were more than are told at once."""

    now: Instant
    due: list[DeadlineTold]
    more: bool = False


class TaskTold(Told):
    """A task of yours: a deadline that lies with you, or with everybody who has your role."""

    ref: str
    case: str
    process: str
    deadline: str
    says: str
    kind: Literal["task", "follow_up", "told"]
    role: str
    owner: str | None
    due: Instant
    late_seconds: int


class TasksTold(Told):
    """Your tasks, the earliest first. `more`: there were more than are told at once."""

    now: Instant
    tasks: list[TaskTold]
    more: bool


class NoticeTold(Told):
    """A notice in your inbox."""

    id: str
    at: Instant
    text: str
    urgent: bool
    read_at: Instant | None


class PageOfNotices(Told):
    """A part of your inbox, the newest first."""

    notices: list[NoticeTold]
    unread: int
    next: str | None


class MeTold(Told):
    """Who you are to the house, in which roles you ask, and what your token may do (null: a browser's session)."""

    person: str
    titles: list[str]
    acting: str | None
    posts: list[str]
    scopes: list[str] | None
    workflow: Annotated[str, Field(description="The workflow that new cases follow, if none is named.")]
    now: Instant


class CalendarTold(Told):
    """Whether you have an address of your own for a calendar, since when and until when it can be read."""

    made_at: Instant | None
    ends_at: Instant | None


class CalendarMade(CalendarTold):
    """The address is told this once; who asks again with the same key gets null, and can make a new one."""

    address: str | None
