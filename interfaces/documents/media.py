"""The media type of a document: one that a header can hold, or the one that says nothing."""

from __future__ import annotations

import re

MEDIA = re.compile(r"[a-z]{1,32}/[A-Za-z0-9.+\-]{1,64}")
"""What a media type may look like (RFC 6838, without parameters)."""
UNKNOWN = "application/octet-stream"


def safe_media(said: str) -> str:
    """The type that somebody said, without its parameters, if it is one; else that of any bytes."""
    media = said.partition(";")[0].strip()
    return media if MEDIA.fullmatch(media) is not None else UNKNOWN
