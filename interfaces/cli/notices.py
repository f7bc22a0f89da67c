"""`homeward notices list | retry | preview | inbox`: what goes out to whom, and what did not get there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from cases.errors import BadInput
from cases.outbox import Delivery, DeliveryState, Outbox, OutboxRow, RowState, delivery_id
from cases.outgoing import Outgoing
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, local, tell
from notifications.deliver import preview as previewed
from notifications.samples import sample_notices
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

app = typer.Typer(
    help="Notices: what goes out to whom, and what did not get there.", no_args_is_help=True, rich_markup_mode=None
)
OPEN_ROWS: tuple[RowState, ...] = ("waiting", "dead")
OPEN: tuple[DeliveryState, ...] = ("waiting", "held", "sending", "dead")
ALL_ROWS: tuple[RowState, ...] = ("waiting", "fanned_out", "superseded", "dead")
ALL: tuple[DeliveryState, ...] = (*OPEN, "sent", "cancelled", "superseded")
SHORT = 12


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  homeward notices {line}" for line in lines)


@contextmanager
def _house() -> Iterator[RunningHouse]:
    running = open_house(read_settings())
    try:
        yield running
    finally:
        running.close()


@app.command("list", epilog=_example("list", "list --all", "list --dead --json"))
def list_notices(
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent, or is no longer needed.")] = False,
    dead: Annotated[bool, typer.Option("--dead", help="Only what did not get there.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many, the oldest.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """List the notices that are on their way, or did not get there, oldest first."""
    with _house() as house:
        outbox = house.house.store.outbox
        rows = outbox.rows(("dead",) if dead else ALL_ROWS if everything else OPEN_ROWS, limit)
        deliveries = outbox.deliveries(("dead",) if dead else ALL if everything else OPEN, limit)
        # A row that was fanned out is told by its deliveries.
        told = [_row_document(row) for row in rows if row.state != "fanned_out"]
        told += [_document(one) for one in deliveries]
        zone = house.rules.calendar.zone
        tell(as_json, {"notices": told}, lambda paper: _tell_list(paper, told, zone))


@app.command(epilog=_example("retry 3f9ac01b22de", "retry --dead"))
def retry(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Notices, by the beginnings of their ids as in list.")
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that did not get there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Try notices again that did not get there, or wait for their next try."""
    if bool(ids) == dead:
        raise typer.BadParameter("say which: ID …, or --dead for all", param_hint="ID")
    with _house() as house:
        outbox, now = house.house.store.outbox, house.clock.now()
        waiting = outbox.deliveries(("dead",) if dead else ("dead", "waiting"), 100_000)
        rows = outbox.rows(("dead",) if dead else OPEN_ROWS, 100_000)
        found = {one.id: one for one in waiting} | {_row_id(row): row for row in rows}
        chosen = list(found) if dead else [_whole(found, start) for start in ids or ()]
        again = [id_ for id_ in chosen if _retried(outbox, found[id_], now)]
        said = (
            f"{len(again)} to be tried again; the next delivery takes them" if again else "There is nothing to retry."
        )
        tell(as_json, {"retried": again}, lambda paper: paper.line(said))


