"""The watchdog: a look from outside at whether the house keeps up. It needs no key, and it never writes."""

from __future__ import annotations

import datetime as dt
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from access.people import as_person
from cases.errors import CannotStart
from cases.ports import Clock
from cases.staff import StaffMember
from cases.vacancies import fallback_is_vacant
from config.loader import load_workflow
from config.problems import DefinitionError
from config.settings import Settings
from state_machine.rules import Rules
from wiring.clock import SystemClock
from wiring.people import ListedPeople, read_people

if TYPE_CHECKING:
    from storage.watching import Queue

PATIENCE = dt.timedelta(seconds=10)
"""How long somebody may hold everybody else up before the house counts as blocked."""
COMMAND_SECONDS = 30
REPEATED_EVERY = dt.timedelta(hours=1)
"""How often the alarm command is called again while something stays wrong."""

Wrong = Literal["late", "unreachable", "blocked", "nobody"]


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watchdog saw: what is wrong, if anything, in words; by how much the oldest due row is late."""

    wrong: tuple[Wrong, ...]
    message: str
    late: dt.timedelta | None


def watch_once(
    settings: Settings,
    max_late: dt.timedelta,
    clock: Clock | None = None,
    patience: dt.timedelta = PATIENCE,
) -> Watched:
    """Look once. A database that cannot be reached is told, not raised. Raises CannotStart for a bad address."""
    # The database libraries take a second to load; see docs/why.md.
    from storage.watching import Unreachable, look_at_queue

    url = settings.database_url or f"sqlite:///{settings.home / 'house.db'}"
    try:
        queue = look_at_queue(url, patience)
    except Unreachable as problem:
        return Watched(("unreachable",), f"the database cannot be reached: {problem}", None)
    now = queue.now or (clock or SystemClock()).now()
    return judge(queue, max_late, now, nobody(settings, queue.members, now))


@lru_cache(maxsize=4)
def _rules(workflow: str) -> Rules:
    """A workflow as compiled, which takes a second and is the same at every look."""
    loaded = load_workflow(workflow)
    return Rules.compile(loaded.workflow, loaded.hash)


def nobody(settings: Settings, members: Sequence[StaffMember], now: dt.datetime) -> str | None:
    """What is wrong with the people of a house, where nobody is left whom it could turn to; None where all is well.

    `members` are those whom the house keeps, at `now` (aware, UTC). Where there are none, and `people.yaml` does not
    lie here, nothing is said: another machine may look after the database alone.
    """
    path = settings.home / "people.yaml"
    if not path.exists() and not members:
        return None
    try:
        rules = _rules(settings.workflow)
        in_file = read_people(path, rules)
    except (DefinitionError, OSError) as problem:
        return f"the people of the house or its workflow cannot be read ({type(problem).__name__}); nothing can start"
    stored = {one.name: as_person(one, now) for one in members}
    role = rules.workflow.fallback
    if not fallback_is_vacant(ListedPeople(stored | {one.name: one for one in in_file.all()}), rules):
        return None
    return (
        f"nobody has the role {role}, who is asked where nobody else can be; write it into {path.name}, "
        "or give it to somebody with `homeward people change`"
    )


def judge(queue: Queue, max_late: dt.timedelta, now: dt.datetime, nobody: str | None = None) -> Watched:
    """What is wrong with a queue at this moment, and with the people."""
    late = None if queue.next_due is None else max(now - queue.next_due, dt.timedelta())
    wrong: list[Wrong] = []
    said: list[str] = []
    if late is not None and late > max_late:
        wrong.append("late")
        said.append(
            f"the oldest due row is {_seconds(late)} late, and {_seconds(max_late)} are allowed: "
            "nobody takes what is due; look whether homeward flows run, or the workers, are running"
        )
    if queue.blocked:
        wrong.append("blocked")
        said.append(
            "the house is blocked: somebody stopped in the middle of a transaction and holds everybody up; "
            "find the process that hangs, and end it"
        )
    if nobody is not None:
        wrong.append("nobody")
        said.append(nobody)
    return Watched(tuple(wrong), "; ".join(said) or "all is well", late)


class Alarm:
    """When the alarm command is called: as soon as something is wrong, when it changes, each hour while it lasts, and
    when it is over. A call that does not succeed is made again at the next look.

    `call` takes the message and raises CannotStart; `counter` counts seconds.
    """

    def __init__(self, call: Callable[[str], None], counter: Callable[[], float] = time.monotonic) -> None:
        self._call = call
        self._counter = counter
        self._told: tuple[Wrong, ...] = ()
        self._told_at = counter()

    def hear(self, seen: Watched) -> None:
        """Call the command if it is time to. Raises CannotStart where that did not succeed; the watchdog goes on."""
        lasts = bool(seen.wrong) and self._counter() - self._told_at >= REPEATED_EVERY.total_seconds()
        if seen.wrong == self._told and not lasts:
            return
        self._call(f"Homeward: {seen.message}")
        self._told, self._told_at = seen.wrong, self._counter()


def raise_alarm(command: str, message: str) -> None:
    """Call the alarm command with the message on its standard input. Raises CannotStart where it does not succeed."""
    words = shlex.split(command)
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command, called without a shell
            words, input=f"{message}\n", text=True, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired, IndexError) as problem:
        raise CannotStart(f"the alarm command cannot be called ({type(problem).__name__})") from problem
    if done.returncode != 0:
        raise CannotStart(f"the alarm command ended with {done.returncode}")


def _seconds(span: dt.timedelta) -> str:
    return str(dt.timedelta(seconds=int(span.total_seconds())))
