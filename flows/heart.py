"""Signs of life: what last came of each kind of work, where administrators can see it and a dead worker cannot.

A sign is a row in the house's own database, so that it tells at once that somebody works and that the database takes
what is written. While all is well it is written at most every ten seconds, however often there is a turn.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

from access.screens import Beat
from cases.errors import HomewardError
from wiring.house import RunningHouse

EVERY = timedelta(seconds=10)


class Heart:
    """The signs of one kind of worker (`ticker`, `worker`), who share their rows: at least one of them lives."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._told: dict[str, tuple[datetime, int]] = {}
        self._telling = Lock()

    def beats(self, house: RunningHouse, work: str, said: str) -> None:
        """A turn went through; `said` is what it tells in counts alone. Raises Failed."""
        self._tell(house, work, said, 0)

    def misses(self, house: RunningHouse, work: str, problem: Exception) -> None:
        """A turn raised, which is told by the type of the error; where the database itself fails, nothing is."""
        _, before = self._told.get(work, (None, 0))
        with suppress(HomewardError):
            self._tell(house, work, type(problem).__name__, before + 1)

    def _tell(self, house: RunningHouse, work: str, said: str, failed: int) -> None:
        now = house.clock.now()
        with self._telling:
            at, before = self._told.get(work, (None, 0))
            if at is not None and now - at < EVERY and failed == before == 0:
                return
            self._told[work] = (now, failed)
        house.store.screens.beat(Beat(work, self._worker, now, failed, said))
