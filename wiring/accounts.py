"""The accounts of a running house: put together from its settings, its store and its people."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import replace
from urllib.parse import urlsplit

from access.accounts import Accounts
from access.figures import Figures, RelyingParty
from access.identities import Provider
from access.links import NewLink
from access.members import add_person
from access.passwords import Hashing
from access.sessions import SessionFigures
from cases.errors import BadInput
from cases.staff import StaffMember
from config.settings import Settings
from state_machine.view import SYSTEM
from wiring.clock import random_bytes
from wiring.house import RunningHouse

ADMINISTRATOR = "administrator"
HOUSE_NAME = "Homeward"
CALLBACK = "/sign-in/provider/back"


def open_accounts(running: RunningHouse, address: str | None = None, hashing: Hashing | None = None) -> Accounts:
    """The accounts of a house whose pages have this address (default: `HOMEWARD_LINK_BASE`)."""
    figures = figures_of(running.settings, address or running.settings.link_base)
    return Accounts(running.store.accounts, running.house.people, random_bytes, figures, hashing)


def figures_of(settings: Settings, address: str | None) -> Figures:
    """The figures of signing in to pages at this address."""
    sessions = SessionFigures(idle=settings.session_idle, absolute=settings.session_lasts)
    figures = Figures(sessions=sessions, link=settings.link_lasts, longest_token=settings.token_lasts)
    return replace(figures, token=min(figures.token, settings.token_lasts), relying_party=relying_party(address))


def relying_party(address: str | None) -> RelyingParty | None:
    """Who the house is to an authenticator; None where browsers make no passkeys.

    That is so without an address, at one that is a number, and without encryption except on this machine.
    """
    parts = urlsplit(address or "")
    host = parts.hostname or ""
    if not host or _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    return RelyingParty(host, HOUSE_NAME, f"{parts.scheme}://{parts.netloc}")


def provider_of(settings: Settings) -> Provider | None:
    """The provider through which people may sign in; None where there is none."""
    if settings.provider_issuer is None or settings.provider_client is None or settings.link_base is None:
        return None
    # Loads libraries that a house without a provider has no use for.
    from wiring.provider import DiscoveredProvider

    secret = settings.provider_secret.get_secret_value() if settings.provider_secret is not None else None
    back = settings.link_base.rstrip("/") + CALLBACK
    return DiscoveredProvider(settings.provider_issuer, settings.provider_client, secret, back)


def first_administrator_link(running: RunningHouse, accounts: Accounts, now: dt.datetime) -> NewLink | None:
    """A one-time link for the first administrator; None where one can sign in already.

    Where nobody is an administrator yet, one of this name is added to the people. Each call makes a fresh link, and
    the one before is worth nothing any more. Raises BadInput where the name is taken by somebody else.
    """
    if accounts.links.administrators():
        return None
    there = [one for one in running.house.people.all() if ADMINISTRATOR in one.titles and not one.disabled]
    if not there:
        member = StaffMember(ADMINISTRATOR, "Administrator", titles=frozenset({ADMINISTRATOR}))
        added = add_person(running.house, SYSTEM, member, now)
        if added.outcome == "refused":
            raise BadInput(
                f"nobody is an administrator, and {ADMINISTRATOR!r} is the name of somebody who is none; "
                "give somebody the title with `homeward people change`, or in people.yaml"
            )
    person = there[0].name if there else ADMINISTRATOR
    return accounts.links.first_administrator(person, now)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
