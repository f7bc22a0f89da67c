"""Finding every page that somebody can reach by links: one address for each route, as the app declares them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

from fastapi.routing import APIRoute
from playwright.sync_api import Error

from interfaces.web.app import ROUTERS
from tests.browser import Watched

LINKS = "[...document.querySelectorAll('a[href]')].map(one => one.href)"


def template_of(path: str) -> str | None:
    """The route that answers GET at a path; None for what is no page."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and route.path_regex.fullmatch(path):
                return route.path
    return None


def every_page(watched: Watched, begin: str = "/") -> Iterator[tuple[str, str, int]]:
    """Open one page of each route that can be reached: (route, address, status). The page stands open meanwhile."""
    seen: set[str] = set()
    waiting = deque([begin])
    while waiting:
        address = waiting.popleft()
        try:
            answer = watched.page.goto(address)
        except Error as problem:
            # A file to take along is no page; that it comes is enough.
            if "Download is starting" not in problem.message:
                raise
            assert watched.page.context.request.get(address).status == 200, address
            seen.add(template_of(urlsplit(address).path) or address)
            continue
        assert answer is not None
        path = urlsplit(watched.page.url).path
        found = template_of(path) or path
        if found in seen and address != begin:
            continue
        seen.add(found)
        links = watched.page.evaluate(LINKS)
        yield found, path, answer.status
        for link in links:
            parts = urlsplit(link)
            route = template_of(parts.path)
            known = {template_of(urlsplit(one).path) for one in waiting}
            if parts.netloc == urlsplit(watched.page.url).netloc and route not in {*seen, *known, None}:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
