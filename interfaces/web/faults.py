"""What goes wrong on the way to a page, said in words: nothing sent is echoed, nothing hidden is told apart."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.errors import HomewardError, Stale, UnknownReference
from interfaces.errors import fault_of
from interfaces.web.kept import NotKept
from interfaces.web.visit import ForgedForm, NotHere, NothingShown, NotOpen, SetUpFirst, SignInFirst, known_of

LOG = logging.getLogger("homeward.web")
ELSEWHERE: tuple[type[Exception], ...] = (SignInFirst, SetUpFirst)
TOLD: tuple[type[Exception], ...] = (NotHere, NotOpen, NotKept, ForgedForm, HTTPException, HomewardError)
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Told:
    """The page of an error: its template, status, and what is said of the error itself."""

    template: str
    status: int
    message: str = ""


OWN: tuple[tuple[tuple[type[Exception], ...], Told], ...] = (
    ((NotHere, UnknownReference), Told("faults/not_here.html", 404)),
    ((NotKept,), Told("faults/not_kept.html", 404)),
    ((NotOpen,), Told("faults/not_open.html", 403)),
    ((ForgedForm,), Told("faults/forged.html", 403)),
    ((Stale,), Told("faults/changed.html", 412)),
)
"""Errors with a page of their own."""


def tell_faults(app: FastAPI) -> None:
    """Give every error its page. What nobody foresaw is written down by its type and places alone."""
    for kind in ELSEWHERE:
        app.add_exception_handler(kind, _send_elsewhere)
    for kind in TOLD:
        app.add_exception_handler(kind, _tell)
    app.add_exception_handler(NothingShown, _nothing_shown)


class Unforeseen:
    """Wraps an app: what nobody foresaw is answered and written down here, by its type and places alone.

    Left to the server it would be printed with its message, which may hold what belongs to a case.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; where it breaks before its answer began, answer with the page of a mistake."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the outermost place: an error is told here or nowhere
            fault = fault_of(error)
            LOG.error("%s %s", fault.message, " · ".join(fault.trace))
            if not begun and scope["type"] == "http":
                answer = HTMLResponse(GONE_WRONG, status_code=500, headers=NO_STORE)
                await answer(scope, receive, send)


GONE_WRONG = (
    '<!doctype html><html lang="en"><title>Homeward</title><h1>Homeward made a mistake</h1>'
    "<p>It was written down for those who look after the system. Nothing of a case stands there. "
    'Try again, or ask an administrator.</p><p><a href="/">First page</a></p></html>'
)
"""Needs nothing of the house: what broke may be what a page is made with."""


def told(error: Exception) -> Told:
    """How an error is told on a page."""
    own = next((page for kinds, page in OWN if isinstance(error, kinds)), None)
    if own is not None:
        return own
    match error:
        case HTTPException(status_code=404):
            return Told("faults/no_page.html", 404)
        case HTTPException():
            return Told("faults/other.html", error.status_code)
        case HomewardError():
            return Told("faults/bad_input.html", 400, fault_of(error).message)
    return Told("faults/unforeseen.html", 500)


def _tell(request: Request, error: Exception) -> Response:
    page = told(error)
    if page.status >= 500:
        fault = fault_of(error)
        # The type and the places alone: a message may hold what belongs to a case.
        LOG.error("%s %s", fault.message, " · ".join(fault.trace))
    known = known_of(request)
    return known.served.pages.answer(page.template, known.common(request) | {"message": page.message}, page.status)


def _nothing_shown(_: Request, __: Exception) -> Response:
    """A place that is open, asked with HEAD."""
    return HTMLResponse(status_code=200, headers=NO_STORE)


def _send_elsewhere(request: Request, error: Exception) -> Response:
    address = "/me/second-factor"
    if isinstance(error, SignInFirst):
        address = f"/sign-in?next={error.next}" if error.next not in ("", "/") else "/sign-in"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": address, **NO_STORE})
    return RedirectResponse(address, status_code=303, headers=NO_STORE)
