"""Promise 10: a webhook or mail server that fails half of the time, a sender that is killed: yet every id arrives."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from cases.outbox import delivery_id
from notifications.deliver import TRIES
from storage.sql_store import SqlStore
from tests.architecture.sources import ROOT
from tests.integration.notices.posted import at_work, let_time_go_by, make_due, opened
from tests.integration.notices.servers import HalfTheMails, Received, mail_server, receiver
from wiring.clock import SystemClock

FULL = os.environ.get("HOMEWARD_PROMISES") == "full"
# Mail takes several answers for each notice where a webhook takes one.
HOW_MANY = {"webhook": (10_000, 50), "email": (2_000, 50)} if FULL else {"webhook": (120, 5), "email": (24, 2)}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'house.db'}"
    return cast("str", request.getfixturevalue("postgres_url"))


@contextmanager
def receiving(channel: str) -> Iterator[tuple[Received, int]]:
    """A receiver of this channel that fails half of the time, and its port."""
    if channel == "email":
        mails = HalfTheMails()
        with mail_server(mails) as port:
            yield mails, port
    else:
        received = Received()
        with receiver(received) as port:
            yield received, port


def sender(url: str, key: Path, port: int, channel: str) -> subprocess.Popen[bytes]:
    """A sender in a process of its own."""
    words = [sys.executable, "-m", "tests.integration.notices.sender", url, str(key), str(port), channel]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a sender; one that was not killed must have ended well."""
    _, said = process.communicate(timeout=600)
    assert process.returncode in (0, -signal.SIGKILL), said.decode()


def dead_letters(store: SqlStore) -> set[str]:
    """The ids of what failed too often."""
    return {one.id for one in store.outbox.deliveries(["dead"], 10**6)}


class TestAKilledSender:
    @pytest.mark.parametrize("channel", list(HOW_MANY))
    def test_leaves_nothing_unsent_and_sends_nothing_that_was_rolled_back(
        self, url: str, tmp_path: Path, channel: str
    ) -> None:
        key, draw = tmp_path / "house.key", random.Random("kills")
        notices, all_kills = HOW_MANY[channel]
        with receiving(channel) as (received, port):
            store = opened(url, key)
            never = make_due(at_work(store, port, channel), notices, channel=channel)
            rows = store.outbox.rows(["waiting"], 100_000)
            expected = {delivery_id(row.notice, "sok", channel) for row in rows}
            kills = rounds = 0
            while kills < all_kills or expected - set(received.ids) - dead_letters(store):
                rounds += 1
                assert rounds < all_kills + 40
                process = sender(url, key, port, channel)
                if kills < all_kills:
                    # After so many more requests, or when it has nothing left to send.
                    for _ in range(draw.randrange(1, 2 * notices // all_kills)):
                        while not received.counted.acquire(timeout=0.2) and process.poll() is None:
                            pass
                    process.kill()
                    kills += 1
                finish(process)
                let_time_go_by(url)
            # Some were taken and the receiver denied it; some failed too often, and an administrator tries them again.
            received.half = False
            dead = store.outbox.deliveries(["dead"])
            with store.look() as tx:
                asked = [row for row in tx.due(SystemClock().now(), 10**6) if row.kind == "request"]
            for one in dead:
                assert store.outbox.retry(one.id, SystemClock().now())
            finish(sender(url, key, port, channel))
            states = Counter(
                one.state for one in store.outbox.deliveries(["waiting", "sending", "sent", "dead"], 10**6)
            )
            store.close()
        assert set(received.ids) == expected
        assert len(expected) == notices
        assert not set(received.ids) & set(never)
        assert len(never) == len(range(0, notices, 10))
        assert received.forged == []
        assert states == {"sent": 2 * notices}
        assert bool(asked) == bool(dead)


class TestAReceiverThatNeverTakesAnything:
    def test_leaves_dead_letters_and_an_alarm(self, url: str, tmp_path: Path) -> None:
        received = Received(always=500)
        with receiver(received) as port:
            store = opened(url, tmp_path / "house.key")
            made = at_work(store, port)
            make_due(made, 5)
            for _ in range(TRIES):
                made.deliver()
                let_time_go_by(url)
            dead = store.outbox.deliveries(["dead"])
            assert [(one.channel, one.tries, one.problem) for one in dead] == [
                ("webhook", TRIES, "the webhook answered 500")
            ] * 5
            assert len(received.raw) == 5 * TRIES
            assert len(store.outbox.inbox("sok")) == 5
            while made.house.wait(seconds=1).taken:
                pass
            with store.look() as tx:
                assert len(tx.list_instances("house_request")) == 1
            store.close()
