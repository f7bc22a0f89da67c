"""Routes, each with the area of the house that it belongs to: none can be declared without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from access.decide import Area

AREA = "x-area"
Handler = TypeVar("Handler", bound=Callable[..., Any])


class Places:
    """The pages and forms of one part of the house. `router` is what the app takes in."""

    def __init__(self) -> None:
        self.router = APIRouter(include_in_schema=False)

    def page(self, path: str, *, area: Area) -> Callable[[Handler], Handler]:
        """Answer GET and HEAD at a path. What is read with a GET changes nothing but who looked."""
        return self._at(("GET", "HEAD"), path, area)

    def form(self, path: str, *, area: Area) -> Callable[[Handler], Handler]:
        """Answer POST at a path: a form with its `csrf` and, where it changes a case, its `key` and `revision`."""
        return self._at(("POST",), path, area)

    def _at(self, methods: tuple[str, ...], path: str, area: Area) -> Callable[[Handler], Handler]:
        return self.router.api_route(
            path, methods=list(methods), response_class=HTMLResponse, response_model=None, openapi_extra={AREA: area}
        )


def area_of(route: Any) -> Area | None:
    """The area that a route was declared with; None for one that was declared otherwise."""
    extra = getattr(route, "openapi_extra", None) or {}
    area: Area | None = extra.get(AREA)
    return area
