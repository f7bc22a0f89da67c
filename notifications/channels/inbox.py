"""The inbox in the house itself: always on, and the one way of being told in which nothing leaves the database.

So it is no channel that something is handed to: a message is put into it in the transaction that records it as sent.
"""

from __future__ import annotations

import datetime as dt

from cases.outbox import Delivery, InboxMessage

NAME = "inbox"


def message_of(delivery: Delivery, text: str, now: dt.datetime, *, urgent: bool) -> InboxMessage:
    """A delivery as a message in its person's inbox; its id is that of the delivery. `now` is aware, UTC."""
    return InboxMessage(delivery.id, delivery.person, now, text, urgent)
