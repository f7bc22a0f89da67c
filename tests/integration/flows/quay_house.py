"""A house on the small workflow `quay`, in which each flow has something to do at one instant."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.chain import verify_chain
from cases.request import Request
from cases.take_step import take_step
from wiring.clock import SystemClock, VirtualClock
from wiring.house import RunningHouse, open_house
from wiring.settings import read_settings

QUAY = Path(__file__).with_name("quay")
# Signs that may lie nowhere but in the house: people, and what is said about somebody.
SOK, DARA, STORY = "sok-zq7yvx", "dara-zq7yvx", "story-zq7yvx-of-the-person"
PEOPLE = f"{SOK}: [case_manager]\n{DARA}: [supervisor]\n"
EFFECTS = ("case:deadline:reminded", "case:deadline:breached", "case:deadline:acted")
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Quay:
    """Where a house lies: the environment in which its programs run."""

    environment: Mapping[str, str]

    @contextmanager
    def opened(self, at: dt.datetime | None = None) -> Iterator[RunningHouse]:
        """The house, opened in this process at a moment of its own, or now; nothing is swept."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            house = open_house(read_settings(), VirtualClock(at) if at else None, sweeps=False)
        try:
            yield house
        finally:
            house.close()

    def fill(self, cases: int, providers: int, due: dt.datetime) -> list[str]:
        """Open so many, with deadlines that are all due at one instant: three for a case, one for a provider."""
        refs = []
        with self.opened(due - HOUR) as running:
            for number in range(cases + providers):
                process, who = ("case", SOK) if number < cases else ("provider", DARA)
                facts = {"story": STORY} if process == "case" else {}
                request = Request("open", running.house.actor(who), None, process=process, facts=facts)
                refs.append(take_step(running.house, request, running.clock.now()).ref)
        return refs

    def effects(self, refs: list[str]) -> Counter[tuple[str, str]]:
        """How often time acted: by reference and kind of entry. All journals must be whole."""
        with self.opened() as house:
            return effects(house, refs)

    def sealed(self) -> int:
        """How many leaves there are. Each entry has at most one, and they are numbered without a gap."""
        with self.opened() as running:
            leaves = running.store.leaves.leaves(limit=100_000)
        assert [one.index for one in leaves] == list(range(len(leaves)))
        assert len({(one.instance, one.seq) for one in leaves}) == len(leaves)
        return len(leaves)


def effects(house: RunningHouse, refs: list[str]) -> Counter[tuple[str, str]]:
    """How often time acted, as this open house sees it."""
    found: Counter[tuple[str, str]] = Counter()
    with house.store.look() as tx:
        for ref in refs:
            journal = tx.entries(ref)
            assert verify_chain(ref, journal) is None
            found.update((ref, entry.kind) for entry in journal if entry.kind in EFFECTS)
    return found


def quay_in(folder: Path, url: str | None) -> Quay:
    """An empty house in a folder, on this database or on SQLite there."""
    folder.mkdir(exist_ok=True)
    (folder / "people.yaml").write_text(PEOPLE, "utf-8")
    environment = {"HOMEWARD_HOME": str(folder), "HOMEWARD_WORKFLOW": str(QUAY)}
    return Quay(environment | ({"HOMEWARD_DATABASE_URL": url} if url else {}))


def soon(seconds: float) -> dt.datetime:
    """A moment that is about to come."""
    return SystemClock().now() + dt.timedelta(seconds=seconds)


PATIENCE = 300.0
"""Seconds after which a test gives up on other processes; nothing is measured by it."""


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds, looking often. Fails when it takes longer than this."""
    deadline, never = time.monotonic() + seconds, threading.Event()
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds} s")
        never.wait(0.1)
