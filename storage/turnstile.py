"""Who goes first: a sweep has time, and somebody who takes a step has not.

A lock of `threading` goes to whoever asks first after it is free, which is mostly the thread that has just given it
back; between processes, SQLite lets those who wait look again after a while. Either way a sweep would let nobody in
between two of its batches. So who waits is served in the order of coming here, and heard by a sweep.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GIVE_WAY_SECONDS = 0.2
"""How long a sweep stands back at the most, for those who waited to be let in."""
_LOOK_AGAIN_SECONDS = 0.001


class Turnstile:
    """Lets through one at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def acquire(self, timeout: float) -> bool:
        """Wait for one's turn, at most so many seconds; False where it did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            came = turn.acquire(timeout=timeout)
        except BaseException:
            self._leave(turn)
            raise
        # Where the time was over just when it came, it is taken.
        return came or not self._left(turn)

    def release(self) -> None:
        """Hand over to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _left(self, turn: threading.Lock) -> bool:
        """Wait no longer; False where the turn came meanwhile."""
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return True
        return False

    def _leave(self, turn: threading.Lock) -> None:
        if not self._left(turn):
            self.release()


class Bell:
    """Between processes of one host: who is about to write rings, and whoever writes can hear it.

    Rings and listens by locks on the folder of the database, which the system takes back when a process dies.
    """

    def __init__(self, folder: Path) -> None:
        self._ring = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        self._listen = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)

    @contextmanager
    def ringing(self) -> Iterator[None]:
        """Ring; one at a time in this process."""
        fcntl.flock(self._ring, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._ring, fcntl.LOCK_UN)

    def heard(self) -> bool:
        """Whether somebody rings just now."""
        try:
            fcntl.flock(self._listen, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._listen, fcntl.LOCK_UN)
        return False

    def give_way(self) -> None:
        """Wait until nobody rings any more, and no longer than is fair."""
        never = threading.Event()
        for _ in range(int(GIVE_WAY_SECONDS / _LOOK_AGAIN_SECONDS)):
            if not self.heard():
                return
            never.wait(_LOOK_AGAIN_SECONDS)

    def close(self) -> None:
        """Hang it up."""
        os.close(self._ring)
        os.close(self._listen)


class Company:
    """How many of one process are at work; they share one interpreter, wherever their database is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Be at work."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def others(self) -> bool:
        """Whether anybody else is at work, as one of those sees it."""
        return self._count > 1

    def give_way(self) -> None:
        """As nobody of those, wait until all of them are through, and no longer than is fair."""
        with self._changed:
            self._changed.wait_for(lambda: not self._count, GIVE_WAY_SECONDS)
