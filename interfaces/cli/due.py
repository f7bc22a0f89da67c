"""`homeward due` and `homeward tick`: what is due, for whom and how late, and one sweep with one delivery."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from cases.due_list import Explanation
from cases.journal import Kind
from cases.recipients import Recipients
from cases.reference import read_reference
from config.calendars import RestDay
from interfaces.cli.desk import DueAsked, DueTold, open_desk, sit_down
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, local, tell
from interfaces.documents.due import due_document
from interfaces.errors import ExitCode
from state_machine.rules import Rules
from state_machine.values import ends_at, moment
from state_machine.view import SYSTEM

SET_BY: dict[str, str] = {
    Kind.OPENED: "opened",
    Kind.RECORDED: "recorded",
    Kind.CORRECTED: "corrected another entry",
    Kind.LAPSED: "a fact no longer holds",
    Kind.ASSIGNED: "assigned somebody",
    Kind.UNASSIGNED: "unassigned somebody",
    Kind.MIGRATED: "moved to another version of the workflow",
}
"""What an entry did that dated a deadline, where it is not told by its action."""


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(
        "due",
        epilog="\b\nExamples:\n  homeward due\n  homeward due --until 2027-03-01 --for sok\n"
        "  homeward due 7K3M-9XQT-2HDJ --explain",
    )(due)
    app.command("tick", epilog="\b\nExamples:\n  homeward tick\n  homeward tick --limit 500 --json")(tick)


def due(
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="Only this instance: all its deadlines, paused ones too.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="TIME", help="Also what falls due by then: a day, or a local time. Left out: now."
        ),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help="Only what lies with this person.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say of each date from what it was worked out.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is due, for whom, and how late."""
    with sit_down() as desk:
        rules = desk.rules(None)
        given = read_reference(ref) if ref is not None else None
        by = _until(until, rules, desk.now) if ref is None else None
        told = desk.due(DueAsked(given, by, person, explain))
        document = due_document(told.now, told.lines, told.why)
        tell(as_json, document, lambda paper: _tell_due(paper, rules, told))


def tick(
    limit: Annotated[int, typer.Option("--limit", min=1, help="About so many due rows at the most.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Take what is due once, send what has to go out once, then exit: for cron, and for whoever cannot wait."""
    with open_desk(sweeps=False) as running:
        swept, sent = running.sweep(limit), running.deliver(limit)
    document: dict[str, Any] = {
        "taken": swept.taken,
        "postponed": swept.postponed,
        "late_seconds": int(swept.late.total_seconds()),
        "followed": [list(one) for one in swept.followed],
        "sent": sent.sent,
        "put_off": sent.postponed,
        "dead": sent.dead,
    }

    def human(paper: Paper) -> None:
        paper.line(f"Due rows: {swept.taken} taken, {swept.postponed} postponed.")
        paper.line(f"Notices: {sent.sent} sent, {sent.postponed} put off, {sent.dead} given up.")
        if swept.late > dt.timedelta(minutes=1):
            paper.note(f"The oldest was late by {_length(swept.late)}.")

    tell(as_json, document, human)
    if swept.postponed or sent.dead:
        raise typer.Exit(ExitCode.FAILED)


def _until(text: str | None, rules: Rules, now: dt.datetime) -> dt.datetime:
    if text is None:
        return now
    try:
        moment(text)
    except ValueError as problem:
        raise typer.BadParameter(f"{text!r} is no day such as 2027-03-01", param_hint="--until") from problem
    return ends_at(text, rules.calendar)


def _tell_due(paper: Paper, rules: Rules, told: DueTold) -> None:
    zone = rules.calendar.zone
    if not told.lines:
        paper.line("Nothing is due.")
    for place, line in enumerate(told.lines):
        paper.title(f"{line.instance.ref}  {line.says}")
        when = local(line.due, zone)
        if line.state.state == "paused":
            paper.field("due", f"paused; {when} when it was paused")
        elif line.late:
            paper.field(
                "due", f"{when}, late by {_length(line.late)}{', a breach' if line.breached else ''}", "bold red"
            )
        else:
            paper.field("due", when)
        whom = ", ".join(line.people.people) or "nobody"
        paper.field("lies with", f"{whom} ({line.role.replace('_', ' ')}{_instead(line.people)})")
        if place in told.why:
            _tell_why(paper, told.why[place], rules)


def _instead(people: Recipients) -> str:
    """In whose place these people are asked, where that is not the role itself."""
    gone = f"{people.instead_of} cannot be asked" if people.instead_of else ""
    found = {
        "stand_in": "a stand-in",
        "role": "all who have the role" if gone else "",
        "fallback": "nobody has the role, so the fallback is asked",
        "everybody": "nobody has the role, nor the fallback, so everybody is asked",
        "nobody": "nobody is there who could be asked",
    }
    said = [part for part in (gone, found.get(people.how, "")) if part]
    return "".join(f"; {part}" for part in said)


def _tell_why(paper: Paper, why: Explanation, rules: Rules) -> None:
    zone = rules.calendar.zone
    moment_ = "when it began" if why.counted == "start" else why.counted.replace("_", " ").replace(".", ", ")
    counting = " counted in working days" if why.counts == "working_days" else ""
    paper.field("why", f"{why.figure}{counting} from {local(why.base, zone)} ({moment_})")
    paper.field("set", f"{local(why.dated_at, zone)} by entry {why.entry} ({_set_by(why)})")
    if why.bound:
        paper.field("", f"the figure is the bound {why.bound}")
    source = why.source
    said = f"clause {source.clause}" if source.clause else f"{source.house}, {source.decided}: {source.why}"
    paper.field("source", said)
    if why.days_of_rest:
        paper.field("rest days", f"not counted: {'; '.join(_rest(one) for one in why.days_of_rest)}")
        if not why.calendar_kept:
            paper.field("", "by today's calendar: the one of that day was not kept")
    for one in why.pauses:
        until = local(one.until, zone) if one.until else "now"
        paper.field("paused", f"{local(one.since, zone)} to {until}")
    if why.earlier:
        paper.field("before", ", ".join(local(one, zone) for one in why.earlier))


def _set_by(why: Explanation) -> str:
    """What the entry did that dated a deadline, and who did it."""
    if why.kind == Kind.DATED:
        return "something elsewhere in the case, or time"
    who = "the house" if why.actor == SYSTEM else why.actor
    return f"{who}: {SET_BY.get(why.kind, why.action.replace('_', ' '))}"


def _rest(one: RestDay) -> str:
    """A day of rest: when, and for a holiday which and by whose word."""
    said = f"{one.day:%a} {one.day.day} {one.day:%b}"
    if one.name:
        said += f" ({one.name}{f', decreed by {one.decreed_by}' if one.decreed_by else ''})"
    return said


def _length(late: dt.timedelta) -> str:
    days, seconds = late.days, late.seconds
    if days:
        return f"{days} day{'s' if days > 1 else ''}"
    hours, minutes = seconds // 3600, seconds // 60
    return f"{hours} hour{'s' if hours > 1 else ''}" if hours else f"{max(minutes, 1)} min"
