"""What goes wrong on the way to a page, said in words: nothing sent is echoed, nothing hidden is told apart."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from cases.errors import HomewardError, Stale, UnknownReference
from interfaces.errors import fault_of
from interfaces.web.kept import NotKept
from interfaces.web.visit import ForgedForm, NotHere, NotOpen, SetUpFirst, SignInFirst, known_of

LOG = logging.getLogger("homeward.web")
ELSEWHERE: tuple[type[Exception], ...] = (SignInFirst, SetUpFirst)
TOLD: tuple[type[Exception], ...] = (NotHere, NotOpen, NotKept, ForgedForm, HTTPException, HomewardError, Exception)
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


def _send_elsewhere(request: Request, error: Exception) -> Response:
    address = "/me/second-factor"
    if isinstance(error, SignInFirst):
        address = f"/sign-in?next={error.next}" if error.next not in ("", "/") else "/sign-in"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": address, **NO_STORE})
    return RedirectResponse(address, status_code=303, headers=NO_STORE)
