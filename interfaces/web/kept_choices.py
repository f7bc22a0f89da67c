"""Lists kept under a name: addresses of choices alone, none too long, and no more of them than one oversees."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from access.desk import View
from interfaces.web.visit import Visit

MOST_VIEWS = 30
"""As many as one person keeps, on all lists together."""
LONGEST_ADDRESS = 500
"""Letters of an address that is kept."""
CHOICE = re.compile(r"[A-Za-z0-9._:\-]{1,80}")
"""A choice as an address holds it: a name of the workflow, a day, a code, a reference."""


def choices_in(query: str, names: Collection[str]) -> dict[str, str]:
    """The choices that a query holds: those that the list knows, each once; whatever else stands there is left out."""
    found = parse_qsl(query) if len(query) <= LONGEST_ADDRESS else ()
    return {name: value for name, value in found if name in names and CHOICE.fullmatch(value)}


def address_of(path: str, choices: Mapping[str, str]) -> str:
    """The address of a list with these choices."""
    return f"{path}?{urlencode(choices)}" if choices else path


def keep(visit: Visit, name: str, address: str) -> None:
    """Keep an address under a name. Nothing is kept where there are as many already; their list says so."""
    desk = visit.served.running.store.screens.desk
    if len(address) <= LONGEST_ADDRESS and len(desk.views(visit.person)) < MOST_VIEWS:
        desk.save_view(View(visit.new_key(), visit.person, name, address, visit.now))


def may_keep(views: Sequence[View]) -> bool:
    """Whether another one can be kept beside these."""
    return len(views) < MOST_VIEWS
