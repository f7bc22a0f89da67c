"""What the sign-in keeps in a browser: the session, the ticket between two steps, and that the browser is known."""

from __future__ import annotations

import datetime as dt

from fastapi.responses import Response

from access.figures import Caller, SignedIn
from interfaces.web.served import Served
from interfaces.web.visit import Visit

TICKET, DEVICE = "-ticket", "-device"


def caller_of(visit: Visit) -> Caller:
    """From where somebody asks."""
    client = visit.request.client
    device = visit.request.cookies.get(visit.served.cookie + DEVICE)
    return Caller(client.host if client is not None else "", device)


def token_of(visit: Visit) -> str:
    """The token of the session; empty where there is none."""
    return visit.request.cookies.get(visit.served.cookie, "")


def ticket_of(visit: Visit) -> str:
    """The ticket of a sign-in that was begun; empty where there is none."""
    return visit.request.cookies.get(visit.served.cookie + TICKET, "")


def with_session(visit: Visit, done: SignedIn, answer: Response) -> Response:
    """An answer that lets somebody in, or gives them the new token of a session that goes on."""
    served = visit.served
    put_session(served, done.token, answer)
    if done.device is not None:
        _put(served, DEVICE, done.device, answer, served.accounts.figures.device)
    if ticket_of(visit):
        drop(served, TICKET, answer)
    return answer


def with_ticket(visit: Visit, ticket: str, answer: Response) -> Response:
    """An answer after which the second step comes."""
    _put(visit.served, TICKET, ticket, answer, visit.served.accounts.figures.ceremony)
    return answer


def without_session(visit: Visit, answer: Response) -> Response:
    """An answer after which nobody is signed in. That the browser is known stays."""
    drop(visit.served, "", answer)
    drop(visit.served, TICKET, answer)
    return answer


def put_session(served: Served, token: str, answer: Response) -> None:
    """Put the token of a session into the browser, until it is closed."""
    _put(served, "", token, answer, None)


def drop(served: Served, which: str, answer: Response) -> None:
    """Take something of ours out of the browser."""
    answer.delete_cookie(served.cookie + which, path="/", secure=served.secure, httponly=True, samesite="lax")


def _put(served: Served, which: str, value: str, answer: Response, lasts: dt.timedelta | None) -> None:
    answer.set_cookie(
        served.cookie + which,
        value,
        max_age=int(lasts.total_seconds()) if lasts is not None else None,
        path="/",
        secure=served.secure,
        httponly=True,
        # Not strict: whoever follows a link from a notice is signed in, and comes back from a provider.
        samesite="lax",
    )
