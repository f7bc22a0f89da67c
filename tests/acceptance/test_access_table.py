"""Every route of the pages and of the API has an area, the one that its address says, and a row in the access table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import APIRouter

from access.decide import AREAS, Relation, decide_access
from interfaces.api.app import ROUTERS as OF_THE_API
from interfaces.web.app import ROUTERS as OF_THE_PAGES
from interfaces.web.places import area_of
from tests.unit.access.test_decide import POSTS, TABLE, word

OPEN_TO_ALL = re.compile(r"/(sign-in|sign-out|welcome|leave|help|health|calendars)?(/.*)?")
"""Addresses that may be public: what is needed to sign in, to get away, and links that are secrets themselves."""
OF_A_PART = {
    # Whoever supervises, and the person it is about: the page itself asks, and `test_access_asked` asks the page.
    "/team/{name}": {"staff"},
    "/administration": {"administration"},
    "/audit": {"audit", "narrative"},
    "/team": {"supervision"},
    "/house": {"staff"},
    "/approvals": {"supervision"},
    "/trace": {"audit"},
    "/exports/trace": {"audit"},
    "/overrides": {"supervision"},
    "/me": {"account"},
}
READS_ONE = {"case", "case_act"}


@dataclass(frozen=True, slots=True)
class Route:
    """A route as it is declared."""

    method: str
    path: str
    area: str | None

    @property
    def called(self) -> str:
        """How a message names it."""
        return f"{self.method} {self.path}"


def routes_of(routers: Iterable[APIRouter]) -> Iterator[Route]:
    """Every route with each of its methods."""
    for router in routers:
        for route in router.routes:
            one: Any = route
            for method in sorted(getattr(one, "methods", None) or {"?"}):
                yield Route(method, one.path, area_of(one))


ROUTES = [*routes_of(OF_THE_PAGES), *routes_of(OF_THE_API)]


def problems(route: Route) -> list[str]:
    """What is wrong with where a route belongs."""
    if route.area is None:
        return [f"{route.called} has no area"]
    if route.area not in AREAS:
        return [f"{route.called}: {route.area} is no area"]
    if route.area == "public" and not OPEN_TO_ALL.fullmatch(route.path):
        return [f"{route.called} is open to everybody"]
    for beginning, areas in OF_A_PART.items():
        if (route.path + "/").startswith(beginning + "/"):
            return [] if route.area in areas else [f"{route.called} is {route.area}, and is one of {sorted(areas)}"]
    if "{ref}" in route.path:
        wanted = READS_ONE if route.method in ("GET", "HEAD") else {"case_act"}
        return [] if route.area in wanted else [f"{route.called} names an instance, and is {route.area}"]
    return []


def test_there_are_routes_of_both() -> None:
    assert len(list(routes_of(OF_THE_PAGES))) > 30
    assert len(list(routes_of(OF_THE_API))) > 20


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.called)
def test_every_route_belongs_where_its_address_says(route: Route) -> None:
    assert problems(route) == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.called)
def test_every_route_has_a_row_for_every_relation_and_post(route: Route) -> None:
    area: Any = route.area
    for relation in Relation:
        found = tuple(word(decide_access(viewer, area, relation)) for viewer in POSTS.values())
        assert found == TABLE[area, relation], (route.called, relation)


class TestTheChecker:
    def test_finds_a_route_without_an_area(self) -> None:
        router = APIRouter()
        router.get("/cases/{ref}/secret")(lambda: "")
        (route,) = routes_of([router])
        assert problems(route) == ["GET /cases/{ref}/secret has no area"]

    @pytest.mark.parametrize(
        ("method", "path", "area"),
        [
            ("GET", "/cases", "public"),
            ("GET", "/administration/people", "staff"),
            ("GET", "/audit/trace", "staff"),
            ("POST", "/cases/{ref}/act/{action}", "case"),
            ("GET", "/cases/{ref}", "staff"),
            ("GET", "/cases/{ref}", "somewhere"),
        ],
    )
    def test_finds_a_route_in_the_wrong_place(self, method: str, path: str, area: str) -> None:
        assert problems(Route(method, path, area))
