"""Yourself: who you are to the house, and the address of a calendar of your own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import Response

from access.account_store import Token
from access.calendars import calendar_of, end_calendars
from access.calendars import make_calendar as make_calendar_address
from interfaces.api.answering import document
from interfaces.api.asked import An
from interfaces.api.calendar import feed
from interfaces.api.models import CalendarMade, CalendarTold, MeTold
from interfaces.api.places import NOTHING, ApiPlaces, Gives, Takes
from interfaces.api.problems import ApiProblem

places = ApiPlaces("people")
ICS = "text/calendar"


@places.get("/people/me", Gives(MeTold), area="account", named="me")
def me(asked: An) -> Response:
    """Who you are to the house, and in which roles you ask."""
    viewer, scopes = asked.viewer, asked.identity.scopes
    told = {
        "person": asked.person,
        "titles": sorted(viewer.titles),
        "acting": viewer.acting,
        "posts": sorted(viewer.posts),
        "scopes": None if scopes is None else sorted(scopes),
        "workflow": asked.house.workflows.current(None).workflow.workflow,
        "now": asked.now,
    }
    return document(told)


@places.get("/people/me/calendar", Gives(CalendarTold), area="account", named="my_calendar")
def my_calendar(asked: An) -> Response:
    """Whether you have an address of your own for a calendar."""
    return document(_told(calendar_of(asked.served.accounts.tokens, asked.person, asked.now)))


@places.change("/people/me/calendar", Gives(CalendarMade, status=201), NOTHING, area="account", named="make_calendar")
def make_calendar(asked: An) -> Response:
    """Make a secret address at which a calendar program reads your dates; an earlier one ends."""
    figures = asked.served.accounts.figures
    tokens = asked.served.accounts.tokens
    token, secret = make_calendar_address(tokens, asked.person, asked.key, figures.longest_token, asked.now)
    if secret is None:
        return document(_told(token) | {"address": None}, 201)
    address = f"{asked.served.base}/api/v1/calendars/{secret}.ics"
    return document(_told(token) | {"address": address}, 201)


@places.change(
    "/people/me/calendar",
    Gives(status=204),
    Takes(media=None, method="DELETE"),
    area="account",
    named="end_calendar",
)
def end_calendar(asked: An) -> Response:
    """End the address of your calendar at once; where there is none, nothing happens."""
    end_calendars(asked.served.accounts.tokens, asked.person, asked.now)
    return Response(status_code=204)


@places.get("/calendars/{secret}.ics", Gives(media=(ICS,)), area="public", scope=None, named="read_calendar")
def read_calendar(asked: An, secret: Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,100}$")]) -> Response:
    """Somebody's dates, for their calendar program: references and neutral words, and nothing else."""
    holder = asked.served.accounts.bearer(secret, asked.now)
    person = asked.house.people.person(holder.person) if holder is not None else None
    if holder is None or person is None or "calendar" not in holder.scopes:
        raise ApiProblem("not_found")
    return Response(feed(asked, person), media_type=f"{ICS}; charset=utf-8")


def _told(token: Token | None) -> dict[str, Any]:
    return {"made_at": token.made_at if token else None, "ends_at": token.ends_at if token else None}
