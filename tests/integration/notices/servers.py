"""Real receivers on this machine: a mail server, and a webhook that verifies signatures with the reference library."""

from __future__ import annotations

import random
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import AsyncMessage
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook, WebhookVerificationError

HOST = "127.0.0.1"
DOMAIN = "example.org"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Mailbox(AsyncMessage):
    """What a mail server has taken. `answers` are given to the next mails instead of taking them; then it takes all."""

    answers: list[str] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """As a handler of the server."""
        super().__init__()

    async def handle_RCPT(self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]) -> str:  # noqa: N802 - the server's name
        """Refuse addresses that begin with `gone`."""
        if address.startswith("gone"):
            self.refused.append(address)
            return "550 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the server's name
        """Take a mail, or answer otherwise."""
        answer = self.answers.pop(0) if self.answers else ""
        if answer:
            return answer
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        taken: str = await super().handle_DATA(server, session, envelope)
        return taken

    async def handle_message(self, message: Message) -> None:
        """Keep it."""
        self.mails.append(message)


@contextmanager
def mail_server(mailbox: Mailbox | HalfTheMails, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A mail server that keeps what it takes; answers its port."""
    port = free_port()
    controller = Controller(mailbox, hostname=HOST, port=port, tls_context=tls, require_starttls=tls is not None)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@dataclass
class Received:
    """What a webhook has received: ids of verified requests in order, and everything that came over the wire.

    Half of the requests fail, some of them after they were taken; `always` fails every one. `counted` is released
    for every request.
    """

    seed: str = "receiver"
    half: bool = True
    always: int = 0
    ids: list[str] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    counted: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        """Lots are drawn from the seed."""
        self._draw = random.Random(self.seed)
        self._lock = threading.Lock()

    def answer(self, headers: dict[str, str], body: bytes, line: str) -> int:
        """The status with which a request is answered."""
        with self._lock:
            self.raw.append(line.encode() + repr(headers).encode() + body)
            try:
                Webhook(SECRET).verify(body, headers)
            except WebhookVerificationError as problem:
                self.forged.append(str(problem))
                return 401
            finally:
                self.counted.release()
            fails = self.always or (503 if self.half and self._draw.random() < 0.5 else 0)
            if not fails or (not self.always and self._draw.random() < 0.3):
                self.ids.append(headers["webhook-id"])
            return fails or 204


@dataclass
class HalfTheMails(Received):
    """What a mail server has received: ids of mails in order. Half of the mails fail, some after they were taken."""

    def answer_mail(self, content: bytes) -> str:
        """What a mail is answered with."""
        with self._lock:
            self.raw.append(content)
            fails = self.half and self._draw.random() < 0.5
            if not fails or self._draw.random() < 0.3:
                said = message_from_bytes(content)["Message-ID"]
                self.ids.append(said.removeprefix("<").removesuffix(f"@{DOMAIN}>"))
            self.counted.release()
        return "451 try again later" if fails else "250 OK"

    async def handle_DATA(self, _s: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the server's name
        """Take a mail, or not."""
        assert isinstance(envelope.content, bytes)
        return self.answer_mail(envelope.content)


@contextmanager
def receiver(received: Received) -> Iterator[int]:
    """A webhook receiver; answers its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            code = received.answer(headers, body, self.requestline)
            self.send_response(code)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing of a sender that was killed while it spoke."""

    server = Server((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
