"""What a browser sent with a form, read once; fields by name, files apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from interfaces.documents.media import safe_media

MOST_FIELDS = 400
MOST_FILES = 10
MOST_DIGITS = 9
"""No figure that a form asks for is longer, and none can grow out of what the calendar or a column holds."""
KEPT = "kept"
"""The field that names answers which were kept when a session was over."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was chosen: its media type and content; names of files are not kept, they tell too much."""

    media: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form in their order."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[SentFile]] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field, without space around it."""
        values = self.fields.get(name)
        return values[-1].strip() if values else default

    def all(self, name: str) -> Sequence[str]:
        """All values of a field that may come more than once."""
        return [value.strip() for value in self.fields.get(name, ())]

    def with_kept(self, kept: Sent) -> Sent:
        """What was kept, as this form sends it again: with the mark of the session that it has now."""
        return Sent({**kept.fields, "csrf": self.fields.get("csrf", ()), KEPT: self.fields.get(KEPT, ())}, kept.files)

    def number(self, name: str) -> int | None:
        """A whole number of at most nine digits, None where the field holds none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


async def sent_with(request: Request) -> Sent:
    """The form of a request; empty where none came along."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return Sent()
    kind: Literal["urlencoded", "multipart"] | None = _kind(request.headers.get("content-type", ""))
    if kind is None:
        return Sent()
    fields: dict[str, list[str]] = {}
    files: dict[str, list[SentFile]] = {}
    async with request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.size:
                    media = safe_media(value.content_type or "")
                    files.setdefault(name, []).append(SentFile(media, await value.read()))
            else:
                fields.setdefault(name, []).append(value)
    return Sent(fields, files)


def _kind(content_type: str) -> Literal["urlencoded", "multipart"] | None:
    match content_type.partition(";")[0].strip().lower():
        case "application/x-www-form-urlencoded":
            return "urlencoded"
        case "multipart/form-data":
            return "multipart"
    return None


SentForm = Annotated[Sent, Depends(sent_with)]
