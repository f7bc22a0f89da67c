"""Promise 6: everything was off for thirty days; then all that is overdue is done, oldest first, with its lateness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from cases.outgoing import Outgoing
from cases.ports import Store, StoredEntry
from cases.sweep import Swept, run_once
from tests.houses import START, SmallHouse
from tests.integration.promises.signs import broken_chains
from tests.integration.promises.waiting import waiting_house

OFF = dt.timedelta(days=30)
PARTS = 10


@dataclass
class Overdue:
    """Cases that wait, by reference, with the moment at which each fell due; and when each was seen to be told of."""

    house: SmallHouse
    due: dict[str, dt.datetime]
    told: dict[str, StoredEntry] = field(default_factory=dict)

    def sweep(self, limit: int) -> Swept:
        """One sweep; remembers what it told of."""
        swept = run_once(self.house.house, self.house.clock.now(), limit)
        with self.house.store.look() as tx:
            for ref in self.due.keys() - self.told.keys():
                entries = [one for one in tx.entries(ref) if one.kind == "case:deadline:reminded"]
                if entries:
                    (self.told[ref],) = entries
        return swept


def overdue(store: Store, count: int) -> Overdue:
    """So many cases, opened one after the other over the days, each due a while later; none is swept."""
    house = waiting_house(START, store=store)
    due = {}
    for number in range(count):
        # Each third one waits longer than some that are opened after it.
        house.clock.move_to(START + (OFF - dt.timedelta(days=2)) * number / count)
        hours = 26 if number % 3 == 0 else 2
        ref = house.open("sok", span=f"PT{hours}H")
        due[ref] = house.clock.now() + dt.timedelta(hours=hours)
    house.clock.move_to(START + OFF)
    return Overdue(house, due)


def swept_in_parts(one: Overdue) -> Iterator[Sequence[str]]:
    """Sweep until nothing is due; after each sweep the cases that were told of by it."""
    while True:
        before = set(one.told)
        if not one.sweep(len(one.due) // PARTS).taken:
            return
        yield [ref for ref in one.told if ref not in before]


class TestThirtyDaysWithEverythingOff:
    def test_all_is_done_once_oldest_first_and_says_how_late(self, store: Store, full: bool) -> None:
        one = overdue(store, 5_000 if full else 60)
        oldest_first = sorted(one.due, key=lambda ref: (one.due[ref], ref))
        done: list[str] = []
        parts = list(swept_in_parts(one))
        for part in parts:
            expected = set(oldest_first[len(done) : len(done) + len(part)])
            assert set(part) == expected
            done += part
        assert len(done) == len(one.due)
        assert len(parts) >= PARTS
        now = one.house.clock.now()
        for ref, entry in one.told.items():
            clear: dict[str, Any] = orjson.loads(entry.clear)
            assert clear["late_seconds"] == int((now - one.due[ref]).total_seconds())
            assert entry.at == now
        assert [broken for ref in done[:: len(done) // 20] for broken in broken_chains(store, ref)] == []
        assert len({notice.case for notice in _waiting(store)}) == len(one.due) == len(_waiting(store))
        assert not one.sweep(1).taken


def _waiting(store: Store) -> list[Outgoing]:
    return [row.notice for row in store.outbox.rows(["waiting"], 100_000)]
