"""`/kept/{id}`: answers that came when the session was over, sent again with one button or thrown away."""

from __future__ import annotations

from fastapi.responses import Response

from interfaces.web.kept import NotKept
from interfaces.web.places import Places
from interfaces.web.visit import Visited

places = Places()


@places.page("/kept/{id_}", area="account")
def kept_page(visit: Visited, id_: str) -> Response:
    """Say that the answers are there, until when, and where they go. Raises NotKept."""
    draft = visit.served.running.store.screens.desk.draft(id_, visit.person, visit.now)
    if draft is None or draft.kind != "form":
        raise NotKept
    return visit.page("account/kept.html", draft=draft, about=_reference(draft.about))


@places.form("/kept/{id_}/throw-away", area="account")
def throw_away(visit: Visited, id_: str) -> Response:
    """Keep them no longer; twice is the same as once."""
    visit.served.running.store.screens.desk.drop_draft(id_, visit.person)
    return visit.go_to("/")


def _reference(path: str) -> str:
    """The reference in the address of a form; empty where it is about no case."""
    parts = path.split("/")
    return parts[2] if len(parts) > 2 and parts[1] in ("cases", "instances") and parts[2] != "new" else ""
