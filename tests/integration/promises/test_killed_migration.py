"""Promise: a migration that is killed again and again moves every family once, and no rung of a deadline twice."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from cases.journal import Kind
from cases.ports import Store
from storage.house_key import HomeKey
from tests.houses import START, SmallHouse
from tests.integration.promises.mover import ORDER, move
from tests.integration.promises.signs import broken_chains
from tests.two_versions import SOONER, pier

ROOT = Path(__file__).parents[3]
FEW, MANY, ALL = 300, 2_000, 10_000
STATEMENTS = (1, 4, 7, 9, 11)
RUNG = ("instance", "deadline", "generation", "dating", "rung", "repeat")


def killed_at(url: str, key: HomeKey, families: int, statement: int) -> int:
    """Run the mover until it kills itself; its exit code."""
    command = [sys.executable, "-m", "tests.integration.promises.mover", url, str(key.path)]
    done = subprocess.run([*command, str(families), str(statement)], cwd=ROOT, capture_output=True, check=False)
    return done.returncode


def told(house: SmallHouse, refs: list[str]) -> Iterator[dict[str, Any]]:
    """Every journal entry of these instances."""
    with house.store.look() as tx:
        for ref in refs:
            yield from (orjson.loads(entry.clear) for entry in tx.entries(ref))


def test_killed_in_the_middle_it_goes_on_and_nothing_comes_twice(
    store: Store, url: str, key: HomeKey, full: bool
) -> None:
    house = pier(SOONER, store=store)
    count = ALL if full else MANY if url.startswith("sqlite") else FEW
    refs = [house.open("maly") for _ in range(count)]
    people = len(house.people)

    left = count + people
    for statement in STATEMENTS:
        before = left
        assert killed_at(url, key, count // 10, statement) == -signal.SIGKILL
        left = len(store.versions.families(ORDER.from_))
        assert before - left in (count // 10, count // 10 + 1), (
            "all before the kill are moved, and of that step all or none"
        )

    assert Counter(move(house)) == {"moved": left}
    assert store.versions.families(ORDER.from_) == []
    assert Counter(move(house)) == {}

    house.clock.move_to(START + dt.timedelta(days=24))
    while house.wait(seconds=1).taken:
        pass
    entries = list(told(house, refs))
    kinds = Counter(one["kind"] for one in entries)
    assert kinds[Kind.MIGRATED] == count
    assert kinds[Kind.BREACHED] == count
    redated = [one["deadlines"]["review_plan"] for one in entries if one["kind"] == Kind.DATED]
    assert Counter(one["what"] for one in redated) == {"started": count, "redated": count}
    assert all(one["was"] != one["due"] for one in redated if one["what"] == "redated")
    rungs = Counter(tuple(one[name] for name in RUNG) for one in entries if "rung" in one)
    assert set(rungs.values()) == {1}
    assert [broken for ref in refs[:: count // 50] for broken in broken_chains(store, ref)] == []
