"""Signing in and out: name and password, then a code or a passkey where one is set up; or through a provider."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from access.accounts import MoreNeeded
from access.figures import Declined, SignedIn
from access.identities import NotVouched
from interfaces.web.account.cookies import (
    caller_of,
    ticket_of,
    token_of,
    with_session,
    with_ticket,
    without_session,
)
from interfaces.web.account.demo import demo_page
from interfaces.web.account.says import said_declined
from interfaces.web.bar import home_of
from interfaces.web.kept import newest_kept
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()
NOT_ACCEPTED = 401


@places.page("/sign-in", area="public")
def sign_in(visit: Visited) -> Response:
    """Ask for name and password, or in the demonstration whom to be; whoever is signed in goes to their first page."""
    if visit.session is not None:
        return visit.go_to(home_of(visit.viewer))
    return demo_page(visit) if visit.served.demo else _sign_in_page(visit)


@places.form("/sign-in", area="public")
def signed_in(visit: Visited) -> Response:
    """Let somebody in, ask for more, or say that it did not fit."""
    name, password = visit.sent.get("name"), raw(visit, "password")
    return go_on(visit, visit.served.accounts.sign_in(name, password, None, visit.now, caller_of(visit)))


@places.page("/sign-in/second", area="public")
def second(visit: Visited) -> Response:
    """Ask for the second factor."""
    return _second_page(visit)


@places.form("/sign-in/second", area="public")
def second_given(visit: Visited) -> Response:
    """Look at a code, or at a recovery code."""
    done = visit.served.accounts.second(ticket_of(visit), visit.sent.get("code"), visit.now, caller_of(visit))
    return _second_done(visit, done)


@places.form("/sign-in/passkey", area="public")
def passkey_given(visit: Visited) -> Response:
    """Look at what an authenticator answered."""
    answer = visit.sent.get("answer")
    done = visit.served.accounts.second_by_passkey(ticket_of(visit), answer, visit.now, caller_of(visit))
    return _second_done(visit, done)


@places.page("/sign-in/provider", area="public")
def provider(visit: Visited) -> Response:
    """Send the browser to the provider."""
    served = visit.served
    if served.provider is None:
        return visit.go_to("/sign-in")
    try:
        sent = served.accounts.identities.begin(served.provider, visit.now)
    except NotVouched:
        return _no_provider(visit)
    return with_ticket(visit, sent.ticket, visit.go_to(sent.address))


@places.page("/sign-in/provider/back", area="public")
def provider_back(visit: Visited) -> Response:
    """Let in whom the provider vouches for."""
    served, asked = visit.served, visit.request.query_params
    if served.provider is None:
        return visit.go_to("/sign-in")
    domain = served.running.settings.provider_domain
    ticket, state, code = ticket_of(visit), asked.get("state", ""), asked.get("code", "")
    try:
        vouched = served.accounts.identities.redeemed(served.provider, ticket, state, code, visit.now, domain=domain)
    except NotVouched:
        return _no_provider(visit)
    if vouched is None:
        said = visit.words.gettext("The provider knows you, and this house does not yet. Ask an administrator.")
        return _sign_in_page(visit, said, NOT_ACCEPTED)
    caller = caller_of(visit)
    return go_on(visit, served.accounts.by_provider(vouched.person, vouched.strong, visit.now, caller))


@places.form("/sign-out", area="public")
def sign_out(visit: Visited) -> Response:
    """End the session; twice is the same as once."""
    visit.served.accounts.sign_out(token_of(visit), visit.now)
    return without_session(visit, visit.go_to("/sign-in"))


def go_on(visit: Visit, done: SignedIn | MoreNeeded | Declined) -> Response:
    """What follows after the first step."""
    if isinstance(done, SignedIn):
        return with_session(visit, done, visit.go_to(_onward(visit, done)))
    if isinstance(done, MoreNeeded):
        address = f"/sign-in/second?next={quote(_next(visit))}" if _next(visit) else "/sign-in/second"
        return with_ticket(visit, done.ticket, visit.go_to(address))
    return _sign_in_page(visit, said_declined(visit.words, done.until), NOT_ACCEPTED)


def raw(visit: Visit, field: str) -> str:
    """A field as it was typed: in a password, space counts."""
    values = visit.sent.fields.get(field)
    return values[-1] if values else ""


def _sign_in_page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    if visit.served.demo:
        return demo_page(visit, status)
    provider_name = visit.served.running.settings.provider_name if visit.served.provider is not None else ""
    values: dict[str, Any] = {"problem": problem, "next": _next(visit), "provider": provider_name}
    values["kept"] = _next(visit).startswith("/kept/")
    return visit.page("account/sign_in.html", status=status, **values)


def _second_page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    accounts, ticket = visit.served.accounts, ticket_of(visit)
    ways = accounts.ways_of(ticket, visit.now)
    if not ways:
        said = visit.words.gettext("That took a while. Sign in again.")
        return _sign_in_page(visit, said, NOT_ACCEPTED)
    asked = accounts.passkey_asked(ticket, visit.now) if "passkey" in ways else None
    values = {"ways": ways, "asked": asked, "problem": problem, "next": _next(visit)}
    return visit.page("account/second.html", status=status, **values)


def _second_done(visit: Visit, done: SignedIn | Declined) -> Response:
    if isinstance(done, SignedIn):
        return with_session(visit, done, visit.go_to(_onward(visit, done)))
    return _second_page(visit, said_declined(visit.words, done.until), NOT_ACCEPTED)


def _no_provider(visit: Visit) -> Response:
    said = visit.words.gettext("Signing in through the provider did not work. Try again, or use your password.")
    return _sign_in_page(visit, said, NOT_ACCEPTED)


def _onward(visit: Visit, done: SignedIn) -> str:
    """Where somebody goes who has just signed in: to what was kept of theirs, unless they wanted to go elsewhere."""
    wanted = _next(visit)
    if wanted and not wanted.startswith("/kept/"):
        return wanted
    return newest_kept(visit.served, done.session.person, visit.now) or "/"


def _next(visit: Visit) -> str:
    """Where to go on after signing in: a path of this house, and nothing that leads elsewhere."""
    said = visit.sent.get("next") or visit.request.query_params.get("next", "")
    ours = said.startswith("/") and not said.startswith("//") and "\\" not in said and said.isprintable()
    return said if ours and " " not in said else ""
