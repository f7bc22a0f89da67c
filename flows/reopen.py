"""Reopen: deadlines at which time itself acts, such as a watch period that ended in silence."""

from __future__ import annotations

from flows.engine import by_prefect, take_turn
from flows.turns import LIMIT, sweep


@by_prefect
def reopen(limit: int = LIMIT) -> None:
    """Take the rungs that do something, at most `limit` rows."""
    take_turn(lambda house: sweep(house, limit, "reopen"))
