"""Every list against the slow way to it, in houses that chance has made, on each store."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from access.process_map import covering, passed
from access.registers import register, register_rows
from access.relation import Reach
from access.screens import CaseFilter, CaseRow, EntryRow, MapFilter, Page, Register, Screens, Slice, T, TraceFilter
from access.trace import ClausesOf, excludes_most
from access.work import BUCKETS, ends_of, my_work, whose
from storage.house_key import HomeKey
from storage.memory import MemoryStore
from storage.sql_store import SqlStore, open_store
from tests.conformance import screens_reference as slow
from tests.conformance.screens_filters import FILTERS, MAPS, TRACES
from tests.conformance.screens_house import PEOPLE, Year, listed_house
from tests.houses import SmallHouse
from tests.postgres import fresh_database

SEEDS = (3, 5)
STEPS = 260
ACTIVE = [name for name in PEOPLE if name not in ("gone",)]


@pytest.fixture(
    scope="module",
    params=[(kind, seed) for kind in ("twin", "sqlite", "postgresql") for seed in SEEDS],
    ids=lambda one: f"{one[0]}-{one[1]}",
)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """A house in which a while has passed."""
    kind, seed = request.param
    with ExitStack() as stack:
        store: MemoryStore | SqlStore
        if kind == "twin":
            store = MemoryStore()
        else:
            folder = tmp_path_factory.mktemp("house")
            url = f"sqlite:///{folder / 'house.db'}"
            if kind == "postgresql":
                url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server")))
            store = open_store(url, HomeKey(folder / "house.key", os.urandom), os.urandom)
            stack.callback(store.close)
        house = listed_house(store, f"listed {seed}")
        Year(house, seed).play(STEPS)
        yield house


def screens(house: SmallHouse) -> Screens:
    assert isinstance(house.store, MemoryStore | SqlStore)
    return house.store.screens


def pages(read: Callable[[Page], Slice[T]], limit: int) -> list[T]:
    """All rows, page by page."""
    found: list[T] = []
    page = Page(limit)
    while True:
        some = read(page)
        assert len(some.rows) <= limit
        found += some.rows
        if some.next is None:
            return found
        page = Page(limit, some.next)


def clauses(house: SmallHouse) -> ClausesOf:
    return ClausesOf(house.house.workflows)


def _cases(house: SmallHouse, reach: Reach, wanted: CaseFilter, page: Page) -> Slice[CaseRow]:
    return screens(house).cases(reach, wanted, page, house.clock.now())


def _trace(house: SmallHouse, wanted: TraceFilter, page: Page) -> Slice[EntryRow]:
    return screens(house).trace(wanted, page, clauses(house))


class TestMyWork:
    @pytest.mark.parametrize("person", ACTIVE)
    def test_has_the_tasks_that_somebody_is_told_about(self, lived: SmallHouse, person: str) -> None:
        reads = screens(lived)
        found = reads.tasks(whose(lived.house, reads.owners(), slow.reach(lived, person)), None, 10_000)
        assert {(one.instance, one.name, one.role) for one in found} == slow.tasks_of(lived, person)
        assert [one.falls for one in found] == sorted(one.falls for one in found)

    def test_leaves_out_what_somebody_only_hears_of(self, lived: SmallHouse) -> None:
        told = {person: slow.told_of(lived, person) - slow.tasks_of(lived, person) for person in ACTIVE}
        assert any(told.values()), "nobody hears of a case that they may not open"
        for person, ones in told.items():
            refs = sorted({ref for ref, *_ in ones} | {ref for ref, *_ in slow.tasks_of(lived, person)})
            opened = screens(lived).opened_of(slow.reach(lived, person), refs)
            assert opened == {ref for ref, *_ in slow.tasks_of(lived, person)}

    def test_of_whoever_asks_in_a_post_of_the_house_shows_nothing_of_the_work(self, lived: SmallHouse) -> None:
        reads, seen = screens(lived), slow.reach(lived, "sok")
        assert reads.tasks(whose(lived.house, reads.owners(), seen), None, 10)
        elsewhere = whose(lived.house, reads.owners(), replace(seen, staff=False))
        assert reads.tasks(elsewhere, None, 10) == []
        assert reads.task_counts(elsewhere, [lived.clock.now()]) in ([0, 0], (0, 0))

    @pytest.mark.parametrize("person", ACTIVE)
    def test_counts_them_by_when_they_fall_due(self, lived: SmallHouse, person: str) -> None:
        now = lived.clock.now()
        work = my_work(lived.house, screens(lived), slow.reach(lived, person), now, 10_000)
        reads = screens(lived)
        mine = whose(lived.house, reads.owners(), slow.reach(lived, person))
        falls = [one.falls for one in reads.tasks(mine, None, 10_000)]
        ends = ends_of(lived.rules.calendar, now)
        buckets = [sum(moment > end for end in ends) for moment in falls]
        assert work.counts == {name: buckets.count(place) for place, name in enumerate(BUCKETS)}
        assert len(work.lines) == len(falls) - work.counts["later"]
        assert (work.next is None) == (work.counts["later"] == 0)

    def test_says_what_each_case_needs_next(self, lived: SmallHouse) -> None:
        work = my_work(lived.house, screens(lived), slow.reach(lived, "sok"), lived.clock.now())
        assert [one.ref for one in work.cases.rows] == slow.cases(lived, "sok", CaseFilter(owner="sok", over=False))
        for one in work.cases.rows:
            tasks = screens(lived).tasks_of([one.ref])
            assert one.needs.next == (tasks[0] if tasks else None)

    def test_has_tasks_that_nobody_holds_for_everybody_with_the_title(self, lived: SmallHouse) -> None:
        unheld = [one for one in screens(lived).tasks_of(slow.cases(lived, "dir", CaseFilter())) if one.owner is None]
        assert {one.role for one in unheld} >= {"nurse"}


class TestCases:
    @pytest.mark.parametrize("wanted", FILTERS, ids=lambda one: ",".join(one_given(one)) or "all")
    def test_are_those_that_fit_and_may_be_seen(self, lived: SmallHouse, wanted: CaseFilter) -> None:
        now = lived.clock.now()
        for person in ("sok", "away", "maly", "heng", "dara"):
            reach = slow.reach(lived, person)
            expected = slow.cases(lived, person, wanted)
            found = pages(partial(_cases, lived, reach, wanted), 3)
            assert [one.ref for one in found] == expected
            assert screens(lived).count_cases(reach, wanted, now).entries == len(expected)

    def test_show_where_they_stand(self, lived: SmallHouse) -> None:
        for one in screens(lived).case_rows(slow.cases(lived, "dara", CaseFilter())):
            root = lived.instance(one.ref)
            assert one.tracks == {name: track.state for name, track in root.tracks.items()}
            assert one.holders == root.holders

    def test_stand_on_a_board_by_one_track(self, lived: SmallHouse) -> None:
        now = lived.clock.now()
        for person in ("sok", "dara"):
            board = screens(lived).board(slow.reach(lived, person), CaseFilter(track="plan", over=False), now)
            states = [
                lived.instance(ref).tracks["plan"].state for ref in slow.cases(lived, person, CaseFilter(over=False))
            ]
            assert board == {state: states.count(state) for state in set(states)}

    def test_are_found_by_the_beginning_of_a_reference(self, lived: SmallHouse) -> None:
        for ref in slow.cases(lived, "dara", CaseFilter())[:3]:
            child = lived.family(ref)[-1].ref
            for start in (ref, ref[:6], child):
                found = [one.ref for one in screens(lived).by_reference(slow.reach(lived, "dara"), start, 100)]
                assert ref in found

    def test_of_others_are_not_found_by_their_reference(self, lived: SmallHouse) -> None:
        mine = set(slow.cases(lived, "heng", CaseFilter()))
        for ref in set(slow.cases(lived, "dara", CaseFilter())) - mine:
            assert screens(lived).by_reference(slow.reach(lived, "heng"), ref, 10) == []

    def test_are_found_by_a_coded_value(self, lived: SmallHouse) -> None:
        for person in ("sok", "dara"):
            found = screens(lived).by_value(slow.reach(lived, person), ["adult"], 1000)
            assert [one.ref for one in found] == slow.cases(lived, person, CaseFilter(found=(("group", "adult"),)))


def one_given(wanted: CaseFilter) -> list[str]:
    return [name for name in wanted.__slots__ if getattr(wanted, name) not in (None, False, (), "case")]


class TestTeam:
    def test_tells_who_has_how_much(self, lived: SmallHouse) -> None:
        now = lived.clock.now()
        loads = screens(lived).loads(now)
        open_ = [lived.instance(ref) for ref in slow.cases(lived, "dara", CaseFilter(over=False))]
        assert {one.person: one.cases for one in loads} == {
            who: sum(who in one.holders.values() for one in open_)
            for who in {who for one in open_ for who in one.holders.values()}
        }
        late = {(one.owner, one.case) for one in screens(lived).late(now, 1000)}
        assert {one.person: one.late for one in loads} == {
            one.person: sum(owner == one.person for owner, _ in late) for one in loads
        }

    def test_lists_what_is_late_and_what_waits_for_a_second_person(self, lived: SmallHouse) -> None:
        now = lived.clock.now()
        late = screens(lived).late(now, 1000)
        everything = {task for person in ACTIVE for task in slow.told_of(lived, person)}
        due = {
            (one.ref, name): state.due
            for family in slow.families(lived)
            for one in family.instances
            for name, state in one.deadlines.items()
        }
        assert {(one.instance, one.name, one.role) for one in late} == {
            (ref, name, role) for ref, name, role in everything if due[ref, name] < now
        }
        with lived.store.look() as tx:
            waiting = [one for family in slow.families(lived) for one in tx.askings(family.family.id)]
        assert {one.attempt for one in screens(lived).askings(now, 100)} == {
            one.attempt for one in waiting if one.lapses_at > now
        }


class TestTheTrace:
    @pytest.mark.parametrize("wanted", TRACES, ids=lambda one: ",".join(one.given) or "all")
    def test_has_the_entries_that_fit(self, lived: SmallHouse, wanted: TraceFilter) -> None:
        carriers, expected = clauses(lived), slow.trace(lived, wanted)
        found = pages(lambda page: screens(lived).trace(wanted, page, carriers), 7)
        assert len(found) == len(expected)
        assert {(one.instance, one.seq) for one in found} == expected
        assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
        count = screens(lived).count(wanted, carriers)
        assert (count.entries, count.cases) == (len(expected), len({one.case for one in found}))
        streamed = [(one.instance, one.seq) for one in screens(lived).stream(wanted, carriers)]
        assert sorted(streamed) == sorted(expected)

    def test_of_a_case_is_narrowed_by_the_same_filters(self, lived: SmallHouse) -> None:
        carriers = clauses(lived)
        for ref in slow.cases(lived, "dara", CaseFilter())[:2]:
            child = lived.family(ref)[-1].ref
            for wanted in (TraceFilter(case=child), TraceFilter(case=ref, outcome="applied", person="sok")):
                found = pages(partial(_trace, lived, wanted), 3)
                assert {(one.instance, one.seq) for one in found} == slow.trace(lived, wanted)
                assert screens(lived).count(wanted, carriers).entries == len(found)

    def test_of_a_case_is_whole_and_in_order(self, lived: SmallHouse) -> None:
        ref = slow.cases(lived, "dara", CaseFilter())[0]
        whole = screens(lived).whole(ref)
        assert {(one.instance, one.seq) for one in whole} == slow.trace(lived, TraceFilter(case=ref))
        for one in lived.family(ref):
            seqs = [entry.seq for entry in whole if entry.instance == one.ref]
            assert seqs == list(range(1, len(seqs) + 1))
        assert screens(lived).whole("0000-0000-0000") == []

    def test_has_clear_parts_as_they_were_written(self, lived: SmallHouse) -> None:
        written = {(one.entry.instance, one.entry.seq): one for one in slow.journal(lived)}
        for one in screens(lived).trace(TraceFilter(), Page(50), clauses(lived)).rows:
            same = written[one.instance, one.seq]
            assert (one.clear, one.hash, one.case) == (same.clear, same.entry.hash, same.case)
            assert one.outcomes == slow.outcomes(same)

    def test_tells_how_large_the_journal_is(self, lived: SmallHouse) -> None:
        times = [one.entry.at for one in slow.journal(lived)]
        size = screens(lived).size()
        assert (size.entries, size.first, size.last) == (len(times), min(times), max(times))

    def test_names_the_filter_that_excludes_most(self, lived: SmallHouse) -> None:
        reads, carriers = screens(lived), clauses(lived)
        nothing = TraceFilter(person="nobody", outcome="applied")
        assert excludes_most(reads, nothing, carriers) == "person"
        assert excludes_most(reads, replace(nothing, action="no_such_action"), carriers) is None


class TestRegisters:
    def test_tell_how_each_breach_was_answered(self, lived: SmallHouse) -> None:
        rows = register_rows(screens(lived), "breaches", TraceFilter(), clauses(lived))
        breached = slow.trace(lived, TraceFilter(kind="case:deadline:breached"))
        assert {(one.entry.instance, one.entry.seq) for one in rows} == breached
        still = {
            (row.entry.instance, row.entry.clear["deadline"], row.entry.clear["generation"])
            for row in rows
            if row.answer is None
        }
        for ref, name, generation in still:
            state = lived.instance(ref).deadlines.get(name)
            assert state is not None
            assert (state.state, state.generation) == ("armed", generation)

    def test_tell_who_answered_an_override(self, lived: SmallHouse) -> None:
        rows = register_rows(screens(lived), "overrides", TraceFilter(), clauses(lived))
        assert {(one.entry.instance, one.entry.seq) for one in rows} == slow.trace(
            lived, TraceFilter(kind="case:override:asked")
        )
        answered = [one for one in rows if one.answer is not None]
        assert {one.how for one in answered} <= {"granted", "denied", "lapsed"}
        for one in answered:
            assert one.answer is not None
            assert one.answer.clear["attempt"] == one.entry.clear["attempt"]

    def test_put_what_is_unanswered_first(self, lived: SmallHouse) -> None:
        carriers = clauses(lived)
        rows = pages(lambda page: register(screens(lived), "refusals", TraceFilter(), page, carriers), 4)
        assert rows == register_rows(screens(lived), "refusals", TraceFilter(), carriers)
        answered = [row.answer is not None for row in rows]
        assert answered == sorted(answered)
        assert len(rows) == len(
            slow.trace(lived, TraceFilter(outcome="refused")) | slow.trace(lived, TraceFilter(outcome="not_yet"))
        )

    def test_have_disclosures_and_sights(self, lived: SmallHouse) -> None:
        asked: dict[Register, TraceFilter] = {
            "disclosures": TraceFilter(process="disclosure"),
            "sights": TraceFilter(kind="case:fact:seen"),
        }
        for kind, wanted in asked.items():
            rows = register_rows(screens(lived), kind, TraceFilter(), clauses(lived))
            assert {(one.entry.instance, one.entry.seq) for one in rows} == slow.trace(lived, wanted)

    def test_are_narrowed_by_a_filter(self, lived: SmallHouse) -> None:
        rows = register_rows(screens(lived), "refusals", TraceFilter(person="sok"), clauses(lived))
        assert all("sok" in (one.entry.clear["actor"], one.entry.clear.get("on_behalf")) for one in rows)
        assert register_rows(screens(lived), "sights", TraceFilter(kind="case:fact:recorded"), clauses(lived)) == []


class TestTheMap:
    @pytest.mark.parametrize("wanted", MAPS)
    def test_counts_what_directly_follows_what(self, lived: SmallHouse, wanted: MapFilter) -> None:
        steps: dict[str, list[slow.Entry]] = {}
        for one in sorted(slow.journal(lived), key=lambda one: (one.entry.instance, one.entry.seq)):
            fits = (
                one.clear["process"] == wanted.process
                and wanted.role in (None, one.clear.get("role"))
                and wanted.person in (None, one.clear["actor"], one.clear.get("on_behalf"))
                and (wanted.since is None or one.entry.at >= wanted.since)
            )
            if fits and one.entry.kind in ("case:action:applied", "case:instance:opened"):
                steps.setdefault(one.entry.instance, []).append(one)
        pairs: dict[tuple[str, str], list[dt.timedelta]] = {}
        for of_case in steps.values():
            for before, after in pairwise(of_case):
                gap = after.entry.at - before.entry.at
                pairs.setdefault((before.clear["action"], after.clear["action"]), []).append(gap)
        found = screens(lived).process_map(wanted)
        assert {(one.before, one.after): one.count for one in found.edges} == {
            pair: len(gaps) for pair, gaps in pairs.items()
        }
        for edge in found.edges:
            gaps = sorted(pairs[edge.before, edge.after])
            middle = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2
            assert abs(edge.median - middle) <= dt.timedelta(microseconds=1)
        ways = [tuple(one.clear["action"] for one in of_case) for of_case in steps.values()]
        assert {one.actions: one.cases for one in found.paths} == {way: ways.count(way) for way in ways}
        assert (found.cases, found.rarer) == (len(steps), 0)

    def test_starts_with_the_paths_that_cover_most(self, lived: SmallHouse) -> None:
        map_ = screens(lived).process_map(MapFilter())
        some = covering(map_, 0.8)
        assert sum(one.cases for one in some) >= 0.8 * map_.cases
        assert sum(one.cases for one in some[:-1]) < 0.8 * map_.cases
        nodes, edges = passed(map_, some, most=3)
        assert len(nodes) <= 3
        names = {one.action for one in nodes}
        assert all({one.before, one.after} <= names for one in edges)


class TestHealth:
    def test_counts_what_waits(self, lived: SmallHouse) -> None:
        health = screens(lived).health(lived.clock.now())
        with lived.store.look() as tx:
            assert health.next_due == tx.next_due()
        assert health.versions == {lived.rules.hash: len(slow.families(lived))}
        assert health.unsealed == len(slow.journal(lived))
        assert (health.late, health.stuck) == (None, 0)
        assert health.outbox["waiting"] > 0
        late = screens(lived).health(lived.clock.now() + dt.timedelta(days=400))
        assert late.late is not None
        assert late.late[2] == health.next_due
