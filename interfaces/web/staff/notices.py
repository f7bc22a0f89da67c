"""The inbox of whoever is signed in: newest first, what is unread marked by a word."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi.responses import Response

from access.relation import reach_of
from access.screens import Page
from cases.reference import find_reference
from interfaces.web.places import Places
from interfaces.web.visit import Visited

places = Places()
SHOWN = 50


@places.page("/notices", area="account")
def notices_page(visit: Visited, after: str = "") -> Response:
    """The inbox. Opening it marks nothing: that is said by a button, so that a glance loses nothing."""
    found = visit.served.running.store.screens.notices(visit.person, Page(SHOWN, after or None), visit.now)
    about = {one.id: ref for one in found.rows if (ref := find_reference(one.text))}
    reach = reach_of(visit.house, visit.viewer, visit.now)
    opened = visit.served.running.store.screens.opened_of(reach, list(dict.fromkeys(about.values())))
    rows = [
        {
            "when": visit.words.when(one.at, with_time=True),
            "text": one.text,
            "fresh": one.read_at is None,
            "urgent": one.urgent,
            "address": f"/instances/{about[one.id]}" if about.get(one.id) in opened else "",
            "elsewhere": one.id in about and about[one.id] not in opened,
        }
        for one in found.rows
    ]
    return visit.page(
        "staff/notices.html",
        rows=rows,
        fresh=[one.id for one in found.rows if one.read_at is None],
        more=f"/notices?{urlencode({'after': found.next})}" if found.next else "",
        first="/notices" if after else "",
    )


@places.form("/notices", area="account")
def mark_read(visit: Visited) -> Response:
    """Mark notices as read."""
    visit.served.running.store.screens.mark_read(visit.person, visit.sent.all("id"), visit.now)
    return visit.go_to("/notices")
