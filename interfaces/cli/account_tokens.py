"""`homeward account tokens list | make | revoke`: API tokens of people, for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from access.account_store import SCOPES, Token
from cases.errors import UnknownName
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, local, tell
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

if TYPE_CHECKING:
    from access.accounts import Accounts

app = typer.Typer(
    help="API tokens: for programs that work in somebody's name.", no_args_is_help=True, rich_markup_mode=None
)


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  homeward account tokens {line}" for line in lines)


@contextmanager
def _opened() -> Iterator[tuple[RunningHouse, Accounts]]:
    # What checks passwords and passkeys takes a while to load; other commands do without.
    from wiring.accounts import open_accounts

    running = open_house(read_settings(), sweeps=False)
    try:
        yield running, open_accounts(running)
    finally:
        running.close()


@app.command("list", epilog=_example("list", "list dara", "list --all"))
def list_tokens(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only the tokens of this person.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that ended or were revoked.")] = False,
    as_json: AsJson = False,
) -> None:
    """List API tokens, newest first. Their secrets are kept nowhere."""
    with _opened() as (running, accounts):
        now, zone = running.clock.now(), running.rules.calendar.zone
        found = [one for one in accounts.tokens.of(name) if everything or _lives(one, now)]

        def human(paper: Paper) -> None:
            for one in found:
                paper.line(f"{one.id}  {one.person}  {one.name}: {_said(one, now, zone)}")
            if not found:
                paper.line("There is no token.")

        tell(as_json, {"tokens": [_document(one) for one in found]}, human)


@app.command(epilog=_example("make dara 'monthly report' --scope read --scope export --days 30"))
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="In whose name the program works.")],
    purpose: Annotated[str, typer.Argument(metavar="PURPOSE", help="What the token is for.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", metavar="S", help=f"What it may do: {', '.join(SCOPES)}; may be given again."),
    ],
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", min=1, help="For how many days it is good.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an API token and print it. It is shown once."""
    with _opened() as (running, accounts):
        lasts = dt.timedelta(days=days) if days is not None else None
        made = accounts.tokens.make(name, purpose, scope, running.clock.now(), lasts)

        def human(paper: Paper) -> None:
            paper.line(f"A token of {name}, until {local(made.token.ends_at, running.rules.calendar.zone)}:")
            paper.plain(made.secret)
            paper.line("It is not shown again.", "dim")

        tell(as_json, {**_document(made.token), "secret": made.secret}, human)


@app.command(epilog=_example("revoke 3f9ac01b22de3f9ac01b"))
def revoke(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of the token, as in list.")], as_json: AsJson = False
) -> None:
    """End an API token at once."""
    with _opened() as (running, accounts):
        token = next((one for one in accounts.tokens.of(None) if one.id == id_), None)
        if token is None:
            raise UnknownName(f"there is no token {id_}; see `homeward account tokens list`")
        accounts.tokens.revoke(token.person, id_, running.clock.now())
        told = {"id": id_, "person": token.person, "revoked": True}
        tell(as_json, told, lambda paper: paper.line(f"The token {token.name!r} of {token.person} was revoked."))


def _lives(token: Token, now: dt.datetime) -> bool:
    return token.revoked_at is None and now < token.ends_at


def _document(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "person": token.person,
        "name": token.name,
        "scopes": [scope for scope in SCOPES if scope in token.scopes],
        "made_at": token.made_at,
        "ends_at": token.ends_at,
        "used_at": token.used_at,
        "revoked_at": token.revoked_at,
    }


def _said(token: Token, now: dt.datetime, zone: ZoneInfo) -> str:
    scopes = ", ".join(scope for scope in SCOPES if scope in token.scopes)
    if token.revoked_at is not None:
        return f"{scopes}; revoked {local(token.revoked_at, zone)}"
    ends = "ended" if token.ends_at <= now else "until"
    used = f"last used {local(token.used_at, zone)}" if token.used_at is not None else "not used yet"
    return f"{scopes}; {ends} {local(token.ends_at, zone)}; {used}"
