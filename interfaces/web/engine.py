"""The process behind the pages: a socket, uvicorn on it, and an end without loss."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from cases.errors import CannotStart
from interfaces.web.traffic import Limits, Logged
from wiring.clock import seconds
from wiring.settings import Settings

ENDS_WITHIN = 20
"""Seconds that requests which are under way have to end, when the house is told to."""
IDLE = 15
"""Seconds after which a connection on which nothing is asked is closed."""
AT_ONCE = 200
"""Connections at once; more are told to come again."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger("homeward.web")


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at an address of this machine; port 0 takes a free one. Raises CannotStart."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as problem:
        bound.close()
        raise CannotStart(f"{host}:{port} cannot be used ({problem.strerror}); choose another with --port") from problem
    return bound


def address_of(bound: socket.socket) -> str:
    """The address at which a browser on this machine finds it."""
    host, port = bound.getsockname()[:2]
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{port}"


def serve(app: ASGIApp, settings: Settings, bound: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve an app until this process is told to end; requests that are under way are finished then.

    `on_ready` is called once, when requests are answered.
    """
    server = _Server(_config(app, settings), on_ready)
    with _told_to_end(server):
        server.run(sockets=[bound])


def _config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    guarded = Logged(Limits(app, settings.body_limit, settings.body_within), seconds)
    return uvicorn.Config(
        guarded,
        access_log=False,
        log_config=None,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or "",
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=ENDS_WITHIN,
        limit_concurrency=AT_ONCE,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            # What a start made stays; were it looked through again and again, pages would wait for that.
            gc.freeze()
            await asyncio.get_running_loop().run_in_executor(None, self._on_ready)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: uvicorn would raise them again when all is over, and end the process before its house."""
        yield


@contextlib.contextmanager
def _told_to_end(server: uvicorn.Server) -> Iterator[None]:
    """Ctrl-C or a supervisor's signal ends the server; a second one does not wait for requests under way."""

    def end(*_: int | FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    before = {one: signal.signal(one, end) for one in SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