@app.command(epilog=_example("preview nita", "preview nita --language km"))
def preview(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="For whom: a name of people.yaml.")],
    language: Annotated[
        str | None, typer.Option("--language", metavar="L", help="In this language, not in the person's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how every notice of the workflow would read for a person; nothing is sent."""
    with _house() as house:
        house.house.actor(person)
        office, rules = house.office, house.rules
        texts = house.on_disk.loaded.texts if house.on_disk.loaded is not None else {}
        known = sorted({*office.renderer.catalogues.of, *texts})
        if language is not None and language not in known:
            said = f"nothing is written in {language!r}; known: {', '.join(known)}"
            raise typer.BadParameter(said, param_hint="--language")
        samples = sample_notices(rules, house.clock.now())
        shown = previewed(office, [(one, rules) for one in samples], person, language)
        told = [
            {"template": one.template, "urgent": one.urgent, "subject": said.subject, "text": said.text}
            for one, said in zip(samples, shown, strict=True)
        ]

        def human(paper: Paper) -> None:
            for one in told:
                paper.title(f"{one['template']}{'  (urgent)' if one['urgent'] else ''}")
                paper.field("subject", str(one["subject"]))
                paper.field("text", str(one["text"]))

        tell(as_json, {"person": person, "notices": told}, human)


@app.command(epilog=_example("inbox sok", "inbox sok --json"))
def inbox(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Whose: a name of people.yaml.")],
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many, the newest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show what a person was told in the house itself, newest last."""
    with _house() as house:
        messages = house.house.store.outbox.inbox(person, limit, house.clock.now())
        zone = house.rules.calendar.zone
        told = [{"id": one.id, "at": one.at, "text": one.text, "urgent": one.urgent} for one in messages]

        def human(paper: Paper) -> None:
            if messages:
                rows = [[local(one.at, zone), "urgent" if one.urgent else "", one.text] for one in messages]
                paper.columns(rows)
            else:
                paper.note(f"Nothing was told to {person} yet.")

        tell(as_json, {"person": person, "messages": told}, human)


def _document(one: Delivery) -> dict[str, Any]:
    notice = one.notice
    return {
        "id": one.id,
        "state": one.state,
        "person": one.person,
        "channel": one.channel,
        "made_at": one.made_at,
        "next_at": one.not_before,
        "sent_at": one.sent_at,
        "tries": one.tries,
        "problem": one.problem,
        "digest": notice is None,
    } | (_notice(notice) if notice is not None else {})


def _row_document(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": _row_id(row),
        "state": row.state,
        "person": None,
        "channel": None,
        "made_at": row.notice.at,
        "next_at": row.next_at,
        "sent_at": None,
        "tries": row.tries,
        "problem": "who is told could not be worked out" if row.tries else None,
        "digest": False,
    } | _notice(row.notice)


def _notice(notice: Outgoing) -> dict[str, Any]:
    return {
        "ref": notice.case,
        "role": notice.role,
        "verb": notice.verb,
        "deadline": notice.deadline,
        "rung": notice.rung,
        "repeat": notice.repeat,
        "due": notice.due,
        "urgent": notice.urgent,
        "breach": notice.breach,
    }


def _tell_list(paper: Paper, told: list[dict[str, Any]], zone: dt.tzinfo) -> None:
    for one in told:
        to = f"{one['person']} by {one['channel']}" if one["person"] else f"whoever is {one['role']}"
        paper.title(f"{one['id'][:SHORT]}  {one['state']}  {to}")
        about = (
            "digest of the day" if one["digest"] else f"{one['ref']}: {one['verb']}, {one['deadline']}.{one['rung']}"
        )
        paper.field("about", about)
        if one["sent_at"] is not None:
            paper.field("sent", local(one["sent_at"], zone))
        elif one["state"] in OPEN and one["state"] != "dead":
            paper.field("next", local(one["next_at"], zone))
        if one["problem"]:
            paper.field("problem", f"{one['problem']}; tries: {one['tries']}")
    paper.note(f"{len(told)} in all" if told else "No notice is waiting.")


def _row_id(row: OutboxRow) -> str:
    """What names a row in a list: as the id of a delivery to nobody."""
    return delivery_id(row.notice, "", "")


def _whole(found: dict[str, Any], start: str) -> str:
    fitting = [id_ for id_ in found if id_.startswith(start)]
    if len(fitting) != 1:
        what = "no notice that waits or is dead has" if not fitting else f"{len(fitting)} notices have"
        raise BadInput(f"{what} an id that begins with {start!r}; homeward notices list shows them")
    return fitting[0]


def _retried(outbox: Outbox, one: Delivery | OutboxRow, now: dt.datetime) -> bool:
    return outbox.retry(one.id, now) if isinstance(one, Delivery) else outbox.retry_row(one.notice, now)
