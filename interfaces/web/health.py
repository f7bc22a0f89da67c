"""Whether the house lives and whether it can work: for those who supervise it. The answers have no content."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases.errors import HomewardError
from interfaces.web.places import AREA
from interfaces.web.served import Served

router = APIRouter(include_in_schema=False)
_PUBLIC = {AREA: "public"}
_READS = ["GET", "HEAD"]
"""Monitors ask either way."""


@router.api_route("/health/live", methods=_READS, openapi_extra=_PUBLIC)
def live() -> Response:
    """The process answers."""
    return _empty(204)


@router.api_route("/health/ready", methods=_READS, openapi_extra=_PUBLIC)
def ready(request: Request) -> Response:
    """The database answers, and what runs by the clock in this process runs."""
    served: Served = request.app.state.served
    try:
        served.running.store.staff.revision()
    except HomewardError:
        return _empty(503)
    return _empty(204 if served.ticks() else 503)


def _empty(status: int) -> Response:
    return Response(status_code=status, headers={"Cache-Control": "no-store"})
