"""Mail over a real SMTP server: one for each notice, encrypted, known again by its id, failures told apart."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cases.wishes import Wishes
from notifications.channels.channel import CannotDeliver, Message
from notifications.channels.email import EmailChannel, MailServer
from tests.integration.notices.servers import HOST, Mailbox, free_port, mail_server
from tests.offices import post
from wiring.clock import SystemClock

SENDER = "house@example.org"


def message(address: str = "sok@example.org", text: str = "C1: review, due Monday.", **other: object) -> Message:
    now = dt.datetime(2027, 1, 4, 2, tzinfo=dt.UTC)
    given: dict[str, object] = {"id": "a1b2", "person": "sok", "subject": "A reminder", "urgent": False, "at": now}
    return Message(address=address, text=text, **(given | other))  # type: ignore[arg-type]  # tests say what they mean


def channel(port: int) -> EmailChannel:
    return EmailChannel(MailServer(HOST, port, SENDER, "none"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine that nobody has signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


class TestAMail:
    def test_arrives_with_a_stable_id_and_a_subject_that_says_nothing(self) -> None:
        mailbox = Mailbox()
        with mail_server(mailbox) as port:
            channel(port).send(message())
            channel(port).send(message())
        one, again = mailbox.mails
        assert one["Message-ID"] == again["Message-ID"] == "<a1b2@example.org>"
        assert (one["From"], one["To"], one["Subject"]) == (SENDER, "sok@example.org", "A reminder")
        assert one["Auto-Submitted"] == "auto-generated"
        assert one["Date"] == "Mon, 04 Jan 2027 02:00:00 +0000"
        assert str(one.get_payload()).strip() == "C1: review, due Monday."

    def test_in_khmer_arrives_whole(self) -> None:
        mailbox = Mailbox()
        with mail_server(mailbox) as port:
            channel(port).send(message(text="C1៖ ពិនិត្យឡើងវិញ", subject="សេចក្តីរំលឹក"))
        (one,) = mailbox.mails
        content = one.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.decode().strip() == "C1៖ ពិនិត្យឡើងវិញ"

    @pytest.mark.parametrize("address", ["", "a@b\r\nBcc: x@y", "a\nb@example.org"])
    def test_to_what_is_no_address_is_not_sent(self, address: str) -> None:
        mailbox = Mailbox()
        with mail_server(mailbox) as port, pytest.raises(CannotDeliver) as refused:
            channel(port).send(message(address))
        assert refused.value.permanent
        assert mailbox.mails == []


class TestAnEncryptedConnection:
    def test_is_used_with_a_server_that_is_trusted(self, certificate: tuple[Path, Path]) -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(*certificate)
        mailbox = Mailbox()
        trusting = ssl.create_default_context(cafile=certificate[0])
        with mail_server(mailbox, tls) as port:
            EmailChannel(MailServer(HOST, port, SENDER, "starttls"), trusting).send(message())
        assert len(mailbox.mails) == 1

    def test_is_broken_off_with_one_that_is_not(self, certificate: tuple[Path, Path]) -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(*certificate)
        mailbox = Mailbox()
        with mail_server(mailbox, tls) as port, pytest.raises(CannotDeliver, match="cannot be reached") as refused:
            EmailChannel(MailServer(HOST, port, SENDER, "starttls")).send(message())
        assert refused.value.for_all
        assert mailbox.mails == []

    def test_is_insisted_on(self) -> None:
        mailbox = Mailbox()
        with mail_server(mailbox) as port, pytest.raises(CannotDeliver):
            EmailChannel(MailServer(HOST, port, SENDER, "starttls")).send(message())
        assert mailbox.mails == []


class TestAFailure:
    def test_of_an_address_is_for_good(self) -> None:
        with mail_server(Mailbox()) as port, pytest.raises(CannotDeliver, match="550") as refused:
            channel(port).send(message("gone@example.org"))
        assert refused.value.permanent
        assert not refused.value.for_all

    @pytest.mark.parametrize(("answer", "permanent"), [("451 later", False), ("554 never", True)])
    def test_of_a_mail_is_as_the_server_says(self, answer: str, permanent: bool) -> None:
        with mail_server(Mailbox(answers=[answer])) as port, pytest.raises(CannotDeliver) as refused:
            channel(port).send(message())
        assert refused.value.permanent is permanent

    def test_to_reach_the_server_holds_for_all_and_passes(self) -> None:
        with pytest.raises(CannotDeliver, match="cannot be reached") as refused:
            channel(free_port()).send(message())
        assert refused.value.for_all
        assert not refused.value.permanent

    def test_says_nothing_of_address_or_content(self) -> None:
        with mail_server(Mailbox()) as port, pytest.raises(CannotDeliver) as refused:
            channel(port).send(message("gone@example.org"))
        assert "gone" not in str(refused.value)


class TestAServerThatFailsHalfOfTheTime:
    def test_gets_every_notice_and_none_is_lost(self) -> None:
        mailbox = Mailbox(answers=["451 later", ""] * 30)
        with mail_server(mailbox) as port:
            wishes = {name: Wishes({"email": f"{name}@example.org"}) for name in ("sok", "dara", "dir")}
            made = post(None, channels={"email": channel(port)}, **wishes)
            for _ in range(20):
                made.case()
            made.wait(days=12)
            for _ in range(12):
                made.wait(hours=7)
        sent = [one for one in made.office.outbox.deliveries(["sent"]) if one.channel == "email"]
        assert len(sent) == 20
        assert {mail["Message-ID"] for mail in mailbox.mails} == {f"<{one.id}@example.org>" for one in sent}
