"""One deadline over all that sending a message takes: looking a name up, connecting, speaking, and being answered.

The libraries behind the channels wait so long for each piece of an answer, and a receiver that drips pieces holds them
for as long as it likes. So each message is sent in a thread of its own, and given up when its time is over. Whatever
comes of it later is nobody's: the message counts as not sent, is sent again under the same id, and its receiver knows
it again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from notifications.channels.channel import TIMEOUT_SECONDS, CannotDeliver, Channel, Message

Cut = Callable[[], None]
STUCK = 8
"""So many messages of one channel may be given up and still hang before it sends no more."""


class InTime:
    """A channel that answers in time, whatever the one within does. Threads may share it.

    `seconds` is for all of one message. `one_server`: all messages go to the same one, so that where it hangs nobody
    else is tried in this run.
    """

    def __init__(self, within: Channel, *, one_server: bool = False, seconds: float = TIMEOUT_SECONDS) -> None:
        self.within = within
        self._one_server = one_server
        self._seconds = seconds
        self._stuck: set[_Sending] = set()
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Hand a message over. Raises CannotDeliver, in passing where its time is over, and what the channel raises."""
        with self._lock:
            self._stuck = {one for one in self._stuck if not one.ended}
            if len(self._stuck) >= STUCK:
                raise CannotDeliver("earlier messages of this channel still hang", for_all=True)
        sending = _Sending(self.within, message)
        if sending.over(self._seconds):
            return
        with self._lock:
            self._stuck.add(sending)
        raise CannotDeliver(f"it took longer than {self._seconds:g} s", for_all=self._one_server)


class _Sending:
    """One message on its way, in a thread that no program waits for when it ends."""

    def __init__(self, channel: Channel, message: Message) -> None:
        self._done: Future[None] = Future()
        self._given_up = False
        self._cuts: list[Cut] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._send, args=(channel, message), name="a message", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether its thread has nothing left to do."""
        return self._done.done()

    def over(self, seconds: float) -> bool:
        """Whether it was sent in this time; otherwise its connections are cut. Raises what the channel raised."""
        try:
            self._done.result(seconds)
        except TimeoutError:
            if not self._done.done():
                self._give_up()
                return False
            # It came in this very moment, or the channel itself raised it.
            self._done.result()
        return True

    def cut_by(self, cut: Cut) -> None:
        """Call this when the time is over, or now if it is."""
        with self._lock:
            self._cuts.append(cut)
            given_up = self._given_up
        if given_up:
            _call(cut)

    def _give_up(self) -> None:
        with self._lock:
            self._given_up = True
            cuts = tuple(self._cuts)
        for cut in cuts:
            _call(cut)

    def _send(self, channel: Channel, message: Message) -> None:
        _HERE.sending = self
        try:
            channel.send(message)
        except BaseException as problem:  # noqa: BLE001 - it is raised where the message was handed over
            self._done.set_exception(problem)
        else:
            self._done.set_result(None)


def _call(cut: Cut) -> None:
    # A connection that is closed already needs no cut.
    with suppress(OSError):
        cut()


class _Here(threading.local):
    """What the thread at hand sends."""

    sending: _Sending | None = None


_HERE = _Here()


def cut_by(cut: Cut) -> None:
    """Said by a channel while it sends: this ends the connection of this message, so that its thread ends in time.

    `cut` is called from another thread and may raise OSError. Where nobody looks at the time, nothing happens.
    """
    if _HERE.sending is not None:
        _HERE.sending.cut_by(cut)
