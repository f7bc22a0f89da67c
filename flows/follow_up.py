"""Follow up: reminders, pauses that end, facts that lapse, and whoever has to look again."""

from __future__ import annotations

from flows.engine import by_prefect, take_turn
from flows.turns import LIMIT, sweep


@by_prefect
def follow_up(limit: int = LIMIT) -> None:
    """Take what is due and neither reopens nor escalates: reminders, lapses, wakes; at most `limit` rows."""
    take_turn(lambda house: sweep(house, limit, "follow_up"))
