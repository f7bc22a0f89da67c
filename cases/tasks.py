"""What lists show of a family: with whom its running deadlines lie as tasks, and how its root stands.

Worked out by `cases.shown` when a step is written, kept beside the family by the store, and never decided upon.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

TaskKind = Literal["task", "follow_up", "told"]
"""A deadline with `task_for`; one without, whose first rung tells somebody; a rung that reached another role."""


@dataclass(frozen=True, slots=True)
class Task:
    """A running deadline as it lies with a role. `owner` holds it there or on the nearest ancestor where somebody does.

    `falls` is when it falls due (aware, UTC). A paused deadline is nobody's task (semantics 17).
    """

    instance: str
    name: str
    role: str
    kind: TaskKind
    owner: str | None
    falls: dt.datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """A root as lists ask for it: whether it is over, and who holds the first of its assigned roles that is held."""

    ref: str
    process: str
    opened_at: dt.datetime
    over: bool
    owner: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a step changes of it: the deadlines in `anew` (instance, name) lie with nobody but as `tasks` says."""

    anew: tuple[tuple[str, str], ...] = ()
    tasks: tuple[Task, ...] = ()
    overview: Overview | None = None


NOTHING_SHOWN = Shown()
