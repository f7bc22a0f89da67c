"""E-mail by SMTP: encrypted, with a message id that stays the same, and a subject that says nothing."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from notifications.channels.channel import TIMEOUT_SECONDS, CannotDeliver, Message
from notifications.channels.in_time import cut_by

NAME = "email"
Security = Literal["starttls", "tls", "none"]
Reply = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail, and the address from which it comes."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class EmailChannel:
    """Sends one mail for each message, over a connection of its own."""

    def __init__(self, server: MailServer, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls or ssl.create_default_context()

    def send(self, message: Message) -> None:
        """Hand a mail to the server. Raises CannotDeliver: permanent where the server refuses this mail for good."""
        mail = self._mail(message)
        try:
            with self._connected() as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as problem:
            code = max((code for code, _ in problem.recipients.values()), default=0)
            raise CannotDeliver(f"the mail server refused the address ({code})", permanent=code >= 500) from None
        except smtplib.SMTPSenderRefused as problem:
            raise CannotDeliver(f"the mail server refused the sender ({problem.smtp_code})", for_all=True) from None
        except smtplib.SMTPAuthenticationError as problem:
            raise CannotDeliver(f"the mail server refused the password ({problem.smtp_code})", for_all=True) from None
        except smtplib.SMTPDataError as problem:
            permanent = problem.smtp_code >= 500
            raise CannotDeliver(f"the mail server refused ({problem.smtp_code})", permanent=permanent) from None
        except (smtplib.SMTPException, OSError) as problem:
            said = f"the mail server cannot be reached ({type(problem).__name__})"
            raise CannotDeliver(said, for_all=True) from None

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        domain = self._server.sender.rpartition("@")[2]
        if "@" not in message.address or any(sign.isspace() for sign in message.address):
            raise CannotDeliver("this is no mail address", permanent=True)
        mail["From"] = self._server.sender
        mail["To"] = message.address
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = f"<{message.id}@{domain}>"
        # No answers from machines (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        if message.urgent:
            mail["Importance"] = "high"
        mail.set_content(message.text)
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        # Named after the sender's domain, so that the name of this machine does not leave it.
        name = server.sender.rpartition("@")[2]
        if server.security == "tls":
            made: smtplib.SMTP = _CutTls(server.host, server.port, name, timeout=TIMEOUT_SECONDS, context=self._tls)
        else:
            made = _Cut(server.host, server.port, name, timeout=TIMEOUT_SECONDS)
        with made as smtp:
            if server.security == "starttls":
                smtp.starttls(context=self._tls)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
            yield smtp


class _Cut(smtplib.SMTP):
    """A conversation that can be cut from its first word on."""

    def connect(self, *where: Any, **how: Any) -> Reply:
        """As it does, and say first how to cut it."""
        cut_by(lambda: _shut(self))
        return super().connect(*where, **how)


class _CutTls(smtplib.SMTP_SSL):
    """The same, encrypted from the beginning."""

    def connect(self, *where: Any, **how: Any) -> Reply:
        """As it does, and say first how to cut it."""
        cut_by(lambda: _shut(self))
        return super().connect(*where, **how)


def _shut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        smtp.sock.shutdown(socket.SHUT_RDWR)
