"""`homeward account …`: who may sign in, one-time links, and the record of sign-ins.

These commands run on the house's own machine and act as the house itself: whoever may run them holds its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from access.account_store import Account, SignIn
from cases.errors import BadInput, UnknownName
from interfaces.cli import account_tokens
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, local, tell
from state_machine.view import SYSTEM
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

if TYPE_CHECKING:
    from access.accounts import Accounts
    from access.links import NewLink

app = typer.Typer(help="Accounts: who may sign in to the pages, and how.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(account_tokens.app, name="tokens")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose account: a name of the house's people.")]


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  homeward account {line}" for line in lines)


@contextmanager
def _opened() -> Iterator[tuple[RunningHouse, Accounts]]:
    # What checks passwords and passkeys takes a while to load; other commands do without.
    from wiring.accounts import open_accounts

    running = open_house(read_settings(), sweeps=False)
    try:
        yield running, open_accounts(running)
    finally:
        running.close()


@app.command(epilog=_example("invite dara", "invite dara --forget-factors"))
def invite(
    name: Name,
    forget_factors: Annotated[
        bool,
        typer.Option("--forget-factors", help="Take authenticator, passkeys and recovery codes away: they are lost."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a one-time link by which somebody sets a first or a new password. It is shown once."""
    from access.people_answered import make_link

    with _opened() as (running, accounts):
        now = running.clock.now()
        done = make_link(running.house, accounts.links, SYSTEM, name, forget_factors, now)
        assert done.made is not None, "the owner of the machine waits for nobody"
        made = done.made
        address = address_of(running, made)
        told = {"person": name, "kind": made.link.kind, "link": address, "until": made.link.ends_at}

        def human(paper: Paper) -> None:
            paper.line(f"A link for {name}, good once, until {local(made.link.ends_at, running.rules.calendar.zone)}:")
            paper.plain(address)
            paper.line("Hand it over where nobody else reads along. It is not shown again.", "dim")

        tell(as_json, told, human)


@app.command("list", epilog=_example("list", "list --json"))
def list_accounts(as_json: AsJson = False) -> None:
    """List everybody in the house, and how each of them can sign in."""
    with _opened() as (running, accounts):
        told = [_document(accounts, name) for name in _everybody(running)]
        waiting = {link.person: link.ends_at for link in accounts.links.open(running.clock.now())}
        for one in told:
            one["link_until"] = waiting.get(one["person"])
        tell(as_json, {"accounts": told}, lambda paper: _tell_list(paper, told))


@app.command(epilog=_example("disable dara"))
def disable(name: Name, as_json: AsJson = False) -> None:
    """Let somebody sign in no more. Sessions and API tokens end at once. What they hold in cases stays as it is."""
    _set(name, True, as_json)


@app.command(epilog=_example("enable dara"))
def enable(name: Name, as_json: AsJson = False) -> None:
    """Let somebody sign in again. Sessions and API tokens of before do not come back."""
    _set(name, False, as_json)


@app.command(epilog=_example("link dara 248289761001"))
def link(
    name: Name,
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="The `sub` by which the provider of the settings knows them.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say who somebody is at the OpenID Connect provider of the settings."""
    with _opened() as (running, accounts):
        issuer = _issuer(running)
        accounts.identities.link(name, issuer, subject, running.clock.now(), SYSTEM)
        told = {"person": name, "issuer": issuer, "subject": subject}
        tell(as_json, told, lambda paper: paper.line(f"{name} may sign in through {issuer}."))


@app.command(epilog=_example("unlink 248289761001"))
def unlink(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="The `sub` that was linked.")],
    as_json: AsJson = False,
) -> None:
    """Let a subject of the provider be nobody here any more. Sessions of the person end."""
    with _opened() as (running, accounts):
        issuer = _issuer(running)
        accounts.identities.unlink(issuer, subject, running.clock.now(), SYSTEM)
        told = {"issuer": issuer, "subject": subject}
        tell(as_json, told, lambda paper: paper.line("Unlinked."))


@app.command("sign-ins", epilog=_example("sign-ins", "sign-ins dara --limit 20"))
def sign_ins(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only what concerns this person.")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the record of sign-ins, newest first. Names that nobody has are not kept."""
    with _opened() as (running, _):
        found = running.store.accounts.sign_ins(name, None, limit)
        zone = running.rules.calendar.zone

        def human(paper: Paper) -> None:
            for one in found:
                paper.line(f"{local(one.at, zone)}  {one.person or '(nobody)'}  {_said(one)}")
            if not found:
                paper.line("Nothing is recorded.")

        tell(as_json, {"sign_ins": [_line(one) for one in found]}, human)


def address_of(running: RunningHouse, made: NewLink) -> str:
    """The address that a new link makes; without `HOMEWARD_LINK_BASE` only its path."""
    return f"{(running.settings.link_base or '').rstrip('/')}/welcome/{made.token}"


def _set(name: str, disabled: bool, as_json: bool) -> None:
    with _opened() as (running, accounts):
        if accounts.account(name) is None:
            raise UnknownName(f"{name} has no account; see `homeward account list`")
        accounts.links.set_disabled(name, disabled, running.clock.now(), None)
        said = "may sign in no more; sessions and API tokens have ended" if disabled else "may sign in again"
        tell(as_json, {"person": name, "disabled": disabled}, lambda paper: paper.line(f"{name} {said}."))


def _issuer(running: RunningHouse) -> str:
    issuer = running.settings.provider_issuer
    if issuer is None:
        raise BadInput("no provider is set; set HOMEWARD_PROVIDER_ISSUER and what belongs to it (docs/operations.md)")
    return issuer


def _everybody(running: RunningHouse) -> list[str]:
    people = [one.name for one in running.house.people.all()]
    return people + [one.person for one in running.store.accounts.accounts() if one.person not in people]


def _document(accounts: Accounts, name: str) -> dict[str, Any]:
    account: Account | None = accounts.account(name)
    return {
        "person": name,
        "account": account is not None,
        "password": account is not None and account.password is not None,
        "second": list(accounts.ways(name)),
        "second_needed": accounts.needs_second(name),
        "provider": [one.subject for one in accounts.identities.of(name)],
        "disabled": account is not None and account.disabled,
    }


def _tell_list(paper: Paper, told: list[dict[str, Any]]) -> None:
    for one in told:
        paper.line(f"{one['person']}  {_state(one)}")
    if not told:
        paper.line("Nobody is in this house yet.")


def _state(one: dict[str, Any]) -> str:
    if one["disabled"]:
        return "disabled"
    if not one["password"] and not one["provider"]:
        return "invited" if one["link_until"] is not None else "no account; see `homeward account invite`"
    ways = [*(["password"] if one["password"] else []), *one["second"], *(["provider"] if one["provider"] else [])]
    lacks = one["second_needed"] and not one["second"]
    return ", ".join(ways) + ("; a second factor is asked for at the next sign-in" if lacks else "")


def _line(one: SignIn) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": one.at,
        "person": one.person,
        "what": one.what,
        "how": one.how,
        "outcome": one.outcome,
        "network": one.network,
        "by": one.by,
    }


def _said(one: SignIn) -> str:
    how = f" ({one.how})" if one.how != "none" else ""
    by = f" by {one.by}" if one.by is not None else ""
    network = f" from {one.network}" if one.network else ""
    return f"{one.what.replace('_', ' ')}{how}: {one.outcome.replace('_', ' ')}{by}{network}"
