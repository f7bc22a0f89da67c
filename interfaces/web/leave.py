"""The quick exit: the session ends at once, and the browser stands on an ordinary page that says nothing of anybody."""

from __future__ import annotations

from fastapi.responses import RedirectResponse, Response

from interfaces.web.account.cookies import token_of, without_session
from interfaces.web.places import Places
from interfaces.web.visit import Visited

places = Places()
KEPT_NOWHERE = {"Cache-Control": "no-store", "Clear-Site-Data": '"cache"'}


@places.form("/leave", area="public")
def leave(visit: Visited) -> Response:
    """End the session, and go to the page that the house chose."""
    visit.served.accounts.sign_out(token_of(visit), visit.now)
    away = visit.served.running.settings.exit_address
    return without_session(visit, RedirectResponse(away, status_code=303, headers=KEPT_NOWHERE))
