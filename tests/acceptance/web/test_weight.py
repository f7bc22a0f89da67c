"""What a page weighs on the line at its first visit: all parts, from the house alone, under a strict policy."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import interfaces.web
from tests.acceptance.web.crawl import every_page
from tests.acceptance.web.test_every_page import LEAST, PEOPLE
from tests.browser import Looks, Watched

HEAVIEST = 100_000
MOST_REQUESTS = 6
LARGEST_STYLE = 14 * 1024
STYLE = Path(interfaces.web.__file__).with_name("static") / "style.css"


@dataclass
class Line:
    """What went over the line since the last page: bytes as they went, addresses, and policies of documents."""

    bytes: int = 0
    asked: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)

    def watch(self, watched: Watched) -> None:
        """Look at the line of a page; nothing comes from a cache."""
        session = watched.page.context.new_cdp_session(watched.page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.on("Network.responseReceived", self._answered)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def begin(self) -> None:
        """Forget what went until now."""
        self.bytes = 0
        self.asked.clear()
        self.policies.clear()

    def _asked(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.asked.append(event["request"]["url"])

    def _came(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _answered(self, event: dict[str, Any]) -> None:
        if event["type"] == "Document":
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            self.policies.append(headers.get("content-security-policy", ""))


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_is_light_and_comes_from_the_house_alone(person: str | None, page_at: Looks) -> None:
    watched = page_at(360, as_=person)
    line, wrong, pages = Line(), [], 0
    line.watch(watched)
    for route, path, _ in every_page(watched):
        watched.page.wait_for_load_state("networkidle")
        where = f"{route} ({path})"
        pages += 1
        parts = [one for one in line.asked if "/favicon" not in one]
        if line.bytes > HEAVIEST:
            wrong.append(f"{where} weighs {line.bytes} bytes")
        if line.bytes < 1000:
            wrong.append(f"{where}: nothing was measured")
        if len(parts) > MOST_REQUESTS:
            wrong.append(f"{where} asks {len(parts)} times: {parts}")
        if not line.policies or any("unsafe-" in one or "default-src 'none'" not in one for one in line.policies):
            wrong.append(f"{where}: its policy is {line.policies}")
        wrong += [f"{where}: {one}" for one in watched.problems]
        watched.problems.clear()
        line.begin()
    assert wrong == []
    assert pages >= LEAST[person]


def test_the_style_is_small_on_the_line() -> None:
    assert len(gzip.compress(STYLE.read_bytes())) <= LARGEST_STYLE


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    templates = list(Path(interfaces.web.__file__).with_name("templates").rglob("*.html"))
    assert len(templates) > 40
    found = [
        f"{path.name}: {mark}"
        for path in templates
        for mark in ("<style", " style=", "<script>", "javascript:", " onclick", " onsubmit", " onload")
        if mark in path.read_text("utf-8")
    ]
    assert found == []
