"""The description of the API itself, for programs that write programs."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from interfaces.api.answering import JSON, document
from interfaces.api.places import ApiPlaces, Gives

places = ApiPlaces("description")


@places.get("/openapi.json", Gives(media=(JSON,), described=False), area="account", scope=None, named="describe")
def describe(request: Request) -> Response:
    """What can be asked and what is answered, with an example of each answer (OpenAPI 3.1)."""
    return document(request.app.openapi())
