"""One deadline over all of a message: what hangs is given up in passing, and its late end counts for nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from notifications.channels.channel import TIMEOUT_SECONDS, CannotDeliver, Message
from notifications.channels.in_time import STUCK, InTime, cut_by
from notifications.deliver import AT_MOST, AT_ONCE, LEASE
from tests.offices import by, post

NOW = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
MESSAGE = Message("a1", "sok", "sok@example.org", "A reminder", "C1: review.", False, NOW)
SHORT, LONG = 0.05, 60.0


@dataclass
class Hangs:
    """A channel that hangs until it is let go; `through` is released for each message that got through then."""

    let_go: threading.Event = field(default_factory=threading.Event)
    through: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def send(self, message: Message) -> None:
        """Hang, and take it."""
        assert message.id
        assert self.let_go.wait(LONG)
        self.through.release()


@dataclass
class IsCut:
    """A channel that hangs until its connection is cut, which it says before or after its time is over."""

    cut: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    says_late: threading.Event | None = None

    def send(self, message: Message) -> None:
        """Hang, and fail."""
        if self.says_late is not None:
            assert self.says_late.wait(LONG)
        cut_by(self._cut)
        assert self.cut.wait(LONG)
        self.ended.set()
        raise CannotDeliver(f"cut off before {message.id} was taken")

    def _cut(self) -> None:
        self.cut.set()
        raise OSError("it is closed already")


class Fails:
    """A channel that raises this."""

    def __init__(self, problem: BaseException) -> None:
        self._problem = problem

    def send(self, message: Message) -> None:
        """Raise it."""
        assert message.id
        raise self._problem


@pytest.fixture
def hangs() -> Iterator[Hangs]:
    """A channel that hangs as long as the test lasts."""
    made = Hangs()
    yield made
    made.let_go.set()


class TestAMessage:
    def test_that_goes_through_is_sent_once_it_has(self, hangs: Hangs) -> None:
        hangs.let_go.set()
        InTime(hangs).send(MESSAGE)
        assert hangs.through.acquire(blocking=False)

    @pytest.mark.parametrize("one_server", [False, True])
    def test_that_hangs_is_given_up_in_passing(self, hangs: Hangs, one_server: bool) -> None:
        with pytest.raises(CannotDeliver, match=r"longer than 0\.05 s") as refused:
            InTime(hangs, one_server=one_server, seconds=SHORT).send(MESSAGE)
        assert not refused.value.permanent
        assert refused.value.for_all is one_server

    @pytest.mark.parametrize(
        "problem", [CannotDeliver("no", permanent=True), ZeroDivisionError(), TimeoutError("its own"), SystemExit()]
    )
    def test_that_fails_raises_what_the_channel_raised(self, problem: BaseException) -> None:
        with pytest.raises(type(problem)) as raised:
            InTime(Fails(problem)).send(MESSAGE)
        assert raised.value is problem

    def test_that_hangs_has_its_connection_cut(self) -> None:
        channel = IsCut()
        with pytest.raises(CannotDeliver, match="longer than"):
            InTime(channel, seconds=SHORT).send(MESSAGE)
        assert channel.ended.wait(LONG)

    def test_that_connects_after_its_time_is_cut_at_once(self) -> None:
        channel = IsCut(says_late=threading.Event())
        with pytest.raises(CannotDeliver, match="longer than"):
            InTime(channel, seconds=SHORT).send(MESSAGE)
        assert channel.says_late is not None
        channel.says_late.set()
        assert channel.ended.wait(LONG)


class TestManyThatHang:
    def test_are_not_added_to_until_one_of_them_ends(self, hangs: Hangs) -> None:
        channel = InTime(hangs, seconds=SHORT)
        for _ in range(STUCK):
            with pytest.raises(CannotDeliver, match="longer than"):
                channel.send(MESSAGE)
        with pytest.raises(CannotDeliver, match="still hang") as refused:
            channel.send(MESSAGE)
        assert refused.value.for_all
        assert not refused.value.permanent
        hangs.let_go.set()
        for _ in range(STUCK):
            assert hangs.through.acquire(timeout=LONG)
        for thread in [one for one in threading.enumerate() if one.name == "a message"]:
            thread.join(LONG)
        channel.send(MESSAGE)
        assert hangs.through.acquire(blocking=False)


class TestALateEnd:
    def test_is_not_recorded_as_sent(self, hangs: Hangs) -> None:
        at = post(channels={"email": InTime(hangs, seconds=SHORT)}, sok=by("email"))
        at.case()
        assert at.wait(days=12).postponed == 1
        hangs.let_go.set()
        assert hangs.through.acquire(timeout=LONG)
        (waiting,) = at.office.outbox.deliveries(["waiting"])
        assert (waiting.person, waiting.channel, waiting.sent_at) == ("sok", "email", None)
        assert waiting.problem == "it took longer than 0.05 s"
        assert at.wait(hours=1).sent == 1


class TestALease:
    def test_outlasts_a_run_in_which_every_message_hangs(self) -> None:
        # Some time is left for the house itself, and a claim is never of more than a run.
        assert AT_MOST * dt.timedelta(seconds=TIMEOUT_SECONDS) <= LEASE * 0.8
        assert AT_ONCE <= AT_MOST
