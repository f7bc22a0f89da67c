"""Webhooks, signed as Standard Webhooks says, to hosts on a list and to addresses of the public internet alone.

A name is resolved once, every address that it has is checked, and the connection goes to the one that was checked: a
name that resolves otherwise a moment later (DNS rebinding) gains nothing. Nobody is redirected, no proxy is asked.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import orjson
from standardwebhooks import Webhook

from notifications.channels.addresses import is_public
from notifications.channels.channel import TIMEOUT_SECONDS, CannotDeliver, Message
from notifications.channels.in_time import cut_by

NAME = "webhook"
Resolve = Callable[[str, int], Sequence[str]]
_PASSING = (408, 409, 421, 425, 429)


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine's resolver says. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class WebhookHosts:
    """Who may be called: the secret of each host, written `host` or `host:port`, as in `whsec_…`.

    `loopback` allows plain HTTP to this machine alone, for hosts on the list: for tests.
    """

    secrets: Mapping[str, str] = field(repr=False)
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: whom to call, by which name, and with which secret to sign."""

    url: httpx.URL
    name: str
    ip: str
    secret: str = field(repr=False)

    @property
    def pinned(self) -> httpx.URL:
        """The same, with the checked address in the place of the name."""
        return self.url.copy_with(host=self.ip)


class WebhookChannel:
    """Posts one signed document for each message."""

    def __init__(
        self,
        hosts: WebhookHosts,
        *,
        resolver: Resolve = resolve,
        transport: httpx.BaseTransport | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._hosts = hosts
        self._resolve = resolver
        self._client = httpx.Client(
            transport=transport,
            verify=tls or ssl.create_default_context(),
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            # No proxy and no password file of this machine.
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def send(self, message: Message) -> None:
        """Post a message. Raises CannotDeliver: permanent for an address that is not allowed or not wanted any more."""
        target = self._target(message.address)
        body = orjson.dumps(
            {
                "type": "notice",
                "timestamp": message.at.astimezone(dt.UTC).isoformat(),
                "data": {"text": message.text, "urgent": message.urgent},
            }
        )
        headers = {
            "host": _authority(target.url),
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(message.at.timestamp())),
            "webhook-signature": Webhook(target.secret).sign(message.id, message.at, body.decode()),
        }
        try:
            with closing(_Line()) as line:
                self._post(target, body, headers, line)
        except httpx.HTTPError as problem:
            raise CannotDeliver(f"the webhook cannot be reached ({type(problem).__name__})") from None

    def _post(self, target: Target, body: bytes, headers: Mapping[str, str], line: _Line) -> None:
        extensions = {"sni_hostname": target.name, "trace": line.heard}
        with self._client.stream("POST", target.pinned, content=body, headers=headers, extensions=extensions) as answer:
            _judge(answer)

    def _target(self, address: str) -> Target:
        url, secret = self._listed(address)
        name, port = url.host, url.port or 443
        try:
            found = self._resolve(name, port)
        except (OSError, UnicodeError):
            raise CannotDeliver("the name of the webhook's host cannot be resolved") from None
        if not found:
            raise CannotDeliver("the name of the webhook's host has no address")
        if not all(self._may_reach(url, one) for one in found):
            raise CannotDeliver("the webhook's host leads to an address inside", permanent=True)
        return Target(url, name, found[0], secret)

    def _listed(self, address: str) -> tuple[httpx.URL, str]:
        """The address, if it is written plainly and its host is on the list."""
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, TypeError):
            raise CannotDeliver("this is no address of a webhook", permanent=True) from None
        schemes = ("https", "http") if self._hosts.loopback else ("https",)
        if url.scheme not in schemes or not url.host or url.userinfo or url.fragment:
            raise CannotDeliver("a webhook is written https://host/path", permanent=True)
        secret = self._hosts.secrets.get(_authority(url))
        if secret is None:
            raise CannotDeliver("the webhook's host is not on the list", permanent=True)
        return url, secret

    def _may_reach(self, url: httpx.URL, ip: str) -> bool:
        if self._hosts.loopback and _is_loopback(ip):
            return True
        return url.scheme == "https" and is_public(ip)


class _Line:
    """The connection of one message, for whoever has to cut it."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def heard(self, event: str, seen: Mapping[str, Any]) -> None:
        """What the client does; as soon as there is a connection, it can be cut."""
        if event == "connection.connect_tcp.complete":
            # A second handle: the first is taken over by the encryption. Cutting one cuts both.
            self._socket = seen["return_value"].get_extra_info("socket").dup()
            cut_by(partial(self._socket.shutdown, socket.SHUT_RDWR))

    def close(self) -> None:
        """Give the handle back."""
        if self._socket is not None:
            self._socket.close()


def _authority(url: httpx.URL) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return host if url.port is None else f"{host}:{url.port}"


def _is_loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def _judge(answer: httpx.Response) -> None:
    """Nothing, if the receiver took it; of the body nothing is read."""
    code = answer.status_code
    if 200 <= code < 300:
        return
    passing = code >= 500 or code in _PASSING
    asked = answer.headers.get("retry-after", "") if passing else ""
    after = dt.timedelta(seconds=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    raise CannotDeliver(f"the webhook answered {code}", permanent=not passing, retry_after=after)
