"""`homeward people …`: who works in the house, with which titles, who is away, and passing work on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from access.hand_over import HandOver, Holding, hand_over
from access.members import (
    Changed,
    Changes,
    add_person,
    change_person,
    disable_person,
    enable_person,
    set_leave,
    stored_people,
)
from cases.errors import BadInput
from cases.reference import read_reference
from cases.staff import Leave, StaffMember
from interfaces.cli.options import As, AsJson, Key
from interfaces.cli.output import Paper, local, tell
from interfaces.documents.people import changed_document, handed_over_document, person_document
from interfaces.errors import ExitCode
from state_machine.values import ends_at, moment
from state_machine.view import SYSTEM
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

app = typer.Typer(
    help="People: who works in the house, who is away, and passing work on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name by which somebody signs in.")]
Titles = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="ROLE", help="A title: a role of the workflow, administrator or auditor. Again."),
]
Teams = Annotated[list[str] | None, typer.Option("--team", metavar="TEAM", help="A team. May be given again.")]
Display = Annotated[str | None, typer.Option("--display", metavar="TEXT", help="How the person is called on screens.")]
StandIn = Annotated[
    str | None, typer.Option("--stand-in", metavar="PERSON", help="Who may act for them; empty takes it away.")
]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Where notices go; empty: nowhere.")]
Language = Annotated[str | None, typer.Option("--language", metavar="L", help="Of notices and pages, such as km.")]


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  homeward people {line}" for line in lines)


@contextmanager
def _house() -> Iterator[RunningHouse]:
    running = open_house(read_settings())
    try:
        yield running
    finally:
        running.close()


@app.command("list", epilog=_example("list", "list --json"))
def list_people(as_json: AsJson = False) -> None:
    """Everybody in the house, with titles, teams, and who stands in."""
    with _house() as running:
        people = stored_people(running.house)
        rows = [person_document(people, one) for one in people.all()]
        tell(as_json, {"people": rows}, lambda paper: _tell_people(paper, rows, running.rules.calendar.zone))


@app.command(epilog=_example("add maly --title health_worker --display 'Maly' --as vanna"))
def add(
    name: Name,
    titles: Titles = None,
    teams: Teams = None,
    display: Display = None,
    stand_in: StandIn = None,
    email: Email = None,
    language: Language = None,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Add somebody. Without --as the owner of the house does it."""
    with _house() as running:
        member = StaffMember(
            name,
            display or name,
            frozenset(titles or ()),
            frozenset(teams or ()),
            stand_in or None,
            email=email or None,
            language=language or None,
        )
        done = add_person(running.house, as_ or SYSTEM, member, running.clock.now())
        _finish(running, name, done, "added", as_json)


