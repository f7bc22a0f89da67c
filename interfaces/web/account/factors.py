"""`/me/second-factor`: an authenticator, passkeys and recovery codes are set up, renewed and taken away."""

from __future__ import annotations

import io
from typing import Any

import segno
from fastapi.responses import Response
from markupsafe import Markup

from access.factors import CodeOffer, PasskeyOffer
from access.figures import Refused, SignedIn
from interfaces.web.account.cookies import token_of
from interfaces.web.account.me import WRONG, changed, me_page
from interfaces.web.account.says import said_refusal
from interfaces.web.account.sign_in import raw
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()


@places.page("/me/second-factor", area="account")
def second_factor(visit: Visited) -> Response:
    """Choose a second way to sign in; whose post needs one comes here before anything else."""
    return _choose_page(visit)


@places.form("/me/second-factor/code", area="account")
def begin_code(visit: Visited) -> Response:
    """Show what an authenticator has to be told."""
    offer = visit.served.accounts.factors.begin_code(token_of(visit), visit.now, _password(visit))
    return _code_page(visit, offer) if isinstance(offer, CodeOffer) else _choose_page(visit, offer)


@places.form("/me/second-factor/code/confirm", area="account")
def confirm_code(visit: Visited) -> Response:
    """Set the authenticator up by a code of it."""
    factors, ticket = visit.served.accounts.factors, visit.sent.get("ticket")
    done = factors.confirm_code(token_of(visit), ticket, visit.sent.get("code"), visit.now)
    if isinstance(done, SignedIn):
        return changed(visit, done, visit.words.gettext("Your authenticator is set up."))
    offer = factors.offered(token_of(visit), ticket, visit.now)
    return _code_page(visit, offer, done) if offer is not None else _choose_page(visit, done)


@places.form("/me/second-factor/code/remove", area="account")
def remove_code(visit: Visited) -> Response:
    """Take the authenticator away."""
    done = visit.served.accounts.factors.remove_code(token_of(visit), visit.now, _password(visit))
    return changed(visit, done, visit.words.gettext("Your authenticator is not asked any more."))


@places.form("/me/second-factor/passkey", area="account")
def begin_passkey(visit: Visited) -> Response:
    """Ask the browser for a new passkey: the one page that needs its script."""
    offer = visit.served.accounts.factors.begin_passkey(token_of(visit), visit.now, _password(visit))
    if isinstance(offer, PasskeyOffer):
        return visit.page("account/passkey.html", offer=offer)
    return _choose_page(visit, offer)


@places.form("/me/second-factor/passkey/add", area="account")
def add_passkey(visit: Visited) -> Response:
    """Keep the passkey that an authenticator made."""
    sent = visit.sent
    done = visit.served.accounts.factors.add_passkey(
        token_of(visit), sent.get("ticket"), sent.get("answer"), sent.get("name"), visit.now
    )
    if isinstance(done, SignedIn):
        return changed(visit, done, visit.words.gettext("Your passkey is set up."))
    return _choose_page(visit, done)


@places.form("/me/second-factor/passkey/remove", area="account")
def remove_passkey(visit: Visited) -> Response:
    """Take a passkey away."""
    done = visit.served.accounts.factors.remove_passkey(
        token_of(visit), visit.sent.get("id"), visit.now, _password(visit)
    )
    return changed(visit, done, visit.words.gettext("This passkey is not asked any more."))


@places.form("/me/second-factor/codes", area="account")
def new_codes(visit: Visited) -> Response:
    """Make ten fresh recovery codes, which are shown this once."""
    if not visit.served.accounts.ways(visit.person):
        return me_page(visit, visit.words.gettext("Set up an authenticator or a passkey first."))
    done = visit.served.accounts.factors.new_codes(token_of(visit), visit.now, _password(visit))
    return changed(visit, done, "")


def picture_of(address: str) -> Markup:
    """What an authenticator's camera reads, as SVG without styles: dark on light in every theme."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        scale=4,
        dark="#000",
        light="#fff",
        svgclass="pattern",
        lineclass=None,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - made of squares alone; the address is drawn, not written


def _password(visit: Visit) -> str | None:
    return raw(visit, "old") or None


def _choose_page(visit: Visit, refused: Refused | None = None) -> Response:
    accounts = visit.served.accounts
    values: dict[str, Any] = {
        "problem": said_refusal(visit.words, refused) if refused is not None else "",
        "ask_password": refused is not None and refused.reason == "confirm",
        "offers_passkeys": accounts.factors.offers_passkeys,
        "needed": visit.session is not None and visit.session.setup,
    }
    return visit.page("account/second_factor.html", status=WRONG if refused is not None else 200, **values)


def _code_page(visit: Visit, offer: CodeOffer, refused: Refused | None = None) -> Response:
    spaced = " ".join(offer.secret[start : start + 4] for start in range(0, len(offer.secret), 4))
    problem = said_refusal(visit.words, refused) if refused is not None else ""
    values = {"offer": offer, "picture": picture_of(offer.address), "secret": spaced, "problem": problem}
    return visit.page("account/code.html", status=WRONG if problem else 200, **values)
