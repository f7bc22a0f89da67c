"""What must be right before a house is served to people: each thing that is not, with what to set."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cases.errors import CannotStart
from config.settings import LOOPBACK, Settings

MOUNTS = Path("/proc/mounts")
IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def check_safe(settings: Settings, host: str) -> None:
    """Refuse to serve a house of real work at this address of the machine. Raises CannotStart with all reasons."""
    problems = [*unsafe(settings, host, mounts_text())]
    if problems:
        raise CannotStart("; ".join(problems))


def unsafe(settings: Settings, host: str, mounts: str) -> Iterator[str]:
    """Each setting that is not safe at this address, in words. `mounts` is what the system says of its file systems."""
    yield from _address(settings, host)
    if settings.home.exists() and stat.S_IMODE(settings.home.stat().st_mode) & 0o077:
        yield f"{settings.home} can be opened by other users of this machine; chmod 700 {settings.home}"
    if settings.database_url is None:
        if not settings.ticker:
            yield (
                "HOMEWARD_TICKER: on SQLite nobody else takes what is due; set it to true, or set HOMEWARD_DATABASE_URL"
            )
        if lies_in_memory(settings.home, mounts):
            yield f"{settings.home} lies in memory and is gone with the next start; set HOMEWARD_HOME to a disk"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address of it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK


def mounts_text() -> str:
    """What the system says of its file systems; empty where it does not tell."""
    return MOUNTS.read_text("utf-8", "replace") if MOUNTS.exists() else ""


def lies_in_memory(path: Path, mounts: str) -> bool:
    """Whether the file system of a folder is one that is gone when the machine stops."""
    real = os.path.realpath(path)
    found, kind = "", ""
    for line in mounts.splitlines():
        _, point, type_, *_ = line.split(" ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(found):
            found, kind = point, type_
    return kind in IN_MEMORY


def _address(settings: Settings, host: str) -> Iterator[str]:
    scheme = urlsplit(settings.link_base or "").scheme
    if is_loopback(host):
        # Reached by others through something on this machine: then it must be encrypted as well.
        if scheme == "http" and (urlsplit(settings.link_base or "").hostname or "") not in LOOPBACK:
            yield "HOMEWARD_LINK_BASE: people would reach the house unencrypted; use an address with https://"
        if scheme == "https" and not settings.trusted_proxies:
            yield (
                "HOMEWARD_TRUSTED_PROXIES: a server with TLS stands before the house, and unless it is named everybody "
                "seems to come from this machine; set it to 127.0.0.1"
            )
        return
    if scheme != "https":
        yield (
            f"{host} can be reached from other machines, and what goes there would not be encrypted; put a server with "
            "TLS before it and set HOMEWARD_LINK_BASE to its address with https://, or use --host 127.0.0.1"
        )
    if not settings.trusted_proxies:
        yield (
            f"{host} can be reached from other machines; set HOMEWARD_TRUSTED_PROXIES to the address of the server "
            "with TLS before it, so that nobody else is believed about who asks"
        )
