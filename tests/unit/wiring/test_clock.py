"""A clock that goes by a database server: what it shows, how often it asks, and what it does without an answer."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field

import pytest

from cases.errors import Failed
from wiring.clock import ASKED_EVERY, DatabaseClock

START = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)


@dataclass
class Server:
    """A database server and the machine beside it, whose counter goes on as round trips take time."""

    trips: list[float] = field(default_factory=list)
    counted: float = 1000.0
    ahead: dt.timedelta = dt.timedelta()
    away: bool = False
    asked: int = 0

    def counter(self) -> float:
        """Seconds of the machine's counter."""
        return self.counted

    def time(self) -> dt.datetime:
        """What the server's clock shows now."""
        return START + dt.timedelta(seconds=self.counted) + self.ahead

    def ask(self) -> dt.datetime:
        """The same, after the way there and before the way back. The answer leaves the server at the end of the way."""
        self.asked += 1
        if self.away:
            raise Failed("the database cannot be reached")
        trip = self.trips.pop(0) if self.trips else 0.0
        self.counted += trip
        return self.time()


def off(clock: DatabaseClock, server: Server) -> float:
    """By how many seconds a clock is wrong."""
    return abs((clock.now() - server.time()).total_seconds())


class TestWhatItShows:
    def test_is_the_servers_time_as_it_goes_on(self) -> None:
        server = Server(ahead=dt.timedelta(hours=1))
        clock = DatabaseClock(server.ask, server.counter)
        assert clock.now() == server.time()
        server.counted += 59
        assert clock.now() == server.time()
        assert clock.now().utcoffset() == dt.timedelta()

    def test_is_off_by_half_of_the_quickest_round_trip_at_most(self) -> None:
        server = Server(trips=[8.0, 0.5, 3.0])
        clock = DatabaseClock(server.ask, server.counter)
        assert off(clock, server) <= 0.25

    def test_follows_a_server_whose_clock_is_set_within_a_minute_and_back_too(self) -> None:
        server = Server()
        clock = DatabaseClock(server.ask, server.counter)
        for hours in (2, -3):
            server.ahead = dt.timedelta(hours=hours)
            server.counted += ASKED_EVERY
            assert clock.now() == server.time()


class TestAsking:
    def test_is_done_once_a_minute_and_not_for_each_look(self) -> None:
        server = Server()
        clock = DatabaseClock(server.ask, server.counter)
        opened = server.asked
        for _ in range(100):
            clock.now()
        assert server.asked == opened
        server.counted += ASKED_EVERY
        clock.now()
        clock.now()
        assert server.asked == 2 * opened

    def test_that_fails_leaves_the_clock_as_it_goes_and_is_done_again(self) -> None:
        server = Server()
        clock = DatabaseClock(server.ask, server.counter)
        server.away = True
        server.counted += ASKED_EVERY
        assert clock.now() == server.time()
        asked = server.asked
        clock.now()
        assert server.asked == asked
        server.away, server.ahead = False, dt.timedelta(hours=1)
        server.counted += ASKED_EVERY
        assert clock.now() == server.time()

    def test_that_fails_at_the_beginning_is_told(self) -> None:
        server = Server(away=True)
        with pytest.raises(Failed):
            DatabaseClock(server.ask, server.counter)

    def test_needs_a_server(self) -> None:
        with pytest.raises(Failed, match="no server"):
            DatabaseClock(lambda: None)

    def test_holds_up_nobody_else(self) -> None:
        server = Server()
        asked, answered = threading.Event(), threading.Event()

        def slow() -> dt.datetime:
            if threading.current_thread() is not threading.main_thread():
                asked.set()
                assert answered.wait(60)
            return server.ask()

        clock = DatabaseClock(slow, server.counter)
        server.counted += ASKED_EVERY
        other = threading.Thread(target=clock.now)
        other.start()
        assert asked.wait(60)
        assert clock.now() == server.time()
        answered.set()
        other.join(60)
        assert server.asked == 6


class TestItsOwnCounter:
    def test_goes_on(self) -> None:
        moments = iter([START, START, START])
        clock = DatabaseClock(lambda: next(moments))
        first = clock.now()
        while clock.now() == first:
            pass
        assert START <= first < clock.now() < START + dt.timedelta(minutes=1)
