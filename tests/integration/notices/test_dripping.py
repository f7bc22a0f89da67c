"""Receivers that drip their answer: each piece comes in time, and the whole never. The sender cuts them and goes on."""

from __future__ import annotations

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from cases.wishes import Wishes
from notifications.channels.channel import CannotDeliver, Channel, Message
from notifications.channels.email import EmailChannel, MailServer
from notifications.channels.in_time import InTime
from notifications.channels.webhook import WebhookChannel, WebhookHosts
from tests.integration.notices.posted import mail_channel, webhook_channel
from tests.integration.notices.servers import HOST, SECRET
from tests.offices import post

LIMIT, LONG = 0.3, 60.0
OFTEN = 0.01
BEGINNINGS = {"webhook": b"HTTP/1.1 204 No Content\r\nx-slow: ", "email": b"220-"}


@dataclass
class Dripping:
    """A server that says a beginning and then drips for as long as anybody listens."""

    beginning: bytes
    port: int = 0
    connected: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    cut: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def dripping(beginning: bytes) -> Iterator[Dripping]:
    """Such a server; it tells when somebody connects, and when it is cut off."""
    made = Dripping(beginning)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            made.connected.release()
            try:
                self.request.sendall(made.beginning)
                while not made.ended.wait(OFTEN):
                    self.request.sendall(b"x")
            except OSError:
                made.cut.release()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server((HOST, 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        made.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def to(channel: str, port: int) -> tuple[Channel, str]:
    """A channel to a server on this machine, and the address of somebody there."""
    if channel == "email":
        return mail_channel(port), "sok@example.org"
    return webhook_channel(port), f"http://{HOST}:{port}/hook"


def message(address: str) -> Message:
    now = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
    return Message("a1", "sok", address, "A reminder", "C1: review, due Monday.", False, now)


@pytest.mark.parametrize("channel", ["webhook", "email"])
class TestAReceiverThatDrips:
    def test_is_given_up_in_passing_and_cut_off(self, channel: str) -> None:
        with dripping(BEGINNINGS[channel]) as server:
            within, address = to(channel, server.port)
            with pytest.raises(CannotDeliver, match=r"longer than 0\.3 s") as refused:
                InTime(within, seconds=LIMIT).send(message(address))
            assert not refused.value.permanent
            # It would go on dripping until the end of the test; who was cut off hears of it before.
            assert server.connected.acquire(timeout=LONG)
            assert server.cut.acquire(timeout=LONG)

    def test_keeps_the_notice_for_the_next_try(self, channel: str) -> None:
        with dripping(BEGINNINGS[channel]) as server:
            within, address = to(channel, server.port)
            limited = InTime(within, one_server=channel == "email", seconds=LIMIT)
            at = post(channels={channel: limited}, sok=Wishes({channel: address}))
            at.case()
            done = at.wait(days=12)
        assert (done.postponed, done.sent) == (1, 1)
        assert at.states("waiting") == [("sok", channel)]
        assert at.states("sent") == [("sok", "inbox")]


class TestAReceiverThatDripsAHandshake:
    """The beginning of an encrypted connection; what follows is the first of 16,384 bytes of its answer."""

    HANDSHAKE = b"\x16\x03\x03\x40\x00"

    def test_is_given_up_in_passing_and_cut_off_as_a_webhook(self) -> None:
        with dripping(self.HANDSHAKE) as server:
            within = WebhookChannel(WebhookHosts({f"{HOST}:{server.port}": SECRET}, loopback=True))
            with pytest.raises(CannotDeliver, match="longer than") as refused:
                InTime(within, seconds=LIMIT).send(message(f"https://{HOST}:{server.port}/hook"))
            assert not refused.value.permanent
            assert server.cut.acquire(timeout=LONG)

    def test_is_given_up_in_passing_as_a_mail_server(self) -> None:
        with dripping(self.HANDSHAKE) as server:
            within = EmailChannel(MailServer(HOST, server.port, "house@example.org", "tls"))
            with pytest.raises(CannotDeliver, match="longer than") as refused:
                InTime(within, one_server=True, seconds=LIMIT).send(message("sok@example.org"))
            assert not refused.value.permanent
            assert refused.value.for_all


class TestAResolverThatHangs:
    def test_is_given_up_in_passing(self) -> None:
        hangs = threading.Event()

        def resolve(host: str, port: int) -> Sequence[str]:
            assert host
            assert port
            hangs.wait(LONG)
            return ()

        within = WebhookChannel(WebhookHosts({"hooks.example.org": SECRET}), resolver=resolve)
        with pytest.raises(CannotDeliver, match="longer than") as refused:
            InTime(within, seconds=LIMIT).send(message("https://hooks.example.org/sok"))
        hangs.set()
        assert not refused.value.permanent
