"""Seal the journal: new entries get their place in the order of evidence. One sealer at a time, however many start."""

from __future__ import annotations

from flows import turns
from flows.engine import by_prefect, take_turn
from flows.turns import LIMIT


@by_prefect
def seal_journal(limit: int = LIMIT) -> None:
    """Seal at most `limit` entries; where somebody else is sealing, do nothing."""
    take_turn(lambda house: turns.seal_journal(house, limit))
