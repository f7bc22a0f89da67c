"""What all channels have in common: a message to one address, and a failure that knows whether to try again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

TIMEOUT_SECONDS = 10.0
"""No channel waits longer than this for a piece of an answer, and nobody longer for a channel: see `in_time`."""


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered notice on its way; `id` is the same at every try, so that a receiver knows it again. `at`: now."""

    id: str
    person: str
    address: str
    subject: str
    text: str
    urgent: bool
    at: dt.datetime


class CannotDeliver(Exception):
    """The channel did not take a message.

    `problem` says why in words of ours, without addresses or content. `permanent`: trying again is useless.
    `for_all`: it would not take any other message either just now. `retry_after`: the receiver asked to be left alone.
    """

    def __init__(
        self,
        problem: str,
        *,
        permanent: bool = False,
        for_all: bool = False,
        retry_after: dt.timedelta | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.permanent = permanent
        self.for_all = for_all
        self.retry_after = retry_after


class Channel(Protocol):
    """One way to reach people."""

    def send(self, message: Message) -> None:
        """Hand a message over. Raises CannotDeliver. Handed over twice, it must do no harm: its id is the same."""
