"""What `homeward bench web` measures is what it says: a full house, pages that open, the same statements by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from access.decide import viewer_of
from access.relation import reach_of
from access.screens import CaseFilter, Page, TraceFilter
from access.trace import ClausesOf
from access.work import whose
from audit.chain import verify_chain
from interfaces.bench.crowd import ENTRIES, OPEN_IN
from interfaces.bench.house import Place, another_house
from interfaces.bench.web import Wanted, fill, measure_web
from storage.bench_reads import BareReads, recorded
from storage.house_key import HomeKey
from wiring.clock import random_bytes

SIZE = 200


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A full house, though a small one."""
    folder = tmp_path_factory.mktemp("full")
    folder.chmod(0o700)
    made = Place("sqlite", f"sqlite:///{folder / 'house.db'}", HomeKey(folder / "house.key", random_bytes))
    fill(made, folder, SIZE, lambda _: None)
    return made


def home(place: Place) -> Path:
    return Path(place.url.removeprefix("sqlite:///")).parent


class TestAFullHouse:
    def test_has_its_cases_with_whole_journals_and_tasks(self, place: Place) -> None:
        running = another_house(str(home(place)), place.url)
        try:
            screens, carriers = running.store.screens, ClausesOf(running.house.workflows)
            versions = screens.health(running.clock.now()).versions
            assert sum(versions.values()) >= SIZE
            refused = screens.trace(TraceFilter(outcome="refused"), Page(), carriers).rows
            assert refused
            with running.store.look() as tx:
                for ref in {one.instance for one in refused}:
                    journal = tx.entries(ref)
                    assert verify_chain(ref, journal) is None
                    assert len(journal) >= ENTRIES
            manager = running.house.people.person("case_manager_0")
            assert manager is not None
            viewer = viewer_of(manager, running.house.workflows.current(None).workflow)
            reach = reach_of(running.house, viewer, running.clock.now())
            mine = whose(running.house, screens.owners(), reach)
            assert screens.tasks(mine, None, 10)
            named = screens.case_rows([one.case for one in refused])
            assert {one.over for one in named} == {True, False}
            assert CaseFilter().process == {one.process for one in named}.pop()
            assert OPEN_IN > 1
        finally:
            running.close()

    def test_is_measured_page_by_page(self, place: Place) -> None:
        rows = list(measure_web(place, home(place), Wanted(SIZE, 3, 4, 0.01), lambda _: None))
        pages = [row for row in rows if row.what.startswith("GET ")]
        assert {row.what for row in pages} >= {"GET /work", "GET /audit/trace"}
        assert sum(row.asked for row in pages) == 2 * 4 + 3 * 4
        reads = [row for row in rows if row not in pages]
        assert all(row.ratio is not None and row.ratio > 0 for row in reads)
        assert all(row.p50_ms <= row.p95_ms for row in rows)


def test_the_bare_driver_is_asked_the_same(place: Place) -> None:
    running = another_house(str(home(place)), place.url)
    try:
        screens, asked = recorded(running.store)
        found = screens.trace(TraceFilter(), Page(7), ClausesOf(running.house.workflows))
        with BareReads(place.url) as bare:
            # One more than a page was read, to know whether there is another one.
            assert bare.ask(asked) == len(found.rows) + 1
    finally:
        running.close()
