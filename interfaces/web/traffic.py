"""What every request passes before the app: limits to what it may bring, and one line about what came of it.

A line holds the method, the route as it was declared, the status and the time: no address that somebody typed, no
reference, no name, no query. Requests for which there is no route are logged as `-`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("homeward.web")


class CutOff(Exception):
    """A request brings more than it may, or does not arrive in time."""


class Limits:
    """Wraps an app: a request brings at most so many bytes, and has arrived whole within a time."""

    def __init__(self, app: ASGIApp, most: int, within: dt.timedelta) -> None:
        self._app = app
        self._most = most
        self._within = within.total_seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as long as it keeps to the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdigit() or int(said) > self._most:
            await _refuse(413, scope, receive, send)
            return
        counted, begun = _Counted(receive, self._most, self._within), False

        async def send_on(message: Message) -> None:
            # What the app says of a request that was cut off is no answer to anybody.
            nonlocal begun
            if counted.cut_off is None or begun:
                begun = True
                await send(message)

        try:
            await self._app(scope, counted, send_on)
        except CutOff:
            if begun:
                raise
        if counted.cut_off is not None and not begun:
            await _refuse(counted.cut_off, scope, receive, send)


class _Counted:
    """What a request brings, counted and timed until it is whole."""

    def __init__(self, receive: Receive, most: int, within: float) -> None:
        self._receive = receive
        self._left = most
        self._ends = asyncio.get_running_loop().time() + within
        self._whole = False
        self.cut_off: int | None = None
        """The status with which it was cut off."""

    async def __call__(self) -> Message:
        """The next part."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._ends):
                message = await self._receive()
        except TimeoutError:
            self.cut_off = 408
            raise CutOff from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.cut_off = 413
            raise CutOff
        self._whole = not message.get("more_body", False)
        return message


class Logged:
    """Wraps an app: one line for each request, when it is answered. `clock` counts seconds."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float]) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = self._clock(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            taken = round((self._clock() - began) * 1000)
            log.info("%s %s %s %s ms", scope["method"], _route(scope), status or "broken off", taken)


def _route(scope: Scope) -> str:
    """The route as it was declared; never what was asked for."""
    return str(getattr(scope.get("route"), "path", "-"))


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Say no, and close: what is still under way is not read."""
    said = {413: "This is more than can be sent at once.", 408: "This took too long to arrive. Send it again."}
    headers = {"Connection": "close", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    answer: Response = PlainTextResponse(said[status], status_code=status, headers=headers)
    await answer(scope, receive, send)
