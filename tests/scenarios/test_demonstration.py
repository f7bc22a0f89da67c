"""The demonstration, whenever it is made: all of it goes as written, and what has to be found in it is there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import orjson
import pytest

from cases.journal import Kind
from cases.ports import Reading, StoredEntry
from interfaces.demo.make import play, prepare
from interfaces.demo.play import DemoPlayed
from state_machine.view import Instance
from wiring.demo import DemoHouse

# An ordinary day; the new year of the country, when nobody works for days; the night to a Monday.
MOMENTS = ("2026-11-30T08:00+07:00", "2027-04-15T10:00+07:00", "2027-08-01T23:30+07:00")


@pytest.fixture(scope="module", params=MOMENTS)
def made(request: pytest.FixtureRequest) -> tuple[DemoHouse, DemoPlayed, dt.datetime]:
    now = dt.datetime.fromisoformat(request.param)
    return (*play(prepare(now), now), now)


Made = tuple[DemoHouse, DemoPlayed, dt.datetime]


def entries(tx: Reading, instances: list[Instance]) -> Iterator[StoredEntry]:
    for one in instances:
        yield from tx.entries(one.ref)


def test_everything_went_as_written(made: Made) -> None:
    assert made[1].otherwise == []


def test_what_there_is_to_find(made: Made) -> None:
    house, played, now = made
    with house.on.house.store.look() as tx:
        everything = list(tx.list_instances(None, limit=100_000))
        cases = [one for one in everything if one.process == "case"]
        kinds = Counter(entry.kind for entry in entries(tx, everything))
        refused = [orjson.loads(one.clear) for one in entries(tx, cases) if one.kind == Kind.REFUSED]
        asked = [one for root in played.roots.values() for one in tx.askings(root) if one.state == "open"]
    assert sum(one.tracks["case"].state == "open" for one in cases) >= 55
    assert sum(one.tracks["case"].state == "closed_watched" for one in cases) >= 5
    assert any(one["action"] == "start_interview" for one in refused)
    assert kinds[Kind.OVERRIDE_GRANTED] >= 1
    assert len(asked) == 1
    assert kinds[Kind.BREACHED] >= 100
    assert any("case_manager" not in one.holders and one.tracks["case"].state == "open" for one in cases)
    assert {"referral", "consent", "disclosure", "visit", "assessment"} <= {one.process for one in everything}
    assert {one.tracks["reopening"].state for one in cases} >= {"reopened"} or any(
        one.tracks["reopening"].state in ("answered", "closed") for one in cases
    )
    dues = [state.due for one in everything for state in one.deadlines.values() if state.state == "armed"]
    assert any(due < now for due in dues)
    assert any(due > now for due in dues)


def test_each_has_something_in_the_inbox(made: Made) -> None:
    for person in ("sok", "dara", "vuthy", "bopha"):
        assert made[0].on.outbox.inbox(person, 10), person


def test_the_same_moment_gives_the_same_house() -> None:
    now = dt.datetime.fromisoformat(MOMENTS[0])
    first, second = prepare(now), prepare(now)
    assert first.strands == second.strands
    assert first.people == second.people
