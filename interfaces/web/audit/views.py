"""Questions of an auditor kept under a name: an address that holds choices alone, and can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import Response

from access.desk import View
from access.journal_reads import REGISTERS
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()
LONGEST_NAME = 80
KEPT_OF = ("/audit/trace", "/audit/map", *(f"/audit/registers/{kind}" for kind in REGISTERS))
"""The lists whose choices can be kept."""


@places.form("/audit/views", area="audit")
def keep_view(visit: Visited) -> Response:
    """Keep the choices of a list under a name, or throw such a view away; then go on where it was."""
    desk, sent = visit.served.running.store.screens.desk, visit.sent
    path, _, query = sent.get("address").partition("?")
    if path not in KEPT_OF:
        return visit.go_to(KEPT_OF[0])
    address = f"{path}?{query}" if query else path
    if sent.get("drop"):
        desk.drop_view(sent.get("drop"), visit.person)
    elif sent.get("name"):
        desk.save_view(View(visit.new_key(), visit.person, sent.get("name")[:LONGEST_NAME], address, visit.now))
    return visit.go_to(f"{address}#views")


def views_of(visit: Visit, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """The views of whoever looks, and the address of what they look at."""
    views = [one for one in visit.served.running.store.screens.desk.views(visit.person) if one.address[:7] == "/audit/"]
    return {"views": views, "view_at": f"{path}?{urlencode(asked)}" if asked else path, "view_asked": bool(asked)}
