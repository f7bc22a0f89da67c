"""`homeward access …`: emergency access and its review, and the narratives that auditors are granted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal, cast

import typer

from access.decide import Viewer, viewer_of
from access.emergency import (
    Lent,
    Needed,
    Wanted,
    Why,
    end_emergency,
    read_by,
    review_emergency,
    take_emergency,
)
from access.grants import Granting, answer_grant, ask_grant, end_grant
from cases.errors import BadInput, UnknownName
from cases.reference import read_reference
from cases.staff import Loan
from config.durations import Duration
from interfaces.cli.options import As, AsJson, Ref
from interfaces.cli.output import Paper, local, tell
from interfaces.documents.people import lent_document, loan_document
from interfaces.errors import ExitCode
from state_machine.values import ends_at, moment
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

app = typer.Typer(
    help="Access for a time: in an emergency, and of auditors to a narrative.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `list` shows.")]
Said = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words; it is sealed.")]


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  homeward access {line}" for line in lines)


@contextmanager
def _house() -> Iterator[RunningHouse]:
    running = open_house(read_settings())
    try:
        yield running
    finally:
        running.close()


@app.command(epilog=_example("emergency 7K3M-9XQT-2HDJ --why medical --needed health --reason '…' --as rith"))
def emergency(
    ref: Ref,
    why: Annotated[str, typer.Option("--why", metavar="WORD", help="danger, medical or other.")],
    needed: Annotated[str, typer.Option("--needed", metavar="WORD", help="contact, health or all.")],
    reason: Said,
    length: Annotated[str, typer.Option("--for", metavar="PERIOD", help="How long, at most PT4H.")] = "PT1H",
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Read a case that is not yours, for a reason and a time. Supervision is told now, and reviews it."""
    with _house() as running:
        viewer = _viewer(running, as_)
        wanted = Wanted(read_reference(ref), cast("Why", why), reason, cast("Needed", needed), _length(length))
        _finish(running, take_emergency(running.house, viewer, wanted, running.clock.now()), as_json)


@app.command(epilog=_example("end ID --as rith"))
def end(id_: Id, *, as_: As = None, as_json: AsJson = False) -> None:
    """End what was lent before its time: your own, or anybody's as supervision."""
    with _house() as running:
        viewer, now = _viewer(running, as_), running.clock.now()
        loan = running.house.store.staff.loan(id_)
        ends = end_grant if loan is not None and loan.way == "grant" else end_emergency
        _finish(running, ends(running.house, viewer, id_, now), as_json)


@app.command(epilog=_example("review ID --justified --reason 'Her life was at risk.' --as dara"))
def review(
    id_: Id,
    justified: Annotated[bool, typer.Option("--justified/--not-justified", help="Whether it was justified.")],
    reason: Said,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Say whether an emergency access was justified, as supervision; never one's own."""
    with _house() as running:
        actor = running.house.actor(_named(as_))
        verdict: Literal["justified", "not_justified"] = "justified" if justified else "not_justified"
        _finish(running, review_emergency(running.house, actor, id_, verdict, reason, running.clock.now()), as_json)


@app.command(epilog=_example("ask 7K3M-9XQT-2HDJ --until 2027-03-05 --reason '…' --as lin"))
def ask(
    ref: Ref,
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="The last day, or a time; within 14 days.")],
    reason: Said,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Ask for the narrative of a case, as an auditor. A second person answers."""
    with _house() as running:
        viewer, now = _viewer(running, as_), running.clock.now()
        _finish(
            running, ask_grant(running.house, viewer, read_reference(ref), reason, _ends(running, until), now), as_json
        )


@app.command(epilog=_example("answer ID --yes --reason '…' --as dara"))
def answer(
    id_: Id,
    yes: Annotated[bool, typer.Option("--yes/--no", help="Grant it, or not.")],
    reason: Said,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Answer an auditor who asked for a narrative, as supervision."""
    with _house() as running:
        actor = running.house.actor(_named(as_))
        _finish(running, answer_grant(running.house, actor, id_, yes, reason, running.clock.now()), as_json)


@app.command("list", epilog=_example("list --as dara", "list --waiting --as dara", "list --as rith --json"))
def list_loans(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what waits for an answer or a review.")] = False,
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """What was lent: one's own, or as supervision all of it, with the reasons and what was opened."""
    with _house() as running:
        viewer = _viewer(running, as_)
        staff, whose = running.house.store.staff, None if "supervision" in viewer.posts else viewer.person
        loans = [loan for way in ("emergency", "grant") for loan in staff.loans(way, person=whose, unanswered=waiting)]
        rows = [_row(running, loan) for loan in loans]
        tell(as_json, {"loans": rows}, lambda paper: _tell_loans(paper, rows, running.rules.calendar.zone))


def _row(running: RunningHouse, loan: Loan) -> dict[str, Any]:
    opened = read_by(running.house, loan)
    return {
        **loan_document(loan, words=True),
        "opened": [{"at": one.at, "ref": one.instance, "seq": one.seq} for one in opened],
    }


def _named(as_: str | None) -> str:
    if as_ is None:
        raise typer.BadParameter("say who does this", param_hint="--as")
    return as_


def _viewer(running: RunningHouse, as_: str | None) -> Viewer:
    """Who asks. Raises UnknownName."""
    actor = running.house.actor(_named(as_))
    person = running.house.people.person(actor.person)
    if person is None:
        raise UnknownName(f"there is nobody called {actor.person!r} here")
    return viewer_of(person, running.house.workflows.current(None).workflow)


def _length(text: str) -> dt.timedelta:
    try:
        duration = Duration.parse(text)
    except ValueError as problem:
        raise BadInput(f"{text!r} is no period; expected PT1H, at most PT4H") from problem
    return dt.timedelta(seconds=duration.nominal_seconds)


def _ends(running: RunningHouse, text: str) -> dt.datetime:
    try:
        moment(text)
    except ValueError as problem:
        raise BadInput(f"{text!r} is no time; expected 2027-03-01 or 2027-03-01T14:00") from problem
    return ends_at(text, running.rules.calendar)


def _finish(running: RunningHouse, done: Lent | Granting, as_json: bool) -> None:
    def human(paper: Paper) -> None:
        if done.outcome == "refused" or done.loan is None:
            paper.line("Refused", "bold red")
            for one in done.objections:
                paper.line(one.says, indent=2)
            return
        paper.line(f"Done: {done.outcome}, {done.loan.id}", "bold green")
        if done.outcome in ("open", "asked"):
            paper.field("until", local(done.loan.until, running.rules.calendar.zone))

    tell(as_json, lent_document(done), human)
    if done.outcome == "refused":
        raise typer.Exit(ExitCode.REFUSED)


def _tell_loans(paper: Paper, rows: list[dict[str, Any]], zone: dt.tzinfo) -> None:
    for one in rows:
        paper.title(f"{one['way']} {one['id']}: {one['state']}")
        paper.field("who", f"{one['person']}, {one['ref']}, {one['needed']}")
        paper.field("until", local(one["until"], zone))
        paper.field("because", f"{one['why']}: {one['words']}")
        if one["opened"]:
            paper.field("opened", ", ".join(f"{each['ref']} ({local(each['at'], zone)})" for each in one["opened"]))
        if one["answered_by"]:
            paper.field("answer", f"{one['answered_by']}: {one['verdict'] or one['state']}. {one['answer']}")
    if not rows:
        paper.line("Nothing was lent.")
