"""Deliver notices: what steps have put into the outbox goes out."""

from __future__ import annotations

from flows.engine import by_prefect, take_turn
from flows.turns import LIMIT, deliver


@by_prefect
def deliver_notices(limit: int = LIMIT) -> None:
    """Send what is to go out, at most `limit` notices."""
    take_turn(lambda house: deliver(house, limit))
