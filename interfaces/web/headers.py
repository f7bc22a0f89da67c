"""Headers of every answer, and the refusal of what another site sends: as ASGI, so that streams stay streams."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SafeHeaders:
    """Wraps an app. A request that changes something and says that another site made it goes no further."""

    def __init__(self, app: App, secure: bool, may_leave_to: str) -> None:
        self._app = app
        leaving = urlsplit(may_leave_to)
        # A form that ends in a redirect is held to `form-action` by browsers: the quick exit needs its target here.
        actions = f"'self' {leaving.scheme}://{leaving.netloc}"
        self._headers = {
            "Content-Security-Policy": "; ".join(
                (
                    "default-src 'none'",
                    "script-src 'self'",
                    "style-src 'self'",
                    "img-src 'self' data:",
                    "font-src 'self'",
                    "connect-src 'self'",
                    "manifest-src 'self'",
                    f"form-action {actions}",
                    "base-uri 'none'",
                    "frame-ancestors 'none'",
                )
            ),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in SAFE and _from_elsewhere(Headers(scope=scope)):
            answer = PlainTextResponse("This was sent from another site. Nothing was changed.", status_code=403)
            await answer(scope, receive, send_safely)
            return
        await self._app(scope, receive, send_safely)


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site sent this. Programs that are no browsers say nothing.

    What it says of the site counts first. Browsers that say nothing of it name the origin: our own policy lets them
    name it to us and to nobody else, so that `null` comes from elsewhere.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")
