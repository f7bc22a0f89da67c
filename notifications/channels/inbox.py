"""The inbox in the house itself: always on, and the one channel from which nothing leaves."""

from __future__ import annotations

from cases.outbox import InboxMessage, Outbox
from notifications.channels.channel import Message

NAME = "inbox"


class InboxChannel:
    """Puts messages into the inboxes of the house."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, message: Message) -> None:
        """Put a message into the inbox of its person, once."""
        said = InboxMessage(message.id, message.person, message.at, message.text, message.urgent)
        self._outbox.put_message(said)
