"""The server that commands ask, where they do not work in a house on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cases.errors import CannotStart
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Server:
    """A server before which commands sit down, and the token by which it knows the person."""

    address: str
    token: str = field(repr=False)


def server_named(settings: Settings, address: str | None, token_file: Path | None) -> Server | None:
    """The server that options or settings name; None where commands work in the house itself.

    Raises CannotStart without a token or where others may read its file, OSError where there is no such file.
    """
    address = address or settings.server
    if address is None:
        return None
    token = settings.token.get_secret_value() if settings.token is not None and token_file is None else None
    file = token_file or settings.token_file
    if token is None and file is not None:
        if file.stat().st_mode & 0o077:
            raise CannotStart(f"others may read {file}; say: chmod 600 {file}")
        token = file.read_text("utf-8").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise CannotStart("a server needs a token: --token-file FILE, HOMEWARD_TOKEN_FILE or HOMEWARD_TOKEN")
    return Server(address, token)
