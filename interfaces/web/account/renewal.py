"""Gives a browser the next token of its session now and then, with whatever is answered: as ASGI, like the headers."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from interfaces.web.account.cookies import put_session
from interfaces.web.headers import App, Message, Receive, Scope, Send
from interfaces.web.served import Served
from interfaces.web.visit import Known


class RenewedSessions:
    """Wraps an app. Who was seen in a session whose token is old gets another; the old one is good for a minute yet."""

    def __init__(self, app: App, served: Served) -> None:
        self._app = app
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back, with a cookie where it is time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_renewed(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = await self._renewed(scope, MutableHeaders(scope=message))
                if cookie is not None:
                    MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_renewed)

    async def _renewed(self, scope: Scope, headers: MutableHeaders) -> str | None:
        known: Known | None = scope.get("state", {}).get("known")
        session = known.session if known is not None else None
        if known is None or session is None or session.renew_at is None or known.now < session.renew_at:
            return None
        if any(one.startswith(f"{self._served.cookie}=") for one in headers.getlist("set-cookie")):
            # Signed out, or changed by the request itself.
            return None
        old = Request(scope).cookies.get(self._served.cookie, "")
        token = await run_sync(self._served.accounts.renew, old, known.now)
        if token is None:
            return None
        answer = Response()
        put_session(self._served, token, answer)
        return answer.headers["set-cookie"]
