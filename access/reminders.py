"""A reminder that somebody leaves for themselves: laid into their own inbox, where it is read from its moment on.

It is there from the moment of asking, so that no crash loses it and nothing has to run for it to come; asked for twice
with one form it is one. It holds a reference and neutral words, as every notice.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from cases.errors import BadInput
from cases.house import House
from cases.outbox import InboxMessage
from cases.ports import Transaction
from cases.staff import HouseWrites
from cases.take_step import at_the_door

LONGEST = dt.timedelta(days=3 * 366)
_DOMAIN = b"homeward/reminder/1\x00"


def remind_me(house: House, person: str, at: dt.datetime, text: str, key: str, now: dt.datetime) -> None:
    """Let `text` come to the person's inbox at `at`; both moments are aware, in UTC. `key` makes it one reminder.

    Raises BadInput for a moment that has come already or is more than three years ahead, Failed.
    """
    if not now < at <= now + LONGEST:
        raise BadInput("a reminder comes later than now, and within three years")
    id_ = hashlib.sha256(_DOMAIN + f"{person}\x00{key}".encode()).hexdigest()
    message = InboxMessage(id_, person, at, text, urgent=False)

    def one_try(tx: Transaction, _: object) -> None:
        tx.administer(HouseWrites(now, {}, told=(message,)))

    at_the_door(house, one_try)
