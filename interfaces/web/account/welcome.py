"""`/welcome/…`: somebody sets their first password, or a new one, by a one-time link."""

from __future__ import annotations

from fastapi.responses import Response

from access.account_store import OneTimeLink
from access.figures import Refused
from access.passwords import SHORTEST
from interfaces.web.account.cookies import caller_of
from interfaces.web.account.says import said_problem, said_refusal
from interfaces.web.account.sign_in import go_on, raw
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()
GONE = 410


@places.page("/welcome/{token}", area="public")
def welcome(visit: Visited, token: str) -> Response:
    """Ask for a password; looking uses nothing up, since programs that read mail look too."""
    link = visit.served.accounts.links.found(token, visit.now)
    return _page(visit, token, link) if link is not None else _gone(visit)


@places.form("/welcome/{token}", area="public")
def welcomed(visit: Visited, token: str) -> Response:
    """Set the password and let them in."""
    link = visit.served.accounts.links.found(token, visit.now)
    if link is None:
        return _gone(visit)
    password = raw(visit, "password")
    if password != raw(visit, "again"):
        problem = visit.words.gettext("The two are not the same. Enter the password twice.")
        return _page(visit, token, link, (problem,))
    done = visit.served.accounts.by_link(token, password, visit.now, caller_of(visit))
    if isinstance(done, Refused):
        said = tuple(said_problem(visit.words, one) for one in done.problems)
        return _page(visit, token, link, said) if said else _gone(visit)
    return go_on(visit, done)


def _page(visit: Visit, token: str, link: OneTimeLink, problems: tuple[str, ...] = ()) -> Response:
    values = {"token": token, "person": link.person, "kind": link.kind, "problems": problems, "shortest": SHORTEST}
    return visit.page("account/welcome.html", status=422 if problems else 200, **values)


def _gone(visit: Visit) -> Response:
    said = said_refusal(visit.words, Refused("link"))
    return visit.page("account/gone.html", status=GONE, said=said)
