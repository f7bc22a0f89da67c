"""Messaging services through apprise: those that are named and no others, and a failure is a failure."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from notifications.channels.channel import CannotDeliver, Message
from notifications.channels.messaging import NEVER, MessagingChannel
from tests.integration.notices.servers import HOST, free_port

# apprise reads all of its services at the first use, and one of them reads a module that Python will drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def message(address: str) -> Message:
    now = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
    return Message("a1", "sok", address, "A reminder", "C1: review, due Monday.", False, now)


@contextmanager
def gotify(status: int, bodies: list[bytes]) -> Iterator[int]:
    """A message service on this machine; answers its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestAService:
    def test_gets_the_notice(self) -> None:
        bodies: list[bytes] = []
        with gotify(200, bodies) as port:
            MessagingChannel(["gotify"]).send(message(f"gotify://{HOST}:{port}/token"))
        (body,) = bodies
        assert b"C1: review, due Monday." in body

    def test_that_fails_is_tried_again(self) -> None:
        with gotify(500, []) as port, pytest.raises(CannotDeliver) as refused:
            MessagingChannel(["gotify"]).send(message(f"gotify://{HOST}:{port}/token"))
        assert not refused.value.permanent

    def test_that_is_not_there_is_tried_again(self) -> None:
        with pytest.raises(CannotDeliver) as refused:
            MessagingChannel(["gotify"]).send(message(f"gotify://{HOST}:{free_port()}/token"))
        assert not refused.value.permanent


class TestWhatIsNotNamed:
    @pytest.mark.parametrize("address", ["tgram://token/chat", "gotifys://host/token", "nothing", "", "://x"])
    def test_is_not_called(self, address: str) -> None:
        with pytest.raises(CannotDeliver, match="not allowed") as refused:
            MessagingChannel(["gotify"]).send(message(address))
        assert refused.value.permanent

    @pytest.mark.parametrize("service", sorted(NEVER))
    def test_is_not_called_even_if_it_is_named_where_it_calls_anything(self, service: str) -> None:
        with pytest.raises(CannotDeliver, match="not allowed"):
            MessagingChannel([service]).send(message(f"{service}://{HOST}/x"))

    def test_is_no_address_where_the_service_does_not_know_it(self) -> None:
        with pytest.raises(CannotDeliver, match="no address") as refused:
            MessagingChannel(["tgram"]).send(message("tgram://"))
        assert refused.value.permanent
