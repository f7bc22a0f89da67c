"""`homeward watch`: alarms when the house does not keep up. For a process of its own, or for cron."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from functools import partial
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from cases.errors import CannotStart
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, write_json
from interfaces.errors import ExitCode
from wiring.settings import read_settings
from wiring.watch import Alarm, Watched, raise_alarm, watch_once

_DURATION: TypeAdapter[dt.timedelta] = TypeAdapter(dt.timedelta)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="\b\nExamples:\n  homeward watch\n  homeward watch --once --max-late PT5M")(watch)


def watch(
    max_late: Annotated[
        str | None,
        typer.Option("--max-late", metavar="DURATION", help="How late the oldest due row may be, such as PT10M."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Look once and exit: 0 all is well, 1 alarm.")] = False,
    as_json: AsJson = False,
) -> None:
    """Alarm when due work stays undone, the database cannot be reached, the house is blocked, or nobody can be asked.

    It never writes and needs no key. With --json it looks once. Without --once it looks every HOMEWARD_WATCH_EVERY,
    tells what changed, and ends with 1 if something was wrong at the end. HOMEWARD_ALARM_COMMAND is called for it, and
    again each hour while it lasts; where that does not succeed, it says so and goes on looking.
    """
    settings = read_settings()
    allowed = settings.max_late if max_late is None else _duration(max_late)
    ended = threading.Event()
    if not once and not as_json:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: ended.set())
    alarm = Alarm(partial(raise_alarm, settings.alarm_command)) if settings.alarm_command else None
    before: tuple[str, ...] = ()
    while True:
        seen = watch_once(settings, allowed)
        if once or as_json or seen.wrong != before:
            _tell(seen, as_json=as_json)
        before = seen.wrong
        called = alarm is None or _heard(alarm, seen)
        if once or as_json or ended.wait(settings.watch_every.total_seconds()):
            raise typer.Exit(ExitCode.DONE if called and not seen.wrong else ExitCode.FAILED)


def _heard(alarm: Alarm, seen: Watched) -> bool:
    """Whether nobody had to be called, or the alarm command succeeded."""
    try:
        alarm.hear(seen)
    except CannotStart as problem:
        Paper(to_stderr=True).line(f"{problem}; nobody may have been told.", "bold red")
        return False
    return True


def _duration(text: str) -> dt.timedelta:
    try:
        return _DURATION.validate_python(text)
    except ValidationError:
        expected = "expected a duration such as PT10M or P1D"
        raise typer.BadParameter(f"found {text!r}, {expected}", param_hint="--max-late") from None


def _tell(seen: Watched, *, as_json: bool) -> None:
    if as_json:
        late = None if seen.late is None else int(seen.late.total_seconds())
        document: dict[str, Any] = {"ok": not seen.wrong, "wrong": list(seen.wrong), "message": seen.message}
        write_json(document | {"late_seconds": late})
        return
    paper = Paper(to_stderr=bool(seen.wrong))
    paper.line(f"{'ALARM: ' if seen.wrong else ''}{seen.message}.", "bold red" if seen.wrong else "")
