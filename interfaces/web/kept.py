"""Answers that came when a session was over: kept on the server for half an hour, for whoever signs in as its person.

Nothing of them is stored in the browser, and nobody else sees them: they are sealed, and named by a random id that
opens them for their owner alone. Sent again, they go to the place for which they were meant, through the same door.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel

from access.decide import Area
from access.desk import LIVES, Draft, DraftKind
from interfaces.web.sent import KEPT, Sent, SentFile

if TYPE_CHECKING:
    import datetime as dt

    from fastapi import Request

    from interfaces.web.served import Served

NEVER: frozenset[Area] = frozenset({"public", "account"})
"""What is sent here may be a password or a code, and is not kept."""
OWN = frozenset({"csrf", KEPT})


class Held(BaseModel):
    """Answers as they lie on the desk: fields in their order; files by their media type and content, in base64."""

    fields: dict[str, list[str]]
    files: dict[str, list[tuple[str, str]]]


class NotKept(Exception):
    """There are no such answers, not any more, or they are somebody else's."""


def keep_what_came(request: Request, served: Served, area: Area, sent: Sent, now: dt.datetime) -> str:
    """Keep the answers of a form whose session is over; empty, or the address where their owner finds them.

    Only a form that was made in that session is kept, and only for its person. `now` is aware, in UTC.
    """
    if request.method != "POST" or area in NEVER:
        return ""
    person = served.accounts.sessions.whose(request.cookies.get(served.cookie, ""), sent.get("csrf"))
    if person is None:
        return ""
    id_ = served.running.house.ids.attempt()
    served.running.store.screens.desk.save_draft(draft_of(id_, person, "form", _place(request), sent, now))
    return f"/kept/{id_}"


def draft_of(id_: str, person: str, kind: DraftKind, about: str, sent: Sent, now: dt.datetime) -> Draft:
    """Answers as the desk keeps them; `about` is the path to which they go, and `now` is aware, in UTC."""
    fields = {name: list(values) for name, values in sent.fields.items() if name not in OWN}
    files = {
        name: [(one.media, b64encode(one.content).decode()) for one in chosen] for name, chosen in sent.files.items()
    }
    content = Held(fields=fields, files=files).model_dump_json().encode()
    return Draft(id_, person, kind, about, content, now, now + LIVES[kind])


def sent_of(draft: Draft) -> Sent:
    """The answers of a draft, as they came."""
    held = Held.model_validate_json(draft.content)
    files = {
        name: [SentFile(media, b64decode(content)) for media, content in chosen] for name, chosen in held.files.items()
    }
    return Sent(held.fields, files)


def sent_again(request: Request, served: Served, person: str, sent: Sent, now: dt.datetime) -> Sent:
    """What a form says, with what it has kept in place of what came along. Raises NotKept."""
    if KEPT not in sent.fields:
        return sent
    draft = served.running.store.screens.desk.draft(sent.get(KEPT), person, now)
    if draft is None or draft.kind != "form" or draft.about != request.url.path:
        raise NotKept
    return sent.with_kept(sent_of(draft))


def newest_kept(served: Served, person: str, now: dt.datetime) -> str:
    """Where somebody who signs in finds what they sent last without a session; empty where there is nothing."""
    found = served.running.store.screens.desk.drafts(person, "form", now)
    return f"/kept/{found[0].id}" if found else ""


def _place(request: Request) -> str:
    """For which place a form was meant: a part of a page that looked something up was meant for its page."""
    if request.headers.get("hx-request") == "true":
        page = urlsplit(request.headers.get("hx-current-url", "")).path
        return page or request.url.path
    return request.url.path
