"""Promises 18 and 21: what is known of a person is in no mail, request, inbox, log or row of the outbox."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.wishes import Wishes
from notifications.channels.email import EmailChannel, MailServer
from storage import tables
from storage.sql_store import _lines
from tests.integration.notices.posted import let_time_go_by, make_due, opened, webhook_channel
from tests.integration.notices.servers import HOST, Mailbox, Received, mail_server, receiver
from tests.offices import post

CANARY = "Zylphora-Quandt-8841"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that anybody logs, at the finest level."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


class TestACanary:
    def test_is_found_nowhere(self, tmp_path: Path, logged: io.StringIO) -> None:
        url = f"sqlite:///{tmp_path / 'house.db'}"
        mailbox, received = Mailbox(answers=["451 later", "554 never"]), Received()
        with mail_server(mailbox) as smtp, receiver(received) as port:
            store = opened(url, tmp_path / "house.key")
            mail = EmailChannel(MailServer(HOST, smtp, "house@example.org", "none"))
            both = Wishes({"email": "s@example.org", "webhook": f"http://{HOST}:{port}/hook"})
            made = post(store, channels={"email": mail, "webhook": webhook_channel(port)}, sok=both, dara=both)
            make_due(made, 20, {"note": CANARY})
            for _ in range(10):
                made.deliver()
                let_time_go_by(url)
            written = _outbox_in_words(url)
            inbox = "".join(one.text for one in store.outbox.inbox("sok"))
            store.close()
        wire = b"".join((*mailbox.raw, *received.raw))
        assert len(mailbox.mails) >= 19
        assert len(set(received.ids)) >= 20
        assert len(inbox) > 1000
        for text in (wire.decode("utf-8", "replace"), logged.getvalue(), written, inbox):
            assert CANARY not in text
            assert "Zylphora" not in text
        assert "review" in written
        names = {one.name for one in made.house.house.people.all()}
        shown = "".join(str(mail.get_payload()) for mail in mailbox.mails) + inbox
        assert not [name for name in names if name in shown.replace("review", "")]


def _outbox_in_words(url: str) -> str:
    """All rows of the outbox, as text."""
    lines, _ = _lines(url)
    with lines.setup.connect() as connection:
        rows = [tuple(row) for table in _TABLES for row in connection.execute(select(table))]
    lines.close()
    return repr(rows)


_TABLES = (tables.outbox, tables.deliveries, tables.inbox)
