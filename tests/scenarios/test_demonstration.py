"""The demonstration, whenever it is made: all of it goes as written, and what has to be found in it is there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from access.decide import viewer_of
from access.relation import reach_of
from access.work import my_work
from cases.journal import Kind
from cases.ports import Reading, StoredEntry
from config.settings import Settings
from interfaces.demo.make import WORKFLOW, play, prepare
from interfaces.demo.play import DemoPlayed
from state_machine.view import Instance
from wiring.clock import VirtualClock
from wiring.demo import DemoHouse
from wiring.house import open_house

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


def test_the_first_screen_of_the_case_manager_is_one_that_can_be_read(made: Made, tmp_path: Path) -> None:
    house, _, now = made
    now = now.astimezone(dt.UTC)
    settings = Settings(home=tmp_path / "demo", workflow=WORKFLOW)
    house.finish(settings, {}, now)
    running = open_house(settings, VirtualClock(now))
    try:
        sok = running.house.people.person("sok")
        assert sok is not None
        viewer = viewer_of(sok, running.rules.workflow)
        work = my_work(running.house, running.store.screens, reach_of(running.house, viewer, now), now)
    finally:
        running.close()
    first = work.counts["overdue"] + work.counts["today"]
    assert 3 <= first <= 15
    assert 1 <= work.counts["overdue"] <= 10
    assert 1 <= work.unread <= 20
    assert len(work.cases.rows) >= 10


def test_the_same_moment_gives_the_same_house() -> None:
    now = dt.datetime.fromisoformat(MOMENTS[0])
    first, second = prepare(now), prepare(now)
    assert first.strands == second.strands
    assert first.people == second.people
