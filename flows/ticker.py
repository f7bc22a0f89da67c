"""The embedded ticker: a thread that takes what is due, delivers, and seals. It keeps nothing of its own.

APScheduler is the alarm clock only. Its job stores lose and double jobs when a process dies, so there is none: what
has to happen lies in our own rows. A tick that is missed or fails is followed by the next, and nothing is lost by it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from flows.heart import Heart
from flows.turns import deliver, seal_journal, sweep
from wiring.clock import SystemClock
from wiring.house import RunningHouse

log = logging.getLogger("homeward.ticker")

# That a tick was left out because the last one is still under way is no news; it would be told every second.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

Work = Callable[[RunningHouse], object]
SWEEP: tuple[Work, ...] = (sweep,)
# A turn of its own: a channel that hangs keeps no deadline waiting.
DELIVER: tuple[Work, ...] = (deliver,)
SEAL: tuple[Work, ...] = (seal_journal,)


class Ticker:
    """Turns of work at intervals, in threads of this process; two of one kind never overlap here.

    `failed` counts works that raised. Use it as a context: leaving it waits for the turn that is under way.
    """

    def __init__(self, house: RunningHouse, turns: Mapping[tuple[Work, ...], timedelta]) -> None:
        self.house = house
        self.failed = 0
        self._heart = Heart("ticker")
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(len(turns))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for works, every in turns.items():
            trigger = IntervalTrigger(seconds=every.total_seconds(), timezone="UTC")
            # At once, and then at the interval: by the clock of this machine, as the scheduler goes by it.
            self._scheduler.add_job(self._turn, trigger, args=[works], next_run_time=SystemClock().now())

    def __enter__(self) -> Ticker:
        """Begin to tick."""
        self._scheduler.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End: no new turn begins, and the one that is under way is finished."""
        self._scheduler.shutdown(wait=True)

    @property
    def runs(self) -> bool:
        """Whether it ticks."""
        return bool(self._scheduler.running)

    def _turn(self, works: tuple[Work, ...]) -> None:
        """Each work of a turn; one that fails keeps no other from its turn."""
        for work in works:
            try:
                self._heart.beats(self.house, work.__name__, str(work(self.house) or ""))
            except Exception as problem:  # noqa: BLE001 - the ticker outlives every error; the next tick tries again
                self.failed += 1
                log.error("%s failed: %s", work.__name__, type(problem).__name__)
                self._heart.misses(self.house, work.__name__, problem)


def ticker(house: RunningHouse, tick_every: timedelta, seal_every: timedelta) -> Ticker:
    """The ticker of a house: sweep and delivery at one interval, neither waiting for the other, sealing at another."""
    return Ticker(house, {SWEEP: tick_every, DELIVER: tick_every, SEAL: seal_every})
