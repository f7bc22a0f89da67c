"""Run as a program that stops itself: `python -m tests.integration.promises.stopped HOW URL KEYFILE ROUNDS`.

In each round it stops (SIGSTOP) twice: when it is ready for what is due, and in the middle of it. `late`: a sweep that
has claimed, read and decided, and writes after it woke. `careless`: the broken variant, which hands in again what the
fence has refused. `sender`: a sender with a notice that it has claimed. `inside`: a sweep inside of its transaction.
Prints how often its late write was refused.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases.errors import HomewardError
from cases.journal import Draft, Kind, chained
from cases.ports import Lost, StepWrites, Store, Transaction
from cases.sweep import run_once
from notifications.channels.channel import Message
from storage.sql_store import SqlStore
from tests.integration.notices.posted import opened, to_webhook
from tests.integration.promises.loose import Loose, LooseTransaction
from tests.integration.promises.waiting import waiting_house
from tests.offices import post
from wiring.clock import SystemClock, VirtualClock


def stop() -> None:
    """Stop this process until somebody wakes it."""
    os.kill(os.getpid(), signal.SIGSTOP)


@dataclass
class Late(Loose):
    """Reads and decides, stops, and writes when it wakes; `careless`: what the fence refuses it hands in again."""

    refused: int = 0
    careless: bool = False

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """As in `Loose`, with its own way to write."""
        with self.store.look() as reading:
            yield LateTransaction(self, reading)  # type: ignore[misc]  # what it does not define, it hands on


class LateTransaction(LooseTransaction):
    """Counts what the fence refuses."""

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Write what was decided before the stop."""
        late = self._loose
        assert isinstance(late, Late)
        try:
            super().commit_steps(steps)
        except Lost:
            late.refused += 1
            if late.careless:
                _hand_in_again(late.store, steps)
            raise


def _hand_in_again(store: Store, steps: Sequence[StepWrites]) -> None:
    """The same entries, behind those of whoever was first."""
    for one in steps:
        with store.step() as tx:
            loaded = tx.load(one.family, lock=True)
            assert loaded is not None
            draft = Draft(one.entries[0].instance, Kind(one.entries[0].kind), {"actor": "system"}, {})
            entry, _ = chained(draft, loaded.heads[draft.instance], one.at, os.urandom(32))
            tx.note(one.family, [entry])


@dataclass
class Inside:
    """A store whose sweep stops inside of its transaction, before it writes."""

    store: Store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """A transaction of the store."""
        with self.store.step() as tx:
            yield InsideTransaction(tx)


class InsideTransaction:
    """Holds what it holds while it is stopped."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Stop, and write."""
        stop()
        self._tx.commit_steps(steps)


class Stops:
    """A channel whose sender stops while it hands a message over."""

    def send(self, _: Message) -> None:
        """Stop; the message has gone out."""
        stop()


def sweeps(store: Store, rounds: int) -> None:
    """Take what is due in each round."""
    house = waiting_house(SystemClock().now(), store=store, seed="stopped")
    for _ in range(rounds):
        stop()
        try:
            run_once(house.house, SystemClock().now(), limit=1)
        except HomewardError:
            continue  # the server has ended its session; the next sweep opens another


def sends(store: SqlStore, rounds: int) -> int:
    """Send what is due in each round; how often somebody else had sent it meanwhile."""
    made = post(store, channels={"webhook": Stops()}, sok=to_webhook(1))
    overtaken = 0
    for _ in range(rounds):
        stop()
        made.house.clock = VirtualClock(SystemClock().now())
        overtaken += made.deliver().overtaken
    return overtaken


def main(how: str, url: str, key: str, rounds: str) -> None:
    """Stop as often as it was told to."""
    store = opened(url, Path(key))
    refused = 0
    if how == "sender":
        refused = sends(store, int(rounds))
    elif how == "inside":
        sweeps(Inside(store), int(rounds))
    else:
        late = Late(store, stop, careless=how == "careless")
        sweeps(late, int(rounds))
        refused = late.refused
    store.close()
    print(refused)  # noqa: T201 - it is what the program answers


if __name__ == "__main__":
    main(*sys.argv[1:])
