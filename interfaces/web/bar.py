"""The bar on top: the places of each kind of user, always in the same order."""

from __future__ import annotations

from dataclasses import dataclass

from access.decide import Area, Viewer, decide_access


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the bar; `here` is the one that the page belongs to."""

    address: str
    label: str
    here: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one viewer. Labels are English; the template translates them."""

    links: tuple[Link, ...]
    person: str


def N_(text: str) -> str:  # noqa: N802 - the name that extraction of messages knows
    """Mark a text for translation."""
    return text


STAFF = (("/work", N_("My work")), ("/cases", N_("Cases")), ("/notices", N_("Notices")))
TEAM = (("/team", N_("Team")),)
ADMINISTRATION = (
    ("/administration/health", N_("Health")),
    ("/administration/workflows", N_("Workflows")),
    ("/administration/people", N_("People")),
    ("/administration/notices", N_("Texts")),
    ("/administration/settings", N_("Settings")),
)
AUDIT = (
    ("/audit/trace", N_("Trace")),
    ("/audit/registers/refusals", N_("Registers")),
    ("/audit/map", N_("Map")),
    ("/audit/coverage", N_("Coverage")),
    ("/audit/integrity", N_("Integrity")),
)


PARTS: tuple[tuple[Area, tuple[tuple[str, str], ...]], ...] = (
    ("staff", STAFF),
    ("supervision", TEAM),
    ("administration", ADMINISTRATION),
    ("audit", AUDIT),
)


def bar_for(viewer: Viewer, path: str, name: str = "") -> Bar:
    """The bar for somebody who is signed in, on the page with this path."""
    places: list[tuple[str, str]] = []
    for area, links in PARTS:
        if decide_access(viewer, area).allowed:
            places += links
    return Bar(
        tuple(Link(address, label, _is_here(address, path)) for address, label in places), name or viewer.person or ""
    )


def home_of(viewer: Viewer) -> str:
    """The first page of somebody: their first place in the bar."""
    links = bar_for(viewer, "").links
    return links[0].address if links else "/me"


def _is_here(address: str, path: str) -> bool:
    parts = {"/audit/registers/refusals": ("/audit/registers",), "/cases": ("/cases", "/house")}.get(
        address, (address,)
    )
    return any(path == part or path.startswith(part + "/") for part in parts)
