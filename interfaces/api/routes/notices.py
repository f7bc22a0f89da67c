"""Your notices: listed, and marked as read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from fastapi.responses import Response

from interfaces.api.answering import Cursor, Limit, cursor_of, document, page
from interfaces.api.asked import An
from interfaces.api.models import PageOfNotices
from interfaces.api.places import NOTHING, ApiPlaces, Gives

places = ApiPlaces("notices")
NoticeId = Annotated[str, Path(pattern=r"^[0-9a-f]{8,64}$", description="The notice, by its id.")]


@places.get("/notices", Gives(PageOfNotices), area="account", named="list_notices")
def list_notices(asked: An, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What you were told in the house, the newest first."""
    part = asked.screens.notices(asked.person, page(limit, cursor), asked.now)
    told = [
        {"id": one.id, "at": one.at, "text": one.text, "urgent": one.urgent, "read_at": one.read_at}
        for one in part.rows
    ]
    unread = asked.screens.unread(asked.person, asked.now)
    return document({"notices": told, "unread": unread, "next": cursor_of(part.next)})


@places.change("/notices/{notice}/read", Gives(status=204), NOTHING, area="account", named="mark_notice_read")
def mark_notice_read(asked: An, notice: NoticeId) -> Response:
    """Mark a notice of yours as read; one that is read already keeps its moment, and others' are left alone."""
    asked.screens.mark_read(asked.person, [notice], asked.now)
    return Response(status_code=204)
