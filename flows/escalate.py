"""Escalate: deadlines that were missed are marked as breaches, and told up the ladder."""

from __future__ import annotations

from flows.engine import by_prefect, take_turn
from flows.turns import LIMIT, sweep


@by_prefect
def escalate(limit: int = LIMIT) -> None:
    """Take the rungs that mark a breach, at most `limit` rows."""
    take_turn(lambda house: sweep(house, limit, "escalate"))