@app.command(epilog=_example("change maly --title health_worker --title supervisor --as vanna"))
def change(
    name: Name,
    titles: Titles = None,
    teams: Teams = None,
    display: Display = None,
    stand_in: StandIn = None,
    email: Email = None,
    language: Language = None,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given; titles and teams are those given, and no others."""
    with _house() as running:
        changes = Changes(
            display,
            frozenset(titles) if titles is not None else None,
            frozenset(teams) if teams is not None else None,
            stand_in,
            email,
            language,
        )
        done = change_person(running.house, as_ or SYSTEM, name, changes, running.clock.now())
        _finish(running, name, done, "changed", as_json)


@app.command(epilog=_example("disable maly --reason 'left the house' --as vanna"))
def disable(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the journal.")],
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody act and sign in no more. Never the last in a post that must be held."""
    with _house() as running:
        done = disable_person(running.house, as_ or SYSTEM, name, reason, running.clock.now())
        _finish(running, name, done, "disabled", as_json)


@app.command(epilog=_example("enable maly --as vanna"))
def enable(name: Name, *, as_: As = None, as_json: AsJson = False) -> None:
    """Let somebody act again."""
    with _house() as running:
        done = enable_person(running.house, as_ or SYSTEM, name, running.clock.now())
        _finish(running, name, done, "enabled", as_json)


@app.command(
    epilog=_example("leave sok --from 2027-03-01 --until 2027-03-12 --stand-in nita --as sok", "leave sok --back")
)
def leave(
    name: Name,
    begins: Annotated[str | None, typer.Option("--from", metavar="TIME", help="The first day, or a time.")] = None,
    ends: Annotated[str | None, typer.Option("--until", metavar="TIME", help="The last day, or a time.")] = None,
    stand_in: Annotated[
        str | None, typer.Option("--stand-in", metavar="PERSON", help="Who acts and is told meanwhile.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="There is no leave, or it is over.")] = False,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Say when somebody is away, and who acts meanwhile."""
    if back == (begins is not None or ends is not None or stand_in is not None):
        raise typer.BadParameter("say --from, --until and --stand-in, or --back alone", param_hint="--from")
    if not back and (begins is None or ends is None or stand_in is None):
        raise typer.BadParameter("a leave needs --from, --until and --stand-in", param_hint="--from")
    with _house() as running:
        away = None
        if begins is not None and ends is not None and stand_in is not None:
            away = Leave(_begins(running, begins), _ends(running, ends), stand_in)
        done = set_leave(running.house, as_ or SYSTEM, name, away, running.clock.now())
        _finish(running, name, done, "back" if back else "on leave", as_json)


@app.command("hand-over", epilog=_example("hand-over sok nita --reason 'sok goes to another house' --as dara"))
def hand_over_(
    giver: Annotated[str, typer.Argument(metavar="NAME", help="Who holds it now.")],
    taker: Annotated[str, typer.Argument(metavar="TO", help="Who holds it from now on.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is sealed in the journals.")],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="REF:ROLE", help="This role alone, and not all. May be given again."),
    ] = None,
    key: Key = None,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Pass on every role that somebody holds, or some; each is a step that the door may refuse."""
    with _house() as running:
        if as_ is None:
            raise typer.BadParameter("say who hands over", param_hint="--as")
        house = running.house
        wanted = tuple(_holding(one) for one in only) if only is not None else None
        asked = HandOver(giver, taker, reason, key or house.ids.attempt(), wanted)
        done = hand_over(house, house.actor(as_), asked, running.clock.now())
        document = handed_over_document(done)
        tell(as_json, document, lambda paper: _tell_handed_over(paper, document))
        if done.kept:
            raise typer.Exit(ExitCode.REFUSED)


def _finish(running: RunningHouse, name: str, done: Changed, said: str, as_json: bool) -> None:
    people = stored_people(running.house)
    document = changed_document(people, name, done)

    def human(paper: Paper) -> None:
        if done.outcome == "refused":
            paper.line(f"Refused: {name} is as before", "bold red")
            for one in done.objections:
                paper.line(one.says, indent=2)
        elif done.outcome == "waits":
            paper.line(f"Done: {name} {said}; the rest waits for a second person", "bold yellow")
            for one in done.objections:
                paper.line(one.says, indent=2)
        else:
            paper.line(f"Done: {name} {'is that already' if done.outcome == 'same' else said}", "bold green")

    tell(as_json, document, human)
    if done.outcome == "refused":
        raise typer.Exit(ExitCode.REFUSED)


def _holding(text: str) -> Holding:
    ref, colon, role = text.partition(":")
    if not colon or not role:
        raise BadInput(f"{text!r} names no role on an instance; expected REF:ROLE, such as 7K3M-9XQT-2HDJ:case_manager")
    return Holding(read_reference(ref), role)


def _begins(running: RunningHouse, text: str) -> dt.datetime:
    """The beginning of a day in the zone of the house, or a moment. Raises BadInput."""
    _check_moment(text)
    if "T" in text:
        return ends_at(text, running.rules.calendar)
    zone = running.rules.calendar.zone
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.min, zone).astimezone(dt.UTC)


def _ends(running: RunningHouse, text: str) -> dt.datetime:
    """The end of a day in the zone of the house, or a moment. Raises BadInput."""
    _check_moment(text)
    return ends_at(text, running.rules.calendar)


def _check_moment(text: str) -> None:
    try:
        moment(text)
    except ValueError as problem:
        raise BadInput(f"{text!r} is no time; expected 2027-03-01 or 2027-03-01T14:00") from problem


def _tell_people(paper: Paper, rows: list[dict[str, Any]], zone: dt.tzinfo) -> None:
    for one in rows:
        marks = [word for word in ("disabled", "away") if one[word]]
        paper.line(f"{one['name']}  {', '.join(one['titles']) or 'no title'}", "dim" if one["disabled"] else "")
        if one["teams"]:
            paper.field("teams", ", ".join(one["teams"]))
        if one["stand_in"]:
            paper.field("stand-in", one["stand_in"])
        if one["leave"]:
            away = one["leave"]
            paper.field(
                "leave", f"{local(away['from'], zone)} to {local(away['until'], zone)}, {away['stand_in']} acts"
            )
        if marks or one["in_file"]:
            paper.note("  " + ", ".join([*marks, *(["in people.yaml"] if one["in_file"] else [])]))


def _tell_handed_over(paper: Paper, document: dict[str, Any]) -> None:
    for one in document["moved"]:
        paper.line(f"Done: {one['role']} on {one['ref']}", "bold green")
    for one in document["kept"]:
        paper.line(f"Refused: {one['role']} on {one['ref']}", "bold red")
        for reason in one["reasons"]:
            paper.line(reason["message"], indent=2)
    if not document["moved"] and not document["kept"]:
        paper.line("Nothing is held, so that there is nothing to hand over.")
