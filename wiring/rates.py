"""How often somebody may ask: counted in this process, by the clock of this machine."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """How a count stands: `left` of `most` in each minute, and in how many seconds the count moves on."""

    name: str
    most: int
    left: int
    reset: int
    allowed: bool


class Rates:
    """Counts of requests in the last minute, each under a name with a figure of its own."""

    def __init__(self, **most: int) -> None:
        self._most = most
        self._items = {name: RateLimitItemPerMinute(figure) for name, figure in most.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, name: str, who: str) -> Rate:
        """Count one request of somebody. Raises KeyError for a name without a figure."""
        item = self._items[name]
        allowed = self._limiter.hit(item, name, who)
        stats = self._limiter.get_window_stats(item, name, who)
        reset = min(max(math.ceil(stats.reset_time - time.time()), 1), MINUTE)
        return Rate(name, self._most[name], stats.remaining, reset, allowed)
