"""Many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60


def together(works: Sequence[Callable[[], T]]) -> list[T]:
    """Run all at once, each in a thread of its own; their answers in order. What one raises is raised here."""
    barrier = threading.Barrier(len(works))

    def started(work: Callable[[], T]) -> T:
        barrier.wait(PATIENCE)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(started, works))


def once_per_thread(parties: int) -> Callable[[], None]:
    """Something to call in threads: each waits, the first time, until all the others are there too."""
    barrier, been = threading.Barrier(parties), threading.local()

    def meet() -> None:
        if not getattr(been, "here", False):
            been.here = True
            barrier.wait(PATIENCE)

    return meet
