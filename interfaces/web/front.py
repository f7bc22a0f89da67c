"""The front door: where everybody comes in, and help that is always at the same place."""

from __future__ import annotations

from fastapi.responses import Response

from interfaces.web.bar import home_of
from interfaces.web.places import Places
from interfaces.web.visit import Visited

places = Places()


@places.page("/", area="public")
def front(visit: Visited) -> Response:
    """Go to the first page of whoever is signed in, else to the sign-in."""
    return visit.go_to(home_of(visit.viewer) if visit.session is not None else "/sign-in")


@places.page("/help", area="public")
def help_page(visit: Visited) -> Response:
    """What to do when something does not work, whom to ask, and what this house is."""
    return visit.page("help.html", emergency_numbers=visit.served.running.settings.emergency_numbers)
