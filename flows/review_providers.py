"""Review providers: everything due that belongs to no case, such as monitoring, training, improvement."""

from __future__ import annotations

from flows.engine import by_prefect, take_turn
from flows.turns import LIMIT, sweep


@by_prefect
def review_providers(limit: int = LIMIT) -> None:
    """Take what is due outside of cases, at most `limit` rows."""
    take_turn(lambda house: sweep(house, limit, "review_providers"))
